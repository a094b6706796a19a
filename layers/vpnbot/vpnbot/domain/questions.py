"""Questions to the operators: stored by the commit that confirms them, and sent to the operators' chat afterwards."""

from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.scheduling import Due, inline_claim

MOST_WAITING = 30
"""How many questions of one person may wait; they are loaded with the person, so that their number is bounded."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question in a person's queue to the operators; it stays there until the operators' chat has it.

    `id` starts with the time, so that it orders the queue, and is unique for a cause.
    """

    id: str
    text: str
    due: Due | None = None

    def rescheduled(self, due: Due) -> "Question":
        """Return this question with another due time."""
        return replace(self, due=due)


def new_question(text: str, cause: str, now: datetime) -> Question:
    """Return a question for `cause`; the process that commits it holds its claim, and sends it."""
    return Question(f"{now:%Y-%m-%dT%H:%M:%S.%fZ}#{cause}", text, inline_claim(now))
