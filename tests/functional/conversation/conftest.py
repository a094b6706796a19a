"""The stage, in both languages where a test asks for a person."""

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser


@pytest.fixture
def harness() -> ChatHarness:
    """A bot in memory."""
    return ChatHarness()


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person who speaks English."""
    return harness.user("en")
