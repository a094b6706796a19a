"""YooKassa fulfils the contract of payment providers."""

import subprocess
import sys

import pytest

from tests.fakes.provider_contract import ProviderBench, ProviderContract
from tests.integration.providers.yookassa_bench import ConnectedShop


class TestYooKassa(ProviderContract):
    """Over HTTP, against the fake."""

    @pytest.fixture
    def bench(self, shop: ConnectedShop) -> ProviderBench:
        """The shop."""
        return shop.bench()


def test_the_payment_webhook_loads_no_locale_files_to_look_at_a_payment() -> None:
    code = (
        "import sys; from vpnbot.providers.yookassa.provider import YooKassa; "
        "YooKassa('1', lambda *, again=False: '', ''); "
        "print([name for name in ('fluent', 'aiogram', 'aiohttp', 'pydantic') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert shown.stdout.strip() == "[]"
