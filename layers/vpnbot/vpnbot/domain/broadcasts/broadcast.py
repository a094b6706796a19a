"""A broadcast, from the draft to its end.

draft ⇄ scheduled ──▶ running ⇄ paused ──▶ done ──▶ deleting ──▶ deleted
  └─────────────────────▲           └──▶ cancelled ──▲
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.broadcasts.content import MOST_BUTTONS, Content, LinkButton
from vpnbot.domain.scheduling import Due
from vpnbot.errors import Rejected

BROADCASTS = "BROADCASTS"
"""The partition of all broadcasts; the ids begin with the time, so that they are in its order."""

DELETABLE_FOR = timedelta(hours=48)
"""Telegram Bot API, deleteMessage: a message can be deleted for so long after it was sent."""
LATEST_START = timedelta(hours=12)
"""A broadcast that could not start for so long is not sent without asking again."""
LONGEST_AHEAD = timedelta(days=60)
_TITLE_CHARACTERS = 24


class Kind(StrEnum):
    """NEWS: not sent to people who have switched news off. SERVICE: about an outage or maintenance, sent to all."""

    NEWS = "news"
    SERVICE = "service"


class State(StrEnum):
    """The state of a broadcast. ASLEEP: its start was missed, and its author is asked again."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ASLEEP = "asleep"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    DELETING = "deleting"
    DELETED = "deleted"


UNSENT = frozenset({State.DRAFT, State.SCHEDULED, State.ASLEEP})
SENT = frozenset({State.RUNNING, State.PAUSED, State.DONE, State.CANCELLED})
ENDED = frozenset({State.DONE, State.CANCELLED})


class IllegalStep(Rejected):
    """The broadcast is in a state from which this step is not possible."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What has become of the people so far, or in the end; after a deletion also what was deleted, and what stays."""

    sent: int = 0
    blocked: int = 0
    failed: int = 0
    unsure: int = 0
    left: int = 0
    deleted: int = 0
    stays: int = 0

    @property
    def done(self) -> int:
        """The people of whom the outcome is known, those included who did not belong to it any more."""
        return self.sent + self.blocked + self.failed + self.unsure + self.left


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast.

    `author` is the id of the person who made it. `contents` are by language; who reads another language gets the one
    that exists. `starts_at` is when it is to begin, `started_at` when it did: only people who were met before it are
    sent the message. `audience` is how many belonged to it at the start. `corrected_at` is when its text was last
    changed after the start; it is `correcting` while what was sent before is edited. `sent_again`: so were unsure
    people. `progress_message` is the author's message with the progress, `reason` says why its due work paused it.
    """

    id: str
    author: str
    kind: Kind = Kind.NEWS
    segment: Segment = field(default_factory=lambda: Segment(SegmentKind.EVERYBODY))
    contents: Mapping[str, Content] = field(default_factory=dict)
    buttons: tuple[LinkButton, ...] = ()
    state: State = State.DRAFT
    made_at: datetime | None = None
    starts_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    corrected_at: datetime | None = None
    correcting: bool = False
    sent_again: bool = False
    audience: int = 0
    figures: Figures = field(default_factory=Figures)
    progress_message: int | None = None
    reason: str = ""
    version: int = 0
    due: Due | None = None

    def content_for(self, language: str | None) -> Content | None:
        """Return the content for a reader of a language; that of another language if there is none."""
        return self.contents.get(language or "") or next(iter(self.contents.values()), None)

    @property
    def recipients(self) -> Segment:
        """Whom it is sent: those of the segment whom messages reach, and, if it is news, who want them."""
        return replace(self.segment, reachable=True, news=self.kind is Kind.NEWS)

    @property
    def title(self) -> str:
        """The beginning of what it says, without markup."""
        content = self.content_for(None)
        lines = content.plain.splitlines() if content else []
        first = next((line for line in lines if line.strip()), "…")
        return first if len(first) <= _TITLE_CHARACTERS else f"{first[: _TITLE_CHARACTERS - 1].rstrip()}…"

    @property
    def ready(self) -> bool:
        """Whether it says something."""
        return bool(self.contents)

    def with_content(self, language: str, content: Content) -> "Broadcast":
        """Return this broadcast with its content in one language.

        Raises:
            BadContent: Telegram would not send it.
            IllegalStep: it has begun.
        """
        self.allow(State.DRAFT)
        return replace(self, contents={**self.contents, language: content.checked()})

    def with_segment(self, segment: Segment) -> "Broadcast":
        """Return this broadcast for other people.

        Raises:
            IllegalStep: it has begun.
        """
        self.allow(State.DRAFT)
        return replace(self, segment=segment)

    def with_kind(self, kind: Kind) -> "Broadcast":
        """Return this broadcast as news, or as a message about the service.

        Raises:
            IllegalStep: it has begun.
        """
        self.allow(State.DRAFT)
        return replace(self, kind=kind)

    def with_buttons(self, buttons: tuple[LinkButton, ...]) -> "Broadcast":
        """Return this broadcast with other buttons.

        Raises:
            IllegalStep: it has begun, or these are too many.
        """
        self.allow(State.DRAFT)
        if len(buttons) > MOST_BUTTONS:
            raise IllegalStep(f"at most {MOST_BUTTONS} buttons")
        return replace(self, buttons=buttons)

    def scheduled(self, at: datetime, now: datetime) -> "Broadcast":
        """Return this broadcast due to begin at a time.

        Raises:
            IllegalStep: it has begun, says nothing, or the time is past or too far away.
        """
        self.allow(*UNSENT)
        if not self.ready or not now < at <= now + LONGEST_AHEAD:
            raise IllegalStep("not ready, or not a time to come")
        return replace(self, state=State.SCHEDULED, starts_at=at, due=Due(at))

    def unscheduled(self) -> "Broadcast":
        """Return this broadcast as a draft again.

        Raises:
            IllegalStep: it is not scheduled.
        """
        self.allow(State.SCHEDULED, State.ASLEEP)
        return replace(self, state=State.DRAFT, starts_at=None, due=None)

    def missed(self) -> "Broadcast":
        """Return this broadcast asleep, because its start was missed.

        Raises:
            IllegalStep: it is not scheduled.
        """
        self.allow(State.SCHEDULED)
        return replace(self, state=State.ASLEEP, due=None)

    def started(self, now: datetime, audience: int = 0) -> "Broadcast":
        """Return this broadcast running from `now`, due at once.

        `audience` is how many people belong to it now.

        Raises:
            IllegalStep: it has begun, or says nothing.
        """
        self.allow(*UNSENT)
        if not self.ready:
            raise IllegalStep("it says nothing")
        return replace(
            self,
            state=State.RUNNING,
            starts_at=now,
            started_at=now,
            audience=audience,
            due=Due(now),
        )

    def paused(self, reason: str = "") -> "Broadcast":
        """Return this broadcast paused; `reason` is set if it was not a person who paused it.

        Raises:
            IllegalStep: it does not run.
        """
        self.allow(State.RUNNING)
        return replace(self, state=State.PAUSED, reason=reason, due=self._due_of_correction)

    def resumed(self, now: datetime) -> "Broadcast":
        """Return this broadcast running again.

        Raises:
            IllegalStep: it is not paused.
        """
        self.allow(State.PAUSED)
        return replace(self, state=State.RUNNING, reason="", due=Due(now))

    def cancelled(self, now: datetime) -> "Broadcast":
        """Return this broadcast ended before its time; nobody else is sent the message.

        Raises:
            IllegalStep: it has ended.
        """
        self.allow(*UNSENT, State.RUNNING, State.PAUSED)
        return replace(self, state=State.CANCELLED, ended_at=now, due=self._due_of_correction)

    def finished(self, figures: Figures, now: datetime) -> "Broadcast":
        """Return this broadcast after the last person.

        Raises:
            IllegalStep: it does not run.
        """
        self.allow(State.RUNNING)
        return replace(self, state=State.DONE, figures=figures, ended_at=now, due=None)

    def deletion_begun(self, now: datetime) -> "Broadcast":
        """Return this broadcast with what was sent to be deleted from all chats.

        Raises:
            IllegalStep: it has not ended.
        """
        self.allow(*ENDED)
        return replace(self, state=State.DELETING, correcting=False, due=Due(now))

    def deletion_ended(self, found: Figures) -> "Broadcast":
        """Return this broadcast after what could be deleted was deleted; the rest is counted in `found`.

        Raises:
            IllegalStep: it is not being deleted.
        """
        self.allow(State.DELETING)
        figures = replace(self.figures, unsure=found.unsure, deleted=found.deleted, stays=found.stays)
        return replace(self, state=State.DELETED, figures=figures, due=None)

    def deletable(self, now: datetime) -> bool:
        """Tell whether its deletion can be asked for."""
        return self.state in ENDED and self.deletable_at(now)

    def deletable_at(self, now: datetime) -> bool:
        """Tell whether Telegram still deletes the first messages of it."""
        return self.started_at is not None and now - self.started_at < DELETABLE_FOR

    @property
    def _due_of_correction(self) -> Due | None:
        """When its correction goes on; None if it is not corrected."""
        return self.due if self.correcting else None

    def allow(self, *states: State) -> None:
        """Raise IllegalStep unless it is in one of these states."""
        if self.state not in states:
            raise IllegalStep(f"not possible while it is {self.state}")


def broadcast_key(broadcast_id: str) -> str:
    """Return the sort key of a broadcast."""
    return f"BROADCAST#{broadcast_id}"


def broadcast_id(now: datetime, seed: str) -> str:
    """Return the id of a new broadcast: its time, and part of a seed; 18 characters."""
    return f"{now:%y%m%d%H%M%S}{seed[:6]}"
