"""The storage contract for outages and for the rows of the people who wait for a server."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import met
from tests.fakes.shop import Shop
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import CLAIM, END_OUTAGE, Due, kind_of
from vpnbot.domain.servers.outage import CHECK_INTERVAL, KEPT_FOR, TURN, Outage, waiter_shard
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.usecases.decide import Decision, apply_fact


def change(shop: Shop, *watches: ServerWatch, user_id: int = 42) -> Person:
    """Replace a person's watches by a decision."""
    return apply_fact(shop.open(user_id), shop.context, lambda person: Decision(replace(person, watches=watches)))


class TestOutages:
    """An outage is due until it is closed; the rows of waiting people follow their marks."""

    def test_an_outage_is_due_from_the_first_wait_and_later_waits_do_not_move_it(self, shop: Shop) -> None:
        assert shop.outages.get("nl") is None
        shop.outages.keep("nl", START)
        first_check = Due(START + CHECK_INTERVAL)
        assert shop.outages.get("nl") == Outage("nl", START + KEPT_FOR, first_check)
        later = START + timedelta(minutes=9)
        shop.outages.keep("nl", later)
        assert shop.outages.get("nl") == Outage("nl", later + KEPT_FOR, first_check)
        (item,) = shop.index.due(later, 10)
        assert (kind_of(item), item.sort_key) == (END_OUTAGE, "OUTAGE#nl")

    def test_a_wait_during_a_claim_leaves_the_claim(self, shop: Shop) -> None:
        shop.outages.keep("nl", START)
        later = START + timedelta(minutes=9)
        (item,) = shop.index.due(later, 10)
        assert shop.index.claim(item, later)
        shop.outages.keep("nl", later)
        outage = shop.outages.get("nl")
        assert outage is not None
        assert outage.due is not None
        assert outage.due.at == later + CLAIM

    def test_an_outage_is_closed_only_as_it_was_read(self, shop: Shop) -> None:
        shop.outages.keep("nl", START)
        stale = shop.outages.get("nl")
        assert stale is not None
        shop.outages.keep("nl", START + timedelta(minutes=9))
        assert not shop.outages.close(stale)
        present = shop.outages.get("nl")
        assert present is not None
        assert shop.outages.close(present)
        assert shop.outages.get("nl") is None
        assert shop.index.next_due() is None
        assert not shop.outages.close(present)

    def test_an_outage_that_was_closed_can_begin_again(self, shop: Shop) -> None:
        shop.outages.keep("nl", START)
        present = shop.outages.get("nl")
        assert present is not None
        assert shop.outages.close(present)
        shop.outages.keep("nl", START + KEPT_FOR)
        assert shop.outages.get("nl") is not None

    def test_one_worker_at_a_time_has_the_turn(self, shop: Shop) -> None:
        until = START + TURN
        assert shop.outages.take_turn(START, until)
        assert not shop.outages.take_turn(START, until + TURN)
        shop.outages.end_turn(until + TURN)
        assert not shop.outages.take_turn(until - timedelta(microseconds=1), until + TURN)
        assert shop.outages.take_turn(until, until + TURN), "a worker that crashed gives it back by time"
        shop.outages.end_turn(until + TURN)
        assert shop.outages.take_turn(START, until)

    def test_the_rows_of_a_server_follow_the_marks_of_the_people(self, shop: Shop) -> None:
        people = {shop.person_id(user_id) for user_id in range(1, 41)}
        for user_id in range(1, 41):
            met(shop.open(user_id), f"update:1:{user_id}")
            change(shop, ServerWatch("nl", START), ServerWatch("de", START, Due(START)), user_id=user_id)
        found = [person for shard in range(16) for person in shop.outages.waiting("nl", shard)]
        assert (len(found), set(found)) == (40, people)
        assert all(shop.outages.waiting("de", shard) == [] for shard in range(16)), "of an earlier release"
        change(shop, ServerWatch("de", START), user_id=1)
        one = shop.person_id(1)
        assert one not in shop.outages.waiting("nl", waiter_shard(one))
        assert one in shop.outages.waiting("de", waiter_shard(one))
        change(shop, user_id=1)
        assert one not in shop.outages.waiting("de", waiter_shard(one))

    def test_the_rows_of_a_shard_are_read_in_pages(self, shop: Shop) -> None:
        shard = waiter_shard(shop.person_id(1))
        users = [user for user in range(1, 200) if waiter_shard(shop.person_id(user)) == shard][:5]
        for user_id in users:
            met(shop.open(user_id), f"update:1:{user_id}")
            change(shop, ServerWatch("nl", START), user_id=user_id)
        first = shop.outages.waiting("nl", shard, limit=3)
        rest = shop.outages.waiting("nl", shard, after=first[-1], limit=3)
        assert (len(first), len(rest)) == (3, 2)
        assert [*first, *rest] == sorted(map(shop.person_id, users))
