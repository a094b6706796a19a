"""Money in the statistics: what each decision about money counts, and the rows of the sales of a month.

A row has the order and the person, so that the latest orders can be shown and an accountant can match each amount.
It is listed under the month of the provider's time; entries are under the time of the decision.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vpnbot.domain.effects import Effect, Put
from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import promo_of
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.arrival import RETURN_HELD
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.promo.uses import REVENUE_PREFIX, uses_partition
from vpnbot.domain.statistics.flow import REVENUE, Counted, Flow, FlowKind, counted_origin
from vpnbot.domain.winback import of_winback

COUNTED_AS: Mapping[Outcome, FlowKind | None] = {
    Outcome.HON: FlowKind.PAID,
    Outcome.LATE: FlowKind.PAID,
    Outcome.TWICE: FlowKind.PAID,
    Outcome.ANOTHER: FlowKind.PAID,
    Outcome.OVER: FlowKind.PAID,
    Outcome.BANK: FlowKind.PAID,
    Outcome.RENEW: FlowKind.RENEWED,
    Outcome.SHORT: FlowKind.HELD,
    Outcome.CURR: FlowKind.HELD,
    Outcome.TEST: FlowKind.HELD,
    Outcome.BACK: FlowKind.HELD,
    Outcome.BACKR: FlowKind.HELD,
    Outcome.ORPH: FlowKind.HELD,
    Outcome.GRANT: FlowKind.GRANTED,
    Outcome.EXTRA: None,
    Outcome.TAKE: FlowKind.REFUNDED,
    Outcome.PART: FlowKind.REFUNDED,
    Outcome.TAKEX: FlowKind.REFUNDED,
    Outcome.RETD: FlowKind.RETURNED,
    Outcome.BIND: None,
    Outcome.WAIT: None,
    Outcome.LAPS: None,
    Outcome.CANC: None,
    Outcome.SHOW: None,
    Outcome.DONE: None,
    Outcome.GO: None,
    Outcome.NO1: None,
    Outcome.NO2: None,
    Outcome.NO3: None,
    Outcome.NO4: None,
    Outcome.NO5: None,
    Outcome.SOFF: None,
    Outcome.SON: None,
    Outcome.SFAIL: None,
    Outcome.JUDGE: None,
    Outcome.ENDS: None,
    Outcome.ODD: None,
    Outcome.NEXT: None,
    Outcome.SEND: None,
    Outcome.NONE: None,
    Outcome.RFAIL: None,
    Outcome.LOOK: None,
    Outcome.RCPT: None,
    Outcome.RBAD: None,
}
"""How each outcome is counted; None: it moves no money. A test compares it with the list of outcomes."""

_KINDS = {
    RETURN_HELD: FlowKind.HELD,
    **{rule.entry: COUNTED_AS[outcome] for outcome, rule in RULES.items() if rule.entry is not None},
}


@dataclass(frozen=True, slots=True)
class Sale:
    """One movement of money. `at` is the time of the decision, `nominal` that of the provider.

    `discount` is the source of the discount of the order, see `orders/discount.py`. `gift`: it has bought a gift.
    """

    kind: FlowKind
    money: Money
    at: datetime
    nominal: datetime
    order: str = ""
    person: str = ""
    provider: str = ""
    plan: str = ""
    discount: str = ""
    gift: bool = False


def sales_partition(moment: datetime) -> str:
    """Return the partition of the sales of a month (UTC)."""
    return f"SALES#{moment.astimezone(UTC):%Y-%m}"


def sale_key(moment: datetime, mark: str) -> str:
    """Return the sort key of a sale; keys without a mark are the bounds of a query."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{mark}"


def sales_of(before: Person, after: Person, entries: Iterable[Entry]) -> tuple[Sale, ...]:
    """Return the movements of money of a commit, from its ledger entries."""
    return tuple(sale for entry in entries if (sale := _sale(before, after, entry)) is not None)


def unmatched_sale(entry: Entry, provider: str) -> Sale | None:
    """Return the movement of money of a payment that belongs to no order; None if its entry moves none."""
    kind = _KINDS.get(entry.what)
    if kind is None or entry.money is None:
        return None
    return Sale(kind, entry.money, entry.at, entry.at, entry.order or "", provider=provider)


def counted_money(sales: Iterable[Sale], before: Person, after: Person) -> Iterator[Counted]:
    """Yield what movements of money count. The first payment is the first since the person is known.

    A gift is no payment for the time of its buyer.
    """
    user = after.user if after.user.known else before.user
    origin = counted_origin(user.came_from) if user.known else ""
    first = before.subscription.is_trial
    for sale in sales:
        granted = sale.kind in {FlowKind.PAID, FlowKind.RENEWED} and not sale.gift
        yield counted_sale(sale, origin, user.language or "", first=granted and first)
        first = first and not granted
        if sale.kind in REVENUE and of_winback(sale.discount):
            money = Flow(FlowKind.WINBACK_MONEY, sale.plan, origin, user.language or "", currency=sale.money.currency)
            yield Counted(money, sale.money.amount_minor)
        if sale.gift:
            yield Counted(Flow(FlowKind.GIFT_SOLD, sale.plan, origin, user.language or ""))


def counted_sale(sale: Sale, origin: str = "", language: str = "", *, first: bool = False) -> Counted:
    """Return what one movement of money counts."""
    flow = Flow(sale.kind, sale.plan, origin, language, sale.provider, sale.money.currency, first)
    return Counted(flow, sale.money.amount_minor)


def sale_effects(sales: Iterable[Sale], person: str, mark: str) -> tuple[Effect, ...]:
    """Return the rows of movements of money that is not zero; `mark` are random hexadecimal digits."""
    return tuple(
        Put(
            sales_partition(sale.nominal),
            sale_key(sale.nominal, f"{mark}{number}"),
            {
                "kind": str(sale.kind),
                "minor": sale.money.amount_minor,
                "currency": sale.money.currency,
                "order": sale.order,
                "person": person,
                "provider": sale.provider,
                "plan": sale.plan,
                "decided": f"{sale.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            },
        )
        for number, sale in enumerate(sales)
        if sale.money.amount_minor
    )


def promo_sale_effects(sales: Iterable[Sale], mark: str) -> tuple[Effect, ...]:
    """Return the rows of the revenue that promo codes have brought, one for each movement of money.

    They are written with the commit of the payment or the refund, so that each amount is there once; they name no
    person. `mark` are random hexadecimal digits.
    """
    return tuple(
        Put(
            uses_partition(code[0]),
            f"{REVENUE_PREFIX}{sale_key(sale.at, f'{mark}{number}')}",
            {"minor": sale.money.amount_minor, "currency": sale.money.currency},
        )
        for number, sale in enumerate(sales)
        if sale.kind in REVENUE and (code := promo_of(sale.discount)) is not None
    )


def sale_from(key: str, body: Mapping[str, object]) -> Sale | None:
    """Return the sale of a row; None if a later release has written it in another form."""
    try:
        return Sale(
            FlowKind(str(body["kind"])),
            Money(int(str(body["minor"])), str(body["currency"])),
            datetime.fromisoformat(str(body["decided"])),
            datetime.fromisoformat(key.partition("#")[0]),
            str(body.get("order", "")),
            str(body.get("person", "")),
            str(body.get("provider", "")),
            str(body.get("plan", "")),
        )
    except (KeyError, ValueError):
        return None


def _sale(before: Person, after: Person, entry: Entry) -> Sale | None:
    kind = _KINDS.get(entry.what)
    order = _order(after, entry.order) or _order(before, entry.order)
    if kind is None or order is None:
        return None
    offer = order.offer
    earlier = _order(before, entry.order)
    changed = _payment(before, after, order, earlier)
    money = entry.money or Money(0, order.price.currency)
    if changed is not None and changed.test:
        kind, money = _of_test(kind, money, changed, earlier)
    arrived = kind in {FlowKind.PAID, FlowKind.RENEWED, FlowKind.HELD, FlowKind.TEST} and money.amount_minor > 0
    nominal = changed.paid_at if arrived and changed is not None and changed.paid_at else entry.at
    gift = order.kind is OrderKind.GIFT and kind in {FlowKind.PAID, FlowKind.GRANTED}
    about = (order.id, before.id, order.provider, offer.plan.id, offer.discount, gift)
    return Sale(kind, money, entry.at, nominal, *about)


def _of_test(kind: FlowKind, money: Money, payment: Payment, earlier: Order | None) -> tuple[FlowKind, Money]:
    """Return how money of a test payment is counted: not as revenue while it is kept, as it was never there.

    Outside production test payments are granted; then they are counted as others are.
    """
    was = earlier.payment(payment.id) if earlier is not None else None
    kept = PaymentState.HELD in {payment.state, was.state if was is not None else None}
    if not kept:
        return kind, money
    if kind is FlowKind.GRANTED:
        return FlowKind.PAID, payment.money
    return FlowKind.TEST, money


def _payment(before: Person, after: Person, order: Order, earlier: Order | None) -> Payment | None:
    """Return the payment whose money moved: it has changed, or its refund, counted since it was asked for, ended."""
    changed = next((each for each in order.payments if earlier is None or earlier.payment(each.id) != each), None)
    ended = (refund for refund in before.refunds if refund.order_id == order.id and refund not in after.refunds)
    return changed or next((order.payment(refund.payment_id) for refund in ended), None)


def _order(person: Person, order_id: str | None) -> Order | None:
    return next((order for order in person.orders if order.id == order_id), None)
