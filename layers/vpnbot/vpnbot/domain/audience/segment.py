"""Segments of the audience: whom a job on many people is for, as a range of facts and as a decision on a person.

The index proposes and the person decides: the facts leave out people without a read of their partitions, and before
anything is done with a person, `Segment.has` decides on the person as loaded. Both use the same criteria, on the same
text of facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.audience.facts import VERSION, Group, end_text, facts_about
from vpnbot.domain.people.person import Person

ENDS_SOON = timedelta(days=3)
EXPIRED_LATELY = timedelta(days=30)
_FIRST, _LAST = "0", "~"
"""Less and more than every end, also than the mark of an end that is missing."""
_HAVE_TIME = (Group.TRIAL, Group.BOUGHT)


class SegmentKind(StrEnum):
    """The segments that the facts tell apart. Those of `WITH_VALUE` need a value: the source, or the server's id."""

    EVERYBODY = "everybody"
    NEVER_TRIED = "never_tried"
    ON_TRIAL = "trial"
    NEVER_CONNECTED = "never_connected"
    """On trial, and no app has loaded the link. The facts do not say this: the person decides."""
    ACTIVE = "active"
    """A bought or given plan that runs."""
    ENDS_SOON = "ends_soon"
    """Trial or plan ends within three days."""
    EXPIRED_LATELY = "expired_lately"
    """Trial or plan ended in the last 30 days."""
    EXPIRED_LONG_AGO = "expired_long_ago"
    WAITING = "waiting"
    """The key of a trial or of a plan waits for a server with a free place."""
    CAME_BY = "came_by"
    ON_SERVER = "on_server"
    """Who has a key on one server."""


WITH_VALUE = frozenset({SegmentKind.CAME_BY, SegmentKind.ON_SERVER})


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a text of facts must be: within one of the ranges, both ends included, with all of `parts` in it."""

    ranges: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] = ()

    def met_by(self, facts: str) -> bool:
        """Tell whether a text of facts meets the criteria, as DynamoDB's BETWEEN and CONTAINS do."""
        return any(low <= facts <= high for low, high in self.ranges) and all(part in facts for part in self.parts)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of one language, or of all (None).

    `reachable` and `news`: only people whom messages reach, and who want news; False leaves nobody out.
    """

    kind: SegmentKind
    value: str = ""
    language: str | None = None
    reachable: bool = field(default=True, kw_only=True)
    news: bool = field(default=False, kw_only=True)

    @property
    def exact(self) -> bool:
        """Whether the facts tell who is in the segment; otherwise they tell who may be in it."""
        return self.kind is not SegmentKind.NEVER_CONNECTED

    def criteria(self, now: datetime) -> Criteria:
        """Return what the facts of everybody in this segment meet at `now`."""
        language = f"|{self.language}|" if self.language else ""
        reachable, news = "|r1|" if self.reachable else "", "|n1|" if self.news else ""
        return Criteria(tuple(self._ranges(now)), tuple(filter(None, (language, reachable, news, self._field))))

    def has(self, person: Person, now: datetime) -> bool:
        """Tell whether a person as loaded is in this segment at `now`."""
        facts = facts_about(person)
        if facts is None or not self.criteria(now).met_by(facts.text()):
            return False
        return self.kind is not SegmentKind.NEVER_CONNECTED or not person.connected

    @property
    def _field(self) -> str:
        """The field of the facts that those of the segment have; empty if their group and end say enough."""
        match self.kind:
            case SegmentKind.CAME_BY:
                return f"|s:{self.value}|"
            case SegmentKind.ON_SERVER:
                return f"|k:{self.value}|"
            case SegmentKind.WAITING:
                return "|w1|"
            case _:
                return ""

    def _ranges(self, now: datetime) -> Iterable[tuple[str, str]]:
        moment = end_text(now)
        match self.kind:
            case SegmentKind.EVERYBODY | SegmentKind.CAME_BY | SegmentKind.ON_SERVER | SegmentKind.WAITING:
                return [(f"{VERSION}|", f"{VERSION}|{_LAST}")]
            case SegmentKind.NEVER_TRIED:
                return _of((Group.NEW,), _FIRST, _LAST, missing=True)
            case SegmentKind.ON_TRIAL | SegmentKind.NEVER_CONNECTED:
                return _of((Group.TRIAL,), _after(moment), _LAST)
            case SegmentKind.ACTIVE:
                return _of((Group.BOUGHT,), _after(moment), _LAST)
            case SegmentKind.ENDS_SOON:
                return _of(_HAVE_TIME, _after(moment), _after(end_text(now + ENDS_SOON)))
            case SegmentKind.EXPIRED_LATELY:
                return _of(_HAVE_TIME, _after(end_text(now - EXPIRED_LATELY)), _after(moment))
            case SegmentKind.EXPIRED_LONG_AGO:
                return _of(_HAVE_TIME, _FIRST, _after(end_text(now - EXPIRED_LATELY)))


def _of(groups: Iterable[Group], low: str, high: str, *, missing: bool = False) -> Iterable[tuple[str, str]]:
    """Return the ranges of facts of these groups whose ends are within; `missing`: those without an end too."""
    return [(f"{VERSION}|{group}|{'' if missing else low}", f"{VERSION}|{group}|{high}") for group in groups]


def _after(moment: str) -> str:
    """Return a text that sorts after this end, with whatever follows it, and before the next second."""
    return f"{moment}{_LAST}"
