"""Fixtures of the conversation tests."""

import pytest

from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    """The administrator, for a `harness` that has `ADMIN` among its administrators."""
    return harness.user("en", ADMIN)
