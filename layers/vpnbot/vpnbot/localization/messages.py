"""The messages that people read: Fluent files, one folder per language, each file parsed on first use."""

import re
from collections.abc import Mapping
from functools import cache, cached_property, partial
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

type MessageArgument = str | int | float
"""An argument of a message; numbers are formatted for the language."""

DEFAULT_LANGUAGE = "en"
_LOCALES = Path(__file__).parents[1] / "locales"


class Messages:
    """The messages in a folder tree `<language>/*.ftl`. A new language needs only a new folder."""

    def __init__(self, folder: Path = _LOCALES) -> None:
        self._folder = folder
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
        return self._format(language, message, arguments) if arguments else self._without_arguments(language, message)

    def parse(self, language: str) -> None:
        """Parse all files of a language now, for a snapshot; otherwise each is parsed when it is needed."""
        bundle: FluentBundle = self._bundle(language)
        for text in self._texts(language):
            bundle.add_resource(FluentResource(text), allow_overrides=True)

    def _format(self, language: str, message: str, arguments: Mapping[str, MessageArgument]) -> str:
        bundle: FluentBundle = self._bundle(language)
        pattern = bundle.get_message(message).value if self._has(bundle, language, message) else None
        if pattern is None:
            raise KeyError(f"no message {message!r} in {language!r}")
        text, errors = bundle.format_pattern(pattern, dict(arguments))
        if errors:
            raise KeyError(f"{message!r} in {language!r}: {errors[0]}")
        return str(text)

    def _has(self, bundle: FluentBundle, language: str, message: str) -> bool:
        """Tell whether there is such a message. Only the file that has it is parsed, because parsing is slow."""
        if not bundle.has_message(message):
            defined = re.compile(rf"^{re.escape(message)} =", re.MULTILINE)
            file = next((text for text in self._texts(language) if defined.search(text)), None)
            if file is not None:
                bundle.add_resource(FluentResource(file))
        return bool(bundle.has_message(message))

    def _read(self, language: str) -> tuple[str, ...]:
        return tuple(path.read_text(encoding="utf-8") for path in sorted((self._folder / language).glob("*.ftl")))
