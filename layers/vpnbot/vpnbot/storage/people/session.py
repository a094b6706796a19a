"""One person's partition: one Query loads it, one TransactWriteItems commits what a decision changed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.effects import Effect, combined
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
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
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, UnreadableItem
from vpnbot.storage.codec import (
    LEDGER_PREFIX,
    SetAside,
    ledger_partition,
    set_origin,
    to_ledger,
    to_person,
    to_record,
    user_record,
)
from vpnbot.storage.people.conversations import ConversationStates
from vpnbot.storage.people.observing import replaced, same_devices, same_key, unchanged
from vpnbot.storage.stored_item import Stored, read_item, read_partition
from vpnbot.storage.table import Record, translated_errors
from vpnbot.storage.transaction import Action, Verb, action_of, transact
from vpnbot.storage.unknown_fields import keep_unknown

type Write = tuple[Record, Condition | None]


class Partition:
    """Implements the port `Session`: a person as loaded, and the commits of changes."""

    def __init__(self, person_id: PersonId, clock: Callable[[], datetime], set_aside: SetAside) -> None:
        self._clock = clock
        self._set_aside = set_aside
        self._person = Person(person_id)
        self._own_messages: frozenset[str] = frozenset()
        self._stored: dict[str, Stored | Record] = {}
        self._recalled: frozenset[str] = frozenset()
        self.states = ConversationStates(person_id)
        self.names: Names | None = None

    @property
    def person(self) -> Person:
        """The person as of the last load, commit or observation."""
        return self._person

    @property
    def own_messages(self) -> frozenset[str]:
        """The ids of the notifications and questions that this session committed."""
        return self._own_messages

    def reload(self) -> Person:
        """Load again and keep the staged conversations; items that cannot be read are set aside.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        items = read_partition(self._person.id)
        items += self._archived(self._recalled - {item.sk for item in items})
        self._person = to_person(self._person.id, items, self._set_aside)
        self._stored = {item.sk: item for item in items}
        states = ConversationStates(self._person.id, items)
        self.states.restage(states)
        self.states = states
        return self._person

    def recall(self, order_id: str) -> Person:
        """Also read a closed order, now and with each reload; an order that does not exist is left out.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        key = order_key(order_id)
        if key in self._recalled or key in self._stored:
            self._recalled |= {key}
            return self._person
        self._recalled |= {key}
        for item in self._archived({key}):
            read = to_person(self._person.id, [item], self._set_aside)
            self._stored[item.sk] = item
            self._person = replace(
                self._person,
                orders=(*self._person.orders, *read.orders),
                unreadable=self._person.unreadable | read.unreadable,
            )
        return self._person

    def _archived(self, keys: Iterable[str]) -> list[Stored]:
        """Return the items of the second partition that exist under these keys."""
        found = (read_item(ledger_partition(self._person.id), key) for key in sorted(keys))
        return [item for item in found if item is not None]

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Write the difference, the staged conversation, the ledger entries and the effects in one transaction.

        Raises (where several apply, the first):
            AlreadyDecided: an entry's cause is in the ledger.
            Conflict: the person, or their conversation, changed meanwhile.
            CapacityExhausted, a subclass of Conflict: a counter is at its limit, or does not exist.
            ItemExists: `PutIfAbsent` met an item.
            UnreadableItem: this version cannot read the profile, the subscription or an item to be replaced.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the transaction was committed.
            ValueError: a bug: two actions on one item, more than 100 actions, a counter raised by more than one.
        """
        before = self._person
        after = replace(after, user=replace(after.user, version=before.user.version + 1))
        history = changes(before, after)
        decided = [
            Action(Verb.SAVE, to_ledger(before.id, e, history), Record.pk.does_not_exist(), AlreadyDecided(e.cause))
            for e in entries
        ]
        puts = [*self._changed_items(before, after), *self.states.writes(self._clock())]
        removals = [*_removed(before, after), *_moved(before, after), *self.states.removals()]
        own = [*decided, *_own_actions(puts, removals)]
        written = {(action.record.pk, action.record.sk) for action in own}
        actions = [*own, *map(action_of, combined(effects, written))]
        transact(actions)
        self.states.written()
        self._own_messages |= after.message_ids - before.message_ids
        self._person = after
        own_partitions = {before.id, ledger_partition(before.id)}
        self._stored |= {record.sk: record for record, _ in puts if record.pk in own_partitions}
        return after

    def observe(self, before: Observed, after: Observed | None) -> None:
        """Replace one item, or delete it (`after` None), if it is still as in `before`.

        Raises:
            ClaimLost: the item or its claim has changed.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the item was written.
        """
        if isinstance(before, Access) and self._person.access(before.server_id, before.key.tag) != before:
            raise ClaimLost(f"{sort_key(before)} has changed in this session")
        stored = self._stored.get(sort_key(before))
        condition = unchanged(before, stored.facts if stored else None)
        try:
            with translated_errors():
                if after is None:
                    Record(self._person.id, sort_key(before)).delete(condition=condition)
                else:
                    record = self._record(after)
                    set_origin(record, stored.due_origin if stored else None)
                    record.save(condition=condition)
                    self._stored[record.sk] = record
        except (PutError, DeleteError) as error:
            raise ClaimLost(f"{sort_key(before)} was changed or claimed by another process") from error
        self._person = replaced(self._person, before, after)

    def record_load(
        self,
        key: Key,
        fetch: LinkFetch | None,
        devices: Devices | None = None,
        *,
        first: bool = False,
        effects: Iterable[Effect] = (),
    ) -> bool:
        """Record that an app loaded the link of this key: the fetch, the devices, and the effects, None: as before.

        False, and no change, if the key is not the current one any more, if this is to be the `first` fetch and
        another one is recorded already, if the devices have changed, or if this version cannot read what is stored.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        person = self._person
        try:
            fetched = [self._record(fetch)] if fetch is not None else []
            listed = [self._record(devices)] if devices is not None else []
        except UnreadableItem:
            return False  # reported when the person was loaded
        unrecorded = Record.pk.does_not_exist() if first else None
        actions = [
            Action(Verb.CHECK, Record(person.id, sort_key(Subscription())), same_key(key)),
            *(Action(Verb.SAVE, record, unrecorded) for record in fetched),
            *(Action(Verb.SAVE, record, same_devices(person.devices)) for record in listed),
        ]
        try:
            transact([*actions, *map(action_of, effects)])
        except Conflict:
            return False
        self._stored |= {record.sk: record for record in (*fetched, *listed)}
        self._person = replace(person, fetch=fetch or person.fetch, devices=devices or person.devices)
        return True

    def flush(self) -> None:
        """Write the staged conversations, if any changed.

        Raises:
            Conflict: another update changed the same conversation.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether they were written.
        """
        writes, removals = list(self.states.writes(self._clock())), list(self.states.removals())
        if not writes and not removals:
            return
        if removals or len(writes) > 1:
            transact(_own_actions(writes, removals))
        else:
            record, condition = writes[0]
            try:
                with translated_errors():
                    record.save(condition=condition)
            except PutError as error:
                raise Conflict("another update changed the conversation") from error
        self.states.written()

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        try:
            with translated_errors():
                Record.get(ledger_partition(self._person.id), f"{LEDGER_PREFIX}{cause}", consistent_read=True)
        except DoesNotExist:
            return False
        return True

    def _changed_items(self, before: Person, after: Person) -> Iterator[Write]:
        """Yield the writes of a decision. Only a deletion removes unknown fields: they may be personal data.

        Raises:
            UnreadableItem: this version cannot read the profile, the subscription or an item to be replaced.
        """
        if not before.readable:
            raise UnreadableItem("not decided: the profile or the subscription of this person cannot be read")
        unchanged_items = items_of(before)
        without_unknown = deletes(before, after)
        for key, item in items_of(after).items():
            if item == after.user:
                known = before.user.version
                condition = Record.version == known if known else Record.pk.does_not_exist()
                yield self._record(item, without_unknown=without_unknown, of=after), condition
            elif item != unchanged_items.get(key):
                known_devices = same_devices(before.devices) if isinstance(item, Devices) else None
                yield self._record(item, without_unknown=without_unknown), known_devices

    def _record(self, item: Item, *, without_unknown: bool = False, of: Person | None = None) -> Record:
        """Return an item as a record, with the unknown fields of the item that it replaces.

        `of` is the person of whom the item is the profile.

        Raises:
            UnreadableItem: this version cannot read the item that it replaces.
        """
        record = to_record(self._person.id, item) if of is None else user_record(of)
        if record.sk in self._person.unreadable:
            raise UnreadableItem(f"{record.sk} was set aside")
        if without_unknown:
            return record
        stored = self._stored.get(record.sk)
        if isinstance(stored, Record):  # written by this session, with its unknown fields
            stored = Stored.of(stored.serialize())
        return keep_unknown(record, item, stored)


def _own_actions(puts: Iterable[Write], removals: Iterable[Write]) -> list[Action]:
    """Return writes to the person's own partition as actions; a failed condition raises Conflict."""
    stale = Conflict("the person changed after they were loaded")
    return [
        *(Action(Verb.SAVE, record, condition, stale) for record, condition in puts),
        *(Action(Verb.DELETE, record, condition, stale) for record, condition in removals),
    ]


def _removed(before: Person, after: Person) -> Iterator[Write]:
    removed = items_of(before).keys() - items_of(after).keys()
    for key in removed | WRITTEN_WITHOUT_VERSION if deletes(before, after) else removed:
        yield Record(before.id, key), None


def _moved(before: Person, after: Person) -> Iterator[Write]:
    """Yield the removal of each item from the partition that it leaves: orders that are closed, or open again."""
    earlier = items_of(before)
    for key, item in items_of(after).items():
        known = earlier.get(key)
        if known is not None and in_archive(known) is not in_archive(item):
            yield Record(ledger_partition(before.id) if in_archive(known) else before.id, key), None
