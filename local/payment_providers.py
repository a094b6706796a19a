"""The fake payment providers of a local run: their routes, their settings, and what time brings to them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from aiohttp import web

from local.yookassa.fake_yookassa import SECRET_KEY, SHOP_ID, FakeYooKassa

YOOKASSA_ROOT = "/yookassa"
"""The path of YooKassa's API and pages on the server of the local run."""
_TICK_SECONDS = 1.0


class FakeProviders:
    """The fakes on the server of the local run. Each sends its notifications to the payment webhook."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.yookassa = FakeYooKassa(now)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve APIs and payment pages."""
        self.yookassa.add_routes(router, YOOKASSA_ROOT)

    def opened(self, base: str) -> None:
        """Tell the address of the server once it listens."""
        self.yookassa.opened(f"{base}{YOOKASSA_ROOT}", f"{base}/payments/yookassa")

    @staticmethod
    def variables(base: str) -> Mapping[str, str]:
        """Return the environment variables of the functions; `base` is the address of the server as they reach it."""
        return {
            "YOOKASSA_API_BASE": f"{base}{YOOKASSA_ROOT}/v3",
            "YOOKASSA_SECRET_KEY": SECRET_KEY,
            "YOOKASSA_SHOP_ID": SHOP_ID,
        }

    @property
    def next_at(self) -> datetime | None:
        """When the next notification is due; None if none waits."""
        return self.yookassa.notifier.next_at

    async def idle(self) -> None:
        """Do what is due, and wait until all notifications that are due were sent."""
        await self.yookassa.idle()

    def time_moved(self) -> None:
        """Begin to do what is due; called after each jump of virtual time."""
        self.yookassa.time_moved()

    async def run(self) -> None:
        """Do what becomes due while time passes, until the task is cancelled."""
        while True:
            await self.idle()
            await asyncio.sleep(_TICK_SECONDS)

    async def stop(self) -> None:
        """Stop sending."""
        await self.yookassa.stop()
