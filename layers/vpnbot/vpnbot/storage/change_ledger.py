"""A ledger of changes that operators make: one transaction for a change and the entry of its cause."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided, Conflict, VpnbotError
from vpnbot.storage.codec import LEDGER_PREFIX
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, connection, refused, to_text, translated_errors


@dataclass(frozen=True, slots=True)
class ChangeLedger:
    """The ledger in one partition."""

    partition: str

    def has(self, cause: str) -> bool:
        """Tell whether the ledger has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return read_item(self.partition, _key(cause)) is not None

    def record(self, entry: Entry, more: Mapping[str, object] | None = None) -> Record:
        """Return an entry as a record; `more` are further fields of its body."""
        body = {"what": entry.what, "actor": entry.actor, **(more or {})}
        return Record(self.partition, _key(entry.cause), body=body, at=to_text(entry.at))

    @contextmanager
    def decided(
        self, entry: Entry, rejection: VpnbotError, more: Mapping[str, object] | None = None
    ) -> Iterator[TransactWrite]:
        """Commit the actions that the caller adds to the transaction, with the ledger entry.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            VpnbotError: `rejection`, if another condition failed.
            Conflict: another transaction is changing one of the items.
            StorageUnavailable: DynamoDB did not answer.
        """
        try:
            with translated_errors(), TransactWrite(connection=connection()) as transaction:
                transaction.save(self.record(entry, more), condition=Record.pk.does_not_exist())
                yield transaction
        except TransactWriteError as error:
            codes = [reason.code for reason in error.cancellation_reasons if reason]
            if "ConditionalCheckFailed" in codes:
                raise (AlreadyDecided(entry.cause) if self.has(entry.cause) else rejection) from error
            if "TransactionConflict" in codes:
                raise Conflict("another transaction is changing the same items") from error
            raise refused(*codes) from error


def _key(cause: str) -> str:
    return f"{LEDGER_PREFIX}{cause}"
