"""What a change of a person implies for the servers' capacity and for the list of people who wait for plans."""

from dataclasses import replace
from datetime import UTC, datetime

from vpnbot.domain.effects import Delete, Effect, MoveCounter, Put
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.people.implied_effects import implied_effects
from vpnbot.domain.people.person import Person

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Person(PersonId("p" * 26))


def access(server_id: str, shard: int | None, seed: str = "5eed") -> Access:
    """Return a key somewhere."""
    return Access(server_id, Key(1, seed), Wanted.ENABLED, devices=3, capacity_shard=shard)


def holding(*accesses: Access) -> Person:
    """Return a person with these keys."""
    return replace(ANNA, accesses=accesses)


def waiting(*, wants_plans: bool) -> Person:
    """Return a person who wants to be told when plans open, or does not."""
    return replace(ANNA, user=replace(ANNA.user, wants_plans=wants_plans))


def between(before: Person, after: Person) -> tuple[Effect, ...]:
    """Return what a decision implies."""
    return implied_effects(before, after, NOW)


class TestCapacity:
    """Each server's shards count the keys that take capacity."""

    def test_a_new_key_takes_a_place_in_its_shard_and_one_that_goes_leaves_it(self) -> None:
        one = access("nl", 3)
        assert between(ANNA, holding(one)) == (MoveCounter("SERVERS", "ROOM#nl#3", 1),)
        assert between(holding(one), ANNA) == (MoveCounter("SERVERS", "ROOM#nl#3", -1),)

    def test_whatever_else_changes_about_a_key_moves_nothing(self) -> None:
        before = access("nl", 3)
        assert between(holding(before), holding(before.marked_out_of_sync(NOW))) == ()

    def test_moving_from_server_to_server_moves_both(self) -> None:
        assert between(holding(access("nl", 3)), holding(access("de", 0))) == (
            MoveCounter("SERVERS", "ROOM#de#0", 1),
            MoveCounter("SERVERS", "ROOM#nl#3", -1),
        )

    def test_a_key_that_takes_the_place_of_another_moves_nothing(self) -> None:
        old = replace(access("nl", 3), capacity_shard=None)
        assert between(holding(access("nl", 3)), holding(old, access("nl", 3, "beef"))) == ()

    def test_a_key_that_had_no_place_takes_one_over_the_limit_too_and_a_new_one_does_not(self) -> None:
        again, new = access("nl", 3), access("de", 0)
        assert between(holding(replace(again, capacity_shard=None)), holding(again, new)) == (
            MoveCounter("SERVERS", "ROOM#de#0", 1),
            MoveCounter("SERVERS", "ROOM#nl#3", 1, bounded=False),
        )

    def test_a_key_on_a_server_without_a_capacity_is_not_counted(self) -> None:
        assert between(ANNA, holding(access("demo", None))) == ()


class TestTheWaitlistOfPlans:
    """It lists each person who waits, and no other."""

    def test_a_person_who_begins_to_wait_is_listed_with_the_time(self) -> None:
        put = Put("WAITLIST#plans", ANNA.id, at=NOW)
        assert between(waiting(wants_plans=False), waiting(wants_plans=True)) == (put,)

    def test_a_person_who_waits_no_more_is_taken_off(self) -> None:
        assert between(waiting(wants_plans=True), ANNA) == (Delete("WAITLIST#plans", ANNA.id),)

    def test_a_person_who_goes_on_waiting_keeps_the_first_time(self) -> None:
        assert between(waiting(wants_plans=True), waiting(wants_plans=True)) == ()
