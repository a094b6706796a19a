"""The storage contract for outages and for the rows of the people who wait for a server."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import met
from tests.fakes.shop import Shop
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import CLAIM, END_OUTAGE, Due, kind_of
from vpnbot.domain.servers.outage import CHECK_INTERVAL, KEPT_FOR, Outage, waiters_of
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.waiters import WAITER_SHARDS, waiter_shard, waiters_partition
from vpnbot.usecases.decide import Decision, apply_fact


def change(shop: Shop, *watches: ServerWatch, user_id: int = 42) -> Person:
    """Replace a person's watches by a decision."""
    return apply_fact(shop.open(user_id), shop.context, lambda person: Decision(replace(person, watches=watches)))


def waiting(shop: Shop, server_id: str) -> dict[int, Sequence[PersonId]]:
    """Return the people who may wait for a server, by shard."""
    kind = waiters_of(server_id)
    return {shard: shop.waiter_rows.page(waiters_partition(kind, shard)) for shard in range(WAITER_SHARDS)}


class TestOutages:
    """An outage is due until it is closed; the rows of waiting people follow their marks."""

    def test_an_outage_is_due_from_the_first_wait_and_later_waits_do_not_move_it(self, shop: Shop) -> None:
        assert shop.outages.get("nl") is None
        shop.outages.keep("nl", START)
        first_check = Due(START + CHECK_INTERVAL)
        assert shop.outages.get("nl") == Outage("nl", START + KEPT_FOR, first_check, START)
        later = START + timedelta(minutes=9)
        shop.outages.keep("nl", later)
        assert shop.outages.get("nl") == Outage("nl", later + KEPT_FOR, first_check, START)
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

    def test_the_rows_of_a_server_follow_the_marks_of_the_people(self, shop: Shop) -> None:
        people = {shop.person_id(user_id) for user_id in range(1, 41)}
        for user_id in range(1, 41):
            met(shop.open(user_id), f"update:1:{user_id}")
            change(shop, ServerWatch("nl", START), ServerWatch("de", START, Due(START)), user_id=user_id)
        found = [person for shard in waiting(shop, "nl").values() for person in shard]
        assert (len(found), set(found)) == (40, people)
        assert not any(waiting(shop, "de").values()), "of an earlier release"
        change(shop, ServerWatch("de", START), user_id=1)
        one = shop.person_id(1)
        assert one not in waiting(shop, "nl")[waiter_shard(one)]
        assert one in waiting(shop, "de")[waiter_shard(one)]
        change(shop, user_id=1)
        assert one not in waiting(shop, "de")[waiter_shard(one)]
