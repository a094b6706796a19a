"""Go on with an order whose provider did not answer: the provider makes its payment, and the person is notified."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_waiters import waits_for_provider
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.begin_payment import begin_payment
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def resume_order(session: Session, ports: PaymentPorts, context: Context, order: Order) -> None:
    """Let the provider make the payment of an order that waits for it, and notify the person, once for each wait.

    From a provider without keys only a tap asks for another payment: here its list is read, because an earlier
    request may have made one, and the person is notified in either case.

    Raises:
        ProviderUnavailable, WrongAccount: the provider does not answer; the order waits on.
        ProviderRejected: the provider does not make this payment; the order has ended.
        Conflict, StorageUnavailable: try again later.
    """
    provider = ports.providers.get(order.provider)
    if provider.abilities.idempotent:
        begin_payment(session, ports, context, order, announce=True)
        return
    if provider.abilities.looks:
        find_payment(session, ports, context, order)
    else:
        require_account(provider, order.account)
        provider.begin(order)  # a link costs nothing, and shows that the provider makes payments again
    settle(session, context, lambda person: _notified(person, order, context))


def find_payment(session: Session, ports: PaymentPorts, context: Context, order: Order) -> None:
    """Apply the payments that earlier requests have made for an order; notify its person, if they wait, of one.

    Raises:
        ProviderUnavailable, WrongAccount: the provider does not answer.
        Conflict, StorageUnavailable: try again later.
    """
    provider = ports.providers.get(order.provider)
    require_account(provider, order.account)
    for report in provider.find(order):
        apply_in(session, report, order.id, Source.POLL, ports, context)
    current = session.person.order(order.id)
    if order.waits_since is not None and current is not None and current.pending is not None:
        settle(session, context, lambda person: _notified(person, order, context))


def _notified(person: Person, order: Order, context: Context) -> Settlement:
    current = person.order(order.id)
    if current is None or not current.open:
        return unchanged(Outcome.DONE, person)
    now = context.clock()
    cause = f"order:{order.id}:can_be_paid:{order.waits_since:%Y-%m-%dT%H:%M:%S.%f}"
    message = money_notification(NotificationKind.PROVIDER_BACK, cause, now, about_order(order))
    after = person.with_order(replace(current, waits_since=None)).with_notifications(message)
    entry = Entry(cause, "notified that the provider works again", now, "clock", order.id)
    return Settlement(Outcome.NEXT, after, entry)


def waiting_order(person: Person, provider: str) -> Order | None:
    """Return the order of a person that waits for a provider; None if there is none."""
    return next((order for order in person.orders if order.provider == provider and waits_for_provider(order)), None)
