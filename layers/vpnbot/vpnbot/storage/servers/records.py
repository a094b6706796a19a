"""Servers, their rooms, breakers and rounds as items of the table, and back."""

from collections.abc import Iterable
from typing import Any

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.capacity import SERVERS, shard_key
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CapacityShard, Listing, Server
from vpnbot.storage.codec import converter, make_due, structured
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record, to_text


def server_record(server: Server) -> Record:
    """Return a server as a record."""
    body: dict[str, Any] = converter.unstructure(server)
    body.pop("version", None)
    return Record(SERVERS, f"SERVER#{server.id}", body=body, version=server.version)


def records_of_new(server: Server, first_round: ReconciliationRun) -> tuple[Record, ...]:
    """Return what a new server is made of: itself first, then its round and its rooms, all of them empty."""
    shards = (
        Record(SERVERS, shard_key(server.id, number), taken=0, limit=limit)
        for number, limit in enumerate(server.shard_limits())
    )
    return server_record(server), round_record(first_round), *shards


def breaker_record(server_id: str, breaker: Breaker) -> Record:
    """Return a breaker as a record; `at` is when the next one may ask, which whoever takes it conditions on."""
    body = converter.unstructure(breaker)
    return Record(SERVERS, f"BREAKER#{server_id}", body=body, at=to_text(breaker.probe_at))


def round_record(server_round: ReconciliationRun) -> Record:
    """Return a round as a record, due when its next slice is."""
    body: dict[str, Any] = converter.unstructure(server_round)
    body.pop("due", None)
    record = Record(SERVERS, f"ROUND#{server_round.server_id}", body=body)
    make_due(record, server_round.due)
    return record


def round_of(item: Stored) -> ReconciliationRun:
    """Return the round that `round_record` wrote."""
    return structured(item, ReconciliationRun)


def entry_record(entry: Entry) -> Record:
    """Return a ledger entry on the catalogue as a record of its second partition."""
    body = {"what": entry.what, "actor": entry.actor}
    return Record(f"{SERVERS}#LOG", f"LOG#{entry.cause}", body=body, at=to_text(entry.at))


def listings_of(items: Iterable[Stored]) -> dict[str, Listing]:
    """Return the catalogue that these items hold, in the order of the servers' names."""
    servers: dict[str, Server] = {}
    shards: dict[str, list[CapacityShard]] = {}
    breakers: dict[str, Breaker] = {}
    for item in items:
        kind, _, rest = item.sk.partition("#")
        match kind:
            case "SERVER":
                servers[rest] = structured(item, Server, version=item.version)
            case "ROOM":
                server_id, _, number = rest.rpartition("#")
                shards.setdefault(server_id, []).append(CapacityShard(int(number), item.taken, item.limit))
            case "BREAKER":
                breakers[rest] = structured(item, Breaker)
            case _:
                pass
    return {
        server_id: Listing(servers[server_id], tuple(shards.get(server_id, ())), breakers.get(server_id))
        for server_id in sorted(servers)
    }
