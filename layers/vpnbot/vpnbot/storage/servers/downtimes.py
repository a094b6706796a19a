"""The measured outages of servers, and the people whose keys did not work in them.

| item         | pk                  | sk                    | written                                         |
|--------------|---------------------|-----------------------|-------------------------------------------------|
| Downtime     | DOWNTIMES           | DOWNTIME#server#began | each minute while it lasts, and with a decision |
| Hurt         | HURT#downtime#shard | person                | while it lasts, and when days are given         |
| Ledger entry | DOWNTIMES#LOG       | LOG#cause             | with each decision about a downtime             |

Downtimes are in the index by_time too, by their beginning. The people who were hurt are deleted after 90 days (TTL).
"""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.downtime import (
    DOWNTIMES,
    HURT_KEPT_FOR,
    Downtime,
    downtime_key,
    hurt_partition,
    hurt_shard,
)
from vpnbot.domain.servers.hurt import Hurt
from vpnbot.storage.codec import SetAside, epoch, readable, structured
from vpnbot.storage.conversions import converter
from vpnbot.storage.decided_items import DecidedItems
from vpnbot.storage.stored_item import Stored, read_item
from vpnbot.storage.table import Record, query_backwards, to_text, translated_errors

_LAST = "~"


def _by_time(record: Record, downtime: Downtime) -> None:
    record.at = to_text(downtime.first_bad_at)


_ITEMS = DecidedItems(DOWNTIMES, Downtime, downtime_key, _by_time)


class StoredDowntimes:
    """Implements the port `Downtimes`. `set_aside` is called with the error of each one that cannot be read."""

    def __init__(self, set_aside: SetAside = lambda error: None) -> None:
        self._set_aside = set_aside

    def get(self, downtime_id: str) -> Downtime | None:
        """Return a downtime, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        return _ITEMS.get(downtime_id)

    def last_of(self, server_id: str) -> Downtime | None:
        """Return the last downtime of a server, strongly consistent; None if there was none.

        Raises:
            UnreadableItem, StorageUnavailable: as `get`.
        """
        prefix = downtime_key(f"{server_id}#")
        found = query_backwards(DOWNTIMES, prefix, prefix + _LAST, limit=1)
        return structured(Stored.of(found[0]), Downtime) if found else None

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[Downtime]:
        """Return at most `limit` downtimes, the newest first; with `before`, those whose beginning is older.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        older = Record.at < to_text(before) if before is not None else None
        return self._in_order(older, newest_first=True, limit=limit)

    def since(self, moment: datetime) -> Sequence[Downtime]:
        """Return all downtimes that began at this time or later, the oldest first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return self._in_order(Record.at >= to_text(moment))

    def observe(self, before: Downtime | None, after: Downtime) -> bool:
        """Write what was observed; False, and no change, if it is not as in `before` any more.

        Raises:
            UnreadableItem: as `get`.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether it was written.
        """
        record, _, condition = _ITEMS.change(before, after)
        try:
            with translated_errors():
                record.save(condition=condition)
        except PutError:
            return False
        return True

    def decide(self, before: Downtime, after: Downtime, entry: Entry, *effects: Effect) -> Downtime:
        """Write a decision, its entry and the effects in one transaction; return the downtime as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        return _ITEMS.decide(before, after, entry, *effects)

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the downtimes has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return _ITEMS.ledger.has(cause)

    def _in_order(
        self, times: Condition | None, *, newest_first: bool = False, limit: int | None = None
    ) -> Sequence[Downtime]:
        with translated_errors():
            records = Record.by_time.query(
                DOWNTIMES, times, consistent_read=True, scan_index_forward=not newest_first, limit=limit
            )
            return readable((record.serialize() for record in records), Downtime, self._set_aside)


class StoredHurtPeople:
    """Implements the port `HurtPeople`."""

    def get(self, downtime_id: str, person: str) -> Hurt | None:
        """Return what is recorded about a person, strongly consistent; None if nothing is.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(hurt_partition(downtime_id, hurt_shard(person)), person)
        return None if stored is None else _hurt(stored)

    def put(self, downtime: Downtime, hurt: Hurt) -> None:
        """Write what is recorded about a person.

        Raises:
            StorageUnavailable: DynamoDB did not answer; it is unknown whether it was written.
        """
        partition = hurt_partition(downtime.id, hurt_shard(hurt.person))
        expires_at = epoch((downtime.first_good_at or downtime.last_bad_at) + HURT_KEPT_FOR)
        record = Record(partition, hurt.person, body=converter.unstructure(hurt), expires_at=expires_at)
        with translated_errors():
            record.save()

    def page(self, downtime_id: str, shard: int, *, after: str = "", limit: int = 100) -> Sequence[Hurt]:
        """Return the next people of a shard, in the order of their ids.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        later = Record.sk > after if after else None
        with translated_errors():
            found = Record.query(hurt_partition(downtime_id, shard), later, consistent_read=True, limit=limit)
            return [_hurt(Stored.of(record.serialize())) for record in found]


def _hurt(stored: Stored) -> Hurt:
    return converter.structure(dict(stored.body), Hurt)
