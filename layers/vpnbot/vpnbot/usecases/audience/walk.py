"""The walk: visit many people in a few threads, at a bounded rate, for one slice of time.

It knows nothing of what is done with a person. A job gives it a source of people, a function that visits one of
them, a check whether to go on, and a function that saves how far it is.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from threading import Lock
from typing import Protocol

from vpnbot.errors import StorageUnavailable, TelegramSilent, TelegramUnavailable, VpnbotError
from vpnbot.usecases.audience.call_rate import CallRate
from vpnbot.usecases.ports import BulkPorts, Context

THREADS = 4
"""Four threads make 32 calls a second of 80 ms each: more than the rate allows."""

CHECKED_EVERY = timedelta(seconds=1)
SAVED_EVERY = timedelta(seconds=5)

SHARD_DONE = "~"
"""The position of a shard of which nobody is left; it sorts after every id."""

type Cursor = Mapping[int, str]
"""How far a walk is: for each shard the position after which it goes on. A shard that was not begun is missing."""


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some of the people of a shard, in order, each with the position after them.

    `following` is the position after the whole page, also if some people were left out; None: the shard has no more.
    """

    people: Sequence[tuple[str, T]]
    following: str | None = None


class Source[T](Protocol):
    """The people of a walk, spread over shards that can be walked at the same time."""

    @property
    def shards(self) -> int:
        """The number of shards, numbered from 0."""
        ...

    def page(self, shard: int, after: str) -> Page[T]:
        """Return the next people of a shard after a position; an empty position is the beginning."""
        ...


class Calls(Protocol):
    """The permission to call Telegram, which a visit needs for each of its calls."""

    def wait(self) -> None:
        """Wait until the next call is allowed.

        Raises:
            WalkEnds: the slice ends first. The visit must not catch it; the person is visited again by a later slice.
        """
        ...


class WalkEnds(BaseException):
    """The slice ends before this visit. As a BaseException it passes every `except Exception` of a visit."""


class End(Enum):
    """Why a walk ended. ALL: nobody is left. TIME_IS_UP: the next slice goes on. STOPPED: the check said so.

    PAUSED: Telegram has asked to wait longer than the slice lasts.
    """

    ALL = auto()
    TIME_IS_UP = auto()
    STOPPED = auto()
    PAUSED = auto()


@dataclass(frozen=True, slots=True)
class Walked:
    """The result of a slice.

    `left` is the number of people whose visit failed; the walk went on without them. `bug` is the first error of a
    visit that is a bug, for the job to raise when it has nothing else to do: its backoff must not delay the others.
    `pause` is how long Telegram must not be called.
    """

    end: End
    cursor: Cursor
    left: int = 0
    bug: Exception | None = None
    pause: timedelta = timedelta()


@dataclass(frozen=True)
class BulkJob[T]:
    """What a job gives to the walk. `name` is that in metrics; `rank` orders jobs that want the turn (`rank_of`).

    `visit` does everything for one person, and waits for `Calls.wait` before each call to Telegram. If it raises
    TelegramUnavailable, which is not TelegramSilent, the same person is visited again when Telegram may be called.
    TelegramSilent and StorageUnavailable end the walk; with any other error it goes on without this person.

    `goes_on` is called each second, and `save` with the cursor every five seconds, by one thread at a time. A walk
    begins where `cursor` says.
    """

    name: str
    rank: str
    source: Source[T]
    visit: Callable[[T, Calls], None]
    goes_on: Callable[[], bool]
    cursor: Cursor = field(default_factory=dict)
    save: Callable[[Cursor], None] = lambda cursor: None


class Walk[T]:
    """One slice of a walk. `run` is called once."""

    def __init__(
        self,
        job: BulkJob[T],
        rate: CallRate,
        bulk: BulkPorts,
        context: Context,
        lasts: timedelta,
        others_wait: Callable[[], bool],
    ) -> None:
        """Prepare a slice that ends after the time `lasts`; `others_wait` tells whether other due work waits."""
        self._job = job
        self._rate = rate
        self._bulk = bulk
        self._context = context
        self._others_wait = others_wait
        self._cursor = dict(job.cursor)
        self._began_at = bulk.pace.elapsed()
        self._ends_at = self._began_at + lasts
        self._checks, self._lock = Lock(), Lock()
        self._checked_at = self._began_at - CHECKED_EVERY
        self._saved_at = self._began_at
        self._shards = deque(shard for shard in range(job.source.shards) if self._cursor.get(shard) != SHARD_DONE)
        self._end: End | None = None
        self._error: Exception | None = None
        self._left = 0
        self._bug: Exception | None = None

    def run(self) -> Walked:
        """Visit people until nobody is left, or the slice has to end.

        Raises:
            TelegramSilent: Telegram did not answer; the rest of the people follow later.
            StorageUnavailable: the storage did not answer; the rest of the people follow later.
            ClaimLost: `save` found that another worker has the claim of the job.
            VpnbotError: any other error of the source, of `goes_on` or of `save`.
        """
        self._bulk.concurrently([self._go_through] * min(THREADS, len(self._shards)))
        if self._error is not None:
            raise self._error
        pause = self._rate.pause_left()
        return Walked(self._end or End.ALL, dict(self._cursor), self._left, self._bug, pause)

    def wait(self) -> None:
        """Implement `Calls`."""
        self._check()
        while not self._ended and not self._rate.next_call():
            self._check()
        if self._ended:
            raise WalkEnds

    @property
    def _ended(self) -> bool:
        return self._end is not None or self._error is not None

    def _go_through(self) -> None:
        """Walk shards that no other thread has, until none is left."""
        try:
            while (shard := self._next_shard()) is not None:
                self._walk_shard(shard)
        except WalkEnds:
            return
        except Exception as error:  # noqa: BLE001 - raised by `run`, when the other threads have ended too
            self._fail(error)

    def _next_shard(self) -> int | None:
        with self._lock:
            return self._shards.popleft() if self._shards else None

    def _walk_shard(self, shard: int) -> None:
        after: str | None = self._cursor.get(shard, "")
        while after is not None:
            self._check()
            if self._ended:
                raise WalkEnds
            page = self._job.source.page(shard, after)
            for position, person in page.people:
                self._visit_one(person)
                self._reached(shard, position)
            after = page.following
            self._reached(shard, SHARD_DONE if after is None else after)

    def _reached(self, shard: int, position: str) -> None:
        with self._lock:
            self._cursor[shard] = position

    def _visit_one(self, person: T) -> None:
        """Visit one person, again after each time that Telegram has asked to wait."""
        while True:
            self._check()
            if self._ended:
                raise WalkEnds
            try:
                return self._job.visit(person, self)
            except (TelegramSilent, StorageUnavailable):
                raise
            except TelegramUnavailable as error:
                self._asked_to_wait(error.after)
            except VpnbotError as error:
                self._context.metrics.deferred(self._job.name, error)
                return self._failed_visit(None)
            except Exception as error:  # noqa: BLE001 - a bug in one person's data must not keep the others waiting
                return self._failed_visit(error)

    def _failed_visit(self, bug: Exception | None) -> None:
        with self._lock:
            self._left += 1
            self._bug = self._bug or bug

    def _asked_to_wait(self, after: timedelta) -> None:
        """Stop all calls until Telegram may be called again, here and in the other processes."""
        now = self._context.clock()
        self._rate.asked_to_wait(after)
        self._bulk.turn.pause(now + after, now)
        self._end_if_paused_for_long()

    def _end_if_paused_for_long(self) -> None:
        if self._bulk.pace.elapsed() + self._rate.pause_left() >= self._ends_at:
            self._finish(End.PAUSED)

    def _check(self) -> None:
        """End the slice when it is time; once a second also see whether to go on, and sometimes save."""
        now = self._bulk.pace.elapsed()
        if now >= self._ends_at:
            self._finish(End.TIME_IS_UP)
        if self._ended or now - self._checked_at < CHECKED_EVERY or not self._checks.acquire(blocking=False):
            return
        try:
            self._checked_at = now
            self._check_head()
            if now - self._saved_at >= SAVED_EVERY:
                self._saved_at = now
                with self._lock:
                    cursor = dict(self._cursor)
                self._job.save(cursor)
                self._rate.give_way(others_wait=self._others_wait())
        except Exception as error:  # noqa: BLE001 - not an error of the person whose visit this thread does now
            self._fail(error)
        finally:
            self._checks.release()

    def _check_head(self) -> None:
        if not self._job.goes_on():
            self._finish(End.STOPPED)
            return
        pause = self._bulk.turn.current().pause(self._context.clock())
        if pause:
            self._rate.no_call_before(pause)
            self._end_if_paused_for_long()

    def _finish(self, end: End) -> None:
        with self._lock:
            self._end = self._end or end

    def _fail(self, error: Exception) -> None:
        with self._lock:
            self._error = self._error or error
