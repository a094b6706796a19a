"""The server catalogue in memory: servers, capacity shards, circuit breakers and reconciliation runs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tests.fakes.table import Row, Table
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.capacity import SERVERS, shard_key
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, CapacityShard, Listing, Server
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Rejected, UnknownServer


def server(server_id: str, **more: object) -> Server:
    """Return a server whose inbound is known."""
    known = Server(server_id, f"Server {server_id}", server_id[:2].upper(), inbound_id=1)
    plain = Endpoint(f"{server_id}.example", 443, "k" * 43, "www.example.com", "ab12")
    return replace(known, **{"endpoint": known.presented(plain), **more})  # type: ignore[arg-type]  # fields of Server


class Servers:
    """Implements the `ServerCatalogue` port. Servers set by `ids` have no capacity limit; `add` creates shards.

    `reads` counts the calls of `get` and `listings`.
    """

    def __init__(self, table: Table | None = None, ids: Iterable[str] = ("nl",)) -> None:
        self._table = table or Table()
        self.breakers: dict[str, Breaker] = {}
        self.causes: set[str] = set()
        self.reads = 0
        self.ids = list(ids)

    @property
    def ids(self) -> list[str]:
        """The names of all servers."""
        return list(self._table.servers)

    @ids.setter
    def ids(self, ids: Iterable[str]) -> None:
        self._table.servers = {
            server_id: self._table.servers.get(server_id) or server(server_id) for server_id in ids
        }

    def put(self, known: Server) -> None:
        """Store a server without any condition."""
        self._table.servers[known.id] = known

    def get(self, server_id: str) -> Server:
        """Return a server."""
        self.reads += 1
        return self._held(server_id)

    def listings(self, *, fresh: bool = False) -> Sequence[Listing]:
        """Return all servers; `fresh` changes nothing, because nothing is cached."""
        assert fresh in {True, False}
        self.reads += 1
        with self._table.lock:
            return tuple(
                Listing(self._table.servers[name], tuple(self._shards(name)), self.breakers.get(name))
                for name in sorted(self._table.servers)
            )

    def breaker(self, server_id: str) -> Breaker | None:
        """Return the circuit breaker of a server, or None."""
        return self.breakers.get(server_id)

    def save_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Replace a circuit breaker; False if it is not as it was read."""
        with self._table.lock:
            if self.breakers.get(server_id) != before:
                return False
            if after is None:
                self.breakers.pop(server_id, None)
            else:
                self.breakers[server_id] = after
        return True

    def add(self, server: Server, entry: Entry, first_run: ReconciliationRun) -> None:
        """Add a server with empty capacity shards and its first reconciliation run."""
        with self._table.lock:
            known = Rejected("there is such a server already") if server.id in self._table.servers else None
            self._decide(entry, known or self._panel_conflict(server))
            self._table.servers[server.id] = server
            for number, limit in enumerate(server.shard_limits()):
                self._table.put_counter(SERVERS, shard_key(server.id, number), 0, limit)
            self._table.put(SERVERS, first_run)

    def replace(self, before: Server, after: Server, entry: Entry) -> None:
        """Replace a server, if it is still as it was read."""
        with self._table.lock:
            unchanged = self._table.servers.get(before.id) == before
            self._decide(entry, self._panel_conflict(after) if unchanged else Conflict("changed meanwhile"))
            self._table.servers[before.id] = replace(after, version=before.version + 1)
            if before.capacity != after.capacity:
                for number, limit in enumerate(after.shard_limits()):
                    counter = self._table.row(SERVERS, shard_key(after.id, number)) or Row()
                    self._table.put_counter(SERVERS, shard_key(after.id, number), counter.taken, limit)

    def remove(self, server: Server, entry: Entry) -> None:
        """Remove a server none of whose capacity is taken."""
        with self._table.lock:
            taken = any(shard.taken > 0 for shard in self._shards(server.id))
            unchanged = self._table.servers.get(server.id) == server
            self._decide(entry, Rejected("still in use") if taken or not unchanged else None)
            del self._table.servers[server.id]
            for number in range(CAPACITY_SHARDS):
                self._table.rows.pop((SERVERS, shard_key(server.id, number)), None)
            self._table.items.get(SERVERS, {}).pop(f"ROUND#{server.id}", None)

    def decided(self, cause: str) -> bool:
        """Tell whether a change had this cause."""
        return cause in self.causes

    def expected(self, server_id: str, *, after: str = "", limit: int = 500) -> Sequence[ExpectedClient]:
        """Return the next clients that vpnbot expects on a server, ordered by name."""
        found = [
            ExpectedClient.of(PersonId(person_id), item)
            for person_id, items in list(self._table.items.items())
            for item in list(items.values())
            if isinstance(item, Access) and item.server_id == server_id and item.name > after
        ]
        return sorted(found, key=lambda expected: expected.name)[:limit]

    def reconciliation_run(self, server_id: str) -> ReconciliationRun | None:
        """Return the reconciliation run of a server, or None."""
        found = self._table.items.get(SERVERS, {}).get(f"ROUND#{server_id}")
        return found if isinstance(found, ReconciliationRun) else None

    def save_run(self, before: ReconciliationRun, after: ReconciliationRun) -> None:
        """Store the progress of a reconciliation run, if its due time is still as it was claimed."""
        with self._table.lock:
            stored = self.reconciliation_run(before.server_id)
            if stored is None or _due_at(stored) != _due_at(before):
                raise ClaimLost(before.server_id)
            self._table.put(SERVERS, after)

    def put_run(self, run: ReconciliationRun) -> None:
        """Store a reconciliation run."""
        self._table.put(SERVERS, run)

    def make_run_due(self, server_id: str, now: datetime) -> None:
        """Make the next reconciliation run due now, unless it has begun."""
        stored = self.reconciliation_run(server_id)
        claimed = (SERVERS, f"ROUND#{server_id}") in self._table.claimed
        if stored is not None and stored.due is not None and stored.due.at > now and not claimed:
            self._table.put(SERVERS, replace(stored, due=replace(stored.due, at=now)))

    def _held(self, server_id: str) -> Server:
        found = self._table.servers.get(server_id)
        if found is None:
            raise UnknownServer(server_id)
        return found

    def _panel_conflict(self, server: Server) -> Conflict | None:
        same = {known.id for known in self._table.servers.values() if known.address == server.address} - {server.id}
        return Conflict("another server has this panel") if server.address and same else None

    def _shards(self, server_id: str) -> list[CapacityShard]:
        counters = ((n, self._table.row(SERVERS, shard_key(server_id, n))) for n in range(CAPACITY_SHARDS))
        return [CapacityShard(number, row.taken, row.limit) for number, row in counters if row is not None]

    def tokens_in_use(self) -> Collection[str]:
        """Return the names of the tokens of all servers."""
        return {known.token_id for known in self._table.servers.values()}

    def _decide(self, entry: Entry, refusal: Exception | None) -> None:
        if entry.cause in self.causes:
            raise AlreadyDecided(entry.cause)
        if refusal is not None:
            raise refusal
        self.causes.add(entry.cause)


def _due_at(run: ReconciliationRun) -> datetime | None:
    return run.due.at if run.due else None
