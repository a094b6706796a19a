"""How much time people have lost in outages: the time in which all of their keys were down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from math import ceil

from vpnbot.domain.servers.downtime import Downtime
from vpnbot.domain.servers.hurt import Hurt
from vpnbot.domain.servers.spans import Span, Spans, difference, total, union

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
    return union(span for _, hurt in rows for span in difference(union(hurt.spans), _worked_elsewhere(hurt, down)))


def _worked_elsewhere(hurt: Hurt, down: Mapping[str, Spans]) -> Iterator[Span]:
    """Yield when a key of the person on another server worked."""
    for key in hurt.other_keys if hurt.spans else ():
        had = Span(key.since, key.until or hurt.spans[-1].until)
        yield from difference((had,), down.get(key.server_id, ()))


def uncompensated(rows: Sequence[tuple[str, Hurt]], compensated: Iterable[Span]) -> Spans:
    """Return the lost time for which the person has got nothing yet."""
    return difference(lost(rows), compensated)


def days_for(spans: Spans) -> int:
    """Return the days for lost time, rounded up; 0 if none was lost."""
    return ceil(total(spans) / _DAY)
