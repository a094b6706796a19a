"""One person's partition: one Query loads it, one TransactWriteItems commits what a decision changed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.effects import Effect, combined
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import Item, items_of, sort_key
from vpnbot.domain.people.ledger import Entry, changes
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, UnreadableItem
from vpnbot.storage.codec import SetAside, ledger_partition, to_ledger, to_person, to_record
from vpnbot.storage.people.conversations import ConversationStates
from vpnbot.storage.stored_item import Stored, read_partition
from vpnbot.storage.table import Record, to_text, translated_errors
from vpnbot.storage.transaction import Action, Verb, action_of, transact
from vpnbot.storage.unknown_fields import keep_unknown

type Write = tuple[Record, Condition | None]


class Partition:
    """The picture decisions are made from, and the only way to change it."""

    def __init__(self, person_id: PersonId, clock: Callable[[], datetime], set_aside: SetAside) -> None:
        self._clock = clock
        self._set_aside = set_aside
        self._person = Person(person_id)
        self._own_notifications: frozenset[str] = frozenset()
        self._stored: dict[str, Stored | Record] = {}
        self.states = ConversationStates(person_id)

    @property
    def person(self) -> Person:
        """The picture as of the last load, commit or observation."""
        return self._person

    @property
    def own_notifications(self) -> frozenset[str]:
        """The notices that were committed through this partition, not merely found in it."""
        return self._own_notifications

    def reload(self) -> Person:
        """Load again, keeping what is staged; items that cannot be read are set aside.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        items = read_partition(self._person.id)
        self._person = to_person(self._person.id, items, self._set_aside)
        self._stored = {item.sk: item for item in items}
        states = ConversationStates(self._person.id, items)
        self.states.restage(states)
        self.states = states
        return self._person

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Write the difference, the staged conversation, the ledger entries and the effects in one transaction.

        Raises (where several apply, the first):
            AlreadyDecided: an entry's cause is in the ledger.
            Conflict: the person, or their conversation, changed meanwhile.
            CapacityExhausted, a kind of Conflict: a counter is at its limit, or does not exist.
            ItemExists: an item that was to be put if absent exists.
            UnreadableItem: the profile, the subscription or an item that would be replaced cannot be read.
            StorageUnavailable: it may or may not have happened; asking again tells.
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
        own = [*decided, *_own_actions(puts, [*_gone(before, after), *self.states.removals()])]
        written = {(action.record.pk, action.record.sk) for action in own}
        actions = [*own, *map(action_of, combined(effects, written))]
        transact(actions)
        self.states.written()
        self._own_notifications |= after.notification_ids - before.notification_ids
        self._person = after
        self._stored |= {record.sk: record for record, _ in puts if record.pk == before.id}
        return after

    def observe(self, before: Access | Notification, after: Access | Notification | None) -> None:
        """Record what was seen of one item, or that it is done with (None), if it is still as it was claimed.

        Raises:
            ClaimLost: it is not.
            StorageUnavailable: it may or may not have happened.
        """
        if isinstance(before, Access) and self._person.access(before.server_id, before.key.tag) != before:
            raise ClaimLost(f"{sort_key(before)} has been seen otherwise since")
        stored = self._stored.get(sort_key(before))
        condition = _still(before, stored.facts if stored else None)
        try:
            with translated_errors():
                if after is None:
                    Record(self._person.id, sort_key(before)).delete(condition=condition)
                else:
                    record = self._record(after)
                    record.save(condition=condition)
                    self._stored[record.sk] = record
        except (PutError, DeleteError) as error:
            raise ClaimLost(f"{sort_key(before)} has another owner by now") from error
        self._person = _replaced(self._person, before, after)

    def flush(self) -> None:
        """Write the staged conversation, if there is anything to write.

        Raises:
            Conflict: another update moved the same conversation.
            StorageUnavailable: it may or may not have happened.
        """
        writes, gone = list(self.states.writes(self._clock())), list(self.states.removals())
        if not writes and not gone:
            return
        if gone or len(writes) > 1:
            transact(_own_actions(writes, gone))
        else:
            record, condition = writes[0]
            try:
                with translated_errors():
                    record.save(condition=condition)
            except PutError as error:
                raise Conflict("another update moved the conversation") from error
        self.states.written()

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        try:
            with translated_errors():
                Record.get(ledger_partition(self._person.id), f"LOG#{cause}", consistent_read=True)
        except DoesNotExist:
            return False
        return True

    def _changed_items(self, before: Person, after: Person) -> Iterator[Write]:
        """Yield what a decision writes; none is made without the profile and the subscription.

        A deletion alone drops what a later version has added to items: it may be personal.
        """
        if not before.readable:
            raise UnreadableItem("nothing is decided about a person whose profile or subscription cannot be read")
        unchanged = items_of(before)
        forgets = before.user.known and not after.user.known
        for key, item in items_of(after).items():
            if item == after.user:
                known = before.user.version
                condition = Record.version == known if known else Record.pk.does_not_exist()
                yield self._record(item, forgets=forgets), condition
            elif item != unchanged.get(key):
                yield self._record(item, forgets=forgets), None

    def _record(self, item: Item, *, forgets: bool = False) -> Record:
        """Return an item as a record, with the fields beyond this version of the item that it replaces.

        Raises:
            UnreadableItem: that item was set aside.
        """
        record = to_record(self._person.id, item)
        if record.sk in self._person.unreadable:
            raise UnreadableItem(f"{record.sk} was set aside")
        if forgets:
            return record
        stored = self._stored.get(record.sk)
        if isinstance(stored, Record):  # written through this session, with what was unknown then
            stored = Stored.of(stored.serialize())
        return keep_unknown(record, item, stored)


def _own_actions(puts: Iterable[Write], gone: Iterable[Write]) -> list[Action]:
    """Return writes to the person's own partition as actions that fail when the picture is stale."""
    stale = Conflict("the picture this was decided from is stale")
    return [
        *(Action(Verb.SAVE, record, condition, stale) for record, condition in puts),
        *(Action(Verb.DELETE, record, condition, stale) for record, condition in gone),
    ]


def _gone(before: Person, after: Person) -> Iterator[Write]:
    for key in items_of(before).keys() - items_of(after).keys():
        yield Record(before.id, key), None


def _still(item: Access | Notification, facts: str | None) -> Condition:
    unmoved: Condition = Record.due_at == to_text(item.due.at) if item.due else Record.due_at.does_not_exist()
    as_seen: Condition = _unchanged(item, facts) if isinstance(item, Access) else Record.pk.exists()
    both: Condition = as_seen & unmoved
    return both


def _unchanged(access: Access, facts: str | None) -> Condition:
    """An observation writes the whole access: whatever else may have changed of it must be as it was read, too.

    As it was read, and not as this version would write it: another may have written it.
    """
    as_wanted: Condition = Record.revision == access.wanted_revision
    as_read: Condition = Record.facts.does_not_exist() if facts is None else Record.facts == facts
    both: Condition = as_wanted & as_read
    return both


def _replaced(person: Person, before: Access | Notification, after: Access | Notification | None) -> Person:
    if isinstance(before, Notification):
        others = tuple(notice for notice in person.outbox if notice.id != before.id)
        return replace(person, outbox=(*others, after) if isinstance(after, Notification) else others)
    kept = tuple(a for a in person.accesses if sort_key(a) != sort_key(before))
    return replace(person, accesses=(*kept, after) if isinstance(after, Access) else kept)
