"""What people write to the operators: stored by the commit that confirms it, and copied to the operators' chat."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.edited_content import Edited, Media
from vpnbot.domain.scheduling import Due, inline_claim

MOST_WAITING = 30
"""How many questions of one person may wait; they are loaded with the person, so that their number is bounded."""
ALBUM_WAIT = timedelta(seconds=2)
"""So long the messages of an album wait for each other: Telegram delivers them one by one."""


class QuestionKind(StrEnum):
    """What is to be done in the operators' chat: copy a message, change its copy, or close the topic."""

    MESSAGE = "message"
    EDIT = "edit"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Question:
    """One message in a person's queue to the operators; it stays there until the operators' chat has it.

    `id` starts with the time, so that it orders the queue, and is unique for a cause. The message is `message_id` in
    the person's chat with the bot; its content is not stored. Messages of one `album` are copied together. `html`,
    `caption`, `media` and `file_id` are the new content of an edited message, as in `Edited`; it is stored until the
    copy has it. `text` is the question of an earlier release, which stored it.
    """

    id: str
    text: str = ""
    due: Due | None = None
    message_id: int = 0
    album: str = ""
    kind: QuestionKind = QuestionKind.MESSAGE
    html: str = ""
    caption: bool = False
    media: Media | None = None
    file_id: str = ""

    @property
    def edited(self) -> Edited | None:
        """The new content of an edited message; None: it cannot be put into the copy."""
        known = self.html or self.caption
        return Edited(self.html, self.caption, self.media, self.file_id) if known else None

    @property
    def asked_at(self) -> datetime:
        """When it was committed."""
        return time_of(self.id)

    def rescheduled(self, due: Due) -> "Question":
        """Return this question with another due time."""
        return replace(self, due=due)


def edit_of_question(message_id: int, cause: str, now: datetime, edited: Edited | None) -> Question:
    """Return the edit of an earlier message, for `cause`; None: its content cannot be put into the copy."""
    question = new_question(message_id, cause, now, kind=QuestionKind.EDIT)
    if edited is None:
        return question
    return replace(question, html=edited.html, caption=edited.caption, media=edited.media, file_id=edited.file_id)


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
