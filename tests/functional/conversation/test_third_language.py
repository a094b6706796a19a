"""A third language needs only one more folder of texts, and no text stays in English."""

import re
import shutil
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer
from fluent.syntax.ast import TextElement
from fluent.syntax.visitor import Transformer

import vpnbot
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.walk import Walk
from vpnbot.domain.keys.vpn_apps import APPS
from vpnbot.localization.messages import Messages

LOCALES = Path(str(vpnbot.__path__[0])) / "locales"
_LETTERS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "ÄßÇÐÉƑĞĤÎĴĶĻṀÑÖÞQŔŠŢÛṼŴẊÝŽåƀçðéƒğĥîĵķļṁñöþɋŕšţûṽŵẋýž"
)
_PROPER = {name for app in APPS for name in (app.title, *(s.title for stores in app.stores.values() for s in stores))}
_NAMES = {word for name in _PROPER for word in re.findall(r"[A-Za-z]{2,}", name)} | {"English"}


class _Pseudo(Transformer):
    def visit_TextElement(self, node: TextElement) -> TextElement:  # noqa: N802 - the visitor's own naming
        parts = re.split(r"(<[^>]*>)", node.value)
        node.value = "".join(part if part.startswith("<") else part.translate(_LETTERS) for part in parts)
        return node


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Messages:
    """English, Russian, and English with every letter replaced by an accented one."""
    folder = tmp_path_factory.mktemp("locales")
    shutil.copytree(LOCALES, folder, dirs_exist_ok=True)
    (folder / "eo").mkdir()
    for path in (LOCALES / "en").glob("*.ftl"):
        resource = FluentParser().parse(path.read_text(encoding="utf-8"))
        text = FluentSerializer().serialize(_Pseudo().visit(resource))
        (folder / "eo" / path.name).write_text(text, encoding="utf-8")
    return Messages(folder)


@pytest.fixture
def user(messages: Messages) -> ChatUser:
    """A person whose Telegram is in the third language."""
    user = ChatHarness(messages=messages).user()
    user.language = "eo"
    return user


def test_a_person_with_the_third_language_gets_texts_in_it(user: ChatUser) -> None:
    user.sends("/start")
    assert user.person.user.language == "eo"
    assert "3 ðåýš ƒŕéé." in user.screen.words


def test_the_settings_offer_it_and_a_button_of_home_opens_the_choice(user: ChatUser) -> None:
    situations.new(user)
    assert user.screen.labels[-1][-1] == "🌐 Ļåñğûåğé"
    user.taps("🌐")
    assert user.screen.labels[0] == ["English", "Éñğļîšĥ", "Русский"]
    user.taps("Русский")
    user.sees("3 дня бесплатно")
    user.taps("🌐")
    user.taps("Éñğļîšĥ")
    assert user.person.user.language == "eo"


@pytest.mark.parametrize("situation", situations.SITUATIONS)
def test_each_screen_toast_and_button_is_in_the_third_language(messages: Messages, situation: str) -> None:
    harness = ChatHarness(messages=messages)
    walk = Walk(situations.SITUATIONS[situation], "eo", harness)
    texts = [answer.method["text"] for answer in harness.answers if answer.method and "text" in answer.method]
    for seen in walk.next_screens:
        texts += [seen.words, *(label for row in seen.labels for label in row)]
    in_third_language = [text for text in texts if text not in _in_another_language(messages)]
    assert in_third_language
    for text in in_third_language:
        assert set(re.findall(r"[A-Za-z]{2,}", text)) <= _NAMES, text


def _in_another_language(messages: Messages) -> set[str]:
    return {messages.text(language, "toast-language") for language in messages.languages}
