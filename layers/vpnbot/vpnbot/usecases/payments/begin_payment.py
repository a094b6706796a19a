"""Ask the provider of an order for a payment, and keep with the order what it has made."""

from dataclasses import dataclass, replace

from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import SAVING_FORBIDDEN, ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.declines import known_reason
from vpnbot.domain.payments.ending import NOT_PAID_IN_TIME, begun
from vpnbot.domain.payments.looks import FIRST_LOOK, GIVE_UP_KEY
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import Fact, Settlement, scheduled, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.ports.payments import Begun, PaymentProvider


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """An order, and the page on which it is paid; `link` None: it is not to be paid any more."""

    order: Order
    link: str | None


def begin_payment(
    session: Session, ports: PaymentPorts, context: Context, order: Order, *, announce: bool = False
) -> PaymentPage:
    """Return the page on which an open order is paid; the provider is asked unless it has made the payment before.

    `announce`: the person gets a notification that the order can be paid, because no reply shows the page.

    Raises:
        ProviderUnavailable: the provider did not answer; due work asks it again, with the same key.
        ProviderRejected: the provider does not make this payment; the order has ended.
        Conflict: concurrent changes; try again later.
    """
    pending, now = order.pending, context.clock()
    provider = ports.providers.get(order.provider)
    if pending is not None and (pending.link is not None or not provider.abilities.looks):
        return PaymentPage(order, pending.link)
    if not provider.abilities.looks:
        made = _asked(session, context, order, provider)
        return PaymentPage(_without_wait(session, context, order), made.link)
    require_account(provider, order.account)
    if now - order.placed_at >= GIVE_UP_KEY:
        return _given_up(session, ports, context, order, provider)
    try:
        made = _asked(session, context, order, provider)
    except ProviderRejected as rejection:
        if rejection.reason == SAVING_FORBIDDEN and order.renewal_agreed:
            without = _without_saving(session, context, order)
            return begin_payment(session, ports, context, without, announce=announce)
        _end(session, context, order, rejection.reason)
        raise
    payment = Payment(made.payment_id, provider.account, order.price, link=made.link, valid_until=made.valid_until)
    look = Due(max(order.placed_at, context.clock() - FIRST_LOOK) + 2 * FIRST_LOOK)

    def bound(person: Person) -> Settlement:
        current = person.order(order.id)
        if current is None:
            return unchanged(Outcome.DONE, person)
        settlement = begun(person, current, payment, context.clock(), look)
        return _announced(settlement, current, context) if announce and settlement.entry else settlement

    settle(session, context, bound)
    return PaymentPage(session.person.order(order.id) or order, made.link)


def _asked(session: Session, context: Context, order: Order, provider: PaymentProvider) -> Begun:
    """Ask for the payment. If the provider does not work, mark the order: its person is notified when it does."""
    try:
        return provider.begin(order)
    except (ProviderUnavailable, WrongAccount):
        _with_wait(session, context, order)
        raise


def _with_wait(session: Session, context: Context, order: Order) -> None:
    """Commit that the person of an order waits for its provider, unless that was committed before."""

    def chosen(person: Person) -> Settlement:
        current = person.order(order.id)
        if current is None or not current.open or current.waits_since is not None:
            return unchanged(Outcome.DONE, person)
        return unchanged(Outcome.DONE, person.with_order(replace(current, waits_since=context.clock())))

    settle(session, context, chosen)


def _without_wait(session: Session, context: Context, order: Order) -> Order:
    """Commit that the person does not wait for the provider any more, if they did, and return the order."""
    if order.waits_since is None:
        return order

    def chosen(person: Person) -> Settlement:
        current = person.order(order.id)
        changed = person if current is None else person.with_order(replace(current, waits_since=None))
        return unchanged(Outcome.DONE, changed)

    settle(session, context, chosen)
    return session.person.order(order.id) or order


def _without_saving(session: Session, context: Context, order: Order) -> Order:
    """Commit that the method of this order is not saved, so that it is asked for with another key; return the order.

    The account may not save methods. The purchase is more important than the automatic renewal.
    """
    changed = replace(order, renewal_agreed=False, attempt=order.attempt + 1)

    def chosen(person: Person) -> Settlement:
        current = person.order(order.id)
        return unchanged(Outcome.DONE, person.with_order(changed) if current == order else person)

    settle(session, context, chosen)
    return session.person.order(order.id) or changed


def _announced(settlement: Settlement, order: Order, context: Context) -> Settlement:
    """Return the settlement with the notification that the provider answers again."""
    cause = f"order:{order.id}:can_be_paid"
    message = money_notification(NotificationKind.PROVIDER_BACK, cause, context.clock(), about_order(order))
    return replace(settlement, after=settlement.after.with_notifications(message))


def _given_up(
    session: Session, ports: PaymentPorts, context: Context, order: Order, provider: PaymentProvider
) -> PaymentPage:
    """Look for what earlier requests may have made, instead of repeating a key that the provider has forgotten."""
    for report in provider.find(order):
        apply_in(session, report, order.id, Source.POLL, ports, context)
    current = session.person.order(order.id) or order
    if current.open and current.pending is None:
        _end(session, context, current, NOT_PAID_IN_TIME)
    return PaymentPage(session.person.order(order.id) or current, None)


def _end(session: Session, context: Context, order: Order, reason: str) -> None:
    """Commit that an order has ended before a payment was made for it."""
    now = context.clock()

    def ended(person: Person) -> Settlement:
        current = person.order(order.id)
        if current is None or not current.open or current.payments:
            return unchanged(Outcome.DONE, person)
        closed = replace(current, status=OrderStatus.ENDED, reason=known_reason(reason), closed_at=now)
        fact = Fact(f"order:{order.id}:ended", now, current)
        return settled(Outcome.LAPS, fact, person, person.with_order(scheduled(closed, now)))

    settle(session, context, ended)
