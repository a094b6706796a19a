"""Fixtures of all functional tests."""

import pytest

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.link_client import LinkClient


@pytest.fixture
def harness() -> ChatHarness:
    """The bot with in-memory fakes."""
    return ChatHarness()


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose Telegram app uses English."""
    return harness.user("en")


@pytest.fixture
def shop() -> Shop:
    """A shop of in-memory fakes; a test module that needs servers or people in it overrides this fixture."""
    return shop_in_memory()


@pytest.fixture
def client(shop: Shop) -> LinkClient:
    """The link of a person on the trial."""
    shop.on_trial()
    return LinkClient(shop)
