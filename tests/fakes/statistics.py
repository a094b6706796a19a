"""The statistics over the in-memory table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.effects import Put
from vpnbot.domain.scheduling import Due, DueItem, Urgency
from vpnbot.domain.statistics.entry import counted_in, entry_key
from vpnbot.domain.statistics.flow import Counted, Flows
from vpnbot.domain.statistics.hours import CLOSING_KEY, STATISTICS, ClosedHour, Closing, hour_of
from vpnbot.domain.statistics.levels import Levels
from vpnbot.domain.statistics.sale import Sale, sale_from
from vpnbot.errors import ClaimLost


@dataclass
class StatisticsInMemory:
    """Implements the port `Statistics`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    sums: dict[datetime, Flows] = field(default_factory=dict)
    late: dict[datetime, Flows] = field(default_factory=dict)
    links: dict[tuple[str, datetime], Flows] = field(default_factory=dict)
    nights: dict[date, Levels] = field(default_factory=dict)

    def entries(self, first: datetime, end: datetime) -> Mapping[datetime, Flows]:
        """Return the sums of the entries of each hour."""
        self.faults.reached("statistics.entries")
        found: dict[datetime, list[Counted]] = {}
        for (partition, key), row in sorted(self.table.rows.items()):
            if partition.startswith("STATENTRY#") and entry_key(first, "") <= key < entry_key(end, ""):
                hour = hour_of(datetime.fromisoformat(key.partition("#")[0]))
                found.setdefault(hour, []).extend(counted_in(row.body))
        return {hour: Flows.of(counted) for hour, counted in found.items()}

    def closed(self, first: datetime, end: datetime) -> Mapping[datetime, ClosedHour]:
        """Return the closed hours."""
        self.faults.reached("query")
        hours = sorted({*self.sums, *self.late})
        return {
            hour: ClosedHour(self.sums.get(hour, Flows()), self.late.get(hour, Flows()))
            for hour in hours
            if first <= hour < end
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
        self.sums.setdefault(hour, flows)
        self.faults.reached("statistics.close.after")

    def correct(self, hour: datetime, late: Flows) -> None:
        """Store what was found of an hour beyond its sums."""
        self.faults.reached("put")
        self.late[hour] = late

    def of_link(self, tag: str, first: datetime, end: datetime) -> Mapping[datetime, Flows]:
        """Return the part of an ad link in the closed hours."""
        self.faults.reached("query")
        return {hour: flows for (known, hour), flows in self.links.items() if known == tag and first <= hour < end}

    def keep_links(self, hour: datetime, flows: Flows) -> None:
        """Store the part of each ad link in the sums of an hour."""
        for tag, part in flows.by_link().items():
            self.faults.reached("statistics.links.before")
            self.links[tag, hour] = part
            self.faults.reached("statistics.links.after")

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
