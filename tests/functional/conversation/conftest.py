"""The stage, in both languages where a test asks for a person."""

import pytest

from tests.functional.conversation.stage import Somebody, Stage


@pytest.fixture
def stage() -> Stage:
    """A bot in memory."""
    return Stage()


@pytest.fixture
def user(stage: Stage) -> Somebody:
    """A person who speaks English."""
    return stage.somebody("en")
