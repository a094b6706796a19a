"""Every call that a shop makes to its table and its panels, counted by what it is for, and what it consumes."""

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
    """What DynamoDB is asked for, in the words of the tables that are printed."""

    KEYS = "Query of the index `by_server`"
    PERSON = "Query of a person's partition, consistent"
    CATALOGUE = "Query of the servers' partition, consistent"
    ROUND = "GetItem of a round, consistent"
    DUE = "Query of the index `due`"
    CLAIM = "UpdateItem: a claim"
    KEEP_ROUND = "PutItem: how far a round has got"
    KEEP_KEY = "PutItem: a key"
    OTHER = "anything else"


_READS = frozenset({TableCall.KEYS, TableCall.PERSON, TableCall.CATALOGUE, TableCall.ROUND, TableCall.DUE})


@dataclass(slots=True)
class Tally:
    """What was counted. Units are DynamoDB's."""

    table: Counter[TableCall] = field(default_factory=Counter)
    panel: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0

    @property
    def by_name(self) -> Counter[str]:
        """Return all calls under their names."""
        return Counter({str(kind): count for kind, count in self.table.items()}) + self.panel

    @property
    def table_calls(self) -> int:
        """Return how often DynamoDB was asked."""
        return self.table.total()

    @property
    def panel_calls(self) -> int:
        """Return how often panels were."""
        return self.panel.total()

    @property
    def reads(self) -> int:
        """Return how many of the calls to DynamoDB read."""
        return sum(count for kind, count in self.table.items() if kind in _READS)

    @property
    def writes(self) -> int:
        """Return how many of them wrote."""
        return self.table_calls - self.reads

    def times(self, factor: float) -> "Tally":
        """Return this so many times, people apart."""
        table = Counter({kind: round(count * factor) for kind, count in self.table.items()})
        panel = Counter({route: round(count * factor) for route, count in self.panel.items()})
        return Tally(table, panel, read_units=self.read_units * factor, write_units=self.write_units * factor)


class CallAccount:
    """Listens to the emulated table; what panels were asked they remember themselves."""

    def __init__(self, table: Table) -> None:
        self._declared = table
        self._panels: tuple[FakePanel, ...] = ()
        self._tally = Tally()
        self.stored = StoredSizes(table)

    def watch(self, panels: Iterable[FakePanel]) -> None:
        """Count what these panels are asked, too."""
        self._panels = tuple(panels)

    def begin(self) -> None:
        """Count from here."""
        self._tally = Tally()
        for panel in self._panels:
            panel.calls.clear()

    def aws_call(self, call: AwsCall) -> None:
        """Count a call to DynamoDB; comes from the emulator's threads, before the caller has its answer."""
        if call.service != "dynamodb":
            return
        kind = _kind_of(call)
        self._tally.table[kind] += 1
        self._tally.read_units += units_of(call, [self._declared]).read_units
        self._tally.write_units += self.stored.units_of(call)
        if kind is TableCall.PERSON:
            self._tally.opened[_partition_of(call)] += 1

    @property
    def waited_for(self) -> tuple[int, int]:
        """Return how many calls there were so far: to the table and to panels."""
        return self._tally.table_calls, sum(len(panel.calls) for panel in self._panels)

    def so_far(self) -> Tally:
        """Return what has been counted since the beginning."""
        known = self._tally
        routes = Counter(_route_of(call.path) for panel in self._panels for call in panel.calls)
        return Tally(Counter(known.table), routes, Counter(known.opened), known.read_units, known.write_units)


def _kind_of(call: AwsCall) -> TableCall:
    match call.operation, call.request:
        case "Query", {"IndexName": "by_server"}:
            return TableCall.KEYS
        case "Query", {"IndexName": "due"}:
            return TableCall.DUE
        case "Query", {"ConsistentRead": True}:
            return TableCall.CATALOGUE if _partition_of(call) == SERVERS else TableCall.PERSON
        case "GetItem", {"Key": {"sk": {"S": str(key)}}} if key.startswith("ROUND#"):
            return TableCall.ROUND
        case "UpdateItem", _:
            return TableCall.CLAIM
        case "PutItem", {"Item": {"sk": {"S": str(key)}}} if key.startswith("ROUND#"):
            return TableCall.KEEP_ROUND
        case "PutItem", {"Item": {"sk": {"S": str(key)}}} if key.startswith("ACCESS#"):
            return TableCall.KEEP_KEY
    return TableCall.OTHER


def _partition_of(call: AwsCall) -> str:
    """Return the partition that a Query reads: its only value."""
    return str(next(iter(call.request["ExpressionAttributeValues"].values()))["S"])


def _route_of(path: str) -> str:
    found = _ROUTE.search(path)
    return f"{found['area']}/{found['verb']}" if found else path
