"""The stored broadcasts.

| item         | pk             | sk           | written                                               |
|--------------|----------------|--------------|-------------------------------------------------------|
| Broadcast    | BROADCASTS     | BROADCAST#id | with each decision about it                           |
| Progress     | BROADCASTS     | PROGRESS#id  | by the slice that sends it                            |
| Ledger entry | BROADCASTS#LOG | LOG#cause    | with each decision about a broadcast                  |
"""

from collections.abc import Sequence

from vpnbot.domain.broadcasts.broadcast import BROADCASTS, Broadcast, broadcast_key
from vpnbot.domain.broadcasts.progress import Progress, progress_key
from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.storage.codec import SetAside, new_record, readable, set_origin, structured
from vpnbot.storage.decided_items import DecidedItems
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import query_backwards, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown

_ITEMS = DecidedItems(BROADCASTS, Broadcast, broadcast_key, lambda record, _: set_origin(record))
_LAST = "~"


class StoredBroadcasts:
    """Implements the port `Broadcasts`. `set_aside` is called with the error of each one that cannot be read."""

    def __init__(self, set_aside: SetAside = lambda error: None) -> None:
        self._set_aside = set_aside

    def get(self, broadcast_id: str) -> Broadcast | None:
        """Return a broadcast, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        return _ITEMS.get(broadcast_id)

    def latest(self, *, before: str = "", limit: int = 10) -> Sequence[Broadcast]:
        """Return at most `limit` broadcasts, the newest first; with `before`, those that are older than this id.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        last = broadcast_key(before or _LAST)
        raw = query_backwards(BROADCASTS, broadcast_key(""), last, limit=limit + bool(before))
        found = readable(raw, Broadcast, self._set_aside)
        return [each for each in found if each.id != before][:limit]

    def save(self, before: Broadcast | None, after: Broadcast, entry: Entry, *effects: Effect) -> Broadcast:
        """Write a broadcast, the entry of its decision and the effects in one transaction, and return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        return _ITEMS.decide(before, after, entry, *effects)

    def progress(self, broadcast_id: str) -> Progress:
        """Return how far a broadcast is, strongly consistent; nothing is done yet if nothing is stored.

        Raises:
            UnreadableItem, StorageUnavailable: as `get`.
        """
        stored = read_item(BROADCASTS, progress_key(broadcast_id))
        return Progress() if stored is None else structured(stored, Progress)

    def save_progress(self, broadcast_id: str, progress: Progress) -> None:
        """Write how far a broadcast is.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether it was written.
        """
        record = new_record(BROADCASTS, progress_key(broadcast_id), progress)
        stored = read_item(BROADCASTS, record.sk)
        if stored is not None:
            structured(stored, Progress)
            keep_unknown(record, progress, stored)
        with translated_errors():
            record.save()

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the broadcasts has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return _ITEMS.ledger.has(cause)
