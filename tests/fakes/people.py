"""The table in memory, with the conditions of the real one; the storage contract runs over both."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from tests.fakes.faults import Faults
from vpnbot.domain.audience.turn import Turn
from vpnbot.domain.effects import Delete, Effect, ItemKey, MoveCounter, Put, PutIfAbsent, combined
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.payments.reconciliation import Reconciliation, reconciliation_key
from vpnbot.domain.payments.registry import PAYMENT_KEY, PaymentOwner, paid_by, payment_partition
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.payments.unmatched import UnmatchedPayment, unmatched_key
from vpnbot.domain.people.items import (
    WRITTEN_WITHOUT_VERSION,
    Item,
    Observed,
    deletes,
    in_archive,
    items_of,
    order_key,
    sort_key,
)
from vpnbot.domain.people.ledger import Entry, changes, outlives_deletion
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.quarantined_update import QuarantinedUpdate
from vpnbot.domain.people.user import Names, User
from vpnbot.domain.plans.opening import Opening
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.domain.servers.outage import Outage, outage_key
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.support_chat import SupportChat
from vpnbot.errors import AlreadyDecided, CapacityExhausted, ClaimLost, Conflict, ItemExists
from vpnbot.storage.codec import LEDGER_PREFIX, ledger_partition
from vpnbot.storage.keys import facts_of
from vpnbot.storage.people.conversations import ConversationStates
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record, to_text
from vpnbot.storage.transaction import ACTIONS_LIMIT

SLICE = 200


@dataclass(frozen=True)
class OtherItem:
    """Due work of a kind that this version does not know."""

    sort_key: str
    due: Due | None


type StoredItem = (
    Item | Reconciliation | UnmatchedPayment | ReconciliationRun | SupportChat | Outage | Opening | OtherItem
)


@dataclass(frozen=True, slots=True)
class Row:
    """An item that effects write: a body with an optional time, or a counter."""

    body: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    taken: int = 0
    limit: int = 0
    due: Due | None = None
    urgency: Urgency = Urgency.NORMAL


class Table:
    """Everything that is stored, and the lock that makes each write atomic."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.items: dict[str, dict[str, StoredItem]] = {}
        self.ledger: dict[PersonId, dict[str, dict[str, object]]] = {}
        self.states: dict[PersonId, dict[str, Record]] = {}
        self.rows: dict[ItemKey, Row] = {}
        self.expires: dict[ItemKey, datetime] = {}
        self.quarantined: dict[PersonId, list[QuarantinedUpdate]] = {}
        self.servers: dict[str, Server] = {}
        self.plans: dict[str, SoldPlan] = {}
        self.settings = ShopSettings()
        self.claimed: set[ItemKey] = set()
        self.turn = Turn()

    def person(self, person_id: PersonId) -> Person:
        """Return the person who is stored in one partition."""
        items = list(self.items.get(person_id, {}).values())
        return Person(
            person_id,
            user=next((item for item in items if isinstance(item, User)), User()),
            subscription=next((item for item in items if isinstance(item, Subscription)), Subscription()),
            accesses=tuple(item for item in items if isinstance(item, Access)),
            outbox=tuple(item for item in items if isinstance(item, Notification)),
            questions=tuple(item for item in items if isinstance(item, Question)),
            fetch=next((item for item in items if isinstance(item, LinkFetch)), None),
            watches=tuple(item for item in items if isinstance(item, ServerWatch)),
            orders=tuple(item for item in items if isinstance(item, Order)),
            refunds=tuple(item for item in items if isinstance(item, Refund)),
            receipts=tuple(item for item in items if isinstance(item, PendingReceipt)),
            stops=tuple(item for item in items if isinstance(item, RenewalStop)),
            methods=tuple(item for item in items if isinstance(item, PaymentMethod)),
        )

    def archived(self, person_id: PersonId, key: str) -> Order | None:
        """Return a closed order of a person, or None."""
        found = self.items.get(ledger_partition(person_id), {}).get(key)
        return found if isinstance(found, Order) else None

    def put(self, partition: str, item: StoredItem) -> None:
        """Store one item, kept in the order of sort keys as a Query returns them."""
        stored = {**self.items.get(partition, {}), _key_of(item): item}
        self.items[partition] = dict(sorted(stored.items()))
        self.claimed.discard((partition, _key_of(item)))

    def check(self, effects: Iterable[Effect]) -> None:
        """Raise the error of the first effect whose condition does not hold."""
        for effect in effects:
            row = self.rows.get((effect.partition, effect.key))
            match effect:
                case PutIfAbsent() if row is not None:
                    raise ItemExists(effect.partition, effect.key)
                case MoveCounter() if effect.by > 0 and (row is None or (effect.bounded and row.taken >= row.limit)):
                    raise CapacityExhausted(effect.partition, effect.key)
                case _:
                    pass

    def apply(self, effects: Iterable[Effect]) -> None:
        """Apply effects whose conditions were checked."""
        for effect in effects:
            item = (effect.partition, effect.key)
            match effect:
                case Put() | PutIfAbsent():
                    self.rows[item] = Row(effect.body, effect.at, due=effect.due, urgency=effect.urgency)
                case Delete():
                    self.rows.pop(item, None)
                case MoveCounter():
                    counter = self.rows.get(item, Row())
                    self.rows[item] = replace(counter, taken=counter.taken + effect.by)

    def row(self, partition: str, key: str) -> Row | None:
        """Return an item outside the people's own partitions, or None."""
        return self.rows.get((partition, key))

    def put_counter(self, partition: str, key: str, taken: int, limit: int) -> None:
        """Store a counter."""
        self.rows[partition, key] = Row(taken=taken, limit=limit)


class Session:
    """One person, with the semantics of `storage.people.session.Partition`."""

    def __init__(self, table: Table, person_id: PersonId, clock: Callable[[], datetime], faults: Faults) -> None:
        self._table = table
        self._clock = clock
        self._faults = faults
        self._person = Person(person_id)
        self._own_messages: frozenset[str] = frozenset()
        self._recalled: frozenset[str] = frozenset()
        self.states = ConversationStates(person_id)
        self.names: Names | None = None

    @property
    def person(self) -> Person:
        """The person as of the last load, commit or observation."""
        return self._person

    @property
    def own_messages(self) -> frozenset[str]:
        """The ids of the notifications that this session committed, without those that it loaded."""
        return self._own_messages

    def reload(self) -> Person:
        """Load again, keeping the staged conversation states."""
        self._faults.reached("query")
        with self._table.lock:
            self._person = self._table.person(self._person.id)
            self._read_archive(self._recalled)
            kept = self._table.states.get(self._person.id, {}).values()
            states = ConversationStates(self._person.id, [Stored.of(record.serialize()) for record in kept])
        self.states.restage(states)
        self.states = states
        return self._person

    def recall(self, order_id: str) -> Person:
        """Also read a closed order, now and with each reload."""
        self._faults.reached("get")
        self._recalled |= {order_key(order_id)}
        with self._table.lock:
            self._read_archive({order_key(order_id)})
        return self._person

    def _read_archive(self, keys: Iterable[str]) -> None:
        for key in sorted(set(keys) - items_of(self._person).keys()):
            order = self._table.archived(self._person.id, key)
            if order is not None:
                self._person = replace(self._person, orders=(*self._person.orders, order))

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Write the changed items, the staged states, the ledger entries and the effects: all of them or none."""
        before = self._person
        after = replace(after, user=replace(after.user, version=before.user.version + 1))
        written = self._written(before, after, entries)
        moves = combined(effects, written)
        if len(written) + len(moves) > ACTIONS_LIMIT:
            raise ValueError("more actions than a transaction holds")
        self._faults.reached("commit.before")
        with self._table.lock:
            history = self._table.ledger.setdefault(before.id, {})
            if known := [entry.cause for entry in entries if entry.cause in history]:
                raise AlreadyDecided(known[0])
            if self._table.person(before.id).user.version != before.user.version or not self._states_unmoved():
                raise Conflict("the person has changed since this was decided")
            self._table.check(moves)
            self._table.apply(moves)
            self._write(before, after)
            for entry in entries:
                history[entry.cause] = _row(entry, before, after)
            self._write_states()
        self._faults.reached("commit.after")
        self.states.written()
        self._own_messages |= after.message_ids - before.message_ids
        self._person = after
        return after

    def observe(self, before: Observed, after: Observed | None) -> None:
        """Replace or remove one item, if it is still as it was claimed."""
        if isinstance(before, Access) and self._person.access(before.server_id, before.key.tag) != before:
            raise ClaimLost(sort_key(before))
        self._faults.reached("observe.before")
        key = sort_key(before)
        with self._table.lock:
            stored = self._table.items.get(self._person.id, {}).get(key)
            if not _unchanged(stored, before):
                raise ClaimLost(key)
            if after is None:
                del self._table.items[self._person.id][key]
            else:
                self._table.put(self._person.id, after)
        self._faults.reached("observe.after")
        items = {k: item for k, item in items_of(self._person).items() if k != key}
        if after is not None:
            items[key] = after
        self._person = replace(
            self._person,
            accesses=tuple(item for item in items.values() if isinstance(item, Access)),
            outbox=tuple(item for item in items.values() if isinstance(item, Notification)),
            questions=tuple(item for item in items.values() if isinstance(item, Question)),
        )

    def flush(self) -> None:
        """Write the staged conversation states."""
        with self._table.lock:
            if not self._states_unmoved():
                raise Conflict("another update moved the conversation")
            self._write_states()
        self.states.written()

    def decided(self, cause: str) -> bool:
        """Return whether the ledger has this cause."""
        self._faults.reached("get")
        return cause in self._table.ledger.get(self._person.id, {})

    def _write(self, before: Person, after: Person) -> None:
        old, new = items_of(before), items_of(after)
        for key in _removed(before, after):
            self._table.items.get(before.id, {}).pop(key, None)
        for key, item in new.items():
            if item == old.get(key):
                continue
            if key in old and in_archive(old[key]) is not in_archive(item):
                self._table.items[_partition(before.id, old[key])].pop(key, None)
            self._table.put(_partition(before.id, item), item)

    def _written(self, before: Person, after: Person, entries: Iterable[Entry]) -> set[ItemKey]:
        """Return the items that a commit writes besides its effects."""
        old, new = items_of(before), items_of(after)
        changed = {*(key for key in new if old.get(key) != new[key]), *_removed(before, after)}
        conversations = [r.sk for r, _ in (*self.states.writes(self._clock()), *self.states.removals())]
        ledger = ((ledger_partition(before.id), f"LOG#{entry.cause}") for entry in entries)
        moved = ((_partition(before.id, old[key]), key) for key in changed if key in old and key in new)
        return {*((before.id, key) for key in (*changed, *conversations)), *moved, *ledger}

    def _states_unmoved(self) -> bool:
        stored = self._table.states.get(self._person.id, {})
        expected = {record.sk: int(record.version or 0) - 1 for record, _ in self.states.writes(self._clock())}
        expected |= {record.sk: int(record.version or 0) for record, _ in self.states.removals()}
        return all(
            int((stored[key].version or 0) if key in stored else 0) == version for key, version in expected.items()
        )

    def _write_states(self) -> None:
        for record, _ in self.states.removals():
            self._table.states.get(self._person.id, {}).pop(record.sk, None)
        for record, _ in self.states.writes(self._clock()):
            self._table.states.setdefault(self._person.id, {})[record.sk] = record


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

    def record_fetch(
        self, person_id: PersonId, key: Key, fetch: LinkFetch, *, first: bool = False, effects: Iterable[Effect] = ()
    ) -> bool:
        """Record that an app loaded the link, unless the person no longer has this key; False if not."""
        self._faults.reached("put")
        with self.table.lock:
            current = self.table.person(person_id).subscription.key
            if current is None or current.seed != key.seed:
                return False
            if first and self.table.person(person_id).fetch is not None:
                return False
            self.table.put(person_id, fetch)
            self.table.apply(effects)
            return True

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


def _removed(before: Person, after: Person) -> set[str]:
    """Return the sort keys that a commit removes; a deletion also removes items that it has not read."""
    removed = items_of(before).keys() - items_of(after).keys()
    return {*removed, *WRITTEN_WITHOUT_VERSION} if deletes(before, after) else {*removed}


def _partition(person_id: PersonId, item: Item) -> str:
    return ledger_partition(person_id) if in_archive(item) else person_id


def _row(entry: Entry, before: Person, after: Person) -> dict[str, object]:
    return {
        "at": to_text(entry.at),
        "cause": entry.cause,
        "what": entry.what,
        "actor": entry.actor,
        "changes": {name: list(pair) for name, pair in changes(before, after).items()},
        **({"order": entry.order} if entry.order else {}),
        **({"money": {"minor": entry.money.amount_minor, "currency": entry.money.currency}} if entry.money else {}),
        **({"seconds": entry.seconds} if entry.seconds is not None else {}),
    }


def _key_of(item: StoredItem) -> str:
    match item:
        case ReconciliationRun():
            return f"ROUND#{item.server_id}"
        case SupportChat():
            return "CHAT"
        case Reconciliation():
            return reconciliation_key(item.provider)
        case UnmatchedPayment():
            return unmatched_key(item.mark)
        case Outage():
            return outage_key(item.server_id)
        case Opening():
            return item.key
        case OtherItem():
            return item.sort_key
        case _:
            return sort_key(item)


def _unchanged(stored: StoredItem | None, before: Observed) -> bool:
    match stored:
        case Access() if isinstance(before, Access):
            seen = (before.wanted_revision, facts_of(before), before.capacity_shard)
            same_revision = (stored.wanted_revision, facts_of(stored), stored.capacity_shard) == seen
        case Notification() | Question():
            same_revision = True
        case _:
            return False
    times = [item.due.at if item.due else None for item in (stored, before)]
    return same_revision and times[0] == times[1]
