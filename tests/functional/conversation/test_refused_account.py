"""Our credentials at a provider are refused or removed: a person can choose another way, and see what was paid."""

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import notified, open_shop, the_order
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.orders.provider_errors import WrongAccount


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


def chooses(user: ChatUser) -> None:
    """Come to the confirmation of a month by card."""
    user.harness.deliver(user.tap("buy:standard:30d:yookassa", user.screen.id))


def test_a_refused_account_leads_to_the_other_ways_to_pay(user: ChatUser) -> None:
    open_shop(user.harness)
    chooses(user)
    user.harness.shop.faults.at("yookassa.begin.before", WrongAccount("key", "store it again"))
    user.taps("💳 Pay")
    user.sees("isn't answering")
    assert any("Stars" in label for row in user.screen.labels for label in row)
    assert not user.harness.quarantine.updates


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("data", ["order:show", "order:paid", "order:one", "refund:ask"])
def test_an_order_is_shown_without_the_credentials_of_its_provider(user: ChatUser, data: str, *, paid: bool) -> None:
    card = open_shop(user.harness)
    chooses(user)
    user.taps("💳 Pay")
    if paid:
        card.pays(card.last())
        notified(user, card, card.last())
    del user.harness.shop.providers.known["yookassa"]
    user.harness.deliver(user.tap(f"{data}:{the_order(user).id}", user.screen.id))
    assert not user.harness.quarantine.updates
    assert user.screen.labels
