"""The fake payment providers of a local run: reached with the variables of the functions, notifying their webhook."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from aiohttp import web

from local.background import InBackground
from local.payment_providers import FakeProviders
from local.yookassa.faults import Fault, FaultKind
from tests.fakes.clock import Clock
from tests.fakes.provider_contract import sample_order
from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.providers.yookassa.provider import YooKassa


class LocalRun:
    """The server of a local run with nothing but the providers and a webhook that counts its notifications."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.providers = FakeProviders(self.clock, "4242:fake")
        self.notified: list[bytes] = []
        self.base = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        self.providers.add_routes(app.router)
        app.router.add_post("/payments/yookassa", self._notified)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.providers.opened(self.base)

    async def stop(self) -> None:
        """Stop everything."""
        await self.providers.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _notified(self, request: web.Request) -> web.Response:
        self.notified.append(await request.read())
        return web.Response()


@contextmanager
def running() -> Iterator[tuple[LocalRun, InBackground, YooKassa]]:
    """Run the server, and connect an adapter with the variables that the functions get."""
    local = LocalRun()
    with InBackground(local) as servers:
        variables = local.providers.variables(local.base)
        adapter = YooKassa(
            variables["YOOKASSA_SHOP_ID"],
            lambda *, again=False: variables["YOOKASSA_SECRET_KEY"],
            "shop",
            base_url=variables["YOOKASSA_API_BASE"],
            clock=local.clock,
        )
        with closing(adapter):
            yield local, servers, adapter


def test_a_payment_is_made_paid_on_its_page_and_notified() -> None:
    with running() as (local, servers, adapter):
        begun = adapter.begin(sample_order("yookassa", Money(29_900, "RUB")))
        assert begun.link == f"{local.base}/yookassa/pay/{begun.payment_id}"
        local.providers.yookassa.shop.pay_by_card(begun.payment_id, "5555555555554444")
        servers.run(local.providers.idle())
        assert adapter.look(begun.payment_id).state is ReportedState.SUCCEEDED
        assert len(local.notified) == 1


def test_time_that_moves_brings_what_is_late() -> None:
    with running() as (local, servers, adapter):
        fake = local.providers.yookassa
        assert local.providers.next_at is None
        fake.faults.order(Fault(FaultKind.NOTIFICATION_LATE, after=timedelta(days=1)))
        begun = adapter.begin(sample_order("yookassa", Money(29_900, "RUB")))
        fake.shop.pay_by_card(begun.payment_id, "5555555555554444")
        servers.run(local.providers.idle())
        assert local.providers.next_at == local.clock() + timedelta(days=1)
        local.clock.advance(timedelta(days=1))

        async def moved() -> None:
            local.providers.time_moved()
            await local.providers.idle()

        servers.run(moved())
        assert len(local.notified) == 1
        assert local.providers.next_at is None
