"""Words that nothing expects do not pile up answers: the first is answered, the others get a reaction."""

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.asking import heard
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.telegram.customer.not_understood import MOST, ROW_LASTS
from vpnbot.telegram.updates.webhook_response import WebhookResponse

OFFER, LOST = "Pass this on to us?", "I didn't get that."
WORDS = ("hm", "hello", "why", "is it slow", "?")


def emoji(answer: WebhookResponse) -> str:
    """Return the reaction in the response to an update; empty if there is none."""
    method = answer.method or {}
    return method["reaction"][0]["emoji"] if method.get("method") == "setMessageReaction" else ""


def answers(user: ChatUser) -> int:
    """Return how many messages of the bot say that it did not understand."""
    return sum(message.words.count(OFFER) + message.words.count(LOST) for message in user.chat)


@pytest.fixture
def calls(user: ChatUser) -> list[str]:
    """The calls to Telegram so far."""
    situations.running(user)
    return user.harness.telegram.named()


def test_five_words_get_one_answer_and_four_reactions_without_a_call(user: ChatUser, calls: list[str]) -> None:
    reactions = [emoji(user.sends(word)) for word in WORDS]
    assert reactions == ["", "🤷", "🤷", "🤷", "🤷"]
    assert answers(user) == 1
    assert user.harness.telegram.named()[len(calls) :] == ["sendMessage"]
    assert user.harness.answers[-1].method == {
        "method": "setMessageReaction",
        "chat_id": user.user_id,
        "message_id": user.harness.delivered[-1]["message"]["message_id"],
        "reaction": [{"type": "emoji", "emoji": "🤷"}],
    }


def test_one_tap_passes_on_all_of_them_once(user: ChatUser) -> None:
    situations.running(user)
    for word in WORDS:
        user.sends(word)
    user.taps("Pass on")
    user.sees("✅ Sent.")
    user.harness.again()
    user.harness.passes(minutes=2)
    assert heard(user.harness) == list(WORDS)
    assert emoji(user.sends("one more")) == "", "the row has ended"
    assert heard(user.harness) == [*WORDS, "one more"], "the conversation with the staff is open"


@pytest.mark.parametrize("word", ["hm", "/unknown"])
def test_without_a_support_chat_home_is_shown_once(word: str) -> None:
    user = ChatHarness(support_chat_id=None).user()
    situations.running(user)
    assert [emoji(user.sends(word)) for _ in range(5)] == ["", "🤷", "🤷", "🤷", "🤷"]
    assert answers(user) == 1


def test_a_member_of_the_staff_gets_home_once(user: ChatUser) -> None:
    situations.running(user)
    user.harness.administered_by(user.user_id)
    for word in WORDS:
        user.sends(word)
    assert answers(user) == 1
    user.sees(LOST)


def test_a_later_word_is_answered_again(user: ChatUser) -> None:
    situations.running(user)
    user.sends("hm")
    user.harness.shop.clock.advance(ROW_LASTS)
    user.sends("hm")
    assert answers(user) == 2


@pytest.mark.parametrize("command", ["/start", "/settings"])
def test_a_command_ends_the_row(user: ChatUser, command: str) -> None:
    situations.running(user)
    user.sends("hm")
    user.sends(command)
    user.sends("hm")
    assert answers(user) == 2


def test_home_ends_the_row(user: ChatUser) -> None:
    situations.running(user)
    user.sends("hm")
    user.taps("Home")
    user.sends("hm")
    assert user.screen.words.endswith(OFFER)


def test_a_word_that_is_delivered_again_gets_the_same(user: ChatUser) -> None:
    situations.running(user)
    user.sends("hm")
    user.harness.again()
    assert answers(user) == 2, "perhaps the first answer was not sent"
    user.sends("hello")
    assert emoji(user.harness.again()) == "🤷"
    user.taps("Pass on")
    assert heard(user.harness) == ["hm", "hello"]


def test_a_long_row_is_kept_in_part_and_never_fails(harness: ChatHarness) -> None:
    user = harness.user()
    situations.running(user)
    for number in range(MOST + 5):
        assert user.sends(f"word {number}").status == 200
    assert answers(user) == 1
