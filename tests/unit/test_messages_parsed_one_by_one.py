"""Each message is parsed on its own when it is needed; it is the message that its whole file defines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.runtime import FluentResource
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message

from vpnbot.localization.messages import Messages

LOCALES = Path(__file__).parents[2] / "layers/vpnbot/vpnbot/locales"
LANGUAGES = sorted(folder.name for folder in LOCALES.iterdir())


def of_whole_files(folder: Path) -> Iterator[Message]:
    """Yield all messages of a folder, parsed as files."""
    for file in sorted(folder.glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if isinstance(entry, Message):
                yield entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_that_of_its_file(language: str) -> None:
    count = 0
    for expected in of_whole_files(LOCALES / language):
        messages = Messages()
        bundle = messages._bundle(language)
        assert messages._has(bundle, language, expected.id.name)
        found = bundle._messages[expected.id.name]
        assert found.equals(expected, ignored_fields=["span", "comment"]), expected.id.name
        count += 1
    assert count > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_with_another_one_in_it_is_complete(language: str) -> None:
    messages = Messages()
    arguments = {"name": "Shop"}
    whole = Messages()
    whole.parse(language)
    for message in ("profile-description-named", "profile-short-named"):
        assert messages.text(language, message, arguments) == whole.text(language, message, arguments)


FILES = {
    "one.ftl": """# A comment.
first = One { second } and { missing-argument ->
    [one] { third }
   *[other] none
}
second = Two

## A group

third =
    Three
    lines, first = no message
""",
    "two.ftl": "fourth = { $name }",
}


@pytest.fixture
def messages(tmp_path: Path) -> Messages:
    (tmp_path / "en").mkdir()
    for name, text in FILES.items():
        (tmp_path / "en" / name).write_text(text.replace("missing-argument", "$n"), encoding="utf-8")
    return Messages(tmp_path)


def test_what_begins_and_ends_a_message(messages: Messages) -> None:
    assert messages.text("en", "first", {"n": 1}) == "One Two and Three\nlines, first = no message"
    assert messages.text("en", "fourth", {"name": "x"}) == "x"
    for missing in ("lines", "one", "first ", "third\n", "A comment."):
        with pytest.raises(KeyError):
            messages.text("en", missing)


def test_only_what_is_needed_is_parsed(messages: Messages, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(text: str) -> object:
        parsed.append(text.partition(" ")[0])
        return FluentResource(text)

    monkeypatch.setattr("vpnbot.localization.messages.FluentResource", parse)
    messages.text("en", "second")
    messages.text("en", "second")
    assert parsed == ["second"]
    messages.text("en", "first", {"n": 1})
    assert parsed == ["second", "first", "third"]
