"""The world on DynamoDB."""

import pytest

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.world import World
from vpnbot.storage.people.people import People
from vpnbot.storage.scheduling import DueIndex


@pytest.fixture
def world(table_name: str) -> World:
    """A shop whose people and timed work are in a table of the emulator."""
    assert table_name
    clock, faults = Clock(), Faults()
    return World(clock, faults, People(clock, faults.reached), DueIndex(), on_dynamodb=True)
