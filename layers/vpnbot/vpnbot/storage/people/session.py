"""One person's partition: one Query loads it, one TransactWriteItems commits what a decision changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import items_of, sort_key
from vpnbot.domain.people.ledger import Entry, changes
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.capacity import ShardKey, shard_changes
from vpnbot.errors import AlreadyDecided, CapacityExhausted, ClaimLost, Conflict, StorageUnavailable
from vpnbot.storage.codec import ledger_partition, to_ledger, to_person, to_record
from vpnbot.storage.people.conversations import ConversationStates
from vpnbot.storage.servers.records import SERVERS, shard_key
from vpnbot.storage.stored_item import read_partition
from vpnbot.storage.table import Record, connection, to_text, translated_errors

WAITLIST = "WAITLIST#plans"

type Write = tuple[Record, Condition | None]


class Partition:
    """The picture decisions are made from, and the only way to change it."""

    def __init__(self, person_id: PersonId, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._person = Person(person_id)
        self._own_notifications: frozenset[str] = frozenset()
        self._facts: dict[str, str | None] = {}
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
        """Load anew, keeping what is staged.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        items = read_partition(self._person.id)
        self._person = to_person(self._person.id, items)
        self._facts = {item.sk: item.facts for item in items}
        states = ConversationStates(self._person.id, items)
        self.states.restage(states)
        self.states = states
        return self._person

    def commit(self, after: Person, *entries: Entry) -> Person:
        """Write the difference, the staged conversation and the ledger entries in one transaction.

        Raises:
            AlreadyDecided: an entry's cause is in the ledger; this reason wins over a stale picture.
            NoRoom: a server that a new key was to go to is full by now.
            Conflict: the person, or their conversation, changed meanwhile.
            StorageUnavailable: it may or may not have happened; asking again tells.
        """
        before = self._person
        after = replace(after, user=replace(after.user, version=before.user.version + 1))
        history = changes(before, after)
        ledger: list[Write] = [(to_ledger(before.id, e, history), Record.pk.does_not_exist()) for e in entries]
        puts = [*ledger, *self._changed_items(before, after), *self.states.writes(self._clock())]
        gone = [*_gone(before, after), *self.states.removals()]
        moves = shard_changes(before.accesses, after.accesses)
        self._transact(gone, puts, moves, ledgers=len(ledger), cause=entries[0].cause if entries else "")
        self.states.written()
        self._own_notifications |= after.notification_ids - before.notification_ids
        self._person = after
        for record, _ in puts:
            self._facts[record.sk] = record.facts
        return after

    def observe(self, before: Access | Notification, after: Access | Notification | None) -> None:
        """Record what was seen of one item, or that it is done with (None), if it is still as it was claimed.

        Raises:
            ClaimLost: it is not.
            StorageUnavailable: it may or may not have happened.
        """
        if isinstance(before, Access) and self._person.access(before.server_id, before.key.tag) != before:
            raise ClaimLost(f"{sort_key(before)} has been seen otherwise since")
        condition = _still(before, self._facts.get(sort_key(before)))
        try:
            with translated_errors():
                if after is None:
                    Record(self._person.id, sort_key(before)).delete(condition=condition)
                else:
                    record = to_record(self._person.id, after)
                    record.save(condition=condition)
                    self._facts[record.sk] = record.facts
        except (PutError, DeleteError) as error:
            raise ClaimLost(f"{sort_key(before)} is somebody else's by now") from error
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
            self._transact(gone, writes, {}, ledgers=0, cause="")
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
        unchanged = items_of(before)
        for key, item in items_of(after).items():
            if item == after.user:
                known = before.user.version
                yield to_record(after.id, item), Record.version == known if known else Record.pk.does_not_exist()
            elif item != unchanged.get(key):
                yield to_record(after.id, item), None
        if after.user.wants_plans and not before.user.wants_plans:
            yield Record(WAITLIST, after.id, at=to_text(self._clock())), None

    @staticmethod
    def _transact(
        gone: Sequence[Write], puts: Sequence[Write], moves: Mapping[ShardKey, int], *, ledgers: int, cause: str
    ) -> None:
        try:
            with translated_errors(), TransactWrite(connection=connection()) as transaction:
                for record, condition in gone:
                    transaction.delete(record, condition=condition)
                for record, condition in puts:
                    transaction.save(record, condition=condition)
                for shard, moved in moves.items():
                    fits = (Record.taken < Record.limit) if moved > 0 else None
                    transaction.update(Record(SERVERS, shard_key(*shard)), [Record.taken.add(moved)], condition=fits)
        except TransactWriteError as error:
            reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
            of_ledger = reasons[len(gone) : len(gone) + ledgers]
            if "ConditionalCheckFailed" in of_ledger:
                raise AlreadyDecided(cause) from error
            if "ConditionalCheckFailed" in reasons[len(gone) + len(puts) :]:
                raise CapacityExhausted("a server is full") from error
            if {"ConditionalCheckFailed", "TransactionConflict"} & set(reasons):
                raise Conflict("the picture this was decided from is stale") from error
            raise StorageUnavailable(f"the transaction was cancelled: {reasons}") from error


def _gone(before: Person, after: Person) -> Iterator[Write]:
    for key in items_of(before).keys() - items_of(after).keys():
        yield Record(before.id, key), None
    if before.user.wants_plans and not after.user.wants_plans:
        yield Record(WAITLIST, before.id), None


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
