"""Fixtures of the tests of use cases: everything is in memory."""

import pytest

from tests.fakes.contract import Outside
from tests.fakes.people import People
from tests.fakes.shop import Shop, shop_in_memory


@pytest.fixture
def empty_shop() -> Shop:
    """A shop of in-memory fakes without people."""
    return shop_in_memory()


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """The same; a test module that needs servers or people in it overrides this fixture."""
    return empty_shop


@pytest.fixture
def outside(shop: Shop) -> Outside:
    """The table of the shop, for items outside the partition of a person."""
    assert isinstance(shop.people, People)
    return shop.people.table
