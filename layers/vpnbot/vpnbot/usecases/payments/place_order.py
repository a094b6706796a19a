"""Place an order: commit it, then ask its provider for the payment."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vpnbot.correlation import current_id
from vpnbot.domain.effects import Effect
from vpnbot.domain.orders.discount import ReservedUse, promo_of
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.payments.ending import with_status_cancelled
from vpnbot.domain.payments.purchase import preview_of
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due, inline_claim
from vpnbot.domain.shop import ShopClosed, begins, order_of
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.payments.begin_payment import PaymentPage, begin_payment
from vpnbot.usecases.plans.keep_settings import settings_for_orders
from vpnbot.usecases.ports import Context, Metric, PaymentPorts, Session

if TYPE_CHECKING:  # orders without a promo code need none of it
    from vpnbot.usecases.promo.choose_use import UseChoice

MOST_ORDERS = 10
"""Orders of one person for which the provider may still receive a payment; more are not placed."""

SEEN_BY_RECONCILIATION_AFTER = timedelta(minutes=30)
"""When a payment that the provider cannot be asked for is looked for in its list of transactions."""


class DiscountGone(Rejected):
    """The discount of the offer does not count for the person any more, so that the offer has another price."""


class TooManyOrders(Rejected):
    """The person has placed so many orders that wait for their payments that they have to wait."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a person wants to buy, and how.

    `contact` is the address for the receipt, `language` that of the description. `bot_link` is the address of the
    bot, to which the payment page leads back; empty: unknown. `renewal`: the person agrees to automatic renewal.
    `gift`: it is for another person.
    """

    offer: Offer
    provider: str
    language: str
    contact: str | None = None
    bot_link: str = ""
    renewal: bool = False
    gift: bool = False

    def same_as(self, order: Order, account: str) -> bool:
        """Tell whether an order is for the same, so that a second tap does not make a second order.

        `account` is ours at the provider now: an order of an earlier account cannot be paid with today's credentials.
        An order whose method the provider does not save is the same with and without automatic renewal.
        """
        asked = (self.offer, self.provider, self.contact, account)
        if self.gift is not (order.kind is OrderKind.GIFT):
            return False
        if asked != (order.offer, order.provider, order.contact, order.account):
            return False
        return order.saving_refused or self.renewal == order.renewal_agreed


def place_order(
    session: Session, ports: PaymentPorts, context: Context, cause: str, request: OrderRequest
) -> PaymentPage:
    """Commit the order and return the page on which it is paid; an open order for the same is used again.

    Another open purchase of the person is cancelled; a payment for it that arrives all the same counts. The first
    order with a discount takes a use of it, in the same transaction; further ones need no other.

    Raises:
        DiscountGone: the offer has a discount that the person does not have any more.
        CodeRefused: the promo code of the discount does not work any more.
        ShopClosed: the shop takes no such order now.
        TooManyOrders: too many orders wait for their payments.
        TooOften: the person has placed as many orders as allowed.
        ProviderUnavailable: the provider did not answer; the order is placed, and due work asks it again.
        ProviderRejected: the provider does not make this payment; the order has ended.
        Conflict: concurrent changes; try again later.
    """
    mode = settings_for_orders(ports.sales.settings, context).mode
    provider = ports.providers.get(request.provider)
    account = provider.account
    now, seed = context.clock(), context.new_seed()
    first_due = inline_claim(now) if provider.abilities.looks else Due(now + SEEN_BY_RECONCILIATION_AFTER)
    order_id = new_order_id(now, seed)

    def placed(person: Person, choice: "UseChoice | None" = None) -> Person | Decision:
        known = person.open_purchase
        if known is not None and request.same_as(known, account):
            return person
        if not begins(mode, order_of(person)):
            raise ShopClosed("the shop takes no such order now")
        if sum(order.open or order.pending is not None or order.keeps_use for order in person.orders) >= MOST_ORDERS:
            raise TooManyOrders(f"{MOST_ORDERS} orders wait for their payments")
        person = person.acted(LimitedAct.ORDER, now)
        person, effects = _with_use(person, request.offer.discount, choice, now)
        if known is not None:
            person = person.with_order(with_status_cancelled(known, now))
        status = OrderStatus.CREATED if provider.abilities.looks else OrderStatus.AWAITING
        order = _order(order_id, person, request, now)
        ordered = person.with_order(replace(order, status=status, account=account, due=first_due))
        return Decision(ordered, effects=effects)

    if session.person.open_purchase is None or not request.same_as(session.person.open_purchase, account):
        entry = Entry(cause, "order placed", now, order=order_id, money=None)
        with suppress(AlreadyDecided):
            _commit(session, ports, context, entry, request.offer.discount, placed)
            context.metrics.count(Metric.ORDERS)
    order = session.person.open_purchase
    if order is None:
        raise Rejected("the order was closed meanwhile")
    return begin_payment(session, ports, context, order)


def _commit(
    session: Session,
    ports: PaymentPorts,
    context: Context,
    entry: Entry,
    source: str,
    placed: "Callable[[Person, UseChoice | None], Person | Decision]",
) -> None:
    """Commit the order; with the discount of a promo code of which the person has no use, with a choice of one."""
    named = promo_of(source)
    if named is None or session.person.user.reserved_for(source) is not None:
        decide(session, entry, lambda person: placed(person, None), context.metrics)
        return
    from vpnbot.domain.promo.code import CodeRefused, Refusal
    from vpnbot.usecases.promo.choose_use import with_first_use

    def commit(choice: "UseChoice") -> None:
        decide(session, entry, lambda person: placed(person, choice), context.metrics)

    codes, (code_id, one_time) = ports.codes(), named
    code = codes.get(code_id)
    if code is None:
        raise CodeRefused(Refusal.ENDED)
    with_first_use(codes, context, code, one_time, commit)


def _with_use(
    person: Person, source: str, choice: "UseChoice | None", now: datetime
) -> tuple[Person, tuple[Effect, ...]]:
    """Return the person with a use of the discount taken, and what takes it; nothing if they have one."""
    if not source:
        return person, ()
    if not any(discount.source == source and discount.valid_at(now) for discount in person.discounts):
        raise DiscountGone(source)
    if person.user.reserved_for(source) is not None:
        return person, ()
    effects: tuple[Effect, ...] = ()
    reserved = ReservedUse(source)
    if choice is not None:
        use, effects = choice.taken_by(person)
        reserved = ReservedUse(source, use.number, use.counter)
    elif promo_of(source) is not None:
        raise DiscountGone(f"{source}: its use was made final meanwhile")
    return replace(person, user=person.user.with_use_reserved(reserved)), effects


def _order(order_id: str, person: Person, request: OrderRequest, now: datetime) -> Order:
    back = f"{request.bot_link}?start=o_{order_id}" if request.bot_link else ""
    return Order(
        order_id,
        OrderKind.GIFT if request.gift else OrderKind.PURCHASE,
        request.offer,
        request.provider,
        person.id,
        now,
        language=request.language,
        contact=request.contact,
        return_to=back,
        promised_until=None if request.gift else preview_of(person, request.offer, now).ends_at,
        renewal_agreed=request.renewal,
        origin=current_id(),
    )
