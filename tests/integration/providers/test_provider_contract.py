"""Crypto Pay and the demo provider fulfil the contract of payment providers."""

from collections.abc import Iterator

import pytest

from tests.fakes.clock import Clock
from tests.fakes.provider_contract import ProviderBench, ProviderContract
from tests.integration.providers.crypto_pay_app import APP, running_app
from vpnbot.demo.key_value_store import KeyValueStore
from vpnbot.demo.payment_actions import Action, DemoPaymentActions
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.localization.messages import Messages
from vpnbot.providers.crypto_pay.provider import CryptoPay
from vpnbot.providers.demo.payments import DemoPayments
from vpnbot.providers.demo.provider import DemoProvider

RING = KeyRing({1: b"first secret, of thirty-two bytes"})


class TestCryptoPay(ProviderContract):
    """Crypto Pay, over HTTP against its fake."""

    @pytest.fixture
    def bench(self) -> Iterator[ProviderBench]:
        with running_app() as app:
            refused = CryptoPay(lambda *, again=False: f"{APP}:refused", Messages(), app.fake.api_base)
            yield ProviderBench(app.provider, app.pay, unknown_id="999", refused=refused)
            refused.close()


class TestDemo(ProviderContract):
    """The demo provider, with its store in the table."""

    @pytest.fixture
    def bench(self, table_name: str) -> ProviderBench:
        clock, payments = Clock(), DemoPayments(KeyValueStore())
        provider = DemoProvider(payments, lambda: RING, lambda: "https://vpn.example", clock)
        actions = DemoPaymentActions(payments, clock)
        bench = ProviderBench(provider, lambda payment_id: None, unknown_id="demo-none", clock=clock)

        def pay(payment_id: str, *, save: bool = False) -> None:
            payment = payments.get(payment_id)
            assert payment is not None
            actions.act(payment, Action.PAY, reason="", save=save)

        def saved() -> str:
            order = bench.order()
            begun = provider.begin(order)
            pay(begun.payment_id, save=True)
            method = provider.look(begun.payment_id).method
            assert method is not None
            return method.id

        bench.pay, bench.saved = pay, saved
        return bench
