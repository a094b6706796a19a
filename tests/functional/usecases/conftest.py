"""Fixtures of the tests of use cases: everything is in memory."""

from collections.abc import Iterator

import pytest

from tests.fakes.contract import Outside
from tests.fakes.people import People
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.usecases.guarded_panels import GuardedPanels


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


@pytest.fixture
def nothing_is_left_overdue(shop: Shop) -> Iterator[None]:
    """Check after each test that due work is done, and not due again and again at the same time."""
    yield
    shop.faults.clear()
    shop.settles(minutes=70)
    following = shop.index.next_due()
    assert following is None or following.due_at > shop.clock()


@pytest.fixture
def guard() -> GuardedPanels:
    """Panels of two servers, with closed circuit breakers."""
    return GuardedPanels()
