"""Every command of the menu answers with its screen, at every standing of a person, in both languages."""

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.acting import CUSTOMER, member
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.test_button_graph import LONGEST_SCREEN_WORDS
from vpnbot.domain.people.roles import Role

COMMANDS = ("start", "connect", "plans", "help", "support", "settings", "terms", "privacy", "paysupport")
NOT_UNDERSTOOD = {"en": "I didn't get that. Home:", "ru": "Не понял. Вот главное меню."}
CURRENT = {"en": "Here is the current screen.", "ru": "Вот актуальный экран."}


def _deleted(user: ChatUser) -> None:
    situations.running(user)
    for data in ("settings", "delete", "delete_all"):
        user.harness.deliver(user.tap(data, user.screen.id))


def _never_seen(_: ChatUser) -> None:
    pass


SITUATIONS = {**situations.SITUATIONS, "deleted": _deleted, "never seen": _never_seen}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_command_has_a_screen_with_a_way_on_at_every_standing(
    harness: ChatHarness, language: Language, situation: str
) -> None:
    user = harness.user(language)
    SITUATIONS[situation](user)
    for command in COMMANDS:
        calls = len(harness.telegram.calls)
        answer = harness.deliver(user.message(text=f"/{command}"))
        assert answer.status == 200
        assert harness.telegram.named()[calls:] == ["sendMessage"], command
        assert user.screen.labels, command
        assert NOT_UNDERSTOOD[language] not in user.screen.words, command
        assert CURRENT[language] not in user.screen.words, command
        assert len(user.screen.words.split()) <= LONGEST_SCREEN_WORDS, (command, user.screen.words)
    assert not harness.quarantine.updates


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/connect", "What shall we connect?"),
        ("/help", "Access"),
        ("/support", "Write"),
        ("/settings", "Language"),
        ("/privacy", "We keep"),
        ("/terms", "lawful"),
        ("/paysupport", "payment"),
    ],
)
def test_a_command_leads_to_its_screen(user: ChatUser, command: str, words: str) -> None:
    situations.running(user)
    user.sends(command)
    assert words in user.screen.words, user.screen.words


def test_words_after_the_command_for_support_are_a_question(user: ChatUser) -> None:
    situations.running(user)
    user.sends("/support")
    user.sends("It is slow")
    user.sees("Sent")


@pytest.mark.parametrize("command", ["/settings", "/connect", "/privacy", "/help"])
def test_another_command_ends_the_question(user: ChatUser, command: str) -> None:
    situations.running(user)
    user.sends("/support")
    user.sends(command)
    user.sends("hello")
    user.sees("Pass this on to us?")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_word_that_nothing_expects_is_answered_with_home(language: Language) -> None:
    harness = ChatHarness(support_chat_id=None)
    user = harness.user(language)
    situations.running(user)
    for text in ("hello", "/unknown"):
        user.sends(text)
        user.sees(NOT_UNDERSTOOD[language])
        assert user.screen.labels


def test_find_is_a_command_of_the_staff_only() -> None:
    harness = harness_with_servers("nl")
    admin, support = harness.user("en", ADMIN), member(harness, Role.SUPPORT)
    for staff in (admin, support):
        staff.sends("/find")
        staff.sees("Send an id")
    customer = harness.user("en", CUSTOMER)
    customer.sends("/start")
    customer.sends("/find")
    customer.sees(NOT_UNDERSTOOD["en"])
