"""The servers: one partition that one Query reads, with every server's rooms, breaker and round beside it.

| item        | pk      | sk                    | changes                                           |
|-------------|---------|-----------------------|---------------------------------------------------|
| Server      | SERVERS | SERVER#server         | by the operator                                   |
| Room        | SERVERS | ROOM#server#number    | with the access that takes or leaves it           |
| Breaker     | SERVERS | BREAKER#server        | while a panel does not answer                     |
| ServerRound | SERVERS | ROUND#server          | with each slice; due when the next one is         |
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from threading import Lock

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.capacity import SERVERS, shard_key
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, Listing, Server
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Misconfigured, Rejected, UnreadableItem, VpnbotError
from vpnbot.storage.codec import SetAside
from vpnbot.storage.keys import keys_on
from vpnbot.storage.servers.records import (
    breaker_key,
    breaker_record,
    entry_record,
    listings_of,
    records_of_new,
    run_key,
    run_of,
    run_record,
    server_key,
    server_record,
)
from vpnbot.storage.stored_item import Stored, read_item, read_partition
from vpnbot.storage.table import Record, connection, to_text, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown

KEPT_SECONDS = 30.0


class Catalogue:
    """Fills the port. What was read is kept for half a minute in this process, and shared by its threads.

    `demo` stands in for servers as long as the operator has added none; None: nothing does. `set_aside` is told of
    items that cannot be read.
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
        self._known: dict[str, Listing] = {}
        self._stored: dict[str, Stored] = {}
        self._rounds: dict[str, Stored] = {}
        self._unreadable: frozenset[str] = frozenset()

    def get(self, server_id: str) -> Server:
        """Return a server; an unknown name is looked up in the table.

        Raises:
            Misconfigured: there is none of this name.
            PanelNotCalled: this version cannot read it, so that its panel is not called.
            StorageUnavailable: DynamoDB did not answer.
        """
        if self._demo is not None and server_id == self._demo.id:
            return self._demo
        found = self._all().get(server_id) or self._all(fresh=True).get(server_id)
        if server_key(server_id) in self._unreadable:
            raise PanelNotCalled(PanelTrouble.SERVER_UNREADABLE, server_id)
        if found is None:
            raise Misconfigured("servers", f"there is no server {server_id!r} in the catalogue")
        return found.server

    def listings(self, *, fresh: bool = False) -> Sequence[Listing]:
        """Return all servers in the order of their names.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        known = tuple(self._all(fresh=fresh).values())
        return known or ((Listing(self._demo),) if self._demo is not None else ())

    def breaker(self, server_id: str) -> Breaker | None:
        """Return the breaker of a panel that has not answered lately.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        listing = self._all().get(server_id)
        return listing.breaker if listing else None

    def save_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Trip, take, or (None) mend a breaker; False when another process was first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        if server_id not in self._all():
            return True  # the demo's own server has nothing to remember it by
        unmoved: Condition = Record.pk.does_not_exist() if before is None else Record.at == to_text(before.probe_at)
        try:
            with translated_errors():
                if after is None:
                    Record(SERVERS, breaker_key(server_id)).delete(condition=unmoved)
                else:
                    stored = self._stored.get(breaker_key(server_id)) if before is not None else None
                    keep_unknown(breaker_record(server_id, after), after, stored).save(condition=unmoved)
        except (PutError, DeleteError):
            self._all(fresh=True)
            return False
        with self._lock:
            if known := self._known.get(server_id):
                self._known[server_id] = replace(known, breaker=after)
        return True

    def add(self, server: Server, entry: Entry, first_run: ReconciliationRun) -> None:
        """Put a server into the catalogue, all its rooms empty.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: there is one of this name.
            StorageUnavailable: it may or may not have happened.
        """
        itself, *around = records_of_new(server, first_run)
        with self._decided(entry, Rejected(f"there is a server {server.id!r} already")) as transaction:
            transaction.save(itself, condition=Record.pk.does_not_exist())
            for record in around:
                transaction.save(record)

    def replace(self, before: Server, after: Server, entry: Entry) -> None:
        """Change a server; its rooms follow its capacity.

        The item is read once more, so that what a later version has added to it is kept; its version proves that it
        is the one that was changed.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Conflict: it was changed meanwhile.
            StorageUnavailable: it may or may not have happened.
        """
        changed = replace(after, version=before.version + 1)
        record = server_record(changed)
        stored = read_item(SERVERS, record.sk)
        if stored is not None and stored.version == before.version:
            keep_unknown(record, changed, stored)
        with self._decided(entry, Conflict(f"server {before.id!r} has changed meanwhile")) as transaction:
            transaction.save(record, condition=Record.version == before.version)
            if after.capacity != before.capacity:
                for number, limit in enumerate(after.shard_limits()):
                    shard = Record(SERVERS, shard_key(after.id, number))
                    transaction.update(shard, actions=[Record.limit.set(limit)])

    def remove(self, server: Server, entry: Entry) -> None:
        """Take a server out of the catalogue.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: it still has keys, or it was changed meanwhile.
            StorageUnavailable: it may or may not have happened.
        """
        with self._decided(entry, Rejected(f"server {server.id!r} still has keys, or has changed")) as transaction:
            transaction.delete(server_record(server), condition=Record.version == server.version)
            for number in range(CAPACITY_SHARDS):
                shard = Record(SERVERS, shard_key(server.id, number))
                transaction.delete(shard, condition=Record.taken.does_not_exist() | (Record.taken <= 0))
            for key in (run_key(server.id), breaker_key(server.id)):
                transaction.delete(Record(SERVERS, key))

    def expected(
        self, server_id: str, *, after: str = "", until: str | None = None, limit: int = 500
    ) -> Sequence[ExpectedClient]:
        """Return our keys on a server whose names lie in (after, until], in this order; the list lags a little.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return keys_on(server_id, after=after, until=until, limit=limit)

    def round(self, server_id: str) -> ReconciliationRun | None:
        """Return how far the round over a server has got.

        Raises:
            UnreadableItem: another version has written it, and goes on with it.
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
            self._rounds[server_id] = stored
        return found

    def save_run(self, before: ReconciliationRun, after: ReconciliationRun) -> None:
        """Record how far a round has got.

        Raises:
            ClaimLost: another worker has the claim.
            StorageUnavailable: DynamoDB did not answer; the claim runs out.
        """
        held: Condition = Record.due_at == to_text(before.due.at) if before.due else Record.due_at.does_not_exist()
        record = keep_unknown(run_record(after), after, self._rounds.get(before.server_id))
        try:
            with translated_errors():
                record.save(condition=held)
        except PutError as error:
            raise ClaimLost(f"the round over {before.server_id} has another owner by now") from error

    def hasten_run(self, server_id: str, now: datetime) -> None:
        """Let the next round begin at once; one that is under way or put off, or a server without, is left alone.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the round comes at its own time.
        """
        free: Condition = Record.due_attempts.does_not_exist() | (Record.due_attempts == 0)
        later: Condition = (Record.due_at > to_text(now)) & free
        with suppress(UpdateError), translated_errors():
            Record(SERVERS, run_key(server_id)).update(actions=[Record.due_at.set(to_text(now))], condition=later)

    def _all(self, *, fresh: bool = False) -> dict[str, Listing]:
        with self._lock:
            if fresh or self._monotonic() - self._read_at >= KEPT_SECONDS:
                items = read_partition(SERVERS)
                self._known, self._unreadable = listings_of(items, self._set_aside)
                self._stored = {item.sk: item for item in items}
                self._read_at = self._monotonic()
            return self._known

    @contextmanager
    def _decided(self, entry: Entry, refusal: VpnbotError) -> Iterator[TransactWrite]:
        """Write what is put into the transaction together with its ledger entry; the catalogue is then read again.

        `refusal` is raised when anything but the ledger stands in the way.
        """
        try:
            with translated_errors(), TransactWrite(connection=connection()) as transaction:
                transaction.save(entry_record(entry), condition=Record.pk.does_not_exist())
                yield transaction
        except TransactWriteError as error:
            codes = {reason.code for reason in error.cancellation_reasons if reason}
            if "ConditionalCheckFailed" not in codes:
                raise Conflict("another transaction is changing the catalogue") from error
            raise (AlreadyDecided(entry.cause) if _is_decided(entry) else refusal) from error
        finally:
            self._read_at = float("-inf")


def _is_decided(entry: Entry) -> bool:
    decided = entry_record(entry)
    try:
        with translated_errors():
            Record.get(decided.pk, decided.sk, consistent_read=True)
    except DoesNotExist:
        return False
    return True
