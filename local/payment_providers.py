"""The fake payment providers of a local run: their routes, their settings, and what time brings to them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from aiohttp import web

from local.crypto_pay.fake import FakeCryptoPay
from local.yookassa.fake_yookassa import SECRET_KEY, SHOP_ID, FakeYooKassa

YOOKASSA_ROOT = "/yookassa"
"""The path of YooKassa's API and pages on the server of the local run."""
_TICK_SECONDS = 1.0


class FakeProviders:
    """The fakes: YooKassa on the server of the local run, Crypto Pay on a port of its own.

    Each sends its notifications to the payment webhook.
    """

    def __init__(self, now: Callable[[], datetime], cryptopay_token: str) -> None:
        self.yookassa = FakeYooKassa(now)
        self.crypto_pay = FakeCryptoPay(cryptopay_token, now)

    async def start(self) -> None:
        """Listen on loopback."""
        await self.crypto_pay.start()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve APIs and payment pages."""
        self.yookassa.add_routes(router, YOOKASSA_ROOT)

    def opened(self, base: str) -> None:
        """Tell the address of the server once it listens."""
        self.yookassa.opened(f"{base}{YOOKASSA_ROOT}", f"{base}/payments/yookassa")
        self.crypto_pay.webhook_url = f"{base}/payments/crypto_pay"

    def variables(self, base: str) -> Mapping[str, str]:
        """Return the environment variables of the functions; `base` is the address of the server as they reach it."""
        return {
            "CRYPTO_PAY_API_BASE": self.crypto_pay.api_base,
            "YOOKASSA_API_BASE": f"{base}{YOOKASSA_ROOT}/v3",
            "YOOKASSA_SECRET_KEY": SECRET_KEY,
            "YOOKASSA_SHOP_ID": SHOP_ID,
        }

    @property
    def next_at(self) -> datetime | None:
        """When a provider does something next: a notification is due, or a payment ends; None if nothing waits."""
        return min(filter(None, (self.yookassa.next_at, self.crypto_pay.notifications.next_at)), default=None)

    async def idle(self) -> None:
        """Do what is due, and wait until all notifications that are due were sent."""
        await self.yookassa.idle()
        await self.crypto_pay.deliver()

    def time_moved(self) -> None:
        """Begin to do what is due; called after each jump of virtual time."""
        self.yookassa.time_moved()

    async def run(self) -> None:
        """Do what becomes due while time passes, until the task is cancelled."""
        while True:
            await self.idle()
            await asyncio.sleep(_TICK_SECONDS)

    async def stop(self) -> None:
        """Stop listening and sending."""
        await self.yookassa.stop()
        await self.crypto_pay.stop()
