"""The storage contract for the turn of bulk jobs and for the rows of waiting people."""

from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import commit, met
from tests.fakes.shop import Shop
from vpnbot.domain.audience.turn import RESERVED_FOR, TURN, BulkUrgency, Turn, rank_of
from vpnbot.domain.effects import Delete, Put

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
