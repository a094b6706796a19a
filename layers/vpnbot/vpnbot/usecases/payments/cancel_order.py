"""Cancel an order for its person."""

from contextlib import suppress

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.payments.ending import cancelled
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.errors import VpnbotError
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def cancel_order(session: Session, ports: PaymentPorts, context: Context, cause: str, order_id: str) -> Order | None:
    """Ask the provider once whether it was paid, and cancel it if not; return the order, None if there is none.

    A provider that does not answer does not keep the person from cancelling: a payment that arrives later counts.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    with suppress(VpnbotError):
        check_order(session, ports, context, order_id)
        _cancel_there(session, ports, order_id)
    if session.recall(order_id).order(order_id) is None:
        return None

    def chosen(person: Person) -> Settlement:
        order = person.order(order_id)
        if order is None:
            return unchanged(Outcome.SHOW, person)
        return cancelled(person, order, cause, context.clock())

    settle(session, context, chosen)
    return session.person.order(order_id)


def _cancel_there(session: Session, ports: PaymentPorts, order_id: str) -> None:
    """Tell the provider that the payment is not wanted any more, if it can cancel one."""
    order = session.person.order(order_id)
    if order is None or not order.open or ports.providers.is_down(order.provider):
        return
    provider = ports.providers.get(order.provider)
    if provider.abilities.cancels:
        for payment in order.payments:
            if payment.state is PaymentState.PENDING:
                provider.cancel(payment.id)
