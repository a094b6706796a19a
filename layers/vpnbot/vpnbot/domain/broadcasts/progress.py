"""How far a broadcast is: an item of its own, which only the slice that holds the claim writes.

So a pause by a member of the staff and the progress of the walk never meet in one item.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vpnbot.domain.broadcasts.broadcast import Figures


@dataclass(frozen=True, slots=True)
class Progress:
    """The figures so far, and the place of the walk in each shard, by its number as text.

    `passed_over` counts the people of this round whom a slice has left, for example because their data could not be
    read: with some of them, another round follows. `rounds` counts the rounds that have ended. `again`: it is that of
    the walk to those people whom it is sent once more.
    """

    figures: Figures = field(default_factory=Figures)
    cursors: Mapping[str, str] = field(default_factory=dict)
    passed_over: int = 0
    rounds: int = 0
    again: bool = False


def progress_key(broadcast_id: str) -> str:
    """Return the sort key of the progress of a broadcast."""
    return f"PROGRESS#{broadcast_id}"
