"""The storage of all people: opening a partition, and the writes that need no loaded partition."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action as Change

from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.registry import PAYMENT_KEY, PaymentOwner, paid_by, payment_partition
from vpnbot.domain.people.items import order_key
from vpnbot.domain.people.ledger import outlives_deletion
from vpnbot.domain.people.person import Person
from vpnbot.errors import Conflict
from vpnbot.storage.codec import LEDGER_PREFIX, SetAside, epoch, ledger_partition, readable, user_record
from vpnbot.storage.people.session import Partition
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, query_backwards, to_text, translated_errors
from vpnbot.storage.transaction import Action, Verb, action_of, transact
from vpnbot.storage.unknown_fields import keep_unknown

if TYPE_CHECKING:
    from vpnbot.domain.people.quarantined_update import QuarantinedUpdate

_LAST = "~"
"""Later than every id of an order."""
_ORDERS_SLICE = 50
"""The closed orders that one call changes, each with an update of its own: in about 0.5 s."""
_SLICE = 200
"""The entries that one call erases, in about 0.2 s: one Query, and one BatchWriteItem for each 25 of them."""


class People:
    """Implements the port `People`."""

    def __init__(self, clock: Callable[[], datetime], set_aside: SetAside = lambda error: None) -> None:
        """`set_aside` is called with the error of each item that cannot be read."""
        self._clock = clock
        self._set_aside = set_aside

    def open(self, person_id: PersonId) -> Partition:
        """Load a person with one strongly consistent Query.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        partition = Partition(person_id, self._clock, self._set_aside)
        partition.reload()
        return partition

    def record_reachable(self, person: Person, *, reachable: bool, effects: Iterable[Effect] = ()) -> None:
        """Record whether messages reach the person, with the effects; nothing if the profile changed meanwhile.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        user = replace(person.user, reachable=reachable, version=person.user.version + 1)
        record = user_record(replace(person, user=user))
        stored = read_item(person.id, record.sk)
        if stored is None or stored.version != person.user.version:
            return
        keep_unknown(record, user, stored)
        if not person.readable:  # the facts stay as the release wrote them that could read the subscription
            record.audience = stored.attributes.get("audience")
            record.audience_facts = stored.attributes.get("audience_facts")
        unchanged: Condition = Record.version == person.user.version
        with suppress(Conflict):
            transact([Action(Verb.SAVE, record, unchanged), *map(action_of, effects)])

    def erase_history(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """Delete up to 200 of a person's ledger entries up to `until`; return True when none is left.

        Entries of payments stay until `kept_until`, so that none is applied twice, but their changes are deleted, and
        their time, so that the history does not list them. So do their items in the register.

        Raises:
            StorageUnavailable: DynamoDB did not answer; call again to continue.
        """
        with translated_errors():
            old = Record.at <= to_text(until)
            query = Record.by_time.query(ledger_partition(person_id), old, consistent_read=True, limit=_SLICE)
            records = list(query)
            kept = [record for record in records if outlives_deletion(_cause_of(record))]
            for payment in filter(None, map(paid_by, map(_cause_of, kept))):
                _expire(Record(payment_partition(*payment), PAYMENT_KEY), kept_until)
            with Record.batch_write() as batch:  # after the register, which is found by these entries
                for record in records:
                    if record in kept:
                        batch.save(_anonymous(record, kept_until))
                    else:
                        batch.delete(record)
        return len(records) < _SLICE

    def wipe_orders(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """Delete the address for receipts from up to 50 closed orders placed up to `until`; True when none is left.

        DynamoDB deletes the orders at `kept_until`.

        Raises:
            StorageUnavailable: DynamoDB did not answer; call again to continue.
        """
        placed: Condition = Path(["body", "placed_at"]) <= to_text(until)
        with translated_errors():
            query = Record.query(
                ledger_partition(person_id),
                Record.sk.startswith(order_key("")),
                filter_condition=placed & Record.expires_at.does_not_exist(),
                consistent_read=True,
                limit=_ORDERS_SLICE,
            )
            records = list(query)
        for record in records:
            _expire(record, kept_until, Path(["body", "contact"]).remove())
        return len(records) < _ORDERS_SLICE

    def orders(self, person_id: PersonId, *, before: str = "", limit: int = 5) -> Sequence[Order]:
        """Return closed orders, the newest first; with `before` only those older than the order of this id.

        Orders that this version cannot read are set aside.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        until = order_key(before) if before else order_key(_LAST)
        raw = query_backwards(ledger_partition(person_id), order_key(""), until, limit=limit + bool(before))
        found = readable(raw, Order, self._set_aside)
        return [order for order in found if order.id != before][:limit]

    def owner_of(self, provider: str, account: str, payment_id: str) -> PaymentOwner | None:
        """Return whose payment this is, strongly consistent; None if no payment of this id was ever applied.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(payment_partition(provider, account, payment_id), PAYMENT_KEY)
        return None if stored is None else PaymentOwner(PersonId(stored.body["person"]), stored.body["order"])

    def invited_by(self, person_id: PersonId) -> int:
        """Return how many people came by the invitations of a person.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        from vpnbot.domain.invites.counted import CAME_PREFIX, invited_partition

        with translated_errors():
            found = Record.query(invited_partition(person_id), Record.sk.startswith(CAME_PREFIX))
            return sum(int(record.taken or 0) for record in found)

    def history(self, person_id: PersonId) -> Sequence[dict[str, Any]]:
        """Return the person's ledger in order of time: mappings with `at`, `cause`, `what`, `actor`, `changes`.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            records = Record.by_time.query(ledger_partition(person_id))
            return [
                {"at": record.at, "cause": record.sk.removeprefix(LEDGER_PREFIX), **record.plain()}
                for record in records
                if record.sk.startswith(LEDGER_PREFIX)
            ]

    def quarantined(self, person_id: PersonId) -> "Sequence[QuarantinedUpdate]":
        """Return the person's quarantined updates in order of time.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        from vpnbot.storage.people.quarantine import quarantined_updates

        return quarantined_updates(person_id)

    def last_decisions(self, person_id: PersonId, *, limit: int) -> Sequence[dict[str, Any]]:
        """Return the last entries of the person's ledger, the newest first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            records = Record.by_time.query(
                ledger_partition(person_id),
                scan_index_forward=False,
                consistent_read=True,
                limit=limit,
            )
            return [_entry(record) for record in records if record.sk.startswith(LEDGER_PREFIX)]

    def decision(self, person_id: PersonId, cause: str) -> dict[str, Any] | None:
        """Return one entry of the person's ledger.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        try:
            with translated_errors():
                sort = f"{LEDGER_PREFIX}{cause}"
                return _entry(Record.get(ledger_partition(person_id), sort, consistent_read=True))
        except DoesNotExist:
            return None


def _entry(record: Record) -> dict[str, Any]:
    return {"at": record.at, "cause": record.sk.removeprefix(LEDGER_PREFIX), **record.plain()}


def _cause_of(entry: Record) -> str:
    return entry.sk.removeprefix(LEDGER_PREFIX)


def _anonymous(entry: Record, kept_until: datetime) -> Record:
    """Return a ledger entry without its time and its changes."""
    body = {name: value for name, value in entry.plain().items() if name != "changes"}
    return Record(entry.pk, entry.sk, body=body, expires_at=epoch(kept_until))


def _expire(record: Record, kept_until: datetime, *more: Change) -> None:
    """Let an item expire, and change it in the same update; an item that does not exist is not made."""
    with suppress(UpdateError), translated_errors():
        record.update(actions=[Record.expires_at.set(epoch(kept_until)), *more], condition=Record.pk.exists())
