"""The due work and its times, read from the due index for the control panel and for time travel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local.aws import LocalAws
from vpnbot.domain.scheduling import ADVANCE_SUBSCRIPTION, WORK_KINDS
from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.domain.servers.downtime import DOWNTIMES
from vpnbot.domain.servers.outage import OUTAGES
from vpnbot.domain.statistics.hours import STATISTICS
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.timeline import scheduled_events
from vpnbot.domain.subscriptions.trial_places import TRIALS
from vpnbot.domain.support_chat import SUPPORT
from vpnbot.storage.codec import DEAD_LETTERED
from vpnbot.storage.table import from_text

INDEX = "due"
_STANDING = frozenset({SERVERS, OUTAGES, DOWNTIMES, STATISTICS, SUPPORT, TRIALS})
"""Partitions of work that belongs to no person."""
_plain = TypeDeserializer()


@dataclass(frozen=True, slots=True)
class DueEntry:
    """One item of the due index. `what` is an event of the timeline, a kind of work, or `retry`."""

    person_id: str
    sort_key: str
    at: datetime
    dead_lettered: bool
    what: str = ""

    @property
    def for_person(self) -> bool:
        """Whether the work is for a person, and not about a server, the statistics or the support chat."""
        return self.person_id not in _STANDING

    def as_json(self) -> dict[str, object]:
        """Return the entry as the control panel shows it."""
        return {
            "person_id": self.person_id,
            "sort_key": self.sort_key,
            "at": self.at.isoformat(),
            "what": self.what,
        }


class DueList:
    """Reads the due index directly, so that the meter does not count these reads."""

    def __init__(self, aws: LocalAws, table_name: str) -> None:
        self._dynamodb = aws.client("dynamodb")
        self._table = table_name

    def waiting(self) -> list[DueEntry]:
        """Return the work that a worker will do at its time, the next first; dead-lettered work is left out."""
        return [entry for entry in self._entries() if not entry.dead_lettered]

    def dead_lettered(self) -> list[DueEntry]:
        """Return the dead-lettered work; it waits for an operator."""
        return [entry for entry in self._entries() if entry.dead_lettered]

    def next(self, person_id: str | None = None) -> DueEntry | None:
        """Return the next work for people, or for one person, with its name. Other work is left out."""
        people = [entry for entry in self.waiting() if entry.for_person]
        waiting = [entry for entry in people if person_id in {None, entry.person_id}]
        if not waiting:
            return None
        first = waiting[0]
        return DueEntry(first.person_id, first.sort_key, first.at, first.dead_lettered, self._name_of(first))

    def _entries(self) -> list[DueEntry]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table, IndexName=INDEX)
        items = [plain(item) for page in pages for item in page["Items"]]
        entries = [
            DueEntry(item["pk"], item["sk"], from_text(item["due_at"]), item["due_shard"] == DEAD_LETTERED)
            for item in items
        ]
        return sorted(entries, key=lambda entry: entry.at)

    def _name_of(self, entry: DueEntry) -> str:
        prefix = entry.sort_key.partition("#")[0]
        if prefix != ADVANCE_SUBSCRIPTION.prefix:
            return next((kind.name for kind in WORK_KINDS if kind.prefix == prefix), prefix.lower())
        key = {"pk": {"S": entry.person_id}, "sk": {"S": entry.sort_key}}
        item = plain(self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {}))
        ends_at = item.get("body", {}).get("ends_at")
        known = scheduled_events(from_text(ends_at), TRIAL.duration) if ends_at else ()
        return next((event.kind.value for event in known if event.at == entry.at), "retry")


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of DynamoDB's JSON as plain values."""
    return {name: _plain.deserialize(value) for name, value in item.items()}
