"""The conversation as text: what people wrote, what the bot showed, and the result of each promise."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

from local.telegram.person import Person
from local.telegram.screen import SeenMessage

_WIDTH = 88
_MARGIN = " " * 10


@dataclass(frozen=True, slots=True)
class Promise:
    """One checked promise of the product, and the result."""

    words: str
    held: bool
    seen: str = ""


@dataclass(slots=True)
class Transcript:
    """Writes the conversation line by line; keeps the messages that each phone has shown and the checked promises."""

    write: Callable[[str], None]
    promises: list[Promise] = field(default_factory=list)
    _shown: dict[tuple[int, int], SeenMessage] = field(default_factory=dict)
    _printed: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    @property
    def broken(self) -> list[Promise]:
        """The promises that were not kept."""
        return [promise for promise in self.promises if not promise.held]

    def scenario(self, title: str) -> None:
        """Begin a new scenario."""
        self.write("")
        self.write(f"━━ {title} ".ljust(_WIDTH, "━"))

    def event(self, words: str) -> None:
        """Write what happens outside the chat."""
        self.write("")
        self.write(f"{_MARGIN}— {words} —")

    def does(self, name: str, what: str) -> None:
        """Write what a person does."""
        self.write("")
        self.write(f"{name:>8}  {what}")

    def shows(self, person: Person) -> None:
        """Write the messages that are new, changed or deleted on a person's phone."""
        messages = {message.message_id: message for message in person.messages}
        for key, known in list(self._shown.items()):
            if key[0] == person.user_id and key[1] not in messages:
                del self._shown[key]
                self._block("gone", known.text.splitlines()[0] if known.text else "…", [])
        for message in messages.values():
            before = self._shown.get((person.user_id, message.message_id))
            self._shown[person.user_id, message.message_id] = message
            changed = before is None or _appearance(before) != _appearance(message)
            if (message.from_bot or message.service) and changed:
                self._print_message("bot" if before is None else "bot ✎", message)

    def alert(self, text: str) -> None:
        """Write the text that a tap was answered with."""
        if text:
            self._block("toast", text, [])

    def promise(self, words: str, held: bool, seen: object = "") -> None:
        """Record a promise; `seen` is printed when it is broken."""
        self.promises.append(Promise(words, held, str(seen)))
        self.write(f"{_MARGIN}{'✓' if held else '✗ BROKEN:'} {words}" + ("" if held else f"  (seen: {seen})"))

    def _print_message(self, who: str, message: SeenMessage) -> None:
        """Write a screen in full; in one line if the same screen was written before, perhaps with other numbers."""
        appearance = (re.sub(r"\d+|[A-Z][a-z]{2},", "#", _text_of(message)), tuple(message.labels))
        if appearance in self._printed and len(message.labels) > 1:
            self._block(who, f"{_text_of(message).splitlines()[0]} …", [])
            return
        self._printed.add(appearance)
        self._block(who, _text_of(message), _rows(message))

    def _block(self, who: str, text: str, rows: list[str]) -> None:
        lines = [piece for line in text.splitlines() for piece in textwrap.wrap(line, _WIDTH - 14) or [""]]
        for number, line in enumerate([*lines, *rows]):
            self.write(f"{who if number == 0 else '':>8} │ {line}")


def _appearance(message: SeenMessage) -> tuple[str, list[str], bool]:
    return message.text, message.labels, message.photo is not None


def _text_of(message: SeenMessage) -> str:
    if message.service:
        return f"⭐ {message.service.replace('_', ' ')}"
    if message.photo:
        return f"▦ a picture, {message.photo.width}x{message.photo.height}\n{message.text}"
    if message.document:
        return f"📎 {message.document.name}, {len(message.document.content)} bytes\n{message.text}"
    return message.text


def _rows(message: SeenMessage) -> list[str]:
    return ["  ".join(f"[ {button.text} ]" for button in row) for row in message.buttons]
