"""All text that people read is in the locale files, complete in every language, and none of it is in the code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor

import vpnbot
from vpnbot.domain.keys.vpn_apps import Platform
from vpnbot.domain.support import Finding
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages

PACKAGE = Path(str(vpnbot.__path__[0]))
LOCALES = PACKAGE / "locales"
LANGUAGES = sorted(path.name for path in LOCALES.iterdir())
FOR_OPERATORS = {"client", "webhook_registration"}
"""Modules whose texts go to `ops` and to CloudFormation, never to a person in the chat."""
_WHITE_CIRCLE = "\N{MEDIUM WHITE CIRCLE}"
MESSAGE_CALLS = {"phrase", "text", "show_home", "granted"}
"""Functions whose constant arguments are ids of messages."""


class _Variables(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - the visitor's own naming
        self.found.add(node.id.name)


@cache
def messages(language: str) -> dict[str, frozenset[str]]:
    """Return the ids of a language's messages, each with the names of its arguments."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, Junk), f"{path}: {entry.content}"
            if isinstance(entry, Message):
                variables = _Variables()
                variables.visit(entry)
                assert entry.id.name not in found, f"{entry.id.name} is defined twice in {language}"
                found[entry.id.name] = frozenset(variables.found)
    return found


@cache
def sources() -> dict[Path, ast.Module]:
    """Return the syntax trees of the package."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def templates() -> str:
    """Return the page templates, which may name messages too."""
    return "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.html"))


def strings_in_code() -> tuple[set[str], set[re.Pattern[str]]]:
    """Return all strings in the code, which may be ids of messages, and patterns for ids put together from parts."""
    words, patterns = set(), set()
    for tree in sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.JoinedStr) and (pattern := _pattern(node)):
                patterns.add(pattern)
    return words, patterns


def _pattern(node: ast.JoinedStr) -> re.Pattern[str] | None:
    parts = [str(v.value) if isinstance(v, ast.Constant) else None for v in node.values]
    if not parts or parts[0] is None or not re.fullmatch(r"[a-z]+-([a-z0-9_-]*)", parts[0]):
        return None
    return re.compile("".join(r"[a-z0-9_-]+" if part is None else re.escape(part) for part in parts))


def ids_in_calls() -> Iterator[tuple[str, str, Path]]:
    """Yield the ids that are constants in calls, with the name of the function and the path of the module."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in MESSAGE_CALLS:
                for word in _constants(node.args):
                    if re.fullmatch(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*", word) and word not in LANGUAGES:
                        yield word, name, path


def _constants(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        options = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        for option in options:
            if isinstance(option, ast.Constant) and isinstance(option.value, str):
                yield option.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_with_the_same_arguments(language: str) -> None:
    translated, original = messages(language), messages(DEFAULT_LANGUAGE)
    assert translated.keys() == original.keys()
    optional = {"days", "hours", "minutes"}  # a language may write a number as a word
    for name, arguments in original.items():
        assert translated[name] - optional == arguments - optional, name
        assert translated[name] <= arguments, f"{name} has an argument in {language} that it does not have in English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_white_circle_is_an_emoji_in_every_font(language: str) -> None:
    """Without the variation selector U+FE0F some systems draw a thin outline instead of an emoji."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((LOCALES / language).glob("*.ftl"))}
    assert any(_WHITE_CIRCLE in text for text in texts.values())
    for name, text in texts.items():
        assert re.findall(f".*{_WHITE_CIRCLE}(?!\ufe0f).*", text) == [], name


def test_every_message_is_used() -> None:
    words, patterns = strings_in_code()
    html = templates()
    unused = [
        name
        for name in messages(DEFAULT_LANGUAGE)
        if name not in words and name not in html and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unused == []


def test_every_message_that_the_code_names_exists() -> None:
    found = list(ids_in_calls())
    missing = {(word, path.name) for word, _, path in found if word not in messages(DEFAULT_LANGUAGE)}
    assert missing == set()
    assert {name for _, name, _ in found} == MESSAGE_CALLS, "a function was renamed or removed"


@pytest.mark.parametrize(
    "name",
    [*(f"cause-{finding}" for finding in Finding), *(f"platform-{platform}" for platform in Platform)],
)
def test_every_finding_and_platform_has_a_message(name: str) -> None:
    assert name in messages(DEFAULT_LANGUAGE)


class TestNoTextInCode:
    """Handlers, screens and keyboards contain ids of messages and no text."""

    @pytest.mark.parametrize(
        "path",
        [path for path in sorted((PACKAGE / "telegram").rglob("*.py")) if path.stem not in FOR_OPERATORS],
        ids=lambda path: path.stem,
    )
    def test_modules_of_the_chat_contain_no_text_for_people(self, path: Path) -> None:
        found = [text for text in _literals(sources()[path]) if _readable(text)]
        assert found == []

    @pytest.mark.parametrize("text", ["Привет", "Try again", "🎁 Try free", "Welcome back!", "<b>Hello</b>"])
    def test_the_search_finds_text_for_people(self, text: str) -> None:
        tree = ast.parse(f"def screen():\n    '''What it is.'''\n    return Screen(({text!r},))")
        assert [found for found in _literals(tree) if _readable(found)] == [text]


def _readable(text: str) -> bool:
    """Tell whether this looks like text for people: Cyrillic letters, or a capitalised word followed by more."""
    return bool(re.search(r"[А-Яа-яЁё]", text) or re.search(r"(^|[\s>])[A-Z][a-z]+(\s[a-z]+|!|</)", text))


def _literals(node: ast.AST) -> Iterator[str]:
    """Yield string literals, except docstrings, texts of errors and log messages."""
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    if isinstance(node, ast.Call) and _is_log(node.func):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)


def _is_log(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr in {"debug", "info", "warning", "error", "exception"}


class TestMessages:
    """The class that reads the locale files."""

    def test_the_default_language_comes_first(self) -> None:
        assert Messages().languages[0] == DEFAULT_LANGUAGE
        assert set(Messages().languages) == set(LANGUAGES)

    @pytest.mark.parametrize(
        ("code", "language"),
        [("ru", "ru"), ("RU-ru", "ru"), ("en-GB", "en"), ("de", "en"), ("", "en"), (None, "en"), ("r", "en")],
    )
    def test_the_closest_language_is_chosen(self, code: str | None, language: str) -> None:
        assert Messages().closest(code) == language

    @pytest.mark.parametrize(
        ("message", "arguments"), [("no-such-message", {}), ("left-days", {}), ("left-days", {"days": 1})]
    )
    def test_a_missing_message_or_argument_raises_key_error(self, message: str, arguments: dict[str, Any]) -> None:
        with pytest.raises(KeyError):
            Messages().text("en", message, arguments)

    @pytest.mark.parametrize(
        ("days", "words"),
        [(1, "1 день"), (2, "2 дня"), (3, "3 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (22, "22 дня")],
    )
    def test_russian_messages_use_the_correct_plural_of_days(self, days: int, words: str) -> None:
        arguments: dict[str, str | int] = {"days": days, "devices": 2, "end": "x"}
        for message in ("home-new", "connect-first", "notice-key_ready"):
            assert words in Messages().text("ru", message, arguments)

    def test_a_new_folder_adds_a_language(self, tmp_path: Path) -> None:
        for language in ("en", "eo"):
            (tmp_path / language).mkdir()
            (tmp_path / language / "chat.ftl").write_text(f"language-name = {language}")
        (tmp_path / "empty").mkdir()
        messages = Messages(tmp_path)
        assert messages.languages == ("en", "eo")
        assert messages.closest("eo-XX") == "eo"
        assert messages.text("eo", "language-name") == "eo"
