"""The operators' chat: where it is now, and whether questions can be sent to it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.scheduling import Due

SUPPORT = "SUPPORT"
"""The partition of the state of the operators' chat."""

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=10)
_REPORT_SLOWNESS_AFTER = timedelta(minutes=8)
"""An outage of Telegram is usually over by then; operators are to hear within ten minutes."""
_RETRIED_WITHIN = timedelta(hours=1)
"""A waiting question is tried more often than this, also after a long `retry_after` of Telegram."""
REPORT_AGAIN = timedelta(days=1)


def is_shared(chat_id: int | None, admin_ids: Collection[int]) -> bool:
    """Whether this is a chat that the administrators share, and not the own chat of one of them."""
    return chat_id is not None and chat_id not in admin_ids


class ChatTrouble(StrEnum):
    """Why questions cannot be sent to the operators' chat; the report to the operators has a sentence for each.

    NO_TOPICS: they are sent, but not in topics.
    """

    NOT_SET = "not_set"
    NOT_FOUND = "not_found"
    NO_RIGHTS = "no_rights"
    NO_ANSWER = "no_answer"
    NO_TOPICS = "no_topics"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, and a topic of it; 0: the chat has no topics, or it is the general one.

    `language` is that of the staff; empty: they are addressed in that of the person.
    """

    chat_id: int
    thread_id: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class SupportChat:
    """The state of the operators' chat, shared by all processes.

    `configured_id` is the id in the settings, `chosen_id` that of the group in which an owner sent `/support_here`,
    and `language` that of this owner;
    a group that became a supergroup has the id `moved_to`. With `topics` each person has a topic. While the chat
    does not accept messages, `trouble` is why, `failing_since` and `failed_at` are the times of the first and of the
    last failure, and nothing is sent before `waits_until`. `due` is when the operators are notified of the trouble.
    """

    configured_id: int | None = None
    moved_to: int | None = None
    chosen_id: int | None = None
    topics: bool = False
    language: str = ""
    trouble: ChatTrouble | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    waits_until: datetime | None = None
    version: int = 0
    due: Due | None = None

    @property
    def chat_id(self) -> int | None:
        """The present id of the chat; None: no chat is set."""
        given = self.configured_id if self.chosen_id is None else self.chosen_id
        return given if self.moved_to is None else self.moved_to

    @property
    def hindered(self) -> bool:
        """Whether the last message to the chat failed."""
        return self.trouble not in {None, ChatTrouble.NO_TOPICS}

    def waits(self, now: datetime) -> bool:
        """Whether nothing must be sent to the chat yet."""
        return self.waits_until is not None and now < self.waits_until

    def forgotten(self, now: datetime) -> bool:
        """Whether the last failure is so long ago that no question can be waiting any more."""
        return self.failed_at is None or now - self.failed_at > _RETRIED_WITHIN

    def configured(self, chat_id: int | None) -> "SupportChat":
        """Return the state for the chat in the settings: this one, or that of a chat about which nothing is known."""
        if self.configured_id == chat_id or self.chosen_id is not None:
            return self
        return SupportChat(chat_id, version=self.version, due=self.due)

    def moved(self, to: int) -> "SupportChat":
        """Return the state after the group became a supergroup with the id `to`."""
        return replace(self.working(), moved_to=to)

    def working(self) -> "SupportChat":
        """Return the state after a message reached the chat."""
        return replace(self, trouble=None, failures=0, failing_since=None, failed_at=None, waits_until=None, due=None)

    def chosen(self, chat_id: int, language: str, *, topics: bool) -> "SupportChat":
        """Return the state after an owner has chosen a group: nothing else is known about it."""
        chosen = SupportChat(self.configured_id, chosen_id=chat_id, topics=topics, language=language)
        return replace(chosen, version=self.version)

    def place(self, thread_id: int = 0) -> Place:
        """Return the place of a topic of this chat."""
        return Place(self.chat_id or 0, thread_id, self.language)

    def without_topics(self, now: datetime) -> "SupportChat":
        """Return the state after Telegram refused a topic: questions are sent without, and operators are notified."""
        trouble = ChatTrouble.NO_TOPICS
        return replace(self, topics=False, trouble=trouble, failing_since=now, failed_at=now, due=Due(now))

    def with_topics(self) -> "SupportChat":
        """Return the state after topics, which Telegram had refused, are possible again."""
        return replace(self.working(), topics=True)

    def failed(self, trouble: ChatTrouble, now: datetime, after: timedelta = timedelta()) -> "SupportChat":
        """Return the state after one more failure: a pause that doubles with each, and is at least `after` long.

        The operators are notified at once of a trouble that they have to correct, and after eight minutes if Telegram
        asks to wait or does not answer.
        """
        since = self.failing_since or now
        at = since + _REPORT_SLOWNESS_AFTER if trouble is ChatTrouble.NO_ANSWER else now
        pause = min(_FIRST_PAUSE * 2 ** min(self.failures, 10), _LONGEST_PAUSE)
        return replace(
            self,
            trouble=trouble,
            failures=self.failures + 1,
            failing_since=since,
            failed_at=now,
            waits_until=now + max(pause, after),
            due=self.due if self.trouble is trouble else Due(at),
        )


@dataclass(frozen=True, slots=True)
class Relayed:
    """The operators' chat has the messages, with these ids there."""

    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadGone:
    """The topic was deleted by the operators; nothing was sent."""


@dataclass(frozen=True, slots=True)
class TopicsRefused:
    """The chat has no topics, or the bot may not manage them. `detail` is Telegram's own text."""

    detail: str


@dataclass(frozen=True, slots=True)
class SourceGone:
    """What was to be copied was deleted by its author, or Telegram does not copy it; nothing was sent."""


@dataclass(frozen=True, slots=True)
class EditRefused:
    """Telegram does not change this copy: it was deleted, or cannot have this content."""


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group became a supergroup, whose id is `to`; nothing was sent."""

    to: int


@dataclass(frozen=True, slots=True)
class ChatFailed:
    """Nothing was sent, or the answer was lost. `detail` is Telegram's own text; try again after `after`."""

    trouble: ChatTrouble
    detail: str
    after: timedelta = timedelta()


type RelayOutcome = Relayed | ChatMoved | ChatFailed
type TopicOutcome = RelayOutcome | ThreadGone | TopicsRefused
type CopyOutcome = TopicOutcome | SourceGone
type EditOutcome = CopyOutcome | EditRefused
