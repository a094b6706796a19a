"""What is still to be done at a provider after a payment: learn of a receipt, stop the charges that it makes."""

from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.scheduling import Due


@dataclass(frozen=True, slots=True)
class PendingReceipt:
    """A fiscal receipt that is not registered yet; `refund_id` names the refund that it belongs to, if it does."""

    order_id: str
    provider: str
    account: str
    payment_id: str
    asked_at: datetime
    refund_id: str | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class RenewalStop:
    """Charges that a provider makes without us, and that must be stopped there.

    `payer` is the Telegram id of who pays, `first_payment_id` the id of the first payment of the subscription. It
    stays when the person deletes their data, until the provider has confirmed it.
    """

    provider: str
    account: str
    payer: int
    first_payment_id: str
    asked_at: datetime
    due: Due | None = None
