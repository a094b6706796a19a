"""What operators can do about a payment that belongs to no order."""

from vpnbot.domain.payments.money_events import UnmatchedColumn
from vpnbot.domain.payments.operator_acts import Act, PossibleAct
from vpnbot.domain.payments.unmatched import UnmatchedPayment


def acts_of_unmatched(payment: UnmatchedPayment, *, can_refund: bool) -> tuple[PossibleAct, ...]:
    """Return the acts that are possible now; `can_refund`: the provider has a call for refunds.

    After a refund was refused for good an operator may also have sent the money another way.
    """
    if payment.column is not UnmatchedColumn.HELD:
        return ()
    back, by_hand = PossibleAct(Act.SEND_BACK, payment.money), PossibleAct(Act.SENT_BY_HAND, payment.money)
    if not can_refund:
        return (by_hand,)
    return (back, by_hand) if payment.refunds else (back,)
