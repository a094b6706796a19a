"""The ledger of the servers: one transaction for a change of the catalogue and the entry of its cause."""

from collections.abc import Iterator
from contextlib import contextmanager

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.errors import AlreadyDecided, Conflict, VpnbotError
from vpnbot.storage.codec import LEDGER_PREFIX
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, connection, refused, to_text, translated_errors

LEDGER = f"{SERVERS}#LOG"
"""The partition of the ledger entries about servers."""


def is_decided(cause: str) -> bool:
    """Tell whether the ledger of the servers has this cause.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    return read_item(LEDGER, _key(cause)) is not None


def entry_record(entry: Entry) -> Record:
    """Return a ledger entry of the catalogue as a record of its ledger partition."""
    body = {"what": entry.what, "actor": entry.actor}
    return Record(LEDGER, _key(entry.cause), body=body, at=to_text(entry.at))


@contextmanager
def decided(entry: Entry, rejection: VpnbotError) -> Iterator[TransactWrite]:
    """Commit the actions that the caller adds to the transaction, with the ledger entry.

    Raises:
        AlreadyDecided: the cause of the entry is in the ledger.
        VpnbotError: `rejection`, if another condition failed.
        Conflict: another transaction is changing the catalogue.
        StorageUnavailable: DynamoDB did not answer.
    """
    try:
        with translated_errors(), TransactWrite(connection=connection()) as transaction:
            transaction.save(entry_record(entry), condition=Record.pk.does_not_exist())
            yield transaction
    except TransactWriteError as error:
        codes = [reason.code for reason in error.cancellation_reasons if reason]
        if "ConditionalCheckFailed" in codes:
            raise (AlreadyDecided(entry.cause) if is_decided(entry.cause) else rejection) from error
        if "TransactionConflict" in codes:
            raise Conflict("another transaction is changing the catalogue") from error
        raise refused(*codes) from error


def _key(cause: str) -> str:
    return f"{LEDGER_PREFIX}{cause}"
