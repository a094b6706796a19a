"""A person's conversation with the operators, and its topic in the operators' group."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.scheduling import Due


class TopicState(StrEnum):
    """OPEN: what the person writes goes to the operators. LEAVING: the person is deleted, the topic is to be."""

    OPEN = "open"
    CLOSED = "closed"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Topic:
    """The conversation of one person, in the topic `thread_id` of the group `chat_id`.

    `thread_id` 0: there is no topic, because none was made yet, or the operators' chat has none. `creating`: one may
    have been made whose id is not known. `card_id` is its first message, 0: not sent yet. `closed_there`: the topic
    itself is closed in Telegram. `asked_at` is when the person wrote the first message that has no answer yet.
    """

    state: TopicState = TopicState.OPEN
    chat_id: int = 0
    thread_id: int = 0
    creating: bool = False
    card_id: int = 0
    closed_there: bool = False
    due: Due | None = None
    asked_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether what the person writes belongs to this conversation."""
        return self.state is TopicState.OPEN

    def asked(self, now: datetime) -> "Topic":
        """Return this conversation open, with a message of the person that waits for an answer."""
        return replace(self.reopened(), asked_at=self.asked_at or now)

    def answered(self) -> "Topic":
        """Return this conversation open, with nothing that waits for an answer."""
        return replace(self.reopened(), asked_at=None)

    def closed(self) -> "Topic":
        """Return this conversation closed; what waited for an answer does not any more."""
        return replace(self, state=TopicState.CLOSED, asked_at=None)

    def reopened(self) -> "Topic":
        """Return this conversation open; one that is to be deleted stays so until it is."""
        return self if self.state is TopicState.LEAVING else replace(self, state=TopicState.OPEN)

    def leaving(self, now: datetime) -> "Topic":
        """Return this conversation to be deleted from the operators' group."""
        return replace(self, state=TopicState.LEAVING, creating=False, card_id=0, due=Due(now), asked_at=None)

    def within(self, chat_id: int) -> "Topic":
        """Return this conversation for a chat: without a topic, if the topic is one of another chat."""
        return self if self.chat_id == chat_id else Topic(self.state, chat_id)


def thread_partition(chat_id: int) -> str:
    """Return the partition that says whose the topics of a group are; the sort keys are the ids of the topics."""
    return f"THREAD#{chat_id}"


def orphan_key(thread_id: int) -> str:
    """Return the sort key, in this partition, of the note that the staff were told of an orphan topic."""
    return f"TOLD#{thread_id}"


def thread_moves(person_id: str, before: Topic | None, after: Topic | None) -> Iterator[Effect]:
    """Yield the changes of the list of topics when the topic of a person changes."""
    old, new = _place(before), _place(after)
    if old == new:
        return
    if old is not None:
        yield Delete(*old)
    if new is not None:
        yield Put(*new, {"person": person_id})


def _place(topic: Topic | None) -> tuple[str, str] | None:
    if topic is None or not topic.thread_id or topic.state is TopicState.LEAVING:
        return None
    return thread_partition(topic.chat_id), str(topic.thread_id)
