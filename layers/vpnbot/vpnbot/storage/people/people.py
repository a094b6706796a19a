"""Everybody: opening one person's partition, and the few writes that need no picture of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.operand import Path
from pynamodb.transactions import TransactWrite

from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.errors import StorageUnavailable
from vpnbot.storage.codec import ledger_partition, to_record
from vpnbot.storage.people.session import Partition
from vpnbot.storage.table import Record, connection, to_text, translated_errors

_SLICE = 25


class People:
    """The table, by person."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def open(self, person_id: PersonId) -> Partition:
        """Load a person with one strongly consistent Query.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        partition = Partition(person_id, self._clock)
        partition.reload()
        return partition

    def record_fetch(self, person_id: PersonId, key: Key, fetch: LinkFetch) -> bool:
        """Note that an app loaded the link of this key; False when the key has gone meanwhile: nothing is kept then.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        theirs = Path(["body", "key", "seed"]) == key.seed
        try:
            with translated_errors(), TransactWrite(connection=connection()) as transaction:
                transaction.condition_check(Record, person_id, sort_key(Subscription()), condition=theirs)
                transaction.save(to_record(person_id, fetch))
        except TransactWriteError as error:
            if any(reason and reason.code == "ConditionalCheckFailed" for reason in error.cancellation_reasons):
                return False
            raise StorageUnavailable("the transaction was cancelled") from error
        return True

    def record_reachable(self, person: Person, *, reachable: bool) -> None:
        """Note whether the person can be written to; if the picture is stale, whoever changed it knows better.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        user = replace(person.user, reachable=reachable, version=person.user.version + 1)
        with suppress(PutError), translated_errors():
            to_record(person.id, user).save(condition=Record.version == person.user.version)

    def erase_history(self, person_id: PersonId, until: datetime) -> bool:
        """Remove a slice of what a person's ledger has up to `until`; True when nothing is left.

        Raises:
            StorageUnavailable: DynamoDB did not answer; asking again goes on.
        """
        with translated_errors():
            old = Record.at <= to_text(until)
            query = Record.by_time.query(ledger_partition(person_id), old, consistent_read=True, limit=_SLICE)
            records = list(query)
            with Record.batch_write() as batch:
                for record in records:
                    batch.delete(record)
        return len(records) < _SLICE

    def history(self, person_id: PersonId) -> Sequence[dict[str, Any]]:
        """Return the person's ledger in order of time.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            records = Record.by_time.query(ledger_partition(person_id))
            return [
                {"at": record.at, "cause": record.sk.removeprefix("LOG#"), **record.plain()} for record in records
            ]
