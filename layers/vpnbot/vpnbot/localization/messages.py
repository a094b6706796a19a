"""The messages that people read: Fluent files, one folder per language, each message parsed on first use."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vpnbot.domain.shop import text_key
from vpnbot.localization.fluent_import import FluentBundle, FluentResource

if TYPE_CHECKING:
    from fluent.runtime.resolver import Pattern

type MessageArgument = str | int | float
"""An argument of a message; numbers are formatted for the language."""

DEFAULT_LANGUAGE = "en"
_ONLY = "text"
_NEXT = re.compile(r"^[A-Za-z#-]", re.MULTILINE)
"""The line that ends a message: another one, a term or a comment. The lines of a message are indented, or `}`."""
_REFERENCE = re.compile(r"\{ *([a-z][\w-]*)")
"""A message that is part of another one."""
_LOCALES = Path(__file__).parents[1] / "locales"


class OwnWords(Protocol):
    """What the staff have saved of how the shop speaks: `ShopSettings` has it."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts with which the staff have replaced messages, by `text_key`."""

    @property
    def name(self) -> str:
        """The name of the shop; empty: that of the locale files."""

    @property
    def zone(self) -> timedelta | None:
        """How far the zone of all times is ahead of UTC; None: that of each language."""


@dataclass(frozen=True, slots=True)
class _Shipped:
    """Implements `OwnWords`: nothing was saved."""

    texts: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    zone: timedelta | None = None


_SHIPPED = _Shipped()


def _ignore(message: str) -> None:
    """Do nothing about a text that cannot be formatted."""


class Messages:
    """The messages in a folder tree `<language>/*.ftl`. A new language needs only a new folder.

    `own` returns what the staff have saved; it reads nothing. A text of theirs that cannot be formatted is reported
    to `broken` by its name, and the shipped message is used.
    """

    def __init__(
        self,
        folder: Path = _LOCALES,
        own: Callable[[], OwnWords] = lambda: _SHIPPED,
        broken: Callable[[str], None] = _ignore,
    ) -> None:
        self._folder = folder
        self._own = own
        self._broken = broken
        self._bundle = cache(lambda language: FluentBundle([language], use_isolating=False))
        self._texts = cache(self._read)
        self._without_arguments = cache(partial(self._format, arguments={}))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The codes of all languages, the default language first."""
        found = sorted(path.name for path in self._folder.iterdir() if any(path.glob("*.ftl")))
        return tuple(sorted(found, key=lambda language: language != DEFAULT_LANGUAGE))

    def closest(self, language_code: str | None) -> str:
        """Return the language for an IETF tag such as Telegram's `language_code`; or the default."""
        language = (language_code or "").lower().partition("-")[0]
        return language if language in self.languages else DEFAULT_LANGUAGE

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each language, in that language."""
        return {language: self.text(language, "language-name") for language in self.languages}

    def text(self, language: str, message: str, arguments: Mapping[str, MessageArgument] | None = None) -> str:
        """Return a message in a language; the result is cached if there are no arguments.

        Raises:
            KeyError: there is no such message, or one of its arguments is missing.
        """
        source = self._own().texts.get(text_key(language, message))
        if source:
            try:
                return rendered(language, source, arguments or {})
            except KeyError:
                self._broken(message)
        return self._format(language, message, arguments) if arguments else self._without_arguments(language, message)

    def shop_name(self, language: str) -> str:
        """Return the name of the shop, as plain text."""
        return self.saved_name or self.text(language, "page-brand")

    @property
    def saved_name(self) -> str:
        """The name of the shop that the staff have saved, as plain text; empty: none."""
        return self._own().name

    def zone(self, language: str) -> timedelta:
        """Return how far the zone of the times in a language is ahead of UTC."""
        saved = self._own().zone
        return timedelta(hours=int(self.text(language, "zone-hours"))) if saved is None else saved

    def shipped(self, language: str, message: str) -> str:
        """Return a message of the locale files as it is typed there, without its indent.

        Raises:
            KeyError: there is no such message.
        """
        from textwrap import dedent

        begins = re.compile(rf"^{re.escape(message)} =(.*(?:\n(?:[ }}].*)?)*)", re.MULTILINE)
        found = next((match for text in self._texts(language) if (match := begins.search(text))), None)
        if found is None:
            raise KeyError(f"no message {message!r} in {language!r}")
        first, _, rest = found[1].partition("\n")
        return f"{first.strip()}\n{dedent(rest)}".strip()

    def parse(self, language: str) -> None:
        """Parse all files of a language now, for a snapshot; otherwise each message is parsed when it is needed."""
        bundle: FluentBundle = self._bundle(language)
        for text in self._texts(language):
            bundle.add_resource(FluentResource(text), allow_overrides=True)

    def _format(self, language: str, message: str, arguments: Mapping[str, MessageArgument]) -> str:
        bundle: FluentBundle = self._bundle(language)
        pattern = bundle.get_message(message).value if self._has(bundle, language, message) else None
        if pattern is None:
            raise KeyError(f"no message {message!r} in {language!r}")
        return _formatted(bundle, pattern, arguments, f"{message!r} in {language!r}")

    def _has(self, bundle: FluentBundle, language: str, message: str) -> bool:
        """Tell whether there is such a message. It is parsed now, with those in it: to parse all takes 200 ms."""
        if not bundle.has_message(message):
            source = self._source(language, message)
            if source is not None:
                bundle.add_resource(FluentResource(source))
                for part in _REFERENCE.findall(source):
                    self._has(bundle, language, part)
        return bool(bundle.has_message(message))

    def _source(self, language: str, message: str) -> str | None:
        """Return a message as it is in its file, without its comment; None: there is none."""
        for text in self._texts(language):
            begins = text.find(f"\n{message} =") + 1
            if begins:
                ends = _NEXT.search(text, begins + 1)
                return text[begins : ends.start() if ends else None]
        return None

    def _read(self, language: str) -> tuple[str, ...]:
        """Return the files of a language, each with an empty line before it, so that each message follows a line."""
        files = sorted((self._folder / language).glob("*.ftl"))
        return tuple("\n" + path.read_text(encoding="utf-8") for path in files)


def as_resource(source: str) -> str:
    """Return a text as the only message of a Fluent file, indented so that no line begins another entry."""
    lines = "\n".join(f"    {line}" if line.strip() else "" for line in source.split("\n"))
    return f"{_ONLY} =\n{lines}\n"


def rendered(language: str, source: str, arguments: Mapping[str, MessageArgument]) -> str:
    """Return a text that the staff have typed, with its arguments.

    Raises:
        KeyError: it is no message, or one of its arguments is missing.
    """
    bundle = _bundle_of(language, source)
    pattern = bundle.get_message(_ONLY).value if bundle.has_message(_ONLY) else None
    if pattern is None:
        raise KeyError("no message")
    return _formatted(bundle, pattern, arguments, "a typed text")


@lru_cache(maxsize=200)
def _bundle_of(language: str, source: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(as_resource(source)))
    return bundle


def _formatted(bundle: FluentBundle, pattern: "Pattern", arguments: Mapping[str, MessageArgument], name: str) -> str:
    text, errors = bundle.format_pattern(pattern, dict(arguments))
    if errors:
        raise KeyError(f"{name}: {errors[0]}")
    return str(text)
