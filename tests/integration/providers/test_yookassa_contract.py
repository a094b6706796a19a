"""YooKassa fulfils the contract of payment providers."""

import pytest

from tests.fakes.provider_contract import ProviderBench, ProviderContract
from tests.integration.providers.yookassa_bench import ConnectedShop


class TestYooKassa(ProviderContract):
    """Over HTTP, against the fake."""

    @pytest.fixture
    def bench(self, shop: ConnectedShop) -> ProviderBench:
        """The shop."""
        return shop.bench()
