"""What a change of a person implies for the capacity of servers and for the waitlist of plans."""

from dataclasses import replace
from datetime import UTC, datetime

from vpnbot.domain.effects import Delete, Effect, MoveCounter, Put
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.people.implied_effects import implied_effects
from vpnbot.domain.people.person import Person
from vpnbot.domain.waiters import waiter_shard

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Person(PersonId("p" * 26))


def access(server_id: str, shard: int | None, seed: str = "5eed") -> Access:
    """Return a key on a server, counted in a capacity shard unless that is None."""
    return Access(server_id, Key(1, seed), Wanted.ENABLED, devices=3, capacity_shard=shard)


def holding(*accesses: Access) -> Person:
    """Return Anna with these keys."""
    return replace(ANNA, accesses=accesses)


def waiting(*, wants_plans: bool) -> Person:
    """Return Anna, who wants to be notified when plans open, or does not."""
    return replace(ANNA, user=replace(ANNA.user, wants_plans=wants_plans))


def between(before: Person, after: Person) -> tuple[Effect, ...]:
    """Return the effects that a change from `before` to `after` implies."""
    return implied_effects(before, after, NOW)


class TestCapacity:
    """The capacity shards of a server count its keys."""

    def test_a_new_key_is_counted_in_its_shard_and_a_removed_key_no_longer(self) -> None:
        one = access("nl", 3)
        assert between(ANNA, holding(one)) == (MoveCounter("SERVERS", "ROOM#nl#3", 1),)
        assert between(holding(one), ANNA) == (MoveCounter("SERVERS", "ROOM#nl#3", -1),)

    def test_other_changes_of_a_key_do_not_change_the_counter(self) -> None:
        before = access("nl", 3)
        assert between(holding(before), holding(before.marked_out_of_sync(NOW))) == ()

    def test_a_move_to_another_server_changes_the_counters_of_both(self) -> None:
        assert between(holding(access("nl", 3)), holding(access("de", 0))) == (
            MoveCounter("SERVERS", "ROOM#de#0", 1),
            MoveCounter("SERVERS", "ROOM#nl#3", -1),
        )

    def test_a_key_that_replaces_another_in_its_shard_does_not_change_the_counter(self) -> None:
        old = replace(access("nl", 3), capacity_shard=None)
        assert between(holding(access("nl", 3)), holding(old, access("nl", 3, "beef"))) == ()

    def test_only_an_existing_key_may_be_counted_beyond_the_limit_again(self) -> None:
        again, new = access("nl", 3), access("de", 0)
        assert between(holding(replace(again, capacity_shard=None)), holding(again, new)) == (
            MoveCounter("SERVERS", "ROOM#de#0", 1),
            MoveCounter("SERVERS", "ROOM#nl#3", 1, bounded=False),
        )

    def test_a_key_on_a_server_without_a_capacity_is_not_counted(self) -> None:
        assert between(ANNA, holding(access("demo", None))) == ()


class TestWaitlistOfPlans:
    """The waitlist contains exactly the people who wait for plans."""

    def test_a_person_who_begins_to_wait_is_added_with_the_time(self) -> None:
        put = Put(f"WAIT#plans#{waiter_shard(ANNA.id)}", ANNA.id, at=NOW)
        assert between(waiting(wants_plans=False), waiting(wants_plans=True)) == (put,)

    def test_a_person_who_no_longer_waits_is_removed(self) -> None:
        removed = (Delete(f"WAIT#plans#{waiter_shard(ANNA.id)}", ANNA.id), Delete("WAITLIST#plans", ANNA.id))
        assert between(waiting(wants_plans=True), ANNA) == removed

    def test_a_person_who_continues_to_wait_keeps_the_first_time(self) -> None:
        assert between(waiting(wants_plans=True), waiting(wants_plans=True)) == ()
