"""The world in memory."""

import pytest

from tests.fakes.contract import Outside
from tests.fakes.people import People
from tests.fakes.shop import Shop, shop_in_memory


@pytest.fixture
def empty_shop() -> Shop:
    """A shop that touches nothing outside this process."""
    return shop_in_memory()


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """The same; a module that needs more in it overrides this fixture."""
    return empty_shop


@pytest.fixture
def outside(shop: Shop) -> Outside:
    """The shop's table itself."""
    assert isinstance(shop.people, People)
    return shop.people.table
