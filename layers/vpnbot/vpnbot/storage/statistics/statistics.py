"""The items of the statistics.

| item  | pk                       | sk                     | written                                              |
|-------|--------------------------|------------------------|------------------------------------------------------|
| Entry | STATENTRY#day#shard      | time#random            | with the commit or observation that it counts        |
| Hour  | STATS                    | H#hour                 | once, when the hour is closed; not if nothing happened |
| Late  | STATS                    | H#hour+                | by the nightly check, if entries came late           |
| Night | STATS                    | L#day                  | once a night: how many people are in each state      |
| Link  | STATS#SRC#tag            | H#hour                 | with the hour, and corrected: the part of an ad link |
| Close | STATS                    | CLOSE                  | due index: the next hour to be closed                |
| Sale  | SALES#month              | provider's time#random | with the commit that moves money                     |

The sums of an hour are one map from a flow, as one text, to `count amount`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.scheduling import Due, DueItem, Urgency
from vpnbot.domain.statistics.entry import ENTRY_SHARDS, counted_in, entry_key, entry_partition, hour_text
from vpnbot.domain.statistics.flow import Counted, Flow, Flows
from vpnbot.domain.statistics.hours import CLOSING_KEY, HOUR, STATISTICS, ClosedHour, Closing
from vpnbot.domain.statistics.levels import Level, Levels
from vpnbot.domain.statistics.sale import Sale, sale_from, sale_key, sales_partition
from vpnbot.errors import ClaimLost
from vpnbot.storage.codec import make_due
from vpnbot.storage.stored_item import Stored, read_item, read_partition
from vpnbot.storage.table import Record, from_text, query_backwards, to_text, translated_errors

_HOUR = "H#"
_HOUR_LENGTH = len("2026-11-29T01")
_LATE = "+"
_NIGHT = "L#"
_LINK = f"{STATISTICS}#SRC#"


class StoredStatistics:
    """Implements the port `Statistics`."""

    def entries(self, first: datetime, end: datetime) -> Mapping[datetime, Flows]:
        """Return the sums of the entries of each hour from `first` to before `end`, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found: dict[datetime, list[Counted]] = {}
        between = (entry_key(first, ""), entry_key(end, ""))
        for day, shard in product(_days(first, end), range(ENTRY_SHARDS)):
            for stored in read_partition(entry_partition(day, shard), between):
                found.setdefault(_hour(stored.sk[:_HOUR_LENGTH]), []).extend(counted_in(stored.body))
        return {hour: Flows.of(counted) for hour, counted in sorted(found.items())}

    def closed(self, first: datetime, end: datetime) -> Mapping[datetime, ClosedHour]:
        """Return the closed hours from `first` to before `end`, by their beginnings.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found: dict[datetime, ClosedHour] = {}
        for stored in read_partition(STATISTICS, (_key(first), f"{_key(end - HOUR)}{_LATE}")):
            hour = _hour(stored.sk.removeprefix(_HOUR).removesuffix(_LATE))
            part = {"late" if stored.sk.endswith(_LATE) else "sums": _flows(stored)}
            found[hour] = replace(found.get(hour, ClosedHour()), **part)
        return found

    def closing(self) -> Closing | None:
        """Return up to which time hours are closed, strongly consistent; None before the first closing.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(STATISTICS, CLOSING_KEY)
        if stored is None:
            return None
        due = Due(from_text(stored.due_at), stored.due_attempts) if stored.due_at else None
        return Closing(from_text(stored.body["closed_until"]), stored.body.get("checked", ""), due)

    def begin(self, closed_until: datetime, due_at: datetime) -> None:
        """Make the closing of hours due, unless there is one already.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        self._put(_closing(Closing(closed_until, due=Due(due_at))), Record.pk.does_not_exist())

    def close(self, hour: datetime, flows: Flows) -> None:
        """Store the sums of an hour, unless they are stored already.

        Raises:
            StorageUnavailable: DynamoDB did not answer; call again.
        """
        self._put(Record(STATISTICS, _key(hour), body=_body(flows)), Record.pk.does_not_exist())

    def correct(self, hour: datetime, late: Flows) -> None:
        """Store what was found of an hour beyond its sums; it replaces an earlier correction.

        Raises:
            StorageUnavailable: DynamoDB did not answer; call again.
        """
        self._put(Record(STATISTICS, f"{_key(hour)}{_LATE}", body=_body(late)))

    def of_link(self, tag: str, first: datetime, end: datetime) -> Mapping[datetime, Flows]:
        """Return what the people who came by an ad link have counted in closed hours, by their beginnings.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found = read_partition(f"{_LINK}{tag}", (_key(first), _key(end - HOUR)))
        return {_hour(stored.sk.removeprefix(_HOUR)): _flows(stored) for stored in found}

    def keep_links(self, hour: datetime, flows: Flows) -> None:
        """Store the part of each ad link in the sums of an hour; it replaces what was stored for it.

        Raises:
            StorageUnavailable: DynamoDB did not answer; call again.
        """
        for tag, part in flows.by_link().items():
            self._put(Record(f"{_LINK}{tag}", _key(hour), body=_body(part)))

    def advance(self, item: DueItem, after: Closing) -> None:
        """Store up to which time hours are closed, and the next due time.

        Raises:
            ClaimLost: another worker has the claim.
            StorageUnavailable: DynamoDB did not answer; the claim expires.
        """
        held: Condition = Record.due_at == to_text(item.due_at)
        if not self._put(_closing(after), held):
            raise ClaimLost(item.sort_key)

    def levels(self, first: date, last: date) -> Sequence[Levels]:
        """Return the levels of the nights between two days, both included, the oldest first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return [
            Levels(
                date.fromisoformat(stored.sk.removeprefix(_NIGHT)),
                {level: int(stored.body[level]) for level in Level if level in stored.body},
            )
            for stored in read_partition(STATISTICS, (f"{_NIGHT}{first}", f"{_NIGHT}{last}"))
        ]

    def keep_levels(self, levels: Levels) -> None:
        """Store the levels of a night.

        Raises:
            StorageUnavailable: DynamoDB did not answer; call again.
        """
        self._put(
            Record(
                STATISTICS,
                f"{_NIGHT}{levels.day}",
                body={str(level): count for level, count in levels.counts.items()},
            )
        )

    def sales(self, first: datetime, end: datetime, *, newest: int | None = None) -> Sequence[Sale]:
        """Return the sales from `first` to before `end`, by the provider's time; with `newest` only the last ones.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found: list[Stored] = []
        for month in reversed(list(_months(first, end))):
            partition, keys = sales_partition(month), (sale_key(first, ""), sale_key(end, ""))
            if newest is None:
                found = [*read_partition(partition, keys), *found]
            elif len(found) < newest:
                latest = query_backwards(partition, *keys, limit=newest - len(found))
                found = [*map(Stored.of, reversed(latest)), *found]
        sales = (sale_from(stored.sk, stored.body) for stored in found)
        return [sale for sale in sales if sale is not None]

    def _put(self, record: Record, condition: Condition | None = None) -> bool:
        """Write an item; False, and no change, if the condition is false."""
        try:
            with translated_errors():
                record.save(condition=condition)
        except PutError:
            return False
        return True


def _closing(closing: Closing) -> Record:
    body = {"closed_until": to_text(closing.closed_until), "checked": closing.checked}
    record = Record(STATISTICS, CLOSING_KEY, body=body)
    make_due(record, closing.due, Urgency.BULK)
    return record


def _months(first: datetime, end: datetime) -> Iterator[datetime]:
    month = first.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while month < end:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _key(hour: datetime) -> str:
    return f"{_HOUR}{hour_text(hour)}"


def _hour(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00:00+00:00")


def _days(first: datetime, end: datetime) -> Iterator[date]:
    """Yield the days (UTC) that have an hour from `first` to before `end`."""
    day = first.astimezone(UTC).date()
    while datetime.combine(day, time(), UTC) < end:
        yield day
        day += timedelta(days=1)


def _body(flows: Flows) -> dict[str, object]:
    keys = flows.counts.keys() | flows.amounts.keys()
    return {flow.key: f"{flows.counts.get(flow, 0)} {flows.amounts.get(flow, 0)}" for flow in keys}


def _flows(stored: Stored) -> Flows:
    sums = {Flow.parse(key): [int(number) for number in str(text).split()] for key, text in stored.body.items()}
    counts = {flow: numbers[0] for flow, numbers in sums.items() if numbers[0]}
    return Flows(counts, {flow: numbers[1] for flow, numbers in sums.items() if numbers[1]})
