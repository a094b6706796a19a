"""A walk over a segment visits who is in it, once each, while people come, leave and change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from vpnbot.domain.audience.facts import audience_shard
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.usecases.audience import segment_people
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.segment_people import SegmentPeople
from vpnbot.usecases.audience.walk import BulkJob, Calls, Cursor, End
from vpnbot.usecases.people.delete_data import delete_data

NEVER_TRIED = Segment(SegmentKind.NEVER_TRIED)
COUNT = 120


class Reached:
    """A job that calls everybody who is in a segment, and stores who was called and how far it is."""

    def __init__(self, shop: Shop, segment: Segment) -> None:
        self.shop = shop
        self.segment = segment
        self.called: list[PersonId] = []
        self.opened = 0
        self.cursor: Cursor = {}
        shop.outages.keep("segment", shop.clock())

    def minute(self) -> End | None:
        """Do one slice."""
        shop = self.shop
        shop.clock.advance(timedelta(minutes=2))
        (item,) = shop.index.due(shop.clock(), 1)
        received = shop.index.claim(item, shop.clock())
        assert received is not None
        claim = JobClaim(received, shop.index, shop.clock)
        source = SegmentPeople(shop.audience, self.segment, shop.clock)
        rank = rank_of(BulkUrgency.NEWS, shop.clock(), "segment")
        job = BulkJob("SEGMENT", rank, source, self._visit, lambda: True, self.cursor, self._save)
        walked = do_slice(job, claim, shop.bulk, shop.context)
        assert walked is not None
        self._save(walked.cursor)
        claim.go_on_after(walked)
        return walked.end

    def _save(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def _visit(self, person_id: PersonId, calls: Calls) -> None:
        person = self.shop.people.open(person_id).person
        self.opened += 1
        if self.segment.has(person, self.shop.clock()):
            calls.wait()
            self.called.append(person_id)


@pytest.fixture
def crowd(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[PersonId]:
    """People who have never tried, and as many on trial whom the facts leave out; pages are small."""
    monkeypatch.setattr(segment_people, "_PAGE", 3)
    for user_id in range(1, COUNT + 1):
        shop.arrives(user_id)
        shop.on_trial(1000 + user_id)
    return [shop.person_id(user_id) for user_id in range(1, COUNT + 1)]


def test_each_person_of_the_segment_is_called_once_and_nobody_else_is_even_read(
    shop: Shop, crowd: list[PersonId]
) -> None:
    job = Reached(shop, NEVER_TRIED)
    assert job.minute() is End.ALL
    assert sorted(job.called) == sorted(crowd)
    assert job.opened == COUNT
    assert shop.audience.count(NEVER_TRIED.criteria(shop.clock())) == COUNT


def test_people_who_leave_the_segment_before_their_visit_are_not_called(shop: Shop, crowd: list[PersonId]) -> None:
    job = Reached(shop, NEVER_TRIED)
    leaving = {person_id: user_id for user_id, person_id in enumerate(crowd, start=1)}
    called: list[PersonId] = []
    left: set[PersonId] = set()

    class Leaves(list[PersonId]):
        """When somebody is called, the last person who was not called yet leaves: by a trial, or a deletion."""

        def append(self, person_id: PersonId) -> None:
            super().append(person_id)
            leaving.pop(person_id, None)
            if len(left) < 20 and leaving:
                other, user_id = leaving.popitem()
                left.add(other)
                if len(left) % 2:
                    shop.tries(update(), user_id)
                else:
                    delete_data(shop.open(user_id), shop.fleet, shop.context, update())

    job.called = Leaves(called)
    assert job.minute() is End.ALL
    assert len(left) == 20
    assert sorted({*job.called, *left}) == sorted(crowd)
    assert not left & set(job.called)
    assert len(job.called) == len(set(job.called))


def test_after_a_crash_the_walk_goes_on_and_skips_nobody(shop: Shop, crowd: list[PersonId]) -> None:
    points = len(shop.faults.passed)
    whole = Reached(shop, NEVER_TRIED)
    whole.minute()
    steps = len(shop.faults.passed) - points
    for step in range(0, steps, 17):
        job = Reached(shop, NEVER_TRIED)
        shop.faults.crash_at_step(step)
        try:
            job.minute()
        except Crash:
            shop.faults.clear()
            assert job.minute() is End.ALL
        assert set(job.called) == set(crowd), shop.faults.passed[-1]


def test_never_connected_is_decided_by_the_person(shop: Shop) -> None:
    for user_id in range(1, 11):
        shop.on_trial(user_id)
    for user_id in (2, 3):
        shop.connects(user_id)
    segment = Segment(SegmentKind.NEVER_CONNECTED)
    assert not segment.exact
    assert shop.audience.count(segment.criteria(shop.clock())) == 10, "those who may be in it"
    job = Reached(shop, segment)
    job.minute()
    assert len(job.called) == 8
    assert not {shop.person_id(2), shop.person_id(3)} & set(job.called)


def test_the_shards_of_the_source_are_those_of_the_index(shop: Shop) -> None:
    person = shop.arrives()
    source = SegmentPeople(shop.audience, replace(NEVER_TRIED, reachable=False), shop.clock)
    found = {shard for shard in range(source.shards) if source.page(shard, "").people}
    assert found == {audience_shard(person.id)}
