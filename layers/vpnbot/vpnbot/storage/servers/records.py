"""Servers, their capacity shards, breakers and reconciliation runs as items of the table, and back."""

from collections.abc import Iterable

from vpnbot.domain.scheduling import Urgency
from vpnbot.domain.servers.capacity import SERVERS, shard_key
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CapacityShard, Listing, Server
from vpnbot.errors import UnreadableItem
from vpnbot.storage.codec import SetAside, make_due, new_record, structured
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record, to_text


def server_key(server_id: str) -> str:
    """Return the sort key of a server."""
    return f"SERVER#{server_id}"


def breaker_key(server_id: str) -> str:
    """Return the sort key of a server's breaker."""
    return f"BREAKER#{server_id}"


def run_key(server_id: str) -> str:
    """Return the sort key of a server's reconciliation run."""
    return f"ROUND#{server_id}"


def server_record(server: Server) -> Record:
    """Return a server as a record."""
    record = new_record(SERVERS, server_key(server.id), server)
    record.version = server.version
    return record


def records_of_new(server: Server, first_run: ReconciliationRun) -> tuple[Record, ...]:
    """Return the records of a new server: the server first, then its reconciliation run and empty capacity shards."""
    shards = (
        Record(SERVERS, shard_key(server.id, number), taken=0, limit=limit)
        for number, limit in enumerate(server.shard_limits())
    )
    return server_record(server), run_record(first_run), *shards


def breaker_record(server_id: str, breaker: Breaker) -> Record:
    """Return a breaker as a record; `at` is the time of the next probe, which the condition of a change compares."""
    record = new_record(SERVERS, breaker_key(server_id), breaker)
    record.at = to_text(breaker.probe_at)
    return record


def run_record(run: ReconciliationRun) -> Record:
    """Return a reconciliation run as a record, due when its next slice is due."""
    record = new_record(SERVERS, run_key(run.server_id), run)
    make_due(record, run.due, Urgency.BULK)
    return record


def run_of(item: Stored) -> ReconciliationRun:
    """Return the reconciliation run that `run_record` wrote.

    Raises:
        UnreadableItem: another version has written it in a form that this version cannot read.
    """
    return structured(item, ReconciliationRun)


def listings_of(items: Iterable[Stored], set_aside: SetAside) -> tuple[dict[str, Listing], frozenset[str]]:
    """Return the listings by server id, in order of the ids, and the sort keys of items that cannot be read."""
    servers: dict[str, Server] = {}
    shards: dict[str, list[CapacityShard]] = {}
    breakers: dict[str, Breaker] = {}
    unreadable: list[str] = []
    for item in items:
        kind, _, rest = item.sk.partition("#")
        try:
            match kind:
                case "SERVER":
                    servers[rest] = structured(item, Server)
                case "ROOM":
                    shard = _shard(item)
                    shards.setdefault(rest.rpartition("#")[0], []).append(shard)
                case "BREAKER":
                    breakers[rest] = structured(item, Breaker)
                case _:
                    pass
        except UnreadableItem as error:
            set_aside(error)
            unreadable.append(item.sk)
    listings = {
        server_id: Listing(servers[server_id], tuple(shards.get(server_id, ())), breakers.get(server_id))
        for server_id in sorted(servers)
    }
    return listings, frozenset(unreadable)


def _shard(item: Stored) -> CapacityShard:
    try:
        return CapacityShard(int(item.sk.rpartition("#")[2]), item.taken, item.limit)
    except (TypeError, ValueError) as error:
        raise UnreadableItem(f"{item.sk}: {type(error).__name__}") from error
