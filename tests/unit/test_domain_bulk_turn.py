"""The turn of bulk jobs: urgent first, then the oldest, and each job that goes on asking gets it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.audience.turn import ASKS_AGAIN_AFTER, RESERVED_FOR, TURN, BulkUrgency, Turn, rank_of

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SLICE = timedelta(seconds=48)
MINUTE = timedelta(minutes=1)


def test_the_rank_is_by_urgency_then_by_start_then_by_id() -> None:
    later = START + timedelta(seconds=1)
    ranks = [rank_of(urgency, at, job) for urgency in BulkUrgency for at in (START, later) for job in ("1", "2")]
    assert ranks == sorted(ranks)
    assert [str(urgency)[2:] for urgency in BulkUrgency] == ["tell", "delete", "grant", "service", "news"]


@dataclass
class Job:
    """A job that needs some slices; a dead one stops after it has asked so many times."""

    rank: str
    slices: int
    asks_at: datetime
    dies_after: int | None
    asked: int = 0
    done_at: datetime | None = None

    @property
    def dead(self) -> bool:
        return self.dies_after is not None and self.asked >= self.dies_after


@dataclass
class Workers:
    """Lets each job ask when it is due, in simulated time, and checks each step."""

    jobs: list[Job]
    turn: Turn = field(default_factory=Turn)
    now: datetime = START
    owner: Job | None = None
    owner_until: datetime = START
    refused: set[str] = field(default_factory=set)
    """The ranks of the live jobs that were refused, and have not had the turn since."""
    overtaken: set[str] = field(default_factory=set)
    """Those that a less urgent job has overtaken, in the last slice."""

    def run(self) -> None:
        while live := [job for job in self.jobs if job.done_at is None and not job.dead]:
            job = min(live, key=lambda job: job.asks_at)
            self.now = job.asks_at
            assert self.now < START + timedelta(days=1), "a job waits without an end"
            self._asks(job)

    def _asks(self, job: Job) -> None:
        job.asked += 1
        until = self.now + TURN
        if job.dead:
            self.turn = self.turn.asked(job.rank, self.now, until)
            self.refused.discard(job.rank)
            self.overtaken.clear()  # the turn may be held for the dead job, and for no other one
            return
        self.turn = self.turn.asked(job.rank, self.now, until)
        if not self.turn.has(job.rank, until):
            self.refused.add(job.rank)
            job.asks_at = self.now + ASKS_AGAIN_AFTER
            return
        assert self.owner is None or self.owner_until <= self.now, "two jobs have the turn"
        self.refused.discard(job.rank)
        overtaken = {rank for rank in self.refused if rank < job.rank}
        if not any(each.dies_after is not None for each in self.jobs):
            assert not overtaken & self.overtaken, "less urgent jobs have overtaken a refused one twice in a row"
        self.overtaken = overtaken
        self.owner, self.owner_until = job, self.now + SLICE
        job.slices -= 1
        self.turn = self.turn.ended(self.owner_until, 20, goes_on=job.slices > 0)
        job.asks_at = max(self.now + MINUTE, self.owner_until)
        if job.slices == 0:
            job.done_at = self.owner_until


@st.composite
def jobs(draw: st.DrawFn, *, dying: bool = True) -> list[Job]:
    """Return some jobs, the ids of which are unique, that begin at about the same time; some of them may die."""
    count = draw(st.integers(1, 12))
    return [
        Job(
            rank_of(draw(st.sampled_from(BulkUrgency)), START + timedelta(minutes=draw(st.integers(0, 3))), str(n)),
            draw(st.integers(1, 6)),
            START + timedelta(seconds=draw(st.integers(0, 200))),
            draw(st.none() | st.integers(1, 5)) if dying else None,
        )
        for n in range(count)
    ]


@given(jobs(dying=False))
def test_no_job_is_overtaken_twice_in_a_row(all_jobs: list[Job]) -> None:
    Workers(all_jobs).run()
    assert all(job.done_at for job in all_jobs)


@given(jobs())
def test_every_job_that_lives_is_finished_in_time(all_jobs: list[Job]) -> None:
    slices = sum(job.slices for job in all_jobs)
    dead = sum(job.dies_after is not None for job in all_jobs)
    Workers(all_jobs).run()
    finished = [job.done_at for job in all_jobs if not job.dead]
    assert all(finished)
    longest = 4 * MINUTE + slices * (TURN + 2 * MINUTE) + dead * (RESERVED_FOR + 2 * MINUTE)
    assert max((at for at in finished if at), default=START) <= START + longest


@given(st.integers(2, 8), st.randoms(use_true_random=False))
def test_of_jobs_that_ask_at_once_the_most_urgent_one_is_finished_first(count: int, chance: Random) -> None:
    ranks = [rank_of(chance.choice(list(BulkUrgency)), START, str(n)) for n in range(count)]
    all_jobs = [Job(rank, 3, START + timedelta(milliseconds=chance.randrange(1000)), None) for rank in ranks]
    turn = Turn().asked("an earlier job", START - SLICE, START + timedelta(seconds=2))
    Workers(all_jobs, turn).run()
    first = min(all_jobs, key=lambda job: job.done_at or START)
    assert first.rank == min(ranks)
    assert first.done_at is not None
    assert first.done_at <= START + 4 * MINUTE, "one slice a minute"


def test_the_reservation_of_a_dead_job_ends_after_150_seconds() -> None:
    tell, news = rank_of(BulkUrgency.TELL, START, "1"), rank_of(BulkUrgency.NEWS, START, "2")
    turn = Turn().asked(news, START, START + TURN).asked(tell, START, START + TURN)
    for second in range(60, 150):
        now = START + timedelta(seconds=second)
        assert not turn.asked(news, now, now + TURN).has(news, now + TURN)
    now = START + timedelta(seconds=150)
    taken = turn.asked(news, now, now + TURN)
    assert taken == Turn(news, now + TURN)
