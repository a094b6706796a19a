"""Fixtures of the conversation tests."""

import pytest

from tests.functional.conversation.acting import CUSTOMER
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.gift_steps import FRIEND
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.operators_group import OperatorsGroup
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.situations import SITUATIONS


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    """The administrator, for a `harness` that has `ADMIN` among its administrators."""
    return harness.user("en", ADMIN)


@pytest.fixture
def customer(harness: ChatHarness) -> ChatUser:
    """A person on trial."""
    user = harness.user("en", CUSTOMER)
    user.sends("/start")
    user.taps("Try free")
    return user


@pytest.fixture
def group(harness: ChatHarness) -> OperatorsGroup:
    """A group that an owner has chosen."""
    group = OperatorsGroup(harness)
    group.chosen_by()
    return group


@pytest.fixture
def buyer(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended, in a shop that sells."""
    open_shop(harness)
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


@pytest.fixture
def friend(harness: ChatHarness) -> ChatUser:
    """Who gets the link of a gift."""
    return harness.user("en", FRIEND)
