"""The adapter for Telegram Stars with a bot on the fake Telegram and a buyer, for tests over HTTP."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from local.telegram.checkouts import Checkout
from local.telegram.wallet import Wallet
from tests.integration.stars_invoices import ready
from tests.integration.telegram_harness import NOON, Harness, person_with_chat
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import PaymentReport, RefundReport
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.localization.messages import Messages
from vpnbot.providers.stars.calls import Call
from vpnbot.providers.stars.provider import StarsProvider
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.timed_transport import TimedTransport

PERSON = "0123456789abcdef" * 2
MONTH = timedelta(days=30)
SECOND = timedelta(seconds=1)


def order(stars: int = 199, *, seed: str = "a", days: int = 30, renews: bool = False, **more: Any) -> Order:
    """Return an order of a plan with a name in both languages."""
    plan = Plan("standard", timedelta(), devices=2, titles={"en": "Standard", "ru": "Стандарт"})
    price = ListPrice(29_900, 2_592_000)
    offer = Offer("standard-30", plan, timedelta(days=days), Money(stars, "XTR"), price, price)
    number = new_order_id(NOON, seed * 32)
    return Order(
        number, OrderKind.PURCHASE, offer, "stars", PERSON, NOON, language="en", renewal_agreed=renews, **more
    )


def answering(result: object) -> Call:
    """Return a Bot API whose every method returns this."""

    def call(method: str, **parameters: object) -> object:
        return result

    return call


class Shop:
    """The adapter, a buyer and a bot that accepts every payment."""

    def __init__(self, harness: Harness, wallet: Wallet, provider: StarsProvider) -> None:
        self.harness, self.wallet, self.provider = harness, wallet, provider

    @classmethod
    async def opened(cls, harness: Harness) -> "Shop":
        await ready(harness)
        anna = await person_with_chat(harness)
        bot = BotApi(harness.telegram.token, TimedTransport(harness.base))
        provider = StarsProvider(bot.bot_id, bot.call, lambda: harness.now, Messages())
        return cls(harness, harness.telegram.wallet(anna.user_id), provider)

    async def does[R](self, method: Callable[..., R], *arguments: object) -> R:
        """Call a method of the adapter, which blocks, in a thread."""
        return await asyncio.to_thread(method, *arguments)

    async def sells(self, sold: Order) -> Checkout:
        """Begin an order and let the buyer pay it."""
        begun = await self.does(self.provider.begin, sold)
        return await self.wallet.pays(begun.link)

    async def all_since(self, begin: datetime) -> tuple[list[PaymentReport], list[RefundReport]]:
        """Read all pages."""
        payments: list[PaymentReport] = []
        refunds: list[RefundReport] = []
        cursor: str | None = None
        while True:
            page = await self.does(self.provider.since, begin, cursor)
            payments.extend(page.payments)
            refunds.extend(page.refunds)
            cursor = page.following
            if cursor is None:
                return payments, refunds

    def refund_of(self, paid: Checkout, stars: int = 199) -> tuple[Refund, Order, Payment]:
        """Return the arguments of a refund of a payment."""
        sold, payer = order(), self.wallet.account.user_id
        payment = Payment(paid.charge, self.provider.account, Money(199, "XTR"), payer=payer)
        refund = Refund(
            sold.id,
            1,
            "stars",
            self.provider.account,
            paid.charge,
            Money(stars, "XTR"),
            RefundReason.OPERATOR,
            NOON,
            payer=payer,
        )
        return refund, sold, payment
