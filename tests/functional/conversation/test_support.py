"""A question reaches the operators, and their answer the person, whatever else is going on."""

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import ChatMessage, Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from vpnbot.domain.notifications import NotificationKind
from vpnbot.errors import Conflict

OPERATOR = 900


def asks(user: ChatUser, text: str) -> None:
    """Write to us."""
    user.taps("Write to us")
    user.sends(text)


def questions(harness: ChatHarness) -> list[ChatMessage]:
    """Return what stands in the operators' chat."""
    return harness.telegram.messages(OPERATORS)


def replies(harness: ChatHarness, asked: str, **content: object) -> None:
    """Let an operator reply to a message of the bot."""
    operator = harness.user("en", OPERATOR)
    chat = {"id": OPERATORS, "type": "supergroup", "title": "Operators"}
    bot = {"id": 4242, "is_bot": True, "first_name": "B"}
    original = {"message_id": 5, "date": 1, "chat": chat, "from": bot, "text": asked}
    harness.deliver(operator.message(chat=chat, reply_to_message=original, **content))


@pytest.mark.parametrize(
    ("language", "ask", "invited", "sent"),
    [
        ("en", "Write to us", "Write your question here, in one message.", "✅ Sent. We'll answer here."),
        ("ru", "Написать нам", "Напишите вопрос одним сообщением.", "✅ Отправили. Ответим здесь."),
    ],
)
def test_a_question_is_passed_on_and_confirmed(
    harness: ChatHarness, language: str, ask: str, invited: str, sent: str
) -> None:
    user = harness.user(language)
    situations.new(user)
    user.taps(ask)
    user.sees(invited)
    user.sends("Will it work on <my> fridge & oven?")
    user.sees(sent)
    assert [[label[0] for label in row] for row in user.screen.labels] == [["🏠"]], "a way on"
    (question,) = questions(harness)
    assert question.words.startswith("💬 Will it work on <my> fridge & oven?")
    assert question.words.endswith(f"#id_{user.person.id}")
    assert str(user.user_id) not in question.words


def test_the_operators_answer_reaches_whoever_asked_at_once(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    replies(user.harness, questions(user.harness)[-1].words, text="Hello! <3")
    user.sees("💬 Hello! <3")
    user.sees_buttons("💬 Write to us | 🏠 Home")
    assert questions(user.harness)[-1].words == "✅ Passed on."
    assert not user.person.outbox


def test_an_anonymous_administrators_answer_is_passed_on_as_well(user: ChatUser) -> None:
    """Telegram lets them speak through a bot of its own, in the name of the group."""
    situations.new(user)
    asks(user, "Hello?")
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    group = {"id": OPERATORS, "type": "supergroup", "title": "Operators"}
    asked = questions(user.harness)[-1].words
    replies(user.harness, asked, text="Hello!", **{"from": anonymous, "sender_chat": group})
    user.sees("💬 Hello!")


def test_an_answer_delivered_twice_is_passed_on_once(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    replies(user.harness, questions(user.harness)[-1].words, text="Hello!")
    user.harness.again()
    assert [message.words for message in user.chat].count("💬 Hello!") == 1


def test_a_mark_that_somebody_wrote_into_their_question_redirects_no_answer(user: ChatUser) -> None:
    harness = user.harness
    other = harness.user("en", 43)
    situations.new(other)
    situations.new(user)
    asks(user, f"#id_{other.person.id}")
    replies(harness, questions(harness)[-1].words, text="For the one who asked")
    user.sees("For the one who asked")
    assert len(other.chat) == 1


def test_an_answer_to_somebody_who_is_gone_says_so(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    asked = questions(user.harness)[-1].words
    user.harness.deliver(user.tap("delete_all", user.screen.id))
    replies(user.harness, asked, text="Hello!")
    assert questions(user.harness)[-1].words == "That message is nobody's question any more."


def test_an_answer_that_is_no_text_is_not_silently_lost(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    sticker = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    replies(user.harness, questions(user.harness)[-1].words, photo=sticker)
    assert "only pass on text" in questions(user.harness)[-1].words


def test_operators_talk_among_themselves_undisturbed(user: ChatUser) -> None:
    replies(user.harness, "just a message of the bot", text="funny")
    assert user.harness.telegram.calls == []


def test_a_mark_outside_the_operators_chat_means_nothing(user: ChatUser) -> None:
    harness = user.harness
    other = harness.user("en", 43)
    situations.new(other)
    chat = {"id": user.user_id, "type": "private"}
    original = {"message_id": 5, "date": 1, "chat": chat, "text": f"#id_{other.person.id}"}
    harness.deliver(user.message(text="spam", reply_to_message=original))
    assert len(other.chat) == 1


@pytest.mark.parametrize("support_chat_id", [OPERATOR])
def test_a_single_operator_may_be_asked_in_their_own_chat(support_chat_id: int) -> None:
    harness = ChatHarness(support_chat_id=support_chat_id)
    user, operator = harness.user(), harness.user("en", OPERATOR)
    situations.new(user)
    asks(user, "Hello?")
    asked = operator.screen.words
    chat = {"id": OPERATOR, "type": "private"}
    original = {"message_id": 5, "date": 1, "chat": chat, "text": asked}
    harness.deliver(operator.message(text="Hello!", reply_to_message=original))
    user.sees("Hello!")
    operator.sends("/start")
    operator.sees("3 days free")


@pytest.mark.parametrize("text", ["x" * 4096, "<" * 4096])
def test_the_longest_question_and_the_longest_answer_get_through(user: ChatUser, text: str) -> None:
    situations.new(user)
    asks(user, text)
    question = questions(user.harness)[-1]
    assert f"#id_{user.person.id}" in question.words
    replies(user.harness, question.words, text=text)
    user.sees(text[:100])
    assert not user.harness.quarantine.updates


def test_what_is_no_text_is_asked_for_in_words_and_the_question_stays_open(user: ChatUser) -> None:
    situations.new(user)
    user.taps("Write to us")
    user.sends_a("voice", {"file_id": "f", "file_unique_id": "u", "duration": 1})
    user.sees("For now we can only pass on text.")
    user.sees_buttons("🏠 Home")
    user.sends("In words, then")
    user.sees("✅ Sent.")


@pytest.mark.parametrize("way_out", ["/start", "/help", "Back"])
def test_a_command_or_back_ends_the_question_instead_of_being_sent(user: ChatUser, way_out: str) -> None:
    situations.new(user)
    user.taps("Write to us")
    if way_out.startswith("/"):
        user.sends(way_out)
    else:
        user.taps(way_out)
    user.sends("not a question")
    user.sees("Here is the current screen.")
    assert questions(user.harness) == []


def test_a_stale_write_to_us_leads_home_when_nobody_listens_any_more() -> None:
    harness = ChatHarness(support_chat_id=None)
    user = harness.user()
    situations.new(user)
    harness.deliver(user.tap("support", user.screen.id))
    user.sees("Here is the current screen.")


class TestNothingIsLost:
    """Failures around a question."""

    def test_a_question_survives_an_operators_chat_that_is_throttled(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        fine = Refusal(0, fine=True)
        user.harness.telegram.refuse("sendMessage", fine, Refusal(429, "Too Many Requests", retry_after=5))
        answer = user.sends("Hello?")
        assert answer.status == 200, "the person was answered; the rest is the clock's"
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
    def test_an_operators_chat_that_cannot_be_written_to_says_nothing_of_the_person(
        self, user: ChatUser, refusal: Refusal
    ) -> None:
        """Or they would get no reminder any more, for a chat that is ours to mend."""
        situations.new(user)
        user.taps("Write to us")
        user.harness.telegram.refuse("sendMessage", Refusal(0, fine=True), refusal, refusal)
        answer = user.sends("Hello?")
        assert (answer.status, answer.method) == (200, None), "the person was answered; the rest is the clock's"
        user.sees("✅ Sent.")
        user.harness.passes(minutes=2)
        assert user.person.user.reachable
        assert ("OUT", "Misconfigured") in user.harness.shop.meter.put_offs
        user.harness.passes(minutes=5)
        assert len(questions(user.harness)) == 1

    def test_a_question_that_is_delivered_again_after_a_crash_is_asked_once(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        user.harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))
        assert user.sends("Hello?").status == 503
        assert user.harness.again().status == 200
        user.sees("3 days free")
        user.harness.passes(minutes=3)
        assert len(questions(user.harness)) == 1

    def test_an_invitation_that_was_not_answered_is_shown_again_not_replaced(self, user: ChatUser) -> None:
        situations.new(user)
        user.harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))
        tap = user.tap("support", user.screen.id)
        assert user.harness.deliver(tap).status == 503
        assert user.harness.again().status == 200
        user.sees("Write your question here")

    def test_a_question_and_a_tap_at_the_same_time_are_both_done(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        shop = user.harness.shop
        shop.faults.at("commit.before", Conflict("a tap came in between"))
        user.sends("Hello?")
        user.sees("✅ Sent.")
        assert len(questions(user.harness)) == 1
        assert [notice.kind for notice in user.person.outbox] == []
        assert NotificationKind.SUPPORT_QUESTION not in {notice.kind for notice in user.person.outbox}
