"""Fixtures: payment providers, each connected to its fake."""

from collections.abc import Iterator

import pytest

from tests.integration.providers.yookassa_bench import ConnectedShop, connected_shop


@pytest.fixture
def shop() -> Iterator[ConnectedShop]:
    """A test shop at the fake YooKassa, with its adapter."""
    with connected_shop() as connected:
        yield connected
