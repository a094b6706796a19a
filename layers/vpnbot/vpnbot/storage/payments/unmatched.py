"""The payments that belong to no order: one item for each, in the partition of the shop."""

from dataclasses import replace

from pynamodb.exceptions import PutError

from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.unmatched import UnmatchedPayment, unmatched_key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Urgency
from vpnbot.domain.shop import SHOP
from vpnbot.errors import Conflict
from vpnbot.storage.codec import epoch, make_due, new_record, structured
from vpnbot.storage.payments.shop_ledger import more_of
from vpnbot.storage.plans.records import SHOP_LEDGER, unchanged
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, translated_errors
from vpnbot.storage.transaction import action_of
from vpnbot.storage.unknown_fields import keep_unknown


class StoredUnmatchedPayments:
    """Implements the port `UnmatchedPayments`."""

    def get(self, mark: str) -> UnmatchedPayment | None:
        """Return the payment with this mark, strongly consistent; None if none is kept.

        Raises:
            UnreadableItem: another version has stored it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SHOP, unmatched_key(mark))
        return None if stored is None else replace(structured(stored, UnmatchedPayment), version=stored.version)

    def save(self, after: UnmatchedPayment, entry: Entry | None = None, *effects: Effect) -> None:
        """Write the payment, with a ledger entry and the effects in one transaction.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `after.version`, or another transaction is changing one of the items.
            StorageUnavailable: DynamoDB did not answer; with an entry, a second call is safe.
        """
        condition, changed = unchanged(after.version), Conflict("the payment was changed meanwhile")
        record = self._record(after)
        if entry is None:
            try:
                with translated_errors():
                    record.save(condition=condition)
            except PutError as error:
                raise changed from error
            return
        with SHOP_LEDGER.decided(entry, changed, more_of(entry)) as transaction:
            transaction.save(record, condition=condition)
            for effect in effects:
                action_of(effect).add_to(transaction)

    def _record(self, payment: UnmatchedPayment) -> Record:
        record = new_record(SHOP, unmatched_key(payment.mark), payment)
        record.version = payment.version + 1
        make_due(record, payment.due, Urgency.NORMAL)
        record.expires_at = None if payment.kept_until is None else epoch(payment.kept_until)
        if payment.version:
            keep_unknown(record, payment, read_item(SHOP, record.sk))
        return record
