"""`/start` from a page of ours: it leads to the screen that the page names."""

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import open_shop
from vpnbot.domain.bot_link import Start

NEW = "3 days free"
SENT = "Sent"


def test_the_plans_are_shown(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends(f"/start {Start.PLANS}")
    user.sees("Which plan?")


def test_home_is_shown_while_nothing_is_sold(user: ChatUser) -> None:
    user.sends(f"/start {Start.PLANS}")
    user.sees(NEW)


def test_the_check_is_shown_to_a_person_with_a_subscription(user: ChatUser) -> None:
    user.sends("/start")
    user.taps("🎁 Try free")
    user.sends(f"/start {Start.CHECK}")
    user.sees("The app hasn't loaded your link")


def test_a_person_whose_trial_is_over_reads_that_in_the_check(user: ChatUser) -> None:
    user.sends("/start")
    user.taps("🎁 Try free")
    user.harness.passes(days=3)
    user.sends(f"/start {Start.CHECK}")
    user.sees("VPN is off")


@pytest.mark.parametrize("start", [Start.CHECK, Start.DEVICES])
def test_a_new_person_sees_home_instead_of_the_check_and_the_devices(user: ChatUser, start: Start) -> None:
    user.sends(f"/start {start}")
    user.sees(NEW)


def test_the_devices_are_shown_to_a_person_with_a_subscription(user: ChatUser) -> None:
    user.sends("/start")
    user.taps("🎁 Try free")
    user.sends(f"/start {Start.DEVICES}")
    user.sees("No devices yet")


def test_the_next_message_is_a_question_to_the_operators(user: ChatUser) -> None:
    user.sends("/start")
    user.sends(f"/start {Start.WRITE}")
    user.sees("Write")
    user.sends("It is slow")
    user.sees(SENT)


def test_home_is_shown_where_support_has_an_address_of_its_own() -> None:
    user = ChatHarness(support_chat_id=None, support_url="https://t.me/support").user("en")
    user.sends(f"/start {Start.WRITE}")
    user.sees(NEW)


@pytest.mark.parametrize("payload", [Start.HOME, "s_", "s_from_a_later_version", "s_write2"])
def test_any_other_screen_is_home(user: ChatUser, payload: str) -> None:
    user.sends("/start")
    user.sends(f"/start {payload}")
    user.sees(NEW)


@pytest.mark.parametrize("start", Start)
def test_the_payload_is_not_where_a_person_comes_from(user: ChatUser, start: Start) -> None:
    user.sends(f"/start {start}")
    assert user.person.user.known
    assert user.person.user.came_from is None


@pytest.mark.parametrize("start", Start)
def test_a_conversation_that_was_open_ends(user: ChatUser, start: Start) -> None:
    """What a person types after `/start` is no answer to a question that was asked before."""
    user.sends("/start")
    user.taps("💬 Write to us")
    user.sends(f"/start {start}")
    user.sends("It is slow")
    assert (SENT in user.screen.text) is (start is Start.WRITE)
