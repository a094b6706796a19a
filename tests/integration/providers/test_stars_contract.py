"""The adapter for Telegram Stars keeps the contract of payment providers, against the fake Telegram over HTTP."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.telegram.wallet import Wallet
from tests.fakes.clock import START
from tests.fakes.provider_contract import ProviderBench, ProviderContract
from tests.integration.stars_invoices import ready
from tests.integration.telegram_harness import Harness, person_with_chat
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.localization.messages import Messages
from vpnbot.providers.stars.provider import StarsProvider
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.timed_transport import TimedTransport


class RunningTelegram:
    """A fake Telegram with a buyer, which serves in a thread, because the adapter blocks."""

    def __init__(self) -> None:
        self.harness: Harness
        self.wallet: Wallet
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "RunningTelegram":
        self._thread.start()
        self.runs(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self.runs(self.harness.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def runs[R](self, work: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine in the thread, and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def pays(self, link: str) -> str:
        """Let the buyer pay; return the id of the charge."""
        return self.runs(self.wallet.pays(link)).charge

    async def _open(self) -> None:
        self.harness = Harness(0.0)
        self.harness.now = START
        await self.harness.open()
        await ready(self.harness)
        anna = await person_with_chat(self.harness)
        self.wallet = self.harness.telegram.wallet(anna.user_id)


@dataclass
class StarsBench(ProviderBench):
    """A payment in Stars has its id only once it is paid; `pay` takes its link."""

    def paid(self) -> tuple[Order, PaymentReport]:
        """Return an order that was paid, and its payment."""
        order = self.order()
        charge = self.pay(self.provider.begin(order).link)
        return order, self.provider.look(str(charge))


class TestStarsContract(ProviderContract):
    """The contract, with Stars."""

    @pytest.fixture
    def bench(self) -> Iterator[StarsBench]:
        with RunningTelegram() as telegram:
            token, transport = telegram.harness.telegram.token, TimedTransport(telegram.harness.base)

            def provider(token: str) -> StarsProvider:
                api = BotApi(token, transport)
                return StarsProvider(api.bot_id, api.call, lambda: START, Messages())

            yield StarsBench(
                provider(token),
                telegram.pays,
                "no such charge",
                price=Money(199, "XTR"),
                refused=provider(f"{token}-revoked"),
            )
            transport.close()
