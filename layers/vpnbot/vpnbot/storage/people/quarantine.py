"""Quarantined updates: the update is an item of its sender, and the queue has only a reference to it.

So personal data are in the table alone, and the erasure of a deleted person's history, which goes by time
(`People.erase_history`), removes the updates with it. The time of an update is when the person sent it, so one that
comes late belongs to the time before the deletion; after the deletion it is not stored at all. An update about money
has no time in the index, and stays until it expires: a payment may not be stored anywhere else yet.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.people.quarantined_update import QuarantinedUpdate
from vpnbot.domain.people.user import User
from vpnbot.errors import InvalidCall, Misconfigured, UnreadableItem
from vpnbot.storage.codec import epoch, ledger_partition, structured
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, from_text, to_text, translated_errors

KEPT_FOR = timedelta(days=14)
"""As long as the queue keeps the reference (MessageRetentionPeriod in template.yaml)."""
PREFIX = "QUARANTINED#"
_SECOND = timedelta(seconds=1)
SENT_AT = "sent_at"
"""The field of the body with the time at which the person sent the update; of a tap, when it was stored."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a quarantined update is stored."""

    partition: str
    key: str


class QuarantineQueue(Protocol):
    """The queue from which an operator replays the updates. Both methods raise as the port `UpdateQuarantine`."""

    def refer(self, update_id: int, reference: Mapping[str, str], reason: str) -> None:
        """Store a reference."""
        ...

    def put(self, update: Mapping[str, Any], reason: str) -> None:
        """Store a whole update."""
        ...


class StoredQuarantine:
    """Implements the port `UpdateQuarantine`."""

    def __init__(self, queue: QuarantineQueue, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._clock = clock

    def put(
        self,
        person_id: PersonId | None,
        update: Mapping[str, Any],
        reason: str,
        *,
        sent_at: datetime | None = None,
        about_money: bool = False,
    ) -> bool:
        """Store an update, then its reference: a reference without an update would be replayed as an erased one.

        A deletion between the reading of the profile and the writing of the update comes before the erasure of the
        history, which removes the update.

        While the table refuses all writes, because of a setting, the queue takes the whole update: it would be lost.
        So it does when the sender's partition is not known.

        Raises:
            Retryable: the table or the queue did not accept it; a second call stores the same item.
            Misconfigured, InvalidCall: as the port.
        """
        if person_id is None:
            self._queue.put(update, reason)
            return True
        now, update_id = self._clock(), int(update["update_id"])
        reference = Reference(ledger_partition(person_id), f"{PREFIX}{update_id}")
        record = Record(
            reference.partition,
            reference.key,
            body={
                "update": json.dumps(update, ensure_ascii=False),
                "reason": reason,
                SENT_AT: to_text(sent_at or now),
            },
            at=None if about_money else to_text(min(sent_at or now, now)),
            expires_at=epoch(now + KEPT_FOR),
        )
        try:
            if sent_at is not None and not about_money and _has_deleted(person_id, sent_at):
                return False
            with translated_errors():
                record.save()
        except (Misconfigured, InvalidCall):
            self._queue.put(update, reason)
            return True
        self._queue.refer(update_id, {"partition": reference.partition, "key": reference.key}, reason)
        return True


def _has_deleted(person_id: PersonId, sent_at: datetime) -> bool:
    """Tell whether a person has deleted their data after they sent something; False if the profile is unreadable.

    A deletion in the same second counts as a later one: when in doubt, nothing is stored.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
        Misconfigured, InvalidCall: DynamoDB rejects the call.
    """
    stored = read_item(person_id, sort_key(User()))
    try:
        return stored is not None and structured(stored, User).deleted_after(sent_at - _SECOND)
    except UnreadableItem:
        return False


def quarantined_update(reference: Reference) -> str | None:
    """Return a quarantined update as JSON; None if it was erased with its person, or replayed.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    stored = read_item(reference.partition, reference.key)
    return None if stored is None else str(stored.body["update"])


def quarantined_updates(person_id: PersonId) -> list[QuarantinedUpdate]:
    """Return all quarantined updates of a person in order of time, also those about money.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    with translated_errors():
        of_person = Record.query(ledger_partition(person_id), Record.sk.startswith(PREFIX), consistent_read=True)
        return sorted(map(_read, of_person), key=lambda stored: stored.sent_at)


def _read(record: Record) -> QuarantinedUpdate:
    """Return a stored update. Releases before `SENT_AT` stored only when they stored it, and nothing with money."""
    body, kept_until = record.plain(), datetime.fromtimestamp(int(record.expires_at or 0), UTC)
    known: str | None = body.get(SENT_AT) or record.at
    return QuarantinedUpdate(
        sent_at=from_text(known) if known else kept_until - KEPT_FOR,
        kept_until=kept_until,
        about_money=record.at is None,
        content=json.loads(body["update"]),
    )


def remove_quarantined(reference: Reference) -> None:
    """Delete an update that was handled, or do nothing if there is none.

    Raises:
        StorageUnavailable: DynamoDB did not answer; DynamoDB deletes the update when it expires.
    """
    with translated_errors():
        Record(reference.partition, reference.key).delete()
