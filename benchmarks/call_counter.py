"""Counts the calls to the table and to panels, by kind, and the read and write units that they consume."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from benchmarks.stored_sizes import StoredSizes
from local.aws import AwsCall
from local.capacity import units_of
from local.stack import Table
from local.three_x_ui.panel import FakePanel
from vpnbot.domain.servers.capacity import SERVERS

_ROUTE = re.compile(r"/panel/api/(?P<area>\w+)/(?:(?P<email>v_\w+)/)?(?P<verb>\w+(?:/paged)?)")


class TableCall(StrEnum):
    """The kinds of calls to DynamoDB, as the printed tables name them."""

    KEYS = "Query of the index `by_server`"
    PERSON = "Query of a person's partition, consistent"
    CATALOGUE = "Query of the servers' partition, consistent"
    RUN = "GetItem of a run, consistent"
    DUE = "Query of the index `due`"
    CLAIM = "UpdateItem: a claim"
    SAVE_RUN = "PutItem: progress of a run"
    SAVE_KEY = "PutItem: a key"
    OTHER = "anything else"


_READS = frozenset({TableCall.KEYS, TableCall.PERSON, TableCall.CATALOGUE, TableCall.RUN, TableCall.DUE})


@dataclass(slots=True)
class CallCounts:
    """Counts of calls: to the table by kind, to panels by route, and Queries of each person's partition.

    Units are DynamoDB's.
    """

    table: Counter[TableCall] = field(default_factory=Counter)
    panel: Counter[str] = field(default_factory=Counter)
    people_read: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0

    @property
    def by_name(self) -> Counter[str]:
        """Return the counts of all calls, by kind or route."""
        return Counter({str(kind): count for kind, count in self.table.items()}) + self.panel

    @property
    def table_calls(self) -> int:
        """Return the number of calls to DynamoDB."""
        return self.table.total()

    @property
    def panel_calls(self) -> int:
        """Return the number of calls to panels."""
        return self.panel.total()

    @property
    def reads(self) -> int:
        """Return the number of calls to DynamoDB that read."""
        return sum(count for kind, count in self.table.items() if kind in _READS)

    @property
    def writes(self) -> int:
        """Return the number of calls to DynamoDB that write."""
        return self.table_calls - self.reads

    def times(self, factor: float) -> "CallCounts":
        """Return these counts multiplied by `factor`, without the counts by person."""
        table = Counter({kind: round(count * factor) for kind, count in self.table.items()})
        panel = Counter({route: round(count * factor) for route, count in self.panel.items()})
        return CallCounts(table, panel, read_units=self.read_units * factor, write_units=self.write_units * factor)


class CallCounter:
    """Counts the calls to the emulated table; the calls to panels are those that the fake panels have recorded."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._panels: tuple[FakePanel, ...] = ()
        self._counts = CallCounts()
        self.stored = StoredSizes(table)

    def add_panels(self, panels: Iterable[FakePanel]) -> None:
        """Count the calls to these panels too."""
        self._panels = tuple(panels)

    def reset(self) -> None:
        """Start counting at zero."""
        self._counts = CallCounts()
        for panel in self._panels:
            panel.calls.clear()

    def aws_call(self, call: AwsCall) -> None:
        """Count a call to DynamoDB. The emulator's threads call this before the client receives its response."""
        if call.service != "dynamodb":
            return
        kind = _kind_of(call)
        self._counts.table[kind] += 1
        self._counts.read_units += units_of(call, [self._table]).read_units
        self._counts.write_units += self.stored.units_of(call)
        if kind is TableCall.PERSON:
            self._counts.people_read[_partition_of(call)] += 1

    @property
    def calls_made(self) -> tuple[int, int]:
        """Return the numbers of calls since the last reset: to the table and to panels."""
        return self._counts.table_calls, sum(len(panel.calls) for panel in self._panels)

    def counts(self) -> CallCounts:
        """Return a copy of the counts since the last reset."""
        counted = self._counts
        routes = Counter(_route_of(call.path) for panel in self._panels for call in panel.calls)
        return CallCounts(
            Counter(counted.table), routes, Counter(counted.people_read), counted.read_units, counted.write_units
        )


def _kind_of(call: AwsCall) -> TableCall:
    match call.operation, call.request:
        case "Query", {"IndexName": "by_server"}:
            return TableCall.KEYS
        case "Query", {"IndexName": "due"}:
            return TableCall.DUE
        case "Query", {"ConsistentRead": True}:
            return TableCall.CATALOGUE if _partition_of(call) == SERVERS else TableCall.PERSON
        case "GetItem", {"Key": {"sk": {"S": str(key)}}} if key.startswith("ROUND#"):
            return TableCall.RUN
        case "UpdateItem", _:
            return TableCall.CLAIM
        case "PutItem", {"Item": {"sk": {"S": str(key)}}} if key.startswith("ROUND#"):
            return TableCall.SAVE_RUN
        case "PutItem", {"Item": {"sk": {"S": str(key)}}} if key.startswith("ACCESS#"):
            return TableCall.SAVE_KEY
    return TableCall.OTHER


def _partition_of(call: AwsCall) -> str:
    """Return the partition that a Query reads, which is its first expression value."""
    return str(next(iter(call.request["ExpressionAttributeValues"].values()))["S"])


def _route_of(path: str) -> str:
    found = _ROUTE.search(path)
    return f"{found['area']}/{found['verb']}" if found else path
