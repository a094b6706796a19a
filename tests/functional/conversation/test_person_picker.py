"""A member of the staff chooses a person in Telegram's own list, with buttons below the input."""

from typing import Any

import pytest

from tests.functional.conversation.acting import CUSTOMER, becomes, member
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.bot_session import BOT_ID, BOT_NAME, Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from tests.functional.conversation.operators_group import OWNER, OperatorsGroup
from tests.functional.conversation.test_button_graph import LONGEST_SCREEN_WORDS
from vpnbot.domain.people.roles import Role
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.messages.person_picker import REQUEST_ID

STRANGER = 4_300
PICK = Area.FIND.on("pick")


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with a server, an administrator, and a customer on trial."""
    harness = harness_with_servers("nl")
    customer = harness.user("en", CUSTOMER)
    customer.sends("/start")
    customer.taps("Try free")
    return harness


def _chosen(user: ChatUser, person: int, **more: Any) -> Update:
    shared = {"request_id": REQUEST_ID, "users": [{"user_id": person}], "user_ids": [person]}
    return user.message(users_shared=shared, **more)


def _asks(admin: ChatUser) -> None:
    """Open Find, and tap Choose: Telegram names the bot as the sender of the tapped message."""
    admin.sends("/admin")
    admin.taps("🔎")
    chat = {"id": admin.user_id, "type": "private"}
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "B", "username": BOT_NAME}
    tapped = {"message_id": admin.screen.id, "date": 1_772_366_400, "chat": chat, "from": bot, "text": "…"}
    admin.harness.deliver(admin.tap(PICK, message=tapped))


def _keys(admin: ChatUser) -> list[str]:
    return [key.text for key in admin.harness.telegram.keyboards.get(admin.user_id, [])]


def test_the_buttons_take_the_place_of_the_question(admin: ChatUser) -> None:
    _asks(admin)
    [choose, cancel] = admin.harness.telegram.keyboards[ADMIN]
    assert choose.request_users is not None
    people = choose.request_users
    assert (people.request_id, people.user_is_bot, people.max_quantity) == (REQUEST_ID, False, 1)
    assert (choose.text, cancel.text, cancel.request_users) == ("👤 Choose a person", "✖️ Cancel", None)
    admin.sees("below the message field")
    assert not [message for message in admin.chat if "Send an id" in message.words]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_chosen_person_is_shown_and_the_buttons_are_removed(harness: ChatHarness, language: str) -> None:
    admin = harness.user("ru" if language == "ru" else "en", ADMIN)
    _asks(admin)
    before = len(admin.chat)
    harness.deliver(_chosen(admin, CUSTOMER))
    admin.sees(f"id {CUSTOMER}")
    assert not _keys(admin)
    assert len(admin.chat) == before + 1, "one message more: the card"
    admin.sends(str(ADMIN))
    admin.sees(f"id {ADMIN}")


@pytest.mark.parametrize(("language", "words"), [("en", "never opened the bot"), ("ru", "ещё не открывал бота")])
def test_for_a_person_who_has_never_opened_the_bot_there_are_ways_on(
    harness: ChatHarness, language: str, words: str
) -> None:
    admin = harness.user("ru" if language == "ru" else "en", ADMIN)
    _asks(admin)
    harness.deliver(_chosen(admin, STRANGER))
    admin.sees(words)
    assert len(admin.screen.words.split()) <= LONGEST_SCREEN_WORDS
    assert admin.link("📤") == f"https://t.me/share/url?url=https%3A%2F%2Ft.me%2F{BOT_NAME}"
    assert not _keys(admin)
    admin.taps("🔎")
    assert "👤" in admin.screen.labels[0][0]


def test_cancel_and_a_written_id_remove_the_buttons_too(admin: ChatUser) -> None:
    _asks(admin)
    admin.sends("✖️ Cancel")
    admin.sees("Send an id")
    assert not _keys(admin)
    _asks(admin)
    admin.sends(str(CUSTOMER))
    admin.sees(f"id {CUSTOMER}")
    assert not _keys(admin)
    admin.sends(str(CUSTOMER))
    assert admin.harness.telegram.named()[-1] == "sendMessage"
    assert admin.harness.telegram.named()[-2] != "deleteMessage", "removed once, not with each message"


@pytest.mark.parametrize("way", ["/start", "/admin", "/settings", "👑", "home"])
def test_whoever_goes_elsewhere_has_no_buttons_and_no_message_more(admin: ChatUser, way: str) -> None:
    admin.sends("/start")
    _asks(admin)
    assert _keys(admin)
    before, named = len(admin.chat), admin.harness.telegram.named
    made = len(named())
    if way.startswith("/"):
        admin.sends(way)
    elif way == "home":
        admin.harness.deliver(admin.tap("connect", admin.chat[0].id))
    else:
        admin.taps(way)
    assert not _keys(admin)
    assert named()[made : made + 2] == ["sendMessage", "deleteMessage"]
    assert len(admin.chat) == before + way.startswith("/"), "only the answer to a command is a message more"
    made = len(named())
    admin.sends(str(CUSTOMER)) if way == "home" else admin.sends("/start")
    assert "deleteMessage" not in named()[made:], "they are removed once"


def test_a_failure_while_the_buttons_are_removed_repeats_the_answer(admin: ChatUser) -> None:
    _asks(admin)
    admin.harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))
    assert admin.sends("/settings").status == 503
    assert admin.harness.again().status == 200
    admin.sees("Language")


def test_the_buttons_work_after_the_conversation_has_ended(admin: ChatUser) -> None:
    _asks(admin)
    admin.sends("/start")
    admin.harness.deliver(_chosen(admin, CUSTOMER))
    admin.sees(f"id {CUSTOMER}")
    assert not _keys(admin)
    _asks(admin)
    admin.sends("/start")
    admin.sends("✖️ Cancel")
    admin.sees("Send an id")
    assert not _keys(admin)


def test_a_choice_in_an_update_that_is_read_in_part_is_understood(admin: ChatUser) -> None:
    _asks(admin)
    admin.harness.deliver(_chosen(admin, CUSTOMER, forward_origin={"type": "of a later version", "date": 1}))
    admin.harness.deliver(_chosen(admin, CUSTOMER, gift={"gift": "of a later version"}))
    admin.sees(f"id {CUSTOMER}")
    assert not _keys(admin)


def test_the_role_is_that_of_the_moment_of_the_choice(harness: ChatHarness) -> None:
    support = member(harness, Role.SUPPORT)
    _asks(support)
    becomes(harness, support, None)
    harness.deliver(_chosen(support, CUSTOMER))
    support.sees("I didn't get that")
    assert f"id {CUSTOMER}" not in support.screen.words


def test_a_choice_by_a_customer_gets_what_any_unknown_message_gets_and_writes_nothing(harness: ChatHarness) -> None:
    customer = harness.user("en", CUSTOMER)
    stored = customer.person
    harness.deliver(_chosen(customer, ADMIN))
    shown, calls = customer.screen.words, len(harness.telegram.calls)
    answer = harness.deliver(customer.message(chat_background_set={"type": {}}))
    assert answer.method is not None, "a second message in a row gets a reaction, in the response"
    assert answer.method["method"] == "setMessageReaction"
    assert (customer.screen.words, len(harness.telegram.calls)) == (shown, calls)
    assert f"id {ADMIN}" not in shown
    assert customer.person == stored


def test_cancel_written_by_a_customer_is_a_word_like_any_other(harness: ChatHarness) -> None:
    customer = harness.user("en", CUSTOMER)
    customer.sends("✖️ Cancel")
    customer.sees("Pass")


def test_in_a_group_nobody_is_asked_for(harness: ChatHarness) -> None:
    group = OperatorsGroup(harness)
    group.chosen_by(OWNER)
    before = len(harness.telegram.calls)
    group.tap(PICK, group.messages()[-1])
    assert len(harness.telegram.calls) == before


@pytest.mark.parametrize("failed", [1, 2, 3])
def test_after_a_failure_of_telegram_the_choice_is_answered_once(harness: ChatHarness, failed: int) -> None:
    admin = harness.user("en", ADMIN)
    _asks(admin)
    method = {1: "sendMessage", 2: "deleteMessage", 3: "sendMessage"}[failed]
    fine = [Refusal(200, "", fine=True)] if failed == 3 else []
    harness.telegram.refuse(method, *fine, Refusal(502, ""))
    answer = harness.deliver(_chosen(admin, CUSTOMER))
    assert (answer.status == 200) == (failed == 2)
    if failed != 2:
        assert harness.again().status == 200
    cards = [message for message in admin.chat if f"id {CUSTOMER}" in message.words]
    assert len(cards) == 1
    assert not _keys(admin)
