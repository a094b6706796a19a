"""What waits for the staff now: the rows, each compared with its person where commits alone cannot keep it true."""

from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.needs import Need, NeedKind, still_waits
from vpnbot.usecases.ports import People
from vpnbot.usecases.ports.staff import Needs

MOST_LISTED = 50
"""The most rows that are read at once."""
_MOST_COMPARED = 10
"""The most people who are loaded for one look; further rows are taken as they are."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits; `more`: there may be more than is listed."""

    needs: tuple[Need, ...]
    more: bool = False

    def count(self, *kinds: NeedKind) -> int:
        """Return how many of these kinds are listed."""
        return sum(need.kind in kinds for need in self.needs)


def what_waits(needs: Needs, people: People, now: datetime) -> Waiting:
    """Return what waits for the staff, and remove the rows of keys that work again.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    rows = needs.waiting(limit=MOST_LISTED)
    listed: list[Need] = []
    compared = 0
    for need in rows:
        if not need.shown(now):
            continue
        if need.kind is NeedKind.NO_KEY:
            compared += 1
            if compared <= _MOST_COMPARED and not still_waits(need, people.open(PersonId(need.person)).person, now):
                needs.remove(need)
                continue
        listed.append(need)
    return Waiting(tuple(listed), more=len(rows) == MOST_LISTED)
