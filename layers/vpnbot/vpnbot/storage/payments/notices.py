"""The counters of payments that became known without a notification: one item for each provider."""

from pynamodb.exceptions import DoesNotExist, UpdateError

from vpnbot.domain.payments.notices import Notices
from vpnbot.domain.shop import SHOP
from vpnbot.storage.table import Record, translated_errors


class StoredNotices:
    """Implements the port `PaymentNotices`: `taken` counts the payments, `revision` the rows."""

    def load(self, provider: str) -> Notices:
        """Return the counter of a provider, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        try:
            with translated_errors():
                return _notices(Record.get(SHOP, _key(provider), consistent_read=True))
        except DoesNotExist:
            return Notices()

    def missed(self, provider: str) -> Notices:
        """Count a payment without a notification, and return the counter.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the payment may have been counted.
        """
        record = Record(SHOP, _key(provider))
        with translated_errors():
            record.update(actions=[Record.taken.add(1)])
        return _notices(record)

    def arrived(self, provider: str) -> None:
        """End the row of a provider, if there is one.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        record = Record(SHOP, _key(provider))
        try:
            with translated_errors():
                record.update(actions=[Record.taken.set(0), Record.revision.add(1)], condition=Record.taken > 0)
        except UpdateError:
            pass  # no payment was missed since the last notification


def _key(provider: str) -> str:
    return f"NOTICES#{provider}"


def _notices(record: Record) -> Notices:
    return Notices(int(record.taken or 0), int(record.revision or 0))
