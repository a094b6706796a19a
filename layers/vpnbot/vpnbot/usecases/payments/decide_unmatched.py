"""An operator decides about a payment that belongs to no order: it is sent back, or was sent by hand."""

from collections.abc import Callable

from vpnbot.domain.payments.operator_acts import Act, PossibleAct
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.unmatched import (
    UnmatchedDecision,
    UnmatchedPayment,
    UnmatchedSettlement,
    return_asked,
    sent_by_hand,
)
from vpnbot.domain.payments.unmatched_acts import acts_of_unmatched
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.payments.accounts import refunds_of
from vpnbot.usecases.ports import Context, PaymentPorts
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.statistics.count_unmatched import statistics_of_unmatched

_DECIDED: dict[Act, Callable[[UnmatchedPayment, UnmatchedDecision], UnmatchedSettlement]] = {
    Act.SEND_BACK: return_asked,
    Act.SENT_BY_HAND: sent_by_hand,
}


def unmatched_acts(payment: UnmatchedPayment, ports: PaymentPorts) -> tuple[PossibleAct, ...]:
    """Return what operators can do about a payment now."""
    can_refund = refunds_of(ports.providers, payment.provider) is not Refunds.NONE
    return acts_of_unmatched(payment, can_refund=can_refund)


def decide_unmatched(
    payment: UnmatchedPayment, act: Act, cause: str, actor: str, ports: PaymentPorts, context: Context
) -> bool:
    """Commit an act that is possible now; False if it was done before, or is not possible any more.

    Raises:
        Conflict: another operator, or due work, is changing it; with the same cause a further call decides.
        StorageUnavailable: try again later with the same cause.
    """
    if all(each.act is not act for each in unmatched_acts(payment, ports)):
        return False
    retention = ports.sales.settings.load().retention
    settlement = _DECIDED[act](payment, UnmatchedDecision(cause, actor, context.clock(), retention))
    if settlement.outcome is Outcome.NONE:
        return False
    try:
        ports.unmatched.save(
            settlement.after, settlement.entry, *settlement.effects, *statistics_of_unmatched(settlement)
        )
    except AlreadyDecided:
        return False
    return True
