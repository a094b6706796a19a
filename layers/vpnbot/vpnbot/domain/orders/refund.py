"""A refund on its way: money that is being sent back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.money import Money
from vpnbot.domain.scheduling import Due


class RefundState(StrEnum):
    """ASKED: not confirmed by the provider yet. BY_HAND: an operator sends it, the provider has no such call.

    While a refund is BY_HAND, it is due to remind the operators; one of an earlier release is not due.
    """

    ASKED = "asked"
    BY_HAND = "by_hand"


class RefundReason(StrEnum):
    """Why money is sent back."""

    OPERATOR = "operator"
    SECOND_PAYMENT = "second_payment"
    SURPLUS = "surplus"
    HELD = "held"
    DELETED = "deleted"
    RENEWAL_OFF = "renewal_off"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of one payment that is being sent back; there is at most one at a time for each payment.

    `number` counts the refunds of the order; `attempt` grows only after a final refusal, and both are in the
    idempotence key. `whole`: all that is left of the payment. `refund_id` is the provider's, once it is known.
    `sent_at` is when the request was first sent.
    """

    order_id: str
    number: int
    provider: str
    account: str
    payment_id: str
    money: Money
    why: RefundReason
    asked_at: datetime
    whole: bool = True
    payer: int | None = None
    state: RefundState = RefundState.ASKED
    attempt: int = 1
    refund_id: str | None = None
    sent_at: datetime | None = None
    due: Due | None = None

    @property
    def idempotence_key(self) -> str:
        """The key of the request: at most 64 characters."""
        return f"{self.order_id}-r{self.number}-{self.attempt}"
