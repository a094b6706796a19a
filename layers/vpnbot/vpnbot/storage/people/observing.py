"""What an observation of one item requires to be unchanged, and the person afterwards."""

from dataclasses import replace

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from vpnbot.domain.answers import Answer
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import Observed, sort_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.storage.conversions import CAPACITY_SHARD
from vpnbot.storage.table import Record, to_text


def same_devices(before: Devices | None) -> Condition:
    """Return the condition that the devices are as they were read: two loads at once may be about one last place."""
    as_read: Condition = Record.pk.does_not_exist() if before is None else Record.version == before.version
    return as_read


def same_key(key: Key) -> Condition:
    """Return the condition that a subscription has this key or a successor; otherwise its data are deleted."""
    same_seed: Condition = Path(["body", "key", "seed"]) == key.seed
    return same_seed


def unchanged(item: Observed, facts: str | None) -> Condition:
    """Return the condition that an item has the same due time, and that an access is as it was read."""
    same_due: Condition = Record.due_at == to_text(item.due.at) if item.due else Record.due_at.does_not_exist()
    same_item: Condition = _unchanged_access(item, facts) if isinstance(item, Access) else Record.pk.exists()
    both: Condition = same_item & same_due
    return both


def _unchanged_access(access: Access, facts: str | None) -> Condition:
    """Return the condition that nothing that a decision changes in an access differs: an observation replaces it all.

    `facts` is the stored text, because another version may write other facts for the same access.
    """
    shard, counted_in = Path(["body", CAPACITY_SHARD]), access.capacity_shard
    same_revision: Condition = Record.revision == access.wanted_revision
    same_facts: Condition = Record.facts.does_not_exist() if facts is None else Record.facts == facts
    same_shard: Condition = shard.does_not_exist() if counted_in is None else shard == counted_in
    all_of_it: Condition = same_revision & same_facts & same_shard
    return all_of_it


def replaced(person: Person, before: Observed, after: Observed | None) -> Person:
    """Return the person with one item replaced, or removed (`after` None)."""
    match before:
        case Access():
            return replace(person, accesses=_in_place_of(before, person.accesses, after))
        case Notification():
            return replace(person, outbox=_in_place_of(before, person.outbox, after))
        case Question():
            return replace(person, questions=_in_place_of(before, person.questions, after))
        case Answer():
            return replace(person, answers=_in_place_of(before, person.answers, after))


def _in_place_of[T: Observed](before: T, items: tuple[T, ...], after: Observed | None) -> tuple[T, ...]:
    kept = tuple(item for item in items if sort_key(item) != sort_key(before))
    return (*kept, after) if isinstance(after, type(before)) else kept
