"""Ask the provider now what became of an order, because the person asks, or a notification or the clock says so."""

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import UnknownPayment
from vpnbot.domain.orders.reports import Source
from vpnbot.errors import VpnbotError
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def check_order(
    session: Session, ports: PaymentPorts, context: Context, order_id: str, source: Source = Source.TAP
) -> Order | None:
    """Ask the provider for every payment of the order that waits, apply what it says, and return the order.

    None: the person has no such order. An order of a provider that cannot be asked is returned as it is stored. For a
    tap so is one about which this process has asked a moment ago, and one whose provider is down: due work asks.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work asks it again.
        Conflict, StorageUnavailable: try again later.
    """
    order = session.recall(order_id).order(order_id)
    if order is None:
        return None
    provider = ports.providers.get(order.provider)
    pending = [payment for payment in order.payments if payment.state is PaymentState.PENDING]
    if not pending or not provider.abilities.looks:
        return order
    if source is Source.TAP and ports.providers.is_down(order.provider):
        return order
    if source is Source.TAP and not ports.looks.allows(order_id, context.clock()):
        return order
    for payment in pending:
        require_account(provider, payment.account)
        try:
            report = provider.look(payment.id)
        except UnknownPayment:
            continue  # not visible yet
        except VpnbotError:
            ports.looks.forget(order_id)
            raise
        apply_in(session, report, order_id, source, ports, context)
    return session.person.order(order_id)
