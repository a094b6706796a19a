"""What a payment provider reports about payments and refunds, read and checked by its adapter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.money import Money


class ReportedState(StrEnum):
    """The provider's state of a payment or a refund. SUCCEEDED and CANCELED are final."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class Source(StrEnum):
    """How we learned of something. ANSWER: the provider's answer to a charge of ours."""

    UPDATE = "update"
    NOTIFICATION = "notification"
    POLL = "poll"
    TAP = "tap"
    ANSWER = "answer"
    RECONCILIATION = "reconciliation"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class ReportedMethod:
    """A method that may be charged again. `id` is the provider's and secret; `title` is such as "Visa •• 4477"."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """One payment as its provider describes it now, fetched with our own credentials or delivered by Telegram.

    `order`, `person` and `shop` are our own marks that the provider returns; None if it has none. `reason` is why it
    was canceled, in the words of `declines.py`. `method_title` is how it was paid, `method` the method that was saved
    with it. `refunded` is what the provider has sent back of it. `payer` is the Telegram id of who paid, if known.
    `renewal`: the provider charged automatically; `renews_until`: it will charge again at this time. `receipt` is the
    state of the fiscal receipt: empty if there is none. `made_at` and `paid_at` are times of the provider.
    """

    provider: str
    account: str
    payment_id: str
    state: ReportedState
    money: Money
    order: str | None = None
    person: str | None = None
    shop: str | None = None
    test: bool = False
    reason: str = ""
    method_title: str = ""
    method: ReportedMethod | None = None
    refunded: Money | None = None
    payer: int | None = None
    received: str = ""
    renewal: bool = False
    first_of_renewals: bool = False
    renews_until: datetime | None = None
    receipt: str = ""
    made_at: datetime | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundReport:
    """One refund as its provider describes it now. `reason` is why it was canceled; `receipt` as in PaymentReport."""

    provider: str
    account: str
    refund_id: str
    payment_id: str
    state: ReportedState
    money: Money
    reason: str = ""
    receipt: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """A fiscal receipt: the numbers that identify it (54-FZ); empty while it is not registered."""

    state: str
    fiscal_document_number: str = ""
    fiscal_storage_number: str = ""
    fiscal_attribute: str = ""

    @property
    def refused(self) -> bool:
        """Whether it was refused, so that an operator has to make it."""
        return self.state == "canceled"
