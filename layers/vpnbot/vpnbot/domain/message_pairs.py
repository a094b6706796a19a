"""Which message in the operators' chat is the copy of which message in the chat with a person, and the reverse."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=30)


class Side(StrEnum):
    """Whose the original is: IN is written by the person, OUT by the operators."""

    IN = "IN"
    OUT = "OUT"


@dataclass(frozen=True, slots=True)
class Pair:
    """A message `original` of one side and its `copy`; `chat_id` is the operators' chat.

    `copied_at` is just before the call to Telegram: a copy has every edit that was made before.
    """

    side: Side
    original: int
    chat_id: int
    copy: int
    copied_at: datetime

    @property
    def key(self) -> str:
        """The sort key."""
        return pair_key(self.side, self.original)


def pairs_partition(person_id: str) -> str:
    """Return the partition of a person's pairs."""
    return f"{person_id}#CHAT"


def pair_key(side: Side, original: int) -> str:
    """Return the sort key of the pair of an original."""
    return f"{side}#{original}"
