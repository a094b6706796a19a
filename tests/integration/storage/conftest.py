"""The world on DynamoDB."""

import pytest

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.shop import Shop
from vpnbot.demo.crash_points import PeopleWithCrashPoints
from vpnbot.storage.people.people import People
from vpnbot.storage.scheduling import DueIndex


@pytest.fixture
def empty_shop(table_name: str) -> Shop:
    """A shop whose people and timed work are in a table of the emulator."""
    assert table_name
    clock, faults = Clock(), Faults()
    return Shop(clock, faults, PeopleWithCrashPoints(People(clock), faults.reached), DueIndex(), on_dynamodb=True)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """The same; a module that needs more in it overrides this fixture."""
    return empty_shop
