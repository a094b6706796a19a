"""What Telegram says about a group, and what the bot is missing there to take questions."""

from dataclasses import dataclass
from enum import StrEnum


class Missing(StrEnum):
    """What the bot is missing in a group. DELETE alone does not keep it from working: topics are then left behind."""

    TOPICS = "topics"
    ADMINISTRATOR = "administrator"
    MANAGE_TOPICS = "manage_topics"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What Telegram says about a group: whether it has topics, and what the bot may do there."""

    title: str
    has_topics: bool
    administrator: bool
    may_manage_topics: bool
    may_delete: bool

    def missing(self, *, topics: bool) -> tuple[Missing, ...]:
        """Return what the bot is missing. Without topics it needs no right: it reads the replies to its messages."""
        if not topics:
            return ()
        found = () if self.has_topics else (Missing.TOPICS,)
        if not self.administrator:
            return (*found, Missing.ADMINISTRATOR)
        rights = {Missing.MANAGE_TOPICS: self.may_manage_topics, Missing.DELETE: self.may_delete}
        return (*found, *(right for right, given in rights.items() if not given))


def keeps_from_working(missing: tuple[Missing, ...]) -> bool:
    """Tell whether topics cannot be used while this is missing."""
    return any(each is not Missing.DELETE for each in missing)
