"""Crypto Pay and the demo provider fulfil the contract of payment providers, too."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from tests.fakes.clock import START, Clock
from tests.fakes.provider_contract import ProviderBench, ProviderContract, kept_method
from tests.integration.providers.crypto_pay_app import running_app
from vpnbot.demo.key_value_store import KeyValueStore
from vpnbot.demo.payment_actions import Action, DemoPaymentActions
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.localization.messages import Messages
from vpnbot.providers.crypto_pay.provider import CryptoPay
from vpnbot.providers.demo.payments import DemoPayments
from vpnbot.providers.demo.provider import DemoProvider

RING = KeyRing({1: b"first secret, of thirty-two bytes"})


class TestCryptoPay(ProviderContract):
    """Over HTTP, against its fake."""

    @pytest.fixture
    def bench(self) -> Iterator[ProviderBench]:
        """An app with its adapter."""
        with running_app() as app:
            app.now[0] = datetime.fromisoformat(START.isoformat())
            wrong = CryptoPay(lambda *, again=False: "4242:AAwrong", Messages(), app.fake.api_base)
            with closing(wrong):
                yield ProviderBench(app.provider, app.pay, "999999", refused=wrong)


class TestDemoProvider(ProviderContract):
    """With its store in the table."""

    @pytest.fixture
    def bench(self, table_name: str) -> ProviderBench:
        """The provider on an empty table."""
        clock, payments = Clock(START), DemoPayments(KeyValueStore())
        provider = DemoProvider(payments, lambda: RING, lambda: "https://vpn.example", clock)
        actions = DemoPaymentActions(payments, clock)

        def pay(payment_id: str, *, save: bool = False) -> None:
            order_id = provider.look(payment_id).order
            assert order_id is not None
            shown = actions.shown(order_id)
            assert shown is not None
            actions.act(shown, Action.PAY, reason="", save=save)

        bench = ProviderBench(provider, pay, "unknown", clock=clock)
        bench.saved = lambda: kept_method(bench, lambda payment_id: pay(payment_id, save=True))
        return bench
