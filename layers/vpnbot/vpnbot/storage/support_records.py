"""What support stores besides the people: whose topics are, pairs of messages, and the rate of the group.

Their forms are in `domain/topics.py`, `domain/message_pairs.py` and `domain/support_rate.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.message_pairs import KEPT_FOR, Pair, Side, pair_key, pairs_partition
from vpnbot.domain.support_chat import SUPPORT, Place
from vpnbot.domain.support_rate import SupportRate
from vpnbot.domain.topics import orphan_key, thread_partition
from vpnbot.storage.codec import epoch, new_record, structured
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown

RATE_KEY = "RATE"
_ATTEMPTS = 5
_SLICE = 100
_BUSY = timedelta(seconds=1)


class StoredSupportRecords:
    """Implements the port `SupportRecords`. Each call may raise StorageUnavailable."""

    def person_of(self, place: Place) -> PersonId | None:
        """Return whose topic this is; the row is written by the commit that stores the topic."""
        stored = read_item(thread_partition(place.chat_id), str(place.thread_id))
        return None if stored is None else PersonId(str(stored.body.get("person", "")))

    def tells_of_orphan(self, place: Place, cause: str, now: datetime) -> bool:
        """Note that the staff are told of an orphan topic; DynamoDB deletes the note some time after `KEPT_FOR`."""
        partition, key = thread_partition(place.chat_id), orphan_key(place.thread_id)
        record = Record(partition, key, body={"cause": cause}, expires_at=epoch(now + KEPT_FOR))
        try:
            with translated_errors():
                record.save(condition=Record.pk.does_not_exist())
        except PutError:
            stored = read_item(partition, key)
            return stored is not None and stored.body.get("cause") == cause
        return True

    def pair(self, person_id: PersonId, side: Side, original: int) -> Pair | None:
        """Return the pair of an original.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
        """
        stored = read_item(pairs_partition(person_id), pair_key(side, original))
        return None if stored is None else structured(stored, Pair)

    def remember(self, person_id: PersonId, pair: Pair) -> None:
        """Store a pair; DynamoDB deletes it some time after `KEPT_FOR`."""
        record = new_record(pairs_partition(person_id), pair.key, pair)
        record.expires_at = epoch(pair.copied_at + KEPT_FOR)
        with translated_errors():
            record.save()

    def erase(self, person_id: PersonId) -> bool:
        """Delete up to a hundred pairs."""
        with translated_errors():
            records = list(Record.query(pairs_partition(person_id), consistent_read=True, limit=_SLICE))
            with Record.batch_write() as batch:
                for record in records:
                    batch.delete(record)
        return len(records) < _SLICE

    def rate(self) -> SupportRate:
        """Return what was sent to the group within the last minute; raises the errors of `take`."""
        stored = read_item(SUPPORT, RATE_KEY)
        return SupportRate() if stored is None else structured(stored, SupportRate)

    def take(self, chat_id: int, count: int, now: datetime) -> datetime | None:
        """Count messages to a group, if so many more are possible now; while many processes do so, it is not.

        Raises:
            UnreadableItem: another version has written the state in a form that this version cannot read.
        """
        for _ in range(_ATTEMPTS):
            before = self.rate()
            possible_at = before.possible_at(chat_id, count, now)
            if possible_at > now:
                return possible_at
            if _replaced(before, before.taken(chat_id, count, now)):
                return None
        return now + _BUSY


def _replaced(before: SupportRate, after: SupportRate) -> bool:
    """Replace the state; False: another process did so first."""
    changed = replace(after, version=before.version + 1)
    record = new_record(SUPPORT, RATE_KEY, changed)
    record.version = changed.version
    keep_unknown(record, changed, read_item(SUPPORT, RATE_KEY))
    condition: Condition = Record.version == before.version if before.version else Record.pk.does_not_exist()
    try:
        with translated_errors():
            record.save(condition=condition)
    except PutError:
        return False
    return True
