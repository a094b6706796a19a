"""One TransactWriteItems: its actions, and the error that is raised when conditions fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from vpnbot.domain.effects import Delete, Effect, MoveCounter, Put, PutIfAbsent, Replace
from vpnbot.errors import CapacityExhausted, Conflict, ItemExists, ReplacedMeanwhile, VpnbotError
from vpnbot.storage.codec import epoch, make_due, new_record, set_origin
from vpnbot.storage.conversions import converter
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, connection, refused, to_text, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown

ACTIONS_LIMIT = 100
"""DynamoDB API reference, TransactWriteItems: up to 100 actions."""


class Verb(IntEnum):
    """What an action does. The order is that in which PynamoDB sends actions and DynamoDB returns its reasons."""

    CHECK = 0
    DELETE = 1
    SAVE = 2
    ADD = 3


def _busy() -> Conflict:
    return Conflict("another transaction is changing the same item")


@dataclass(frozen=True, slots=True)
class Action:
    """One action on one item. `failed` is raised if `condition` is false; ADD changes `taken` by `by`.

    CHECK changes nothing.
    """

    verb: Verb
    record: Record
    condition: Condition | None = None
    failed: VpnbotError = field(default_factory=_busy)
    by: int = 0
    expires_at: int | None = None

    def add_to(self, transaction: TransactWrite) -> None:
        """Add this action to a transaction."""
        match self.verb:
            case Verb.CHECK:
                transaction.condition_check(Record, self.record.pk, self.record.sk, condition=self.condition)
            case Verb.DELETE:
                transaction.delete(self.record, condition=self.condition)
            case Verb.SAVE:
                transaction.save(self.record, condition=self.condition)
            case Verb.ADD:
                ends = [] if self.expires_at is None else [Record.expires_at.set(self.expires_at)]
                transaction.update(self.record, [Record.taken.add(self.by), *ends], condition=self.condition)


def action_of(effect: Effect) -> Action:
    """Return an effect of a decision as an action of its transaction."""
    match effect:
        case Put():
            return Action(Verb.SAVE, _record(effect))
        case PutIfAbsent(partition, key):
            return Action(Verb.SAVE, _record(effect), Record.pk.does_not_exist(), ItemExists(partition, key))
        case Replace(partition, key):
            return Action(Verb.SAVE, _next(effect), _as_read(effect.value.version), ReplacedMeanwhile(partition, key))
        case Delete(partition, key):
            return Action(Verb.DELETE, Record(partition, key))
        case MoveCounter(partition, key, by):
            condition = _fits(effect) if by > 0 else None
            ends = None if effect.expires_at is None else epoch(effect.expires_at)
            return Action(Verb.ADD, Record(partition, key), condition, CapacityExhausted(partition, key), by, ends)


def _next(effect: Replace) -> Record:
    """Return the next version of an item, with what a later release has added to the stored one.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    record = new_record(effect.partition, effect.key, effect.value)
    record.version = effect.value.version + 1
    make_due(record, effect.value.due, effect.urgency)
    set_origin(record)
    if effect.expires_at is not None:
        record.expires_at = epoch(effect.expires_at)
    stored = read_item(effect.partition, effect.key) if effect.value.version else None
    same = stored is not None and stored.version == effect.value.version
    return keep_unknown(record, effect.value, stored) if same else record


def _as_read(version: int) -> Condition:
    return Record.version == version if version else Record.pk.does_not_exist()


def _fits(move: MoveCounter) -> Condition:
    if move.limit is not None:
        below: Condition = Record.taken.does_not_exist() | (Record.taken < move.limit)
        return below
    return (Record.taken < Record.limit) if move.bounded else Record.pk.exists()


def transact(actions: Sequence[Action]) -> None:
    """Execute all of the actions or none.

    Raises:
        VpnbotError: `failed` of the first action, in the order of `actions`, whose condition is false.
        Conflict: another transaction is changing one of the items.
        StorageUnavailable: DynamoDB did not answer; it is unknown whether the actions were executed.
        Misconfigured, InvalidCall: DynamoDB refuses the transaction for good.
        ValueError: a bug: more than 100 actions.
    """
    if len(actions) > ACTIONS_LIMIT:
        raise ValueError(f"a transaction holds {ACTIONS_LIMIT} actions at most, not {len(actions)}")
    sent = sorted(range(len(actions)), key=lambda number: actions[number].verb)
    try:
        with translated_errors(), TransactWrite(connection=connection()) as transaction:
            for number in sent:
                actions[number].add_to(transaction)
    except TransactWriteError as error:
        reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
        failed = {number for number, code in zip(sent, reasons, strict=False) if code == "ConditionalCheckFailed"}
        if failed:
            raise actions[min(failed)].failed from error
        if "TransactionConflict" in reasons:
            raise _busy() from error
        raise refused(*filter(None, reasons)) from error


def _record(effect: Put | PutIfAbsent) -> Record:
    at = None if effect.at is None else to_text(effect.at)
    record = Record(effect.partition, effect.key, body=converter.unstructure(dict(effect.body)), at=at)
    make_due(record, effect.due, effect.urgency)
    set_origin(record)
    if effect.expires_at is not None:
        record.expires_at = epoch(effect.expires_at)
    return record
