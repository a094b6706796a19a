"""The world in memory."""

import pytest

from tests.fakes.world import World, world_in_memory


@pytest.fixture
def world() -> World:
    """A shop that touches nothing outside this process."""
    return world_in_memory()
