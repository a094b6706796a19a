"""One person's Stars: pays invoices, turns subscriptions off and on. Used by tests, the journey and the chat page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from local.telegram.accounts import Account
from local.telegram.checkouts import Checkout, Checkouts
from local.telegram.invoices import Invoice, Invoices
from local.telegram.star_ledger import StarLedger
from local.telegram.star_subscriptions import Subscription, Subscriptions


class NoInvoiceError(AssertionError):
    """The link is not that of an invoice."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """Acts as one account; `idle` returns when the bot has answered all updates."""

    account: Account
    invoices: Invoices
    checkouts: Checkouts
    subscribed: Subscriptions
    ledger: StarLedger
    idle: Callable[[], Awaitable[None]]

    @property
    def stars(self) -> int:
        """Return the balance."""
        return self.ledger.balance_of(self.account.user_id)

    def has(self, stars: int) -> None:
        """Set the balance."""
        self.ledger.set_balance(self.account.user_id, stars)

    def sheet(self, link: str) -> Invoice:
        """Return what the payment sheet behind a link shows.

        Raises:
            NoInvoiceError: the link opens none.
        """
        invoice = self.invoices.find(link)
        if invoice is None:
            raise NoInvoiceError(f"{link} opens no payment sheet")
        return invoice

    async def pays(self, link: str, *, wait: bool = True) -> Checkout:
        """Press *Pay*; return the attempt, once the bot has answered unless `wait` is False.

        Raises:
            NoInvoiceError: the link opens no payment sheet.
            BalanceTooLow: the person has too few Stars.
        """
        checkout = self.checkouts.begin(self.account, self.sheet(link))
        if wait:
            await self.idle()
        return checkout

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """Return the subscriptions, the oldest first."""
        return self.subscribed.of(self.account.user_id)

    async def cancels(self, subscription: Subscription) -> None:
        """Turn the renewal of a subscription off."""
        self.subscribed.cancel(subscription)
        await self.idle()

    async def resumes(self, subscription: Subscription) -> bool:
        """Turn the renewal of a subscription on again; return whether Telegram allows it."""
        allowed = self.subscribed.resume(subscription)
        await self.idle()
        return allowed
