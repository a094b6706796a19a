"""The storage contract for the turn of bulk jobs, the rows of waiting people and the audience."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import commit, met
from tests.fakes.shop import Shop, update
from vpnbot.domain.audience.facts import AUDIENCE_SHARDS, audience_shard
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.audience.turn import RESERVED_FOR, TURN, BulkUrgency, Turn, rank_of
from vpnbot.domain.effects import Delete, Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.usecases.people.delete_data import delete_data

TELL = rank_of(BulkUrgency.TELL, START, "nl")
NEWS = rank_of(BulkUrgency.NEWS, START, "1")
SECOND = timedelta(seconds=1)
UNTIL = START + TURN


class TestBulkTurn:
    """One job at a time has the turn; a refused job is not overtaken by a less urgent one."""

    def test_at_first_the_turn_is_free(self, shop: Shop) -> None:
        assert shop.turn.current() == Turn()

    def test_one_job_at_a_time_has_the_turn(self, shop: Shop) -> None:
        assert shop.turn.take(NEWS, START, UNTIL) == Turn(NEWS, UNTIL)
        assert shop.turn.take(NEWS, START, UNTIL + SECOND) is None
        shop.turn.end(NEWS, UNTIL + SECOND, START)
        assert shop.turn.take(NEWS, UNTIL - SECOND / 1000, UNTIL + TURN) is None, "another job did not end it"
        assert shop.turn.take(NEWS, UNTIL, UNTIL + TURN), "a worker that crashed gives it back by time"

    def test_a_turn_that_was_given_back_is_free_at_once_and_keeps_the_rate(self, shop: Shop) -> None:
        assert shop.turn.take(NEWS, START, UNTIL)
        shop.turn.end(NEWS, UNTIL, START + SECOND, rate=14)
        assert shop.turn.take(TELL, START + SECOND, UNTIL + SECOND) == Turn(TELL, UNTIL + SECOND, rate=14)
        shop.turn.end(TELL, UNTIL + SECOND, START + SECOND)
        assert shop.turn.current() == Turn(TELL, START + SECOND, rate=14)

    def test_a_refused_job_is_held_until_it_takes_the_turn(self, shop: Shop) -> None:
        assert shop.turn.take(NEWS, START, UNTIL)
        assert shop.turn.take(TELL, START + SECOND, UNTIL) is None
        shop.turn.end(NEWS, UNTIL, START + 2 * SECOND)
        assert shop.turn.take(NEWS, START + 3 * SECOND, UNTIL) is None, "a less urgent job waits for it"
        assert shop.turn.current().next_rank == TELL
        assert shop.turn.take(TELL, START + 4 * SECOND, UNTIL + 4 * SECOND) == Turn(TELL, UNTIL + 4 * SECOND)

    def test_a_more_urgent_job_does_not_wait_for_a_held_one_which_stays_held(self, shop: Shop) -> None:
        grant = rank_of(BulkUrgency.GRANT, START, "1")
        assert shop.turn.take(NEWS, START, UNTIL)
        assert shop.turn.take(grant, START, UNTIL) is None
        shop.turn.end(NEWS, UNTIL, START)
        taken = shop.turn.take(TELL, START, UNTIL)
        assert taken == Turn(TELL, UNTIL, grant, START)
        assert shop.turn.take(NEWS, START + SECOND, UNTIL) is None
        assert shop.turn.current() == taken, "the held job is the more urgent one"

    def test_a_job_that_does_not_ask_again_is_held_for_150_seconds(self, shop: Shop) -> None:
        assert timedelta(seconds=150) == RESERVED_FOR
        assert shop.turn.take(NEWS, START, UNTIL)
        assert shop.turn.take(TELL, START, UNTIL) is None
        later = START + RESERVED_FOR
        assert shop.turn.take(NEWS, later - SECOND, later + TURN) is None
        assert shop.turn.take(NEWS, later, later + TURN) == Turn(NEWS, later + TURN)

    def test_the_turn_is_held_for_a_job_that_goes_on(self, shop: Shop) -> None:
        grant = rank_of(BulkUrgency.GRANT, START, "1")
        assert shop.turn.take(grant, START, UNTIL)
        shop.turn.end(grant, UNTIL, START + SECOND, rate=9, goes_on=True)
        assert shop.turn.current() == Turn(grant, START + SECOND, grant, START + SECOND, rate=9)
        assert shop.turn.take(NEWS, START + 2 * SECOND, UNTIL) is None
        assert shop.turn.take(grant, START + 3 * SECOND, UNTIL) == Turn(grant, UNTIL, rate=9)
        assert shop.turn.take(TELL, START + 3 * SECOND, UNTIL) is None
        shop.turn.end(grant, UNTIL, START + 4 * SECOND, goes_on=True)
        assert shop.turn.current().next_rank == TELL, "a more urgent job is before it"

    def test_a_pause_is_kept_whoever_has_the_turn_and_never_becomes_shorter(self, shop: Shop) -> None:
        until = START + timedelta(seconds=35)
        shop.turn.pause(until, START)
        shop.turn.pause(until - SECOND, START)
        assert shop.turn.current().pause(START) == timedelta(seconds=35)
        assert shop.turn.current().pause(until) == timedelta()
        taken = shop.turn.take(NEWS, START, UNTIL)
        assert taken == Turn(NEWS, UNTIL, paused_until=until)
        shop.turn.pause(until + SECOND, START)
        assert shop.turn.current().paused_until == until + SECOND
        shop.turn.end(NEWS, UNTIL, START)
        assert shop.turn.current().pause(until) == SECOND


class TestWaiterRows:
    """The rows of a partition are read in pages, in order."""

    def test_the_rows_of_a_partition_are_read_in_pages(self, shop: Shop) -> None:
        met(shop.open())
        people = sorted(shop.person_id(user_id) for user_id in range(1, 6))
        commit(shop.open(), *(Put("WAIT#plans#3", person_id) for person_id in people), Put("WAIT#plans#4", people[0]))
        first = shop.waiter_rows.page("WAIT#plans#3", limit=3)
        rest = shop.waiter_rows.page("WAIT#plans#3", after=first[-1], limit=3)
        assert (list(first), list(rest)) == (people[:3], people[3:])
        commit(shop.open(), Delete("WAIT#plans#3", people[0]))
        assert list(shop.waiter_rows.page("WAIT#plans#3")) == people[1:]
        assert list(shop.waiter_rows.page("WAIT#plans#5")) == []


class TestAudience:
    """Everybody who is known is listed, with the facts of the last commit."""

    def test_each_known_person_is_listed_once_in_pages_in_order(self, shop: Shop) -> None:
        people = [shop.arrives(user_id).id for user_id in range(1, 41)]
        listed = [[person_id for person_id, _ in in_pages(shop, shard, 2)] for shard in range(AUDIENCE_SHARDS)]
        assert sorted(person_id for shard in listed for person_id in shard) == sorted(people)
        for shard, found in enumerate(listed):
            assert found == sorted(found)
            assert all(audience_shard(person_id) == shard for person_id in found)

    def test_the_facts_follow_each_commit_and_each_observation_of_reach(self, shop: Shop) -> None:
        shop.arrives()
        assert facts(shop) == "1|new|-|en|r1|n1|2026-03-01|s:r|p0|w0|"
        shop.tries(update())
        assert facts(shop) == "1|trial|2026-03-04T12:00:00|en|r1|n1|2026-03-01|s:r|p0|w0|k:nl|"
        shop.people.record_reachable(shop.look(), reachable=False)
        assert facts(shop) == "1|trial|2026-03-04T12:00:00|en|r0|n1|2026-03-01|s:r|p0|w0|k:nl|"
        session = shop.open()
        session.commit(replace(session.person, user=replace(session.person.user, news=False)))
        assert facts(shop) == "1|trial|2026-03-04T12:00:00|en|r0|n0|2026-03-01|s:r|p0|w0|k:nl|"

    def test_a_person_who_has_deleted_their_data_is_not_listed(self, shop: Shop) -> None:
        shop.on_trial()
        assert facts(shop)
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert facts(shop) is None
        shop.people.record_reachable(shop.look(), reachable=False)
        assert facts(shop) is None
        shop.arrives()
        assert facts(shop) == "1|none|-|en|r1|n1|2026-03-01|s:r|p0|w0|"

    def test_a_segment_is_counted_as_the_people_are(self, shop: Shop) -> None:
        for user_id in range(1, 11):
            shop.arrives(user_id)
        for user_id in range(1, 5):
            shop.tries(update(), user_id)
        shop.people.record_reachable(shop.look(1), reachable=False)
        shop.people.record_reachable(shop.look(9), reachable=False)
        now = shop.clock()
        counts = {kind: shop.audience.count(Segment(kind, "r").criteria(now)) for kind in SegmentKind}
        assert {kind: count for kind, count in counts.items() if count} == {
            SegmentKind.EVERYBODY: 8,
            SegmentKind.CAME_BY: 8,
            SegmentKind.NEVER_TRIED: 5,
            SegmentKind.ON_TRIAL: 3,
            SegmentKind.NEVER_CONNECTED: 3,
            SegmentKind.ENDS_SOON: 3,
        }
        assert shop.audience.count(Segment(SegmentKind.ON_SERVER, "nl").criteria(now)) == 3
        assert shop.audience.count(Segment(SegmentKind.ON_SERVER, "n").criteria(now)) == 0
        assert shop.audience.count(Segment(SegmentKind.EVERYBODY, reachable=False).criteria(now)) == 10
        assert shop.audience.count(Segment(SegmentKind.EVERYBODY, language="ru").criteria(now)) == 0
        assert shop.audience.count(Segment(SegmentKind.ON_TRIAL, language="en", news=True).criteria(now)) == 3
        later = now + timedelta(days=3)
        assert shop.audience.count(Segment(SegmentKind.EXPIRED_LATELY).criteria(later)) == 3
        assert shop.audience.count(Segment(SegmentKind.ON_TRIAL).criteria(later)) == 0
        found = sorted(shop.audience.found(Segment(SegmentKind.ON_SERVER, "nl").criteria(now)))
        assert found == sorted(str(facts(shop, user_id)) for user_id in (2, 3, 4))


def in_pages(shop: Shop, shard: int, limit: int) -> list[tuple[PersonId, str]]:
    """Return everybody in a shard, read in pages."""
    found: list[tuple[PersonId, str]] = []
    while page := shop.audience.page(shard, after=found[-1][0] if found else "", limit=limit):
        assert len(page) <= limit
        found += page
    return found


def facts(shop: Shop, user_id: int = 42) -> str | None:
    """Return what the index says about a person; None: the person is not listed."""
    person_id = shop.person_id(user_id)
    return dict(shop.audience.page(audience_shard(person_id))).get(person_id)
