"""The statistics over the in-memory table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.effects import Put
from vpnbot.domain.scheduling import Due, DueItem, Urgency
from vpnbot.domain.statistics.entry import ENTRY_SHARDS, counted_in, entry_partition
from vpnbot.domain.statistics.flow import Flows
from vpnbot.domain.statistics.hours import CLOSING_KEY, STATISTICS, Closing
from vpnbot.domain.statistics.levels import Levels
from vpnbot.domain.statistics.sale import Sale, sale_from
from vpnbot.errors import ClaimLost


@dataclass
class StatisticsInMemory:
    """Implements the port `Statistics`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    closed: dict[datetime, Flows] = field(default_factory=dict)
    late: dict[datetime, Flows] = field(default_factory=dict)
    nights: dict[date, Levels] = field(default_factory=dict)

    def entries(self, hour: datetime) -> Flows:
        """Return the sums of the entries of an hour."""
        self.faults.reached("statistics.entries")
        partitions = {entry_partition(hour, shard) for shard in range(ENTRY_SHARDS)}
        rows = [row for (partition, _), row in self.table.rows.items() if partition in partitions]
        return Flows.of(counted for row in rows for counted in counted_in(row.body))

    def hours(self, first: datetime, last: datetime) -> Mapping[datetime, Flows]:
        """Return the closed hours between two, with their corrections."""
        self.faults.reached("query")
        hours = sorted({*self.closed, *self.late})
        none = Flows()
        return {
            hour: Flows.sum([self.closed.get(hour, none), self.late.get(hour, none)])
            for hour in hours
            if first <= hour <= last
        }

    def closing(self) -> Closing | None:
        """Return up to which time hours are closed."""
        self.faults.reached("get")
        row = self.table.row(STATISTICS, CLOSING_KEY)
        if row is None:
            return None
        return Closing(datetime.fromisoformat(str(row.body["until"])), str(row.body["checked"]), row.due)

    def begin(self, closed_until: datetime, due_at: datetime) -> None:
        """Make the closing of hours due, unless there is one already."""
        self.faults.reached("put")
        with self.table.lock:
            if self.table.row(STATISTICS, CLOSING_KEY) is None:
                self._put(Closing(closed_until, due=Due(due_at)))

    def close(self, hour: datetime, flows: Flows) -> None:
        """Store the sums of an hour, unless they are stored already."""
        self.faults.reached("statistics.close.before")
        self.closed.setdefault(hour, flows)
        self.faults.reached("statistics.close.after")

    def correct(self, hour: datetime, late: Flows) -> None:
        """Store what was found of an hour beyond its sums."""
        self.faults.reached("put")
        self.late[hour] = late

    def closed_sums(self, hour: datetime) -> tuple[Flows, Flows]:
        """Return the stored sums of one hour, and its correction."""
        self.faults.reached("get")
        return self.closed.get(hour, Flows()), self.late.get(hour, Flows())

    def advance(self, item: DueItem, after: Closing) -> None:
        """Store the progress, unless the claim is lost."""
        self.faults.reached("statistics.advance")
        with self.table.lock:
            row = self.table.row(STATISTICS, CLOSING_KEY)
            if row is None or row.due is None or row.due.at != item.due_at:
                raise ClaimLost(item.sort_key)
            self._put(after)

    def levels(self, first: date, last: date) -> Sequence[Levels]:
        """Return the levels of the nights between two days."""
        self.faults.reached("query")
        return [self.nights[day] for day in sorted(self.nights) if first <= day <= last]

    def keep_levels(self, levels: Levels) -> None:
        """Store the levels of a night."""
        self.faults.reached("statistics.levels")
        self.nights[levels.day] = levels

    def sales(self, first: datetime, end: datetime, *, newest: int | None = None) -> Sequence[Sale]:
        """Return the sales between two times, by the provider's time."""
        self.faults.reached("query")
        rows = [
            (key, row.body) for (partition, key), row in self.table.rows.items() if partition.startswith("SALES#")
        ]
        sales = [sale for key, body in sorted(rows) if (sale := sale_from(key, body)) is not None]
        found = [sale for sale in sales if first <= sale.nominal < end]
        return found if newest is None else found[-newest:]

    def _put(self, closing: Closing) -> None:
        body = {"until": closing.closed_until.isoformat(), "checked": closing.checked}
        self.table.apply([Put(STATISTICS, CLOSING_KEY, body, due=closing.due, urgency=Urgency.BULK)])
