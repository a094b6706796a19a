"""The rows of what waits for the staff; commits write them, see `domain/needs.py`.

| item | pk    | sk                  | written                                                     |
|------|-------|---------------------|-------------------------------------------------------------|
| Need | NEEDS | kind#person#subject | with the commit after which it waits, and of its end        |
"""

from collections.abc import Sequence

from vpnbot.domain.needs import NEEDS, Need, need_of
from vpnbot.storage.table import Record, from_text, translated_errors


class StoredNeeds:
    """Implements the port `Needs`."""

    def waiting(self, *, limit: int = 50) -> Sequence[Need]:
        """Return at most `limit` rows, strongly consistent, by kind.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = Record.query(NEEDS, consistent_read=True, limit=limit)
            rows = [need_of(record.sk, record.plain(), from_text(record.at)) for record in found if record.at]
        return [need for need in rows if need is not None]

    def remove(self, need: Need) -> None:
        """Remove the row of something that does not wait any more.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            Record(NEEDS, need.key).delete()
