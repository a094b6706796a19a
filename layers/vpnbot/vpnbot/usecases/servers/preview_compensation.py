"""What the compensation of an outage would give, and to whom: from the frozen lists, without writing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from vpnbot.domain.servers.downtime import Downtime
from vpnbot.domain.servers.hurt import Hurt
from vpnbot.domain.servers.lost_time import days_for, lost, period_of
from vpnbot.domain.servers.spans import Spans, difference, total
from vpnbot.usecases.ports.downtimes import Downtimes, HurtPeople
from vpnbot.usecases.servers.record_hurt import everybody_hurt

LONGEST_OVERLAP = timedelta(days=90)
"""Downtimes that began so long before are looked at for an overlap."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one person has lost in the period of an outage, and the days that they would get for it.

    `days` is 0 for a person whose other keys worked, or who has got days for the same time before. `given`: the
    compensation has come to this person.
    """

    person: str
    lost: Spans
    days: int
    given: bool = False

    @property
    def hours(self) -> timedelta:
        """How long all keys of the person were down."""
        return total(self.lost)


@dataclass(frozen=True, slots=True)
class Preview:
    """The shares of all people of an outage, the most days first; `period` are the outages that count as one with it.

    `complete`: the lists of all of them are complete; before that, nothing can be given.
    """

    downtime: Downtime
    period: tuple[Downtime, ...]
    shares: tuple[Share, ...]
    complete: bool

    @property
    def getting(self) -> Sequence[Share]:
        """The shares of the people who get days."""
        return [share for share in self.shares if share.days]

    @property
    def touched(self) -> int:
        """How many people had no working key at some time."""
        return sum(1 for share in self.shares if share.lost)

    @property
    def total_days(self) -> int:
        """All days together."""
        return sum(share.days for share in self.shares)


def preview_compensation(
    downtime: Downtime, downtimes: Downtimes, hurt: HurtPeople, days_each: int | None = None
) -> Preview:
    """Return what each person would get. An outage that does not count yet is computed as if it did.

    With `days_each` everybody who gets days gets so many.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    period = period_of(downtime, downtimes.since(downtime.first_bad_at - LONGEST_OVERLAP))
    others = [
        (each.server_id, {row.person: row for row in everybody_hurt(hurt, each.id)})
        for each in period
        if each.id != downtime.id
    ]
    days_each = days_each or downtime.days_each
    shares = [_share(row, downtime, others, days_each) for row in everybody_hurt(hurt, downtime.id)]
    shares.sort(key=lambda share: (-share.days, -share.hours, share.person))
    return Preview(downtime, period, tuple(shares), all(each.frozen for each in period))


def _share(
    row: Hurt, downtime: Downtime, others: Sequence[tuple[str, Mapping[str, Hurt]]], days_each: int | None
) -> Share:
    present = row if row.open_since is None else row.closed(downtime.last_bad_at)
    found = [(server_id, rows[row.person]) for server_id, rows in others if row.person in rows]
    spans = lost([(downtime.server_id, present), *found])
    left = difference(spans, (span for _, each in found for span in each.compensated))
    if row.days is not None:
        return Share(row.person, spans, row.days, given=True)
    days = days_for(left)
    return Share(row.person, spans, (days_each or days) if days else 0)
