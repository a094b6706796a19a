"""The storage contract for the trials of a day."""

from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import Outside, commit, met
from tests.fakes.shop import Shop
from vpnbot.domain.effects import Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import TELL_TRIALS, Due, kind_of
from vpnbot.domain.subscriptions.trial_places import Telling, TrialDay, Waiter, telling_work
from vpnbot.domain.waiters import waiters_partition
from vpnbot.errors import CapacityExhausted, ClaimLost

ROWS = ((2, "dora"), (1, "carl"), (3, "bob"), (1, "ann"), (9, "eve"))
"""Seconds after the start, and who waits since then."""


class TestTrialPlaces:
    """Places are taken within their part of the limit; the work is due; people are found by how long they wait."""

    def test_a_place_is_taken_with_the_commit_up_to_its_part_of_the_limit(self, shop: Shop, outside: Outside) -> None:
        places, today = shop.sales.places(), TrialDay.at(START, 1, None)
        session = shop.open()
        met(session)
        assert places.known(today.day) == {}
        assert places.taken(today.day) == {}
        move = today.place({}, "seed")
        assert move is not None
        commit(session, move)
        assert places.known(today.day) == {}, "nothing is read for it"
        assert places.taken(today.day) == places.known(today.day) == {move.key: 1}
        with pytest.raises(CapacityExhausted):
            commit(session, move)
        assert places.taken(today.day + timedelta(days=1)) == {}
        assert today.place({move.key: 1}, "seed") is None

    def test_the_work_is_due_and_keeps_whom_it_notifies(self, shop: Shop) -> None:
        places, index = shop.sales.places(), shop.index
        assert places.telling() is None
        session = shop.open()
        met(session)
        work = telling_work(START)
        commit(session, work)
        assert places.telling() == Telling(due=work.due)
        (item,) = index.due(START + timedelta(minutes=2), 10)
        assert kind_of(item) is TELL_TRIALS
        claim = index.claim(item, START + timedelta(minutes=2))
        assert claim is not None
        begun = Telling("2026-03-01", START, Waiter(START, PersonId("ann")), Due(claim.due_at))
        places.begin(claim, begun)
        assert places.telling() == begun
        with pytest.raises(ClaimLost):
            places.begin(item, begun)
        without_people = Telling("2026-03-02", START, None, Due(claim.due_at))
        places.begin(claim, without_people)
        assert places.telling() == without_people

    def test_people_are_found_by_how_long_they_wait(self, shop: Shop) -> None:
        places, session = shop.sales.places(), shop.open()
        met(session)
        assert places.waiting() == 0
        rows = [
            Put(waiters_partition("trials", number % 2), person, at=START + timedelta(seconds=seconds))
            for number, (seconds, person) in enumerate(ROWS)
        ]
        commit(session, *rows)
        assert places.waiting() == len(ROWS)
        found = places.oldest(10)
        assert [waiter.person for waiter in found] == ["ann", "carl", "dora", "bob", "eve"]
        assert places.oldest(3) == found[:3]
        assert places.page(0, found[3]) == ["bob", "dora"]
        assert places.page(1, found[3]) == ["ann", "carl"]
        assert places.page(0, found[0]) == []
