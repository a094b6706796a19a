"""What this process does now, and the correlation id that connects it with what caused it.

The id is that of the first cause: the update of a tap. What follows from it keeps the id. Due items carry it in the
attribute `due_origin`, claims on them in their message, and orders in the field `origin`, so that no call is made for
it. An id has no Telegram id of a person or chat, and no secret: `update:<update id>`, `payment:<request id>`,
`page:<request id>`, `work:<hash>`.
"""

import time
from collections import defaultdict
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b

LONGEST_ID = 80
"""The most characters of an id; a longer one from outside is cut."""


@dataclass(slots=True)
class Activity:
    """One thing that this process does: an update, one item of due work, a notification, a request for a page.

    `kind` says what it is. `cause` is the id of its own, `id` the correlation id: that of what caused it. `fields`
    are further fields of its log line, `counts` the events that were counted meanwhile. `began` is a time of
    `time.monotonic`.
    """

    kind: str
    cause: str
    id: str
    fields: dict[str, str | int | float] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    began: float = field(default_factory=time.monotonic)


_current: ContextVar[Activity | None] = ContextVar("activity", default=None)


def begin(kind: str, correlation_id: str) -> Activity:
    """Begin an activity; what is written, counted and logged until the next call belongs to it."""
    cause = correlation_id[:LONGEST_ID]
    activity = Activity(kind, cause, cause)
    _current.set(activity)
    return activity


def end() -> None:
    """End the activity."""
    _current.set(None)


def current() -> Activity | None:
    """Return what this process does now; None between two activities."""
    return _current.get()


def current_id() -> str:
    """Return the correlation id of what this process does now; empty between two activities."""
    activity = _current.get()
    return activity.id if activity else ""


def follow(origin: str) -> None:
    """Go on under the correlation id of what has caused this activity; an empty `origin` changes nothing."""
    activity = _current.get()
    if activity is not None and origin:
        activity.id = origin[:LONGEST_ID]


def note(**fields: str | int | float) -> None:
    """Add fields to the log line of the activity."""
    activity = _current.get()
    if activity is not None:
        activity.fields |= fields


def id_of_work(partition: str, sort_key: str) -> str:
    """Return the correlation id of due work without an origin: the same in each of its runs."""
    return f"work:{blake2b(f'{partition} {sort_key}'.encode(), digest_size=6).hexdigest()}"
