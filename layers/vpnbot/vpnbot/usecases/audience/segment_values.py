"""The values of segments that need one, such as where people came from, each with how many people are in it now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.ads.source import ADVERTISEMENT
from vpnbot.domain.audience.facts import DIRECTLY, INVITED, OTHER_LINK, parse
from vpnbot.domain.audience.segment import Criteria, Segment, SegmentKind
from vpnbot.usecases.ports import Audience


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a segment, and how many people are in it."""

    value: str
    people: int


def people_by_source(recipients: Segment, audience: Audience, now: datetime) -> Sequence[Counted]:
    """Return the sources from which people came, the largest first; of `recipients` all but its kind holds.

    Only the facts of people who came by an advertisement are read: their tags can be any.
    """
    fixed = (DIRECTLY, INVITED, OTHER_LINK)
    counts = {each: _count(recipients, SegmentKind.CAME_BY, each, audience, now) for each in fixed}
    everybody = replace(recipients, kind=SegmentKind.EVERYBODY).criteria(now)
    advertised = Criteria(everybody.ranges, (*everybody.parts, f"|s:{ADVERTISEMENT}"))
    tags = Counter(facts.source for facts in map(parse, audience.found(advertised)) if facts is not None)
    found = [Counted(value, people) for value, people in {**counts, **tags}.items() if people]
    return sorted(found, key=lambda each: (-each.people, each.value))


def people_by_server(
    recipients: Segment, servers: Iterable[str], audience: Audience, now: datetime
) -> Sequence[Counted]:
    """Return these servers in their order, each with the people who have a key there."""
    return [Counted(each, _count(recipients, SegmentKind.ON_SERVER, each, audience, now)) for each in servers]


def _count(recipients: Segment, kind: SegmentKind, value: str, audience: Audience, now: datetime) -> int:
    return audience.count(replace(recipients, kind=kind, value=value).criteria(now))
