"""The storage contract for the index of due work."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import entry, met, with_every_item
from tests.fakes.shop import Shop
from vpnbot.domain.scheduling import (
    CLAIM,
    DELIVER_NOTIFICATION,
    ERASE_HISTORY,
    PROVISION,
    RELAY_ANSWER,
    RELAY_QUESTION,
    REMOVE_TOPIC,
    WATCH_SERVER,
    Due,
    kind_of,
)


class TestDueIndex:
    """Due work is found by its time, and claimed under the condition that its time has not changed."""

    def test_it_lists_each_kind_of_work_in_order_of_due_time(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        found = shop.index.due(START + timedelta(days=2), 10)
        assert [kind_of(item) for item in found] == [
            PROVISION,
            DELIVER_NOTIFICATION,
            RELAY_QUESTION,
            RELAY_QUESTION,
            RELAY_ANSWER,
            REMOVE_TOPIC,
            WATCH_SERVER,
            ERASE_HISTORY,
        ]
        assert [kind_of(item) for item in shop.index.due(START, 10)] == [PROVISION]
        assert shop.index.next_due() == found[0]

    def test_a_claim_counts_no_attempt_and_progress_resets_the_count(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        (item,) = shop.index.due(START, 10)
        claim = shop.index.claim(item, START)
        assert claim == replace(item, due_at=START + CLAIM, attempts=2, due_since=item.due_at)
        assert shop.index.postpone(claim, START)
        (item,) = shop.index.due(START, 10)
        claim = shop.index.claim(item, START, attempts=7)
        assert claim is not None
        assert claim.attempts == 7
        longer = shop.index.claim(claim, START + CLAIM)
        assert longer == replace(claim, due_at=START + 2 * CLAIM)
        assert shop.index.postpone(longer, START, attempts=0)
        assert shop.look().accesses[0].due == Due(START, 0)

    def test_done_work_leaves_the_list_and_dead_lettered_work_is_listed_apart(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        provision, deliver, *_ = shop.index.due(START + timedelta(days=2), 10)
        shop.index.done(provision)
        assert shop.index.postpone(deliver, START, dead_letter=True)
        assert shop.look().accesses[0].due is None
        left = shop.index.due(START + timedelta(days=2), 10)
        assert {kind_of(item) for item in left} == {
            RELAY_QUESTION,
            RELAY_ANSWER,
            REMOVE_TOPIC,
            WATCH_SERVER,
            ERASE_HISTORY,
        }
        assert [item.sort_key for item in shop.index.dead_lettered()] == [deliver.sort_key]
        dead_lettered = next(item for item in shop.look().outbox if item.due)
        assert dead_lettered.due is not None
        assert dead_lettered.due.dead_lettered
        assert shop.index.dead_lettered(limit=1) == shop.index.dead_lettered()

    def test_it_counts_what_is_due_between_two_times(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        provision, deliver, *others = shop.index.due(START + timedelta(days=2), 10)
        assert shop.index.count(START, START) == 1
        assert shop.index.count(START - timedelta(days=1), START + timedelta(days=2)) == 2 + len(others)
        for item in (provision, deliver):
            assert shop.index.claim(item, START + timedelta(days=3))
        end = START + timedelta(days=3) + CLAIM
        assert shop.index.count(end, end) == 2

    def test_an_empty_index_has_no_next_item(self, shop: Shop) -> None:
        assert shop.index.next_due() is None
        assert shop.index.dead_lettered() == []
        assert shop.index.due(START, 10) == []
