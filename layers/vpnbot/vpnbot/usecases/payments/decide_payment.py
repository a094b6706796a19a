"""An operator decides about a payment, with a button or a command: the act is done once."""

from contextlib import suppress
from dataclasses import dataclass

from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.operator_acts import Act, PossibleAct
from vpnbot.errors import AlreadyDecided, VpnbotError
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.payments.confirm_by_hand import confirm_by_hand
from vpnbot.usecases.payments.grant_held import NothingToGrant, grant_held, grant_surplus
from vpnbot.usecases.payments.request_refund import NothingToSendBack, WantedRefund, request_refund
from vpnbot.usecases.ports import Context, Fleet, PaymentPorts, Session
from vpnbot.usecases.subscriptions.suspend_subscription import resume

REASONS = {
    Act.SEND_BACK: RefundReason.HELD,
    Act.SEND_SURPLUS: RefundReason.SURPLUS,
    Act.REFUND: RefundReason.OPERATOR,
}
"""The acts that send money back, with the reason that is kept."""


@dataclass(frozen=True, slots=True)
class OperatorDecision:
    """What an operator does about which payment; `cause` and `actor` are those of the ledger."""

    cause: str
    actor: str
    order_id: str
    payment_id: str
    decided: PossibleAct


def decide_payment(
    session: Session, fleet: Fleet, ports: PaymentPorts, context: Context, decision: OperatorDecision
) -> bool:
    """Commit an act, and bring the keys to what follows from it; False if it was done before, or is not possible.

    Raises:
        Conflict, StorageUnavailable: try again later with the same cause.
    """
    cause, actor, decided = decision.cause, decision.actor, decision.decided
    order_id, payment_id = decision.order_id, decision.payment_id
    try:
        match decided.act:
            case Act.GIVE:
                grant_held(session, ports, context, cause, actor, order_id, payment_id)
            case Act.GIVE_SURPLUS:
                grant_surplus(session, ports, context, cause, actor, order_id, payment_id)
            case Act.SENT_BY_HAND:
                confirm_by_hand(session, ports, context, actor, order_id, payment_id)
            case Act.LET_ON:
                resume(session, fleet, context, cause, actor)
            case Act.SEND_BACK | Act.SEND_SURPLUS | Act.REFUND:
                wanted = WantedRefund(order_id, payment_id, REASONS[decided.act], actor, decided.money)
                request_refund(session, ports, context, cause, wanted)
    except (AlreadyDecided, NothingToGrant, NothingToSendBack):
        return False
    with suppress(VpnbotError):  # due work makes, or turns off, the keys that fail
        place_keys(session, fleet, context)
        provision_pending(session, fleet, context)
    return True
