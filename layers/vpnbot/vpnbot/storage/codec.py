"""Domain objects as items of the table, and back: one codec for all of them, made from their types."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zlib import crc32

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import Item, sort_key
from vpnbot.domain.people.ledger import Change, Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.keys import facts_of
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record, from_text, to_text

SHARDS = 4
DEAD_LETTERED = "parked"

converter = Converter(omit_if_default=True)
converter.register_unstructure_hook(StrEnum, str)
converter.register_unstructure_hook(datetime, to_text)
converter.register_structure_hook(datetime, lambda text, _: from_text(text))
converter.register_unstructure_hook(timedelta, lambda duration: int(duration.total_seconds()))
converter.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=int(seconds)))

_STORED_NAMES: Mapping[type, Mapping[str, str]] = {
    Access: {"capacity_shard": "room"},
    Breaker: {"detail": "error"},
    Notification: {"kind": "topic"},
    ReconciliationRun: {"orphans": "strays"},
    Server: {"state": "duty"},
}
"""Fields whose attribute in the table has an older name. Renaming a stored attribute would need a migration."""

for _kind, _names in _STORED_NAMES.items():
    _overrides = {field: override(rename=stored) for field, stored in _names.items()}
    _write: Any = make_dict_unstructure_fn(_kind, converter, _cattrs_omit_if_default=True, **_overrides)  # type: ignore[arg-type]  # overrides only
    converter.register_unstructure_hook(_kind, _write)
    converter.register_structure_hook(_kind, make_dict_structure_fn(_kind, converter, **_overrides))  # type: ignore[arg-type]  # overrides only


def shard_of(partition: str, due: Due) -> str:
    """Return the shard of the due index that lists an item of this partition."""
    return DEAD_LETTERED if due.dead_lettered else f"due-{crc32(partition.encode()) % SHARDS}"


def to_record(person_id: PersonId, item: Item) -> Record:
    """Return an item of a person as a record."""
    body: dict[str, Any] = converter.unstructure(item)
    body.pop("due", None)
    record = Record(person_id, sort_key(item), body=body)
    match item:
        case User():
            record.version = item.version
            body.pop("version", None)
        case Access():
            record.revision = item.wanted_revision
            if item.name:
                record.server_id, record.client_name, record.facts = item.server_id, item.name, facts_of(item)
        case _:
            pass
    if not isinstance(item, LinkFetch):
        make_due(record, item.due)
    return record


def make_due(record: Record, due: Due | None) -> None:
    """Put a record on the list of timed work."""
    if due is not None:
        record.due_shard = shard_of(record.pk, due)
        record.due_at = to_text(due.at)
        record.due_attempts = due.attempts


def to_person(person_id: PersonId, items: Iterable[Stored]) -> Person:
    """Return the person whose partition holds these items; kinds this version does not know are left alone."""
    user, subscription = User(), Subscription()
    fetch: LinkFetch | None = None
    accesses: list[Access] = []
    outbox: list[Notification] = []
    watches: list[ServerWatch] = []
    for item in items:
        match item.sk.partition("#")[0]:
            case "USER":
                user = structured(item, User, version=item.version)
            case "SUB":
                subscription = structured(item, Subscription)
            case "FETCH":
                fetch = structured(item, LinkFetch)
            case "ACCESS":
                accesses.append(structured(item, Access))
            case "OUT":
                outbox.append(structured(item, Notification))
            case "WATCH":
                watches.append(structured(item, ServerWatch))
            case _:
                pass
    return Person(person_id, user, subscription, tuple(accesses), tuple(outbox), fetch, tuple(watches))


def to_ledger(person_id: PersonId, entry: Entry, changed: Change) -> Record:
    """Return a ledger entry as a record of the person's second partition."""
    body = {
        "what": entry.what,
        "actor": entry.actor,
        "changes": {name: list(before_after) for name, before_after in changed.items()},
    }
    return Record(ledger_partition(person_id), f"LOG#{entry.cause}", body=body, at=to_text(entry.at))


def ledger_partition(person_id: PersonId) -> str:
    """Return the partition of what only grows."""
    return f"{person_id}#LOG"


def structured[T](item: Stored, kind: type[T], **more: object) -> T:
    due = {}
    if item.due_at is not None:
        dead_lettered = item.due_shard == DEAD_LETTERED
        due = {"due": {"at": item.due_at, "attempts": item.due_attempts, "dead_lettered": dead_lettered}}
    return converter.structure({**item.body, **due, **more}, kind)


def epoch(moment: datetime) -> int:
    """Return a time as DynamoDB's TTL wants it: whole seconds since 1970."""
    return int(moment.astimezone(UTC).timestamp())
