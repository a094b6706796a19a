"""The port for statistics: entries, closed hours and sales. Each call may raise StorageUnavailable."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.statistics.flow import Flows
from vpnbot.domain.statistics.hours import ClosedHour, Closing
from vpnbot.domain.statistics.levels import Levels
from vpnbot.domain.statistics.sale import Sale


class Statistics(Protocol):
    """The statistics. Hours are named by the time at which they begin, in UTC."""

    def entries(self, first: datetime, end: datetime) -> Mapping[datetime, Flows]:
        """Return the sums of the entries of each hour from `first` to before `end`; hours without entries miss."""
        ...

    def closed(self, first: datetime, end: datetime) -> Mapping[datetime, ClosedHour]:
        """Return the closed hours from `first` to before `end`; hours without a flow miss."""
        ...

    def closing(self) -> Closing | None:
        """Return up to which time hours are closed, and the due time; None before the first closing."""
        ...

    def begin(self, closed_until: datetime, due_at: datetime) -> None:
        """Make the closing of hours due, unless there is one already."""
        ...

    def close(self, hour: datetime, flows: Flows) -> None:
        """Store the sums of an hour, unless they are stored already."""
        ...

    def correct(self, hour: datetime, late: Flows) -> None:
        """Store what was found of an hour beyond its stored sums; it replaces an earlier correction."""
        ...

    def of_link(self, tag: str, first: datetime, end: datetime) -> Mapping[datetime, Flows]:
        """Return what people who came by an ad link have counted in closed hours from `first` to before `end`.

        Hours in which they have counted nothing miss.
        """
        ...

    def keep_links(self, hour: datetime, flows: Flows) -> None:
        """Store the part of each ad link in the sums of an hour; it replaces what was stored for it."""
        ...

    def advance(self, item: DueItem, after: Closing) -> None:
        """Store up to which time hours are closed, and the next due time.

        Raises:
            ClaimLost: another worker has the claim.
        """
        ...

    def levels(self, first: date, last: date) -> Sequence[Levels]:
        """Return the levels of the nights between two days (UTC), both included, the oldest first."""
        ...

    def keep_levels(self, levels: Levels) -> None:
        """Store the levels of a night; they replace those that were stored for it."""
        ...

    def sales(self, first: datetime, end: datetime, *, newest: int | None = None) -> Sequence[Sale]:
        """Return the sales from `first` to before `end`, by the provider's time; with `newest` only the last ones.

        Sales that a later release has written in another form are left out.
        """
        ...
