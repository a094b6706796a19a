"""The payments of an order, as the order keeps them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import ReceiptReport


class PaymentState(StrEnum):
    """What became of one payment of an order.

    PENDING: the provider has made it, and it is not paid yet. CREDITED: its time was granted. HELD: the money is
    here, nothing was granted, and an operator decides. CANCELED: it ended without money. RETURNED: all of it was sent
    back. What is being sent back is in the refunds of the person.
    """

    PENDING = "pending"
    CREDITED = "credited"
    HELD = "held"
    CANCELED = "canceled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment.

    `id` is the provider's, `account` the account at the provider that has it (shop, bot). `money` is what was paid,
    or what is to be paid. `link` is where a pending payment is paid, until `valid_until`. `surplus_minor` was paid
    beyond the price, and `refunded_minor` was sent back or is being sent back, both in minor units. `payer` is the
    Telegram id of who paid, as long as a refund, or a call to stop the charges of a subscription, may need it.
    `method` is its title, such as "Visa •• 4477"; `received` is what arrived if that is another currency, such as
    "3.21 USDT". `lot` names the time that it bought. `renews_until`: the provider charges again at this time without
    us. `noticed_by` says how we first learned that it was paid. It is not `confirmed` if only an update said so,
    until the provider's list of payments has it. `test`: it was made in the test mode of the provider, and no time is
    granted for it in production.
    """

    id: str
    account: str
    money: Money
    state: PaymentState = PaymentState.PENDING
    link: str | None = None
    valid_until: datetime | None = None
    paid_at: datetime | None = None
    surplus_minor: int = 0
    refunded_minor: int = 0
    payer: int | None = None
    method: str = ""
    received: str = ""
    lot: str | None = None
    renews_until: datetime | None = None
    noticed_by: str = ""
    confirmed: bool = True
    test: bool = False
    receipt: ReceiptReport | None = None

    @property
    def left(self) -> Money:
        """What is here of this payment, and not sent back."""
        return Money(self.money.amount_minor - self.refunded_minor, self.money.currency)

    @property
    def surplus(self) -> Money:
        """What was paid beyond the price and is still kept."""
        return Money(self.surplus_minor, self.money.currency)

    @property
    def here(self) -> bool:
        """Whether money of this payment has arrived, and is not sent back completely."""
        return self.state in {PaymentState.CREDITED, PaymentState.HELD}
