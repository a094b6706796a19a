"""An entry of a person's ledger in words: what was decided, and what it changed."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from vpnbot.telegram.messages.screen import Argument, Phrase, phrase

_LONGEST = 120
_KEY = "key on "
_CHANGES = ("status", "plan", "starts", "ends", "renewal", "trial used", "banned", "role")
"""The facts of `domain/people/ledger.py` whose changes are shown; keys are counted."""
_TRUE, _FALSE = str(True), str(False)


def entry_lines(entry: Mapping[str, Any]) -> tuple[Phrase, ...]:
    """Return the lines of an entry."""
    at = datetime.fromisoformat(str(entry["at"]))
    return (phrase("person-entry", at=at, what=str(entry.get("what", ""))[:_LONGEST]), *_changes(entry))


def _changes(entry: Mapping[str, Any]) -> Iterator[Phrase]:
    changes = dict(entry.get("changes") or {})
    for name in _CHANGES:
        if name in changes:
            before, after = map(_value, changes[name])
            yield phrase(f"person-change-{name.replace(' ', '-')}", before=before, after=after)
    keys = sum(name.startswith(_KEY) for name in changes)
    if keys:
        yield phrase("person-change-keys", count=keys)


def _value(stored: object) -> Argument:
    text = str(stored)[:_LONGEST]
    if text in {_TRUE, _FALSE}:
        return phrase("person-change-yes" if text == _TRUE else "person-change-no")
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return text or "—"
