"""The index of due work over the in-memory table, and a queue that a test empties when it wants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.fakes.faults import Faults
from tests.fakes.table import StoredItem, Table
from vpnbot.domain.keys.access import Access
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import never_due, urgency_of
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import CLAIM, Due, DueItem, Urgency, kind_of
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription


class DueIndex:
    """Implements the `DueIndex` port over the in-memory table, with the same conditions as DynamoDB."""

    def __init__(self, table: Table, faults: Faults | None = None) -> None:
        self._table = table
        self._faults = faults or Faults()

    def due(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return the work that is due, the most urgent first, of this the oldest first."""
        self._faults.reached("due.query")
        found = [item for item, due in self._all() if not due.dead_lettered and due.at <= now]
        return sorted(found, key=self._urgency)[:limit]

    def count(self, first: datetime, last: datetime) -> int:
        """Return how many items are due between two times."""
        return sum(first <= due.at <= last and not due.dead_lettered for _, due in self._all())

    def dead_lettered(self, limit: int | None = 100) -> Sequence[DueItem]:
        """Return the work that failed too often and waits for an operator."""
        return [item for item, due in self._all() if due.dead_lettered][:limit]

    def retry(self, item: DueItem, now: datetime) -> bool:
        """Make a dead-lettered item due, with no attempts counted; False if it was changed meanwhile."""
        with self._table.lock:
            if self._held(item) is None:
                return False
            self._set(item, Due(now))
        return True

    def next_due(self) -> DueItem | None:
        """Return the item that is due next, or None."""
        return next((item for item, due in self._all() if not due.dead_lettered), None)

    def claim(
        self, item: DueItem, now: datetime, *, attempts: int | None = None, lasting: timedelta = CLAIM
    ) -> DueItem | None:
        """Claim an item for one worker; None if its due time has changed."""
        self._faults.reached("due.claim")
        with self._table.lock:
            due = self._held(item)
            if due is None:
                return None
            claimed = replace(due, at=now + lasting, attempts=due.attempts if attempts is None else attempts)
            self._set(item, claimed)
            self._table.claimed.add((item.partition, item.sort_key))
        return item.claimed_until(claimed.at, claimed.attempts)

    def postpone(
        self, item: DueItem, until: datetime, *, dead_letter: bool = False, attempts: int | None = None
    ) -> bool:
        """Set a claimed item's next due time, or dead-letter it; False if the claim is lost."""
        self._faults.reached("due.postpone")
        with self._table.lock:
            due = self._held(item)
            if due is None:
                return False
            counted = due.attempts if attempts is None else attempts
            self._set(item, Due(until, counted, dead_lettered=dead_letter or due.dead_lettered))
        return True

    def done(self, item: DueItem) -> None:
        """Remove the due time of a claimed item; does nothing if the claim is lost."""
        self._faults.reached("due.done")
        with self._table.lock:
            if self._held(item) is not None:
                self._set(item, None)

    def _all(self) -> list[tuple[DueItem, Due]]:
        with self._table.lock:
            found = [
                (DueItem(person_id, key, due.at), due)
                for person_id, items in self._table.items.items()
                for key, item in items.items()
                if (due := _due_of(item)) is not None
            ]
            found += [
                (DueItem(partition, key, row.due.at), row.due)
                for (partition, key), row in self._table.rows.items()
                if row.due is not None
            ]
        return sorted(found, key=lambda pair: pair[0].due_at)

    def _urgency(self, item: DueItem) -> int:
        row = self._table.row(item.partition, item.sort_key)
        if row is not None:
            return list(Urgency).index(row.urgency)
        stored = self._table.items[item.partition][item.sort_key]
        if isinstance(stored, User | Subscription | Access | Notification | ServerWatch):
            return list(Urgency).index(urgency_of(stored))
        return list(Urgency).index(kind_of(item).urgency)

    def _held(self, item: DueItem) -> Due | None:
        row = self._table.row(item.partition, item.sort_key)
        stored = self._table.items.get(item.partition, {}).get(item.sort_key)
        due = row.due if row is not None else _due_of(stored) if stored is not None else None
        return due if due is not None and due.at == item.due_at else None

    def _set(self, item: DueItem, due: Due | None) -> None:
        row = self._table.row(item.partition, item.sort_key)
        if row is not None:
            self._table.rows[item.partition, item.sort_key] = replace(row, due=due)
            return
        stored = self._table.items[item.partition][item.sort_key]
        assert not never_due(stored)
        self._table.put(item.partition, replace(stored, due=due))


@dataclass
class Queue:
    """Implements the `DueQueue` port: keeps claimed items until a test takes them."""

    faults: Faults = field(default_factory=Faults)
    claims: list[DueItem] = field(default_factory=list)

    def waiting(self) -> int:
        """Return the number of waiting items."""
        self.faults.reached("queue.waiting")
        return len(self.claims)

    def send(self, items: Sequence[DueItem]) -> None:
        """Add claimed items."""
        self.faults.reached("queue.send")
        self.claims.extend(items)

    def take(self) -> Iterator[DueItem]:
        """Yield the waiting items, including those that are sent meanwhile."""
        while self.claims:
            yield self.claims.pop(0)


def _due_of(item: StoredItem) -> Due | None:
    return None if never_due(item) else item.due
