"""The people in memory; the storage contract runs over them and over the real table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from tests.fakes.faults import Faults
from tests.fakes.session import Session
from tests.fakes.table import Row, StoredItem, Table
from vpnbot.domain.effects import Effect
from vpnbot.domain.invites.counted import CAME_PREFIX, invited_partition
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.registry import PAYMENT_KEY, PaymentOwner, paid_by, payment_partition
from vpnbot.domain.people.ledger import outlives_deletion
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.quarantined_update import QuarantinedUpdate
from vpnbot.storage.codec import LEDGER_PREFIX, ledger_partition
from vpnbot.storage.table import to_text

__all__ = ["SLICE", "People", "Row", "StoredItem", "Table"]

SLICE = 200


class People:
    """Implements the `People` port in memory."""

    def __init__(
        self, clock: Callable[[], datetime], table: Table | None = None, faults: Faults | None = None
    ) -> None:
        self.table = table or Table()
        self._clock = clock
        self._faults = faults or Faults()

    def open(self, person_id: PersonId) -> Session:
        """Load a person."""
        session = Session(self.table, person_id, self._clock, self._faults)
        session.reload()
        return session

    def record_reachable(self, person: Person, *, reachable: bool, effects: Iterable[Effect] = ()) -> None:
        """Record whether messages reach the person, unless the stored version has changed."""
        self._faults.reached("put")
        with self.table.lock:
            if self.table.person(person.id).user.version == person.user.version:
                user = replace(person.user, reachable=reachable, version=person.user.version + 1)
                self.table.put(person.id, user)
                self.table.apply(effects)

    def wipe_orders(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """Delete the address for receipts from closed orders, which expire then."""
        assert kept_until > until
        self._faults.reached("put")
        archive = ledger_partition(person_id)
        with self.table.lock:
            for key, item in list(self.table.items.get(archive, {}).items()):
                if not isinstance(item, Order) or item.placed_at > until:
                    continue
                if item.contact is not None or (archive, key) not in self.table.expires:
                    self.table.put(archive, replace(item, contact=None))
                    self.table.expires[archive, key] = kept_until
        return True

    def erase_history(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """Remove a slice of the ledger up to a time; True if nothing is left to remove."""
        assert kept_until > until
        self._faults.reached("put")
        with self.table.lock:
            history = self.table.ledger.get(person_id, {})
            latest = to_text(until)
            found = (cause for cause, row in history.items() if "at" in row and str(row["at"]) <= latest)
            old = list(islice(found, SLICE))
            for cause in old:
                if outlives_deletion(cause):
                    history[cause] = {
                        name: value for name, value in history[cause].items() if name not in {"at", "changes"}
                    }
                    self._expires(ledger_partition(person_id), f"{LEDGER_PREFIX}{cause}", kept_until)
                    if (payment := paid_by(cause)) is not None:
                        self._expires(payment_partition(*payment), PAYMENT_KEY, kept_until)
                else:
                    del history[cause]
        return len(old) < SLICE

    def _expires(self, partition: str, key: str, kept_until: datetime) -> None:
        self.table.expires[partition, key] = kept_until

    def orders(self, person_id: PersonId, *, before: str = "", limit: int = 5) -> Sequence[Order]:
        """Return closed orders, the newest first."""
        self._faults.reached("query")
        with self.table.lock:
            stored = self.table.items.get(ledger_partition(person_id), {}).values()
            found = [item for item in stored if isinstance(item, Order) and (not before or item.id < before)]
        return sorted(found, key=lambda order: order.id, reverse=True)[:limit]

    def owner_of(self, provider: str, account: str, payment_id: str) -> PaymentOwner | None:
        """Return whose payment this is."""
        self._faults.reached("get")
        row = self.table.row(payment_partition(provider, account, payment_id), PAYMENT_KEY)
        return None if row is None else PaymentOwner(PersonId(str(row.body["person"])), str(row.body["order"]))

    def invited_by(self, person_id: PersonId) -> int:
        """Return the sum of the counters of a person's invitations."""
        self._faults.reached("query")
        partition = invited_partition(person_id)
        with self.table.lock:
            found = [
                row for (place, key), row in self.table.rows.items() if place == partition and CAME_PREFIX in key
            ]
        return sum(row.taken for row in found)

    def history(self, person_id: PersonId) -> Sequence[dict[str, object]]:
        """Return the ledger in order of time."""
        self._faults.reached("query")
        rows = self.table.ledger.get(person_id, {}).values()
        return sorted((row for row in rows if "at" in row), key=lambda row: str(row["at"]))

    def quarantined(self, person_id: PersonId) -> Sequence[QuarantinedUpdate]:
        """Return the quarantined updates in order of time."""
        self._faults.reached("query")
        return sorted(self.table.quarantined.get(person_id, ()), key=lambda update: update.sent_at)

    def last_decisions(self, person_id: PersonId, *, limit: int) -> Sequence[dict[str, object]]:
        """Return the end of the ledger, the newest entry first."""
        return self.history(person_id)[::-1][:limit]

    def decision(self, person_id: PersonId, cause: str) -> dict[str, object] | None:
        """Return one entry of the ledger."""
        self._faults.reached("get")
        return self.table.ledger.get(person_id, {}).get(cause)
