"""What the operators write in a person's topic: stored first, and then copied into the chat with the person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.edited_content import Edited, Media
from vpnbot.domain.questions import ALBUM_WAIT, Question, queue_id, time_of
from vpnbot.domain.scheduling import Due, inline_claim


class AnswerKind(StrEnum):
    """What is to be done in the person's chat: copy a message, edit its copy, or delete the copy."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of the operators in a person's queue. `id` as that of a question.

    The message is `message_id` in the operators' chat `chat_id`. Messages of one `album` are copied together. `html`,
    `caption`, `media` and `file_id` are the new content of an edited message, as in `Edited`. A deletion was asked
    for in `asked_in`. An answer to a person who has blocked the bot is kept without a due time until they come back.
    """

    id: str
    chat_id: int
    message_id: int
    due: Due | None = None
    album: str = ""
    kind: AnswerKind = AnswerKind.MESSAGE
    html: str = ""
    caption: bool = False
    asked_in: int = 0
    media: Media | None = None
    file_id: str = ""

    @property
    def edited(self) -> Edited:
        """The new content of an edited message."""
        return Edited(self.html, self.caption, self.media, self.file_id)

    @property
    def shown_at(self) -> int:
        """The message of the operators at which they see what became of this."""
        return self.asked_in or self.message_id

    @property
    def written_at(self) -> datetime:
        """When it was committed."""
        return time_of(self.id)

    def rescheduled(self, due: Due) -> "Answer":
        """Return this answer with another due time."""
        return replace(self, due=due)


def new_answer(chat_id: int, message_id: int, cause: str, now: datetime, *, album: str = "") -> Answer:
    """Return an answer for `cause`; due as a question is."""
    due = Due(now + ALBUM_WAIT) if album else inline_claim(now)
    return Answer(queue_id(cause, now), chat_id, message_id, due, album)


def edit_of_answer(chat_id: int, message_id: int, cause: str, now: datetime, edited: Edited) -> Answer:
    """Return the edit of an earlier answer, for `cause`."""
    return Answer(
        queue_id(cause, now),
        chat_id,
        message_id,
        inline_claim(now),
        kind=AnswerKind.EDIT,
        html=edited.html,
        caption=edited.caption,
        media=edited.media,
        file_id=edited.file_id,
    )


def deletion(chat_id: int, message_id: int, cause: str, now: datetime, *, asked_in: int) -> Answer:
    """Return the deletion of an earlier answer, for `cause`."""
    claim = inline_claim(now)
    return Answer(queue_id(cause, now), chat_id, message_id, claim, kind=AnswerKind.DELETE, asked_in=asked_in)


def without_followers[M: (Question, Answer)](waiting: Sequence[M]) -> tuple[M, ...]:
    """Return the messages of a queue, of each album only the first, with which the others are sent."""
    seen: set[str] = set()
    heads: list[M] = []
    for message in sorted(waiting, key=lambda message: message.id):
        if not message.album or message.album not in seen:
            heads.append(message)
        seen.add(message.album)
    return tuple(heads)


def followers[M: (Question, Answer)](head: M, waiting: Sequence[M]) -> tuple[M, ...]:
    """Return the other messages of the album of `head` that wait, oldest first."""
    same = (message for message in waiting if head.album and message.album == head.album and message.id != head.id)
    return tuple(sorted(same, key=lambda message: message.id))
