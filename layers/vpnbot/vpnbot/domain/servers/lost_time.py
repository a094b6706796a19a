"""How much time people have lost in outages: the time in which all of their keys were down."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import reduce
from math import ceil

from vpnbot.domain.servers.downtime import Downtime, Hurt
from vpnbot.domain.servers.spans import Span, Spans, difference, intersection, total, union

_DAY = timedelta(days=1)


def period_of(downtime: Downtime, known: Iterable[Downtime]) -> tuple[Downtime, ...]:
    """Return the downtimes that count and are one period with this one: they overlap, directly or through others."""
    left = {each.id: each for each in known if each.counts and each.id != downtime.id}
    period, added = [downtime], True
    while added:
        near = [each for each in left.values() if any(each.span.overlaps(other.span) for other in period)]
        added = bool(near)
        period += near
        for each in near:
            del left[each.id]
    return tuple(sorted(period, key=lambda each: (each.first_bad_at, each.id)))


def lost(rows: Sequence[tuple[str, Hurt]]) -> Spans:
    """Return when all keys of a person were down, from the person's rows in a period, each with its server."""
    down: dict[str, Spans] = {}
    for server_id, hurt in rows:
        down[server_id] = union((*down.get(server_id, ()), *hurt.spans))
    return union(span for _, hurt in rows for span in _with_others(union(hurt.spans), hurt, down))


def _with_others(spans: Spans, hurt: Hurt, down: Mapping[str, Spans]) -> Spans:
    """Return the part of the time in which the person's other keys were down too."""
    return reduce(intersection, (down.get(server_id, ()) for server_id in hurt.others), spans)


def uncompensated(rows: Sequence[tuple[str, Hurt]], compensated: Iterable[Span]) -> Spans:
    """Return the lost time for which the person has got nothing yet."""
    return difference(lost(rows), compensated)


def days_for(spans: Spans) -> int:
    """Return the days for lost time, rounded up; 0 if none was lost."""
    return ceil(total(spans) / _DAY)
