"""What people write to the operators: stored by the commit that confirms it, and copied to the operators' chat."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.scheduling import Due, inline_claim

MOST_WAITING = 30
"""How many questions of one person may wait; they are loaded with the person, so that their number is bounded."""
ALBUM_WAIT = timedelta(seconds=2)
"""So long the messages of an album wait for each other: Telegram delivers them one by one."""


class QuestionKind(StrEnum):
    """What is to be done in the operators' chat: copy a message, copy it again after an edit, or close the topic."""

    MESSAGE = "message"
    EDIT = "edit"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Question:
    """One message in a person's queue to the operators; it stays there until the operators' chat has it.

    `id` starts with the time, so that it orders the queue, and is unique for a cause. The message is `message_id` in
    the person's chat with the bot; its content is not stored. Messages of one `album` are copied together. `text` is
    the question of an earlier release, which stored it.
    """

    id: str
    text: str = ""
    due: Due | None = None
    message_id: int = 0
    album: str = ""
    kind: QuestionKind = QuestionKind.MESSAGE

    @property
    def asked_at(self) -> datetime:
        """When it was committed."""
        return time_of(self.id)

    def rescheduled(self, due: Due) -> "Question":
        """Return this question with another due time."""
        return replace(self, due=due)


def new_question(
    message_id: int, cause: str, now: datetime, *, album: str = "", kind: QuestionKind = QuestionKind.MESSAGE
) -> Question:
    """Return a question for `cause`; the process that commits it holds its claim, and sends it.

    Due work sends a message of an album, after `ALBUM_WAIT`.
    """
    due = Due(now + ALBUM_WAIT) if album else inline_claim(now)
    return Question(queue_id(cause, now), due=due, message_id=message_id, album=album, kind=kind)


def queue_id(cause: str, now: datetime) -> str:
    """Return the id of a message in a queue: it starts with the time, and is unique for a cause."""
    return f"{now:%Y-%m-%dT%H:%M:%S.%fZ}#{cause}"


def time_of(queued: str) -> datetime:
    """Return the time in an id that `queue_id` returned."""
    return datetime.fromisoformat(queued.partition("#")[0])
