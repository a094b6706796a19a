"""Unknown buttons, stale buttons and unexpected messages are answered with the current screen."""

from typing import Any

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import BOT_NAME
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser, Language

HEADING = {"en": "Here is the current screen.", "ru": "Вот актуальный экран."}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "data",
    [
        *("", "nonsense", "platform", "platform:", "platform:amiga", "app", "app:ios", "app:ios:hiddify"),
        *("app:amiga:happ", "apps:", "apps:amiga", "qr:", "qr:unknown", "lang", "lang:", "lang:xx", "opinion"),
        *("opinion:meh", "home:1", "TRY", ":", "::::", "x" * 64, "support:1", "plan:gold"),
    ],
)
def test_unknown_and_malformed_buttons_lead_to_the_current_screen(
    harness: ChatHarness, language: Language, data: str
) -> None:
    user = harness.user(language)
    situations.running(user)
    before = user.person.user
    answer = harness.deliver(user.tap(data, user.screen.id))
    assert answer.status == 200
    user.sees(HEADING[language])
    assert user.screen.labels[0] in (["🔌 Connect"], ["🔌 Подключиться"])
    assert user.person.user == before
    assert not harness.quarantine.updates


@pytest.mark.parametrize("data", ["connect", "platform:ios", "apps:ios", "app:ios:happ", "qr:happ"])
@pytest.mark.parametrize("situation", ["new", "making_key", "expired", "link_gone", "trial_used", "paused"])
def test_stale_buttons_show_the_current_screen_without_a_running_key(
    user: ChatUser, situation: str, data: str
) -> None:
    situations.SITUATIONS[situation](user)
    user.harness.deliver(user.tap(data, user.screen.id))
    user.sees("Here is the current screen.")
    assert user.screen.picture is None
    assert not user.harness.quarantine.updates


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("photo", [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]),
        ("voice", {"file_id": "f", "file_unique_id": "u", "duration": 1}),
        (
            "sticker",
            {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1}
            | {"is_animated": False, "is_video": False},
        ),
        ("location", {"latitude": 1.0, "longitude": 1.0}),
        ("contact", {"phone_number": "1", "first_name": "A"}),
        ("dice", {"emoji": "🎲", "value": 3}),
        ("text", "hello?"),
        ("text", "/unknown"),
        ("text", "start"),
        ("text", "<b>&amp;"),
        ("something_of_next_year", {"x": 1}),
    ],
)
def test_messages_of_any_kind_are_answered_and_can_be_passed_on(user: ChatUser, kind: str, content: Any) -> None:
    situations.running(user)
    user.sends_a(kind, content)
    nothing_to_pass_on = kind == "something_of_next_year" or content == "/unknown"
    user.sees("I didn't get that." if nothing_to_pass_on else "Pass this on to us?")
    assert not user.harness.quarantine.updates


@pytest.mark.parametrize("command", ["/start", "/start ref_1", "/home", "/menu", f"/start@{BOT_NAME}"])
def test_commands_for_home_show_home_without_the_heading(user: ChatUser, command: str) -> None:
    situations.running(user)
    user.sends("hm")
    user.sends(command)
    assert user.screen.words.startswith("🟢 VPN is on")


@pytest.mark.parametrize("data", ["home", "connect", "nonsense", "try", "settings"])
@pytest.mark.parametrize("shape", ["inline mode", "too old", "no chat"])
def test_taps_whose_message_cannot_be_edited_are_answered_with_a_new_message(
    user: ChatUser, data: str, shape: str
) -> None:
    situations.running(user)
    chat = {"id": user.user_id, "type": "private"}
    update = {
        "inline mode": user.tap(data, None, inline_message_id="xyz"),
        "too old": user.tap(data, None, message={"message_id": 3, "date": 0, "chat": chat}),
        "no chat": user.tap(data, None),
    }[shape]
    before = len(user.chat)
    answer = user.harness.deliver(update)
    assert answer.status == 200
    assert answer.method is not None, "the tap is answered"
    assert len(user.chat) == before + 1
    assert user.screen.labels
    assert not user.harness.quarantine.updates


def test_a_tap_without_data_is_answered(user: ChatUser) -> None:
    situations.running(user)
    user.harness.deliver(user.tap(None, user.screen.id, game_short_name="g"))
    user.sees("Here is the current screen.")


class TestGroups:
    """The bot answers in private chats only; in the operators' chat it only passes answers on."""

    @pytest.mark.parametrize("chat_id", [-100_777, OPERATORS])
    @pytest.mark.parametrize("text", ["/start", "hello", f"/home@{BOT_NAME}"])
    def test_a_message_in_a_group_is_not_answered(self, user: ChatUser, chat_id: int, text: str) -> None:
        update = user.message(text=text, chat={"id": chat_id, "type": "supergroup", "title": "G"})
        assert user.harness.deliver(update).status == 200
        assert user.harness.telegram.calls == []
        assert not user.person.user.known

    @pytest.mark.parametrize("chat_id", [-100_777, OPERATORS])
    def test_a_tap_in_a_group_is_answered_and_changes_nothing(self, user: ChatUser, chat_id: int) -> None:
        update = user.tap("try", None, message={"message_id": 3, "date": 1, "chat": {"id": chat_id, "type": "group"}})
        answer = user.harness.deliver(update)
        assert answer.method == {"method": "answerCallbackQuery", "callback_query_id": "777"}
        assert user.harness.telegram.calls == []
        assert not user.person.user.known

    def test_a_bot_added_to_a_group_stores_no_person(self, user: ChatUser) -> None:
        content = user.message(chat={"id": -100_777, "type": "group", "title": "G"})["message"]
        member = {"status": "member", "user": {"id": 4242, "is_bot": True, "first_name": "B"}}
        content |= {"old_chat_member": member, "new_chat_member": member}
        user.harness.deliver({"update_id": 1, "my_chat_member": content})
        assert not user.person.user.known
        assert user.harness.telegram.calls == []

    def test_a_message_of_a_bot_is_not_answered(self, user: ChatUser) -> None:
        update = user.message(text="/start", **{"from": {"id": 7, "is_bot": True, "first_name": "B"}})
        assert user.harness.deliver(update).status == 200
        assert user.harness.telegram.calls == []
