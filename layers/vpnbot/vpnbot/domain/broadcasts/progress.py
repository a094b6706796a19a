"""How far a broadcast is: an item of its own, which only the slice that holds the claim writes.

So a pause by a member of the staff and the progress of the walk never meet in one item.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vpnbot.domain.broadcasts.broadcast import Figures


@dataclass(frozen=True, slots=True)
class Progress:
    """The figures so far, and the place of the walk in each shard, by its number as text.

    `rounds` counts the walks through everybody that left some people, for example because their data could not be
    read; they are tried again.
    """

    figures: Figures = field(default_factory=Figures)
    cursors: Mapping[str, str] = field(default_factory=dict)
    rounds: int = 0


def progress_key(broadcast_id: str) -> str:
    """Return the sort key of the progress of a broadcast."""
    return f"PROGRESS#{broadcast_id}"
