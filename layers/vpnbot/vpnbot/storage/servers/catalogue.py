"""The server catalogue: one partition, read by one Query, with the items of all servers.

| item              | pk          | sk                 | written                                           |
|-------------------|-------------|--------------------|---------------------------------------------------|
| Server            | SERVERS     | SERVER#server      | by the operator; its endpoints by reconciliation  |
| CapacityShard     | SERVERS     | ROOM#server#number | with each access that it counts                   |
| Breaker           | SERVERS     | BREAKER#server     | while a panel does not answer                     |
| ReconciliationRun | SERVERS     | ROUND#server       | after each slice; due when the next slice is      |
| Panel             | SERVERS     | PANEL#address      | when a server gets this panel, or leaves it       |
| Ledger entry      | SERVERS#LOG | LOG#cause          | with each change of a server                      |
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from threading import Lock

from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.capacity import SERVERS, shard_key
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, Listing, Server
from vpnbot.errors import ClaimLost, Conflict, Rejected, UnknownServer, UnreadableItem, VpnbotError
from vpnbot.storage.codec import SetAside
from vpnbot.storage.keys import keys_on
from vpnbot.storage.servers.ledger import SERVERS_LEDGER
from vpnbot.storage.servers.panel_lock import PanelLock, panel_key
from vpnbot.storage.servers.records import (
    breaker_key,
    breaker_record,
    listings_of,
    records_of_new,
    run_key,
    run_of,
    run_record,
    server_key,
    server_record,
)
from vpnbot.storage.stored_item import Stored, read_item, read_partition
from vpnbot.storage.table import Record, to_text, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown

CACHE_SECONDS = 30.0


class Catalogue:
    """Implements the port `ServerCatalogue`. The partition is cached for 30 seconds, for all threads of the process.

    `demo` is the only server as long as the operator has added none; None: then there is no server. `set_aside` is
    called with the error of each item that cannot be read. `monotonic` returns seconds.
    """

    def __init__(
        self,
        demo: Server | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        set_aside: SetAside = lambda error: None,
    ) -> None:
        self._demo = demo
        self._monotonic = monotonic
        self._set_aside = set_aside
        self._lock = Lock()
        self._read_at = float("-inf")
        self._cached: dict[str, Listing] = {}
        self._stored: dict[str, Stored] = {}
        self._stored_runs: dict[str, Stored] = {}
        self._unreadable: frozenset[str] = frozenset()

    def get(self, server_id: str) -> Server:
        """Return a server; one that is not cached is read from the table.

        Raises:
            UnknownServer: there is no server of this name.
            PanelNotCalled: this version cannot read the server, so that its panel is not called.
            StorageUnavailable: DynamoDB did not answer.
        """
        if self._demo is not None and server_id == self._demo.id:
            return self._demo
        found = self._all().get(server_id) or self._all(fresh=True).get(server_id)
        if server_key(server_id) in self._unreadable:
            raise PanelNotCalled(PanelTrouble.SERVER_UNREADABLE, server_id)
        if found is None:
            raise UnknownServer(server_id)
        return found.server

    def listings(self, *, fresh: bool = False) -> Sequence[Listing]:
        """Return all servers in the order of their ids, each with its capacity shards and its breaker.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        listings = tuple(self._all(fresh=fresh).values())
        return listings or ((Listing(self._demo),) if self._demo is not None else ())

    def breaker(self, server_id: str) -> Breaker | None:
        """Return the circuit breaker of a panel; None after a success.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        listing = self._all().get(server_id)
        return listing.breaker if listing else None

    def save_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Open a breaker, change it, or close it (`after` None); False if another process changed it first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        if server_id not in self._all():
            return True  # the breaker of the demo server is not stored
        unchanged: Condition = Record.pk.does_not_exist() if before is None else Record.at == to_text(before.probe_at)
        try:
            with translated_errors():
                if after is None:
                    Record(SERVERS, breaker_key(server_id)).delete(condition=unchanged)
                else:
                    stored = self._stored.get(breaker_key(server_id)) if before is not None else None
                    keep_unknown(breaker_record(server_id, after), after, stored).save(condition=unchanged)
        except (PutError, DeleteError):
            self._all(fresh=True)
            return False
        with self._lock:
            if listing := self._cached.get(server_id):
                self._cached[server_id] = replace(listing, breaker=after)
        return True

    def add(self, server: Server, entry: Entry, first_run: ReconciliationRun) -> None:
        """Put a server into the catalogue, with empty capacity shards and its first reconciliation run.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Rejected: there is a server of this name.
            Conflict: another server has this panel, or another transaction is changing the catalogue.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the server was added.
        """
        server_item, *others = records_of_new(server, first_run)
        lock = self._panel_lock(server)
        with self._decided(entry, Rejected(f"there is a server {server.id!r} already")) as transaction:
            transaction.save(server_item, condition=Record.pk.does_not_exist())
            if lock is not None:
                lock.add_to(transaction)
            for record in others:
                transaction.save(record)

    def replace(self, before: Server, after: Server, entry: Entry) -> None:
        """Change a server, and the limits of its capacity shards if its capacity changes.

        The item is read again in order to keep fields that a later version has added. `version` is compared, so that
        these belong to the same state as `before`.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: the server was changed or removed meanwhile, another server has its new panel, or another
                transaction is changing the catalogue.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the change was stored.
        """
        changed = replace(after, version=before.version + 1)
        record = server_record(changed)
        stored = read_item(SERVERS, record.sk)
        if stored is not None and stored.version == before.version:
            keep_unknown(record, changed, stored)
        lock = self._panel_lock(after) if after.address != before.address else None
        with self._decided(entry, Conflict(f"server {before.id!r} has changed meanwhile")) as transaction:
            transaction.save(record, condition=Record.version == before.version)
            if lock is not None:
                lock.add_to(transaction)
                transaction.delete(Record(SERVERS, panel_key(before.address)))
            if after.capacity != before.capacity:
                for number, limit in enumerate(after.shard_limits()):
                    shard = Record(SERVERS, shard_key(after.id, number))
                    transaction.update(shard, actions=[Record.limit.set(limit)])

    def remove(self, server: Server, entry: Entry) -> None:
        """Remove a server from the catalogue.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Rejected: its capacity shards still count keys, or the server was changed meanwhile.
            Conflict: another transaction is changing the catalogue.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the server was removed.
        """
        with self._decided(entry, Rejected(f"server {server.id!r} still has keys, or has changed")) as transaction:
            transaction.delete(server_record(server), condition=Record.version == server.version)
            for number in range(CAPACITY_SHARDS):
                shard = Record(SERVERS, shard_key(server.id, number))
                transaction.delete(shard, condition=Record.taken.does_not_exist() | (Record.taken <= 0))
            for key in (run_key(server.id), breaker_key(server.id), panel_key(server.address)):
                transaction.delete(Record(SERVERS, key))

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the servers has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return SERVERS_LEDGER.has(cause)

    def tokens_in_use(self) -> Collection[str]:
        """Return the names of the tokens of all servers, read from the table now.

        Raises:
            UnreadableItem: this version cannot read a server, so that it does not know the name of its token.
            StorageUnavailable: DynamoDB did not answer.
        """
        listings = self._all(fresh=True)
        unreadable = sorted(key for key in self._unreadable if key.startswith(server_key("")))
        if unreadable:
            raise UnreadableItem(f"{unreadable[0]} was set aside")
        return {listing.server.token_id for listing in listings.values()}

    def expected(self, server_id: str, *, after: str = "", limit: int = 500) -> Sequence[ExpectedClient]:
        """Return our next keys on a server after the name `after`, by their names; the index lags a little.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return keys_on(server_id, after=after, limit=limit)

    def reconciliation_run(self, server_id: str) -> ReconciliationRun | None:
        """Return the progress of the reconciliation run over a server; None if the server has none.

        Raises:
            UnreadableItem: another version has stored the run in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SERVERS, run_key(server_id))
        if stored is None:
            return None
        try:
            found = run_of(stored)
        except UnreadableItem as error:
            self._set_aside(error)
            raise
        with self._lock:
            self._stored_runs[server_id] = stored
        return found

    def save_run(self, before: ReconciliationRun, after: ReconciliationRun) -> None:
        """Store the progress of a reconciliation run.

        Raises:
            ClaimLost: another worker has the claim.
            StorageUnavailable: DynamoDB did not answer; the claim expires.
        """
        held: Condition = Record.due_at == to_text(before.due.at) if before.due else Record.due_at.does_not_exist()
        record = keep_unknown(run_record(after), after, self._stored_runs.get(before.server_id))
        try:
            with translated_errors():
                record.save(condition=held)
        except PutError as error:
            raise ClaimLost(f"another worker has the reconciliation run over {before.server_id}") from error

    def make_run_due(self, server_id: str, now: datetime) -> None:
        """Make the next reconciliation run due at once, unless one is in progress.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the run stays due at its time.
        """
        later: Condition = (Record.due_at > to_text(now)) & Record.due_claimed.does_not_exist()
        with suppress(UpdateError), translated_errors():
            Record(SERVERS, run_key(server_id)).update(actions=[Record.due_at.set(to_text(now))], condition=later)

    def _all(self, *, fresh: bool = False) -> dict[str, Listing]:
        with self._lock:
            if fresh or self._monotonic() - self._read_at >= CACHE_SECONDS:
                items = read_partition(SERVERS)
                self._cached, self._unreadable = listings_of(items, self._set_aside)
                self._stored = {item.sk: item for item in items}
                self._read_at = self._monotonic()
            return self._cached

    def _panel_lock(self, server: Server) -> PanelLock | None:
        """Return the lock for a commit that gives a server its panel; None for a demo server, which has no address.

        Raises:
            Conflict: another server has this panel.
            StorageUnavailable: DynamoDB did not answer.
        """
        if not server.address:
            return None
        lock = PanelLock.read(server.address)
        for listing in self._all(fresh=True).values():
            if listing.server.address == server.address and listing.server.id != server.id:
                raise Conflict(f"server {listing.server.id!r} has this panel")
        return lock

    @contextmanager
    def _decided(self, entry: Entry, rejection: VpnbotError) -> Iterator[TransactWrite]:
        """Commit a change with its ledger entry, see `ChangeLedger`; then clear the cache."""
        try:
            with SERVERS_LEDGER.decided(entry, rejection) as transaction:
                yield transaction
        finally:
            self._read_at = float("-inf")
