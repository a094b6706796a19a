"""A line in the list of timed work: which item, since when, tried how often."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.keys import PersonId


class WorkKind(StrEnum):
    """What a due item asks for; the first word of its sort key."""

    ERASE_HISTORY = "USER"
    ADVANCE_SUBSCRIPTION = "SUB"
    PROVISION = "ACCESS"
    DELIVER = "OUT"
    LOOK_AFTER_SERVER = "WATCH"
    TEND_SERVER = "ROUND"


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item with its due time as it was read: whoever acts on it proves with that time that it is theirs.

    `partition` is a person's, or the servers' own.
    """

    partition: str
    sort_key: str
    due_at: datetime
    attempts: int = 0

    @property
    def person_id(self) -> PersonId:
        """Whose partition it is, if it is a person's."""
        return PersonId(self.partition)

    @property
    def concerns_server(self) -> bool:
        """Whether it is a server's round and nobody's partition."""
        return self.sort_key.startswith(f"{WorkKind.TEND_SERVER}#")

    @property
    def kind(self) -> WorkKind:
        """What it asks for.

        Raises:
            ValueError: a kind this version does not know.
        """
        return WorkKind(self.sort_key.partition("#")[0])
