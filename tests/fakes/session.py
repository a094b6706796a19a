"""One person in memory, with the semantics of the real storage."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.table import StoredItem, Table
from vpnbot.domain.answers import Answer
from vpnbot.domain.effects import Effect, ItemKey, combined
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
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
from vpnbot.domain.people.ledger import Entry, changes
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import Names
from vpnbot.domain.questions import Question
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict
from vpnbot.storage.codec import ledger_partition
from vpnbot.storage.keys import facts_of
from vpnbot.storage.people.conversations import ConversationStates
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import to_text
from vpnbot.storage.transaction import ACTIONS_LIMIT


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
            listed = after.devices is not None and after.devices != before.devices
            if listed and not _same_devices(self._table.person(before.id), before):
                raise Conflict("the devices have changed since this was decided")
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
            answers=tuple(item for item in items.values() if isinstance(item, Answer)),
        )

    def record_load(
        self,
        key: Key,
        fetch: LinkFetch | None,
        devices: Devices | None = None,
        *,
        first: bool = False,
        effects: Iterable[Effect] = (),
    ) -> bool:
        """Record a load, unless the key, the first fetch or the devices have changed; False if so."""
        self._faults.reached("put")
        with self._table.lock:
            stored = self._table.person(self._person.id)
            if stored.subscription.key is None or stored.subscription.key.seed != key.seed:
                return False
            if first and stored.fetch is not None:
                return False
            if devices is not None and not _same_devices(stored, self._person):
                return False
            for item in (fetch, devices):
                if item is not None:
                    self._table.put(self._person.id, item)
            self._table.apply(effects)
        self._faults.reached("put.after")
        person = self._person
        self._person = replace(person, fetch=fetch or person.fetch, devices=devices or person.devices)
        return True

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


def _same_devices(stored: Person, loaded: Person) -> bool:
    versions = [person.devices.version if person.devices else None for person in (stored, loaded)]
    return versions[0] == versions[1]


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


def _unchanged(stored: StoredItem | None, before: Observed) -> bool:
    match stored:
        case Access() if isinstance(before, Access):
            seen = (before.wanted_revision, facts_of(before), before.capacity_shard)
            same_revision = (stored.wanted_revision, facts_of(stored), stored.capacity_shard) == seen
        case Notification() | Question() | Answer():
            same_revision = True
        case _:
            return False
    times = [item.due.at if item.due else None for item in (stored, before)]
    return same_revision and times[0] == times[1]
