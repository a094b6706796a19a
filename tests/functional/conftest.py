"""Fixtures of all functional tests."""

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser


@pytest.fixture
def harness() -> ChatHarness:
    """The bot with in-memory fakes."""
    return ChatHarness()


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose Telegram app uses English."""
    return harness.user("en")
