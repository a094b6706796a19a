"""Questions to the support are passed on once after failures: of Telegram, of the group, and of a delivery."""

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.asking import OPERATOR, asks, heard, questions, replies
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatUser
from vpnbot.errors import Conflict

SUPERGROUP = -100_900


class TestFailures:
    """A question is passed on once after failures of Telegram or of a commit."""

    def test_a_question_is_passed_on_later_when_the_operators_chat_is_throttled(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        user.harness.telegram.refuse("copyMessage", Refusal(429, "Too Many Requests", retry_after=5))
        answer = user.sends("Hello?")
        assert answer.status == 200, "the customer was answered; the due worker sends the question later"
        assert [message.words for message in user.chat].count("✅ Sent. We'll answer here.") == 1
        assert questions(user.harness) == []
        user.harness.passes(minutes=3)
        assert len(questions(user.harness)) == 1

    @pytest.mark.parametrize(
        "refusal",
        [
            Refusal(403, "Forbidden: bot was kicked from the supergroup chat"),
            Refusal(400, "Bad Request: chat not found"),
            Refusal(400, "Bad Request: not enough rights to send text messages to the chat"),
        ],
    )
    def test_an_operators_chat_that_rejects_messages_leaves_the_customer_reachable(
        self, user: ChatUser, refusal: Refusal
    ) -> None:
        """An unreachable customer would get no more reminders, although only the operators' chat is set wrong."""
        situations.new(user)
        user.taps("Write to us")
        user.harness.telegram.refuse("copyMessage", refusal, refusal)
        answer = user.sends("Hello?")
        assert (answer.status, answer.method) == (200, None), (
            "the customer was answered; the due worker sends the question later"
        )
        user.sees("✅ Sent.")
        user.harness.passes(minutes=2)
        assert user.person.user.reachable
        assert ("RELAYIN", "Misconfigured") in user.harness.shop.meter.deferred_work
        user.harness.passes(minutes=5)
        assert len(questions(user.harness)) == 1

    def test_a_group_that_became_a_supergroup_is_followed_and_its_new_id_is_kept(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        moved = Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=SUPERGROUP)
        user.harness.telegram.refuse("copyMessage", moved)
        user.sends("Hello?")
        asks(user, "And again?")
        assert questions(user.harness) == []
        got = user.harness.telegram.messages(SUPERGROUP)
        assert heard(user.harness, SUPERGROUP) == ["Hello?", "And again?"]
        replies(user.harness, got[-1].words, chat_id=SUPERGROUP, text="Hello from the new group!")
        user.sees("Hello from the new group!")

    def test_the_new_id_of_the_group_is_known_from_its_own_message(self, user: ChatUser) -> None:
        situations.new(user)
        operator = user.harness.user("en", OPERATOR)
        group = {"id": OPERATORS, "type": "group", "title": "Operators"}
        user.harness.deliver(operator.message(chat=group, migrate_to_chat_id=SUPERGROUP))
        asks(user, "Hello?")
        assert heard(user.harness, SUPERGROUP) == ["Hello?"]
        assert questions(user.harness) == []

    def test_messages_of_another_group_are_ignored(self, user: ChatUser) -> None:
        situations.new(user)
        asks(user, "Hello?")
        replies(user.harness, questions(user.harness)[-1].words, chat_id=SUPERGROUP, text="spam")
        assert user.harness.telegram.messages(SUPERGROUP) == []
        user.sees("✅ Sent.")

    def test_a_question_that_telegram_rejects_for_another_reason_is_a_bug(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        odd = Refusal(400, "Bad Request: can't parse entities")
        user.harness.telegram.refuse("copyMessage", odd)
        user.sends("Hello?")
        assert user.harness.shop.support_chat.load(OPERATORS).trouble is None, "other questions must not wait"
        assert len(user.person.questions) == 1

    def test_a_question_that_telegram_delivers_again_is_passed_on_once(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        user.harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))
        assert user.sends("Hello?").status == 503
        assert user.harness.again().status == 200
        user.sees("✅ Sent.")
        user.harness.passes(minutes=3)
        assert len(questions(user.harness)) == 1

    def test_after_another_conversation_has_begun_its_question_is_shown(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        message = user.message(text="Hello?")
        user.harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))
        assert user.harness.deliver(message).status == 503
        user.sends("/start")
        user.taps("Write to us")
        user.sends("And again?")
        assert user.harness.deliver(message).status == 200
        user.harness.passes(minutes=3)
        assert len(questions(user.harness)) == 2

    def test_the_prompt_is_shown_after_a_failed_attempt(self, user: ChatUser) -> None:
        situations.new(user)
        user.harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))
        tap = user.tap("support", user.screen.id)
        assert user.harness.deliver(tap).status == 503
        assert user.harness.again().status == 200
        user.sees("Write to us here")

    def test_a_question_is_passed_on_once_after_a_conflict_with_a_tap(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        shop = user.harness.shop
        shop.faults.at("commit.before", Conflict("a tap came in between"))
        user.sends("Hello?")
        user.sees("✅ Sent.")
        assert len(questions(user.harness)) == 1
        assert [item.kind for item in user.person.outbox] == []
        assert user.person.questions == ()
