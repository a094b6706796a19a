"""The adapter for YooKassa, connected to the fake over HTTP, and a receiver of notifications."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web

from local.background import InBackground
from local.yookassa.fake_yookassa import SECRET_KEY, SHOP_ID, FakeYooKassa
from local.yookassa.faults import Fault, FaultKind
from local.yookassa.objects import Payment
from tests.fakes.clock import Clock
from tests.fakes.pace import Pace
from tests.fakes.provider_contract import ProviderBench, sample_order
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.receipts import ReceiptSettings
from vpnbot.providers.yookassa.provider import YooKassa
from vpnbot.usecases.ports.payments import NotificationRequest

PAID_CARD = "5555 5555 5555 4444"
PRICE = Money(29_900, "RUB")
RECEIPTS = ReceiptSettings(enabled=True, vat_code=1)


class StoredKey:
    """The stored secret key; `stored` may change after it was read."""

    def __init__(self, key: str = SECRET_KEY) -> None:
        self.stored = self.cached = key

    def __call__(self, *, again: bool = False) -> str:
        """Return the key that was read, or read it again."""
        if again:
            self.cached = self.stored
        return self.cached


class NotificationReceiver:
    """The shop's address for notifications. `answers` are the statuses of the next answers, then 200."""

    def __init__(self) -> None:
        self.received: list[NotificationRequest] = []
        self.answers: list[int] = []
        self.together: asyncio.Barrier | None = None
        self.on_received: Callable[[], object] = lambda: None
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/payments/yookassa", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/payments/yookassa"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        source = headers.get("x-local-source", "")
        self.received.append(NotificationRequest(await request.read(), headers, source))
        self.on_received()
        if self.together is not None:
            await self.together.wait()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@dataclass
class ConnectedShop:
    """A running fake, and the adapter of its shop."""

    fake: FakeYooKassa
    receiver: NotificationReceiver
    running: InBackground
    clock: Clock
    pace: Pace
    key: StoredKey
    provider: YooKassa
    made: int = 0
    opened: list[YooKassa] = field(default_factory=list)

    def adapter(self, receipts: ReceiptSettings | None = None, key: StoredKey | None = None) -> YooKassa:
        """Return another adapter for the same shop."""
        made = YooKassa(
            SHOP_ID,
            key or self.key,
            "shop-1",
            receipts=receipts,
            base_url=self.fake.api_base,
            clock=self.clock,
            pace=self.pace,
        )
        self.opened.append(made)
        return made

    def order(self, price: Money = PRICE) -> Order:
        """Return a new order."""
        self.made += 1
        return sample_order("yookassa", price, self.made)

    def fault(self, kind: FaultKind, times: int = 1, on: str = "", **options: object) -> None:
        """Order a fault of the fake."""
        self.fake.faults.order(replace(Fault(kind, times, on), **options))  # type: ignore[arg-type]  # by name

    def pay(self, payment_id: str, card: str = PAID_CARD) -> Payment:
        """Pay on the page with a test card, and wait until the shop is notified."""
        payment = self.fake.shop.pay_by_card(payment_id, card)
        self.settle()
        return payment

    def paid(self, order: Order | None = None) -> tuple[Order, PaymentReport]:
        """Return an order that was paid, and its payment."""
        order = order or self.order()
        begun = self.provider.begin(order)
        self.pay(begun.payment_id)
        return order, self.provider.look(begun.payment_id)

    def saved_method(self) -> str:
        """Return the id of a method that was saved with a payment."""
        _, report = self.paid(replace(self.order(), renewal_agreed=True))
        assert report.method is not None
        return report.method.id

    def settle(self) -> None:
        """Let the fake do what time has brought, and send its notifications."""
        self.running.run(self.fake.idle())

    def bodies(self, path: str) -> list[bytes]:
        """Return the bodies of all POST requests to a path."""
        return [call.body for call in self.fake.api.calls if call.method == "POST" and call.path == path]

    def bench(self) -> ProviderBench:
        """Return the shop as the contract of providers drives it."""
        wrong = self.adapter(key=StoredKey("test_wrong"))
        return ProviderBench(
            provider=self.provider,
            pay=self.pay,
            unknown_id="2d9c1b3a-000f-5000-9000-1b68e7b15f3f",
            clock=self.clock,
            saved=self.saved_method,
            refused=wrong,
        )


@contextmanager
def connected_shop() -> Iterator[ConnectedShop]:
    """Run the fake and a receiver of its notifications, and connect the adapter."""
    clock, key = Clock(), StoredKey()
    fake, receiver = FakeYooKassa(clock), NotificationReceiver()
    with InBackground(fake, receiver) as running:
        fake.notifier.url = receiver.url
        pace = Pace(lambda _duration: None)
        provider = YooKassa(SHOP_ID, key, "shop-1", base_url=fake.api_base, clock=clock, pace=pace)
        shop = ConnectedShop(fake, receiver, running, clock, pace, key, provider)
        try:
            yield shop
        finally:
            for adapter in (provider, *shop.opened):
                adapter.close()
