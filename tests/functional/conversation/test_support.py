"""A customer's question reaches the operators, and their answer reaches the customer."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram.methods import CopyMessage

from tests.functional.conversation import situations
from tests.functional.conversation.asking import OPERATOR, asks, heard, questions, replies
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser

SUPERGROUP = -100_900


@pytest.mark.parametrize(
    ("language", "ask", "invited", "sent"),
    [
        ("en", "Write to us", "Write to us here: text, photos, voice, anything.", "✅ Sent. We'll answer here."),
        ("ru", "Написать нам", "Напишите нам здесь: текст, фото, голос, что угодно.", "✅ Отправили. Ответим здесь."),
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
    assert [[label[0] for label in row] for row in user.screen.labels] == [["🏠"]], "a button to continue"
    assert heard(harness) == ["Will it work on <my> fridge & oven?"]
    (line,) = questions(harness)
    assert line.words.endswith(f"#id_{user.person.id}")
    assert str(user.user_id) not in line.words


def test_the_operators_answer_reaches_the_customer_at_once(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    replies(user.harness, questions(user.harness)[-1].words, text="Hello! <3")
    user.sees("Hello! <3")
    user.sees_buttons("💬 Write to us | 🏠 Home")
    assert list(user.harness.telegram.reactions.values()) == ["👌"]
    assert not user.person.answers


def test_an_anonymous_administrators_answer_is_passed_on_as_well(user: ChatUser) -> None:
    """Telegram sends messages of anonymous administrators from a bot of its own, in the name of the group."""
    situations.new(user)
    asks(user, "Hello?")
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    group = {"id": OPERATORS, "type": "supergroup", "title": "Operators"}
    asked = questions(user.harness)[-1].words
    sender: dict[str, Any] = {"from": anonymous, "sender_chat": group}
    replies(user.harness, asked, text="Hello!", **sender)
    user.sees("Hello!")


def test_an_answer_delivered_twice_is_passed_on_once(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    replies(user.harness, questions(user.harness)[-1].words, text="Hello!")
    user.harness.again()
    assert [message.words for message in user.chat].count("Hello!") == 1


def test_a_person_mark_inside_a_question_does_not_redirect_the_answer(user: ChatUser) -> None:
    harness = user.harness
    other = harness.user("en", 43)
    situations.new(other)
    situations.new(user)
    asks(user, f"#id_{other.person.id}")
    replies(harness, questions(harness)[-1].words, text="For the one who asked")
    user.sees("For the one who asked")
    assert len(other.chat) == 1


def test_the_operator_sees_that_a_person_has_deleted_their_data(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    asked = questions(user.harness)[-1].words
    user.harness.deliver(user.tap("delete_all", user.screen.id))
    replies(user.harness, asked, text="Hello!")
    assert heard(user.harness)[-1] == "This person has deleted their data, so the answer was not sent."


def test_an_answer_with_a_photo_is_copied(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    picture = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    replies(user.harness, questions(user.harness)[-1].words, photo=picture)
    user.sees("[photo]")


def test_the_operator_sees_that_the_person_has_blocked_the_bot(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    user.harness.shop.people.record_reachable(user.person, reachable=False)
    user.harness.telegram.blocked.add(user.user_id)
    replies(user.harness, questions(user.harness)[-1].words, text="Hello!")
    assert "This customer has blocked the bot." in heard(user.harness)[-1]
    assert list(user.harness.telegram.reactions.values()) == ["😢"]
    assert [answer.due for answer in user.person.answers] == [None], "kept for their return"
    user.harness.telegram.blocked.clear()
    user.sends("/start")
    assert [message.words for message in user.chat].count("Hello!") == 1


def test_replies_among_operators_are_ignored(user: ChatUser) -> None:
    replies(user.harness, "just a message of the bot", text="funny")
    assert user.harness.telegram.calls == []


def test_a_person_mark_outside_the_operators_chat_is_ignored(user: ChatUser) -> None:
    harness = user.harness
    other = harness.user("en", 43)
    situations.new(other)
    chat = {"id": user.user_id, "type": "private"}
    original = {"message_id": 5, "date": 1, "chat": chat, "text": f"#id_{other.person.id}"}
    harness.deliver(user.message(text="spam", reply_to_message=original))
    assert len(other.chat) == 1


@pytest.mark.parametrize("support_chat_id", [OPERATOR])
def test_the_operators_chat_may_be_the_private_chat_of_one_operator(support_chat_id: int) -> None:
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


def test_an_administrator_whose_chat_is_the_support_chat_is_still_a_customer() -> None:
    harness = ChatHarness(support_chat_id=OPERATOR, admin_ids=frozenset({OPERATOR}))
    admin, customer = harness.user("en", OPERATOR), harness.user("en")
    situations.running(admin)
    situations.new(customer)
    asks(customer, "Hello?")
    asked = admin.screen.words
    harness.deliver(admin.tap("support", admin.screen.id))
    admin.sends("A question of my own")
    own = admin.chat[-1].words
    assert admin.chat[-2].words == "A question of my own"
    chat = {"id": OPERATOR, "type": "private"}
    for words, answer in ((asked, "Hello!"), (own, "Hello to me")):
        original = {"message_id": 5, "date": 1, "chat": chat, "text": words}
        harness.deliver(admin.message(text=answer, reply_to_message=original))
    customer.sees("Hello!")
    assert any("Hello to me" in message.words for message in admin.chat)
    admin.sends("/start")
    admin.taps("Settings")
    admin.taps("New link")
    admin.taps("Make a new link")
    admin.sees("Your new link is ready.")


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "document", "video_note"])
def test_everything_that_a_person_sends_is_copied(user: ChatUser, kind: str) -> None:
    situations.new(user)
    user.taps("Write to us")
    file = {"file_id": "f", "file_unique_id": "u"}
    sizes = {"width": 1, "height": 1, "length": 1, "duration": 1, "type": "regular"}
    more = {"is_animated": False, "is_video": False} if kind == "sticker" else {}
    user.sends_a(kind, [file | sizes] if kind == "photo" else file | sizes | more)
    user.sees("✅ Sent.")
    assert heard(user.harness) == [f"[{kind}]"]
    assert user.person.questions == ()


def test_no_content_of_a_person_is_stored(user: ChatUser) -> None:
    situations.new(user)
    user.taps("Write to us")
    user.harness.telegram.refuse("copyMessage", Refusal(429, "Too Many Requests", retry_after=5))
    user.sends("a secret")
    (waiting,) = user.person.questions
    assert (waiting.text, waiting.message_id) == ("", user.harness.delivered[-1]["message"]["message_id"])
    assert "a secret" not in str(user.harness.shop.people.history(user.person.id))
    user.harness.passes(minutes=2)
    assert heard(user.harness) == ["a secret"]


def test_what_telegram_does_not_copy_is_explained_and_the_customer_can_write_again(user: ChatUser) -> None:
    situations.new(user)
    user.taps("Write to us")
    user.sends_a("poll", {"id": "1", "type": "quiz", "question": "?", "options": [], "total_voter_count": 0})
    user.sees("Please describe it in words.")
    user.sees_buttons("🏠 Home")
    user.sends("In words, then")
    user.sees("✅ Sent.")


def test_a_live_location_is_ignored(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    before = len(user.chat)
    user.sends_a("location", {"latitude": 1.0, "longitude": 1.0, "live_period": 60})
    assert len(user.chat) == before
    assert heard(user.harness) == ["Hello?"]


def test_what_follows_a_question_belongs_to_it(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Hello?")
    user.harness.passes(days=2)
    user.sends("Still there?")
    user.sees("✅ Sent.")
    assert heard(user.harness) == ["Hello?", "Still there?"]


def test_words_that_nothing_expects_are_passed_on_after_one_tap(user: ChatUser) -> None:
    situations.new(user)
    user.sends("why is it slow")
    user.sees("Pass this on to us?")
    user.sees_buttons("✅ Pass on / 🏠 Home")
    assert heard(user.harness) == []
    user.taps("Pass on")
    user.sees("✅ Sent.")
    assert heard(user.harness) == ["why is it slow"]
    user.harness.again()
    assert heard(user.harness) == ["why is it slow"]


def test_an_album_goes_together_and_is_confirmed_once(user: ChatUser) -> None:
    situations.new(user)
    user.taps("Write to us")
    for number in (1, 2, 3):
        picture = [{"file_id": f"f{number}", "file_unique_id": "u", "width": 1, "height": 1}]
        user.harness.deliver(user.message(photo=picture, media_group_id="77", caption=f"picture {number}"))
    assert [message.words for message in user.chat].count("✅ Sent. We'll answer here.") == 1
    assert heard(user.harness) == []
    user.harness.passes(minutes=2)
    assert heard(user.harness) == ["picture 1", "picture 2", "picture 3"]
    assert user.harness.telegram.named().count("copyMessages") == 1
    assert len(questions(user.harness)) == 1
    assert user.person.questions == ()


def test_an_album_that_nothing_expects_is_passed_on_after_one_tap(user: ChatUser) -> None:
    situations.new(user)
    for number in (1, 2):
        picture = [{"file_id": f"f{number}", "file_unique_id": "u", "width": 1, "height": 1}]
        user.harness.deliver(user.message(photo=picture, media_group_id="77", caption=f"picture {number}"))
    assert [message.words for message in user.chat].count("💬 Pass this on to us?") == 1
    user.taps("Pass on")
    user.harness.passes(minutes=2)
    assert heard(user.harness) == ["picture 1", "picture 2"]


def test_a_message_that_was_deleted_before_it_was_copied_leaves_a_line(user: ChatUser) -> None:
    situations.new(user)
    user.taps("Write to us")
    user.harness.telegram.refuse("copyMessage", Refusal(502, "Bad Gateway"))
    user.sends("oops")
    user.harness.telegram.heard.clear()
    user.harness.passes(minutes=3)
    assert heard(user.harness) == ["🗑 They deleted this message before it got here."]
    assert user.person.questions == ()


def test_an_edit_that_telegram_refuses_is_copied_below_the_copy_of_before(user: ChatUser) -> None:
    situations.new(user)
    asks(user, "Helo?")
    user.harness.telegram.refuse("editMessageText", Refusal(400, "Bad Request: MESSAGE_EDIT_TIME_EXPIRED"))
    user.harness.shop.clock.advance(timedelta(seconds=3))
    user.edits("Hello?")
    assert heard(user.harness) == ["Helo?", "Hello?"]
    first = user.harness.telegram.messages(OPERATORS)[0]
    copies = [call for call in user.harness.telegram.calls if isinstance(call, CopyMessage)]
    assert copies[-1].reply_parameters is not None
    assert copies[-1].reply_parameters.message_id == first.id


@pytest.mark.parametrize("cancel", ["/start", "/help", "Back"])
def test_a_command_or_back_cancels_the_question_and_is_not_sent(user: ChatUser, cancel: str) -> None:
    situations.new(user)
    user.taps("Write to us")
    if cancel.startswith("/"):
        user.sends(cancel)
    else:
        user.taps(cancel)
    user.sends("not a question")
    user.sees("Pass this on to us?")
    assert questions(user.harness) == []


def test_a_stale_write_to_us_button_shows_home_when_there_is_no_support() -> None:
    harness = ChatHarness(support_chat_id=None)
    user = harness.user()
    situations.new(user)
    harness.deliver(user.tap("support", user.screen.id))
    user.sees("Here is the current screen.")
