"""The fake YooKassa with its HTTP server: its own, or the routes of another one."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from local.yookassa.api import Api
from local.yookassa.faults import Faults
from local.yookassa.forgeries import Forgery, forged
from local.yookassa.notifier import Notifier
from local.yookassa.pay_page import PayPage
from local.yookassa.shop import Shop

SHOP_ID = "100500"
SECRET_KEY = "test_fakefakefakefakefakefakefakefakefakefake"  # noqa: S105 - opens nothing but this fake


class FakeYooKassa:
    """One shop at YooKassa: API, payment page, notifications and faults."""

    def __init__(self, now: Callable[[], datetime], *, shop_id: str = SHOP_ID, secret_key: str = SECRET_KEY) -> None:
        self.faults = Faults()
        self.shop = Shop(now, self.faults, shop_id=shop_id, secret_key=secret_key)
        self.notifier = Notifier(now, self.faults)
        self.api = Api(self.shop, self.faults, self._acted)
        self.page = PayPage(self.shop, lambda: self._acted(False))
        self._runner: web.AppRunner | None = None
        self._deliveries: set[asyncio.Task[None]] = set()

    @property
    def api_base(self) -> str:
        """What YOOKASSA_API_BASE must be."""
        return f"{self.shop.page_root}/v3"

    def add_routes(self, router: web.UrlDispatcher, root: str) -> None:
        """Serve below a path of another server."""
        self.api.add_routes(router, root)
        self.page.add_routes(router, root)

    def opened(self, address: str, notification_url: str) -> None:
        """Tell the address of these routes once the other server listens, and where notifications are sent."""
        self.shop.page_root = address
        self.notifier.url = notification_url

    async def start(self, port: int = 0) -> None:
        """Listen on loopback, on a port; 0: any free one."""
        app = web.Application()
        self.api.add_routes(app.router, "")
        self.page.add_routes(app.router, "")
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        self.shop.page_root = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._runner = runner

    async def stop(self) -> None:
        """Stop listening and sending."""
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    @property
    def next_at(self) -> datetime | None:
        """When something happens next: a notification is due, or a payment, a refund or a receipt ends."""
        return min(filter(None, (self.notifier.next_at, self.shop.next_at)), default=None)

    async def idle(self) -> None:
        """Apply what time has brought, and wait until every notification that is due was sent."""
        self.shop.settle()
        self._collect()
        await self.notifier.deliver()

    async def forge(self, forgery: Forgery, payment_id: str, other_order: str = "") -> None:
        """Send a forged notification about a payment, once."""
        self.notifier.add_forged(forged(forgery, self.shop.payments[payment_id].as_json(), other_order))
        await self.notifier.deliver()

    def time_moved(self) -> None:
        """Apply what time has brought, and begin to send what is due; called after each jump of virtual time."""
        self.shop.settle()
        self._deliver_soon()

    async def _acted(self, first: bool) -> None:
        """Send the notifications of what has happened; `first`: before our answer is sent."""
        if first:
            await self.idle()
        else:
            self._deliver_soon()

    def _deliver_soon(self) -> None:
        self._collect()
        task = asyncio.get_running_loop().create_task(self.notifier.deliver())
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    def _collect(self) -> None:
        events, self.shop.events = self.shop.events, []
        self.notifier.add(events)
