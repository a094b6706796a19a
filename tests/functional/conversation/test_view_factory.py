"""Views of people whose server or language is missing."""

from dataclasses import replace

from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatUser


def test_a_key_on_a_removed_server_is_not_a_demo_key(user: ChatUser) -> None:
    situations.running(user)
    user.harness.shop.servers.ids = []
    assert user.harness.views.view(user.person, user.harness.shop.clock()).demo is False


def test_a_person_without_a_language_gets_english(user: ChatUser) -> None:
    situations.new(user)
    person = replace(user.person, user=replace(user.person.user, language=None))
    assert user.harness.views.view(person, user.harness.shop.clock()).language == "en"
