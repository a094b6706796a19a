"""What a decision about a person does to the counts of the rooms."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.capacity import ShardKey, shard_changes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Person(PersonId("p" * 26))


def access(server_id: str, shard: int | None, seed: str = "5eed") -> Access:
    """Return a key somewhere."""
    return Access(server_id, Key(1, seed), Wanted.ENABLED, devices=3, capacity_shard=shard)


def holding(*accesses: Access) -> Person:
    """Return a person with these keys."""
    return replace(ANNA, accesses=accesses)


def changes_between(before: Person, after: Person) -> Mapping[ShardKey, int]:
    """Return what a decision moves."""
    return shard_changes(before.accesses, after.accesses)


def test_a_new_key_takes_its_room_and_one_that_goes_leaves_it() -> None:
    one = access("nl", 3)
    assert changes_between(ANNA, holding(one)) == {("nl", 3): 1}
    assert changes_between(holding(one), ANNA) == {("nl", 3): -1}


def test_whatever_else_changes_about_a_key_moves_nothing() -> None:
    before = access("nl", 3)
    assert changes_between(holding(before), holding(before.marked_out_of_sync(NOW))) == {}


def test_moving_from_server_to_server_moves_both() -> None:
    assert changes_between(holding(access("nl", 3)), holding(access("de", 0))) == {("nl", 3): -1, ("de", 0): 1}


def test_a_key_that_takes_the_room_of_another_moves_nothing() -> None:
    old = replace(access("nl", 3), capacity_shard=None)
    assert changes_between(holding(access("nl", 3)), holding(old, access("nl", 3, "beef"))) == {}


def test_a_key_on_a_server_without_rooms_is_not_counted() -> None:
    assert changes_between(ANNA, holding(access("demo", None))) == {}
