"""The progress of the reconciliation with each provider: one item for each, in the partition of the shop."""

from collections.abc import Callable
from datetime import datetime

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.payments.reconciliation import OVERLAP, Reconciliation, reconciliation_key
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.domain.shop import SHOP
from vpnbot.errors import ClaimLost
from vpnbot.storage.codec import make_due, new_record, shard_of, structured
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, to_text, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown


class StoredReconciliations:
    """Implements the port `Reconciliations`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def make_due(self, provider: str, at: datetime) -> None:
        """Make the next page due at this time, unless it is due earlier; a first call creates the item.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        record = Record(SHOP, reconciliation_key(provider))
        later: Condition = (Record.due_at > to_text(at)) & Record.due_claimed.does_not_exist()
        try:
            with translated_errors():
                record.update(
                    actions=[
                        Record.due_at.set(to_text(at)),
                        Record.due_shard.set(shard_of(SHOP, Due(at), Urgency.BULK)),
                    ],
                    condition=later,
                )
        except UpdateError:
            self._create(provider, at)

    def get(self, provider: str) -> Reconciliation | None:
        """Return the reconciliation with a provider, strongly consistent; None if there was none yet.

        Raises:
            UnreadableItem: another version has stored it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SHOP, reconciliation_key(provider))
        return None if stored is None else structured(stored, Reconciliation)

    def save(self, before: Reconciliation, after: Reconciliation) -> None:
        """Store the progress.

        Raises:
            ClaimLost: another worker has the claim.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the progress was stored.
        """
        record = self._record(after)
        keep_unknown(record, after, read_item(SHOP, record.sk))
        unchanged: Condition = (
            Record.due_at == to_text(before.due.at) if before.due else Record.due_at.does_not_exist()
        )
        try:
            with translated_errors():
                record.save(condition=unchanged)
        except PutError as error:
            raise ClaimLost(record.sk) from error

    def _create(self, provider: str, at: datetime) -> None:
        first = Reconciliation(provider, self._clock() - OVERLAP, due=Due(at))
        try:
            with translated_errors():
                self._record(first).save(condition=Record.pk.does_not_exist())
        except PutError:
            pass  # it exists, and is due earlier or in progress

    def _record(self, run: Reconciliation) -> Record:
        record = new_record(SHOP, reconciliation_key(run.provider), run)
        make_due(record, run.due, Urgency.BULK)
        return record
