"""A bot in memory, and a person who writes to it."""

import pytest

from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser


@pytest.fixture
def harness() -> ChatHarness:
    """A bot in memory."""
    return ChatHarness()


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose Telegram is in English."""
    return harness.user("en")


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    """The administrator, for a `harness` that has `ADMIN` among its administrators."""
    return harness.user("en", ADMIN)
