"""The people of a segment, as the source of a walk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.audience.facts import AUDIENCE_SHARDS
from vpnbot.domain.audience.segment import Segment
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.usecases.audience.walk import Page
from vpnbot.usecases.ports import Audience

_PAGE = 100


@dataclass(frozen=True)
class SegmentPeople:
    """Implements `Source`: the people whose facts say that they may be in the segment at the time of the page.

    The index lags a little, and people change while a walk goes on: the visit decides with `Segment.has`.
    """

    audience: Audience
    segment: Segment
    clock: Callable[[], datetime]
    shards: int = AUDIENCE_SHARDS

    def page(self, shard: int, after: str) -> Page[PersonId]:
        """Return those of the next people of a shard who may be in the segment; there may be none of them."""
        criteria = self.segment.criteria(self.clock())
        found = self.audience.page(shard, after=after, limit=_PAGE)
        people = [(person_id, person_id) for person_id, facts in found if criteria.met_by(facts)]
        return Page(people, found[-1][0] if len(found) == _PAGE else None)
