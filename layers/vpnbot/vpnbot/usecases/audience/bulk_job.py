"""A bulk job: due work that goes through many people, one slice at a time, when it has the turn."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.audience.turn import ASKS_AGAIN_AFTER, TURN, Turn
from vpnbot.domain.scheduling import CLAIM, DueItem
from vpnbot.errors import ClaimLost, StorageUnavailable
from vpnbot.usecases.audience.call_rate import CallRate
from vpnbot.usecases.audience.walk import BulkJob, Cursor, End, Walk, Walked
from vpnbot.usecases.ports import BulkPorts, Context, DueIndex

SLICE = timedelta(seconds=48)
"""After this time a slice ends; with the calls in flight it ends before the worker's time-out of 60 s, and before the
next run of the dispatcher, which starts the next slice."""

SHORTEST_SLICE = timedelta(seconds=5)
SLICE_CLAIM = timedelta(seconds=90)
"""How long a slice holds the claim of its job: after a crash the job goes on after this time."""


BEHIND_AFTER = timedelta(minutes=2)
"""Work that is due for so long has been passed over by two runs of the dispatcher: it cannot send all that is due."""


@dataclass
class JobClaim:
    """The claim of a bulk job. It is shortened when a slice begins, and extended while it goes on."""

    item: DueItem
    index: DueIndex
    clock: Callable[[], datetime]

    def extend(self) -> None:
        """Hold the claim for `SLICE_CLAIM` from now on.

        Raises:
            ClaimLost: another worker has it.
        """
        claimed = self.index.claim(self.item, self.clock(), lasting=SLICE_CLAIM)
        if claimed is None:
            raise ClaimLost(self.item.sort_key)
        self.item = claimed

    def postpone(self, until: datetime) -> None:
        """Let the job be due then; it has not failed."""
        self.index.postpone(self.item, until, attempts=0)

    def go_on_after(self, walked: Walked) -> None:
        """Let the next slice follow: at once, when Telegram may be called again, or when the check may hold again."""
        now = self.clock()
        match walked.end:
            case End.PAUSED:
                self.postpone(now + walked.pause)
            case End.STOPPED:
                self.postpone(now + ASKS_AGAIN_AFTER)
            case _:
                self.postpone(now)

    def reached_end(self, walked: Walked, received: DueItem) -> bool:
        """Tell whether a slice has come to the end of the people; if not, let the next one follow.

        Raises:
            Exception: a bug with one person; the others were visited, and the claim is held as it was received.
        """
        if walked.end is not End.ALL:
            self.go_on_after(walked)
            return False
        if walked.bug is not None:
            self.give_back(received)
            raise walked.bug
        return True

    def give_back(self, received: DueItem) -> None:
        """Hold the claim as it was received, so that the failure of this attempt can be recorded."""
        if self.item.due_at != received.due_at:
            self.index.postpone(self.item, received.due_at)


def do_slice[T](job: BulkJob[T], claim: JobClaim, bulk: BulkPorts, context: Context) -> Walked | None:
    """Do one slice of a job if it has the turn; otherwise return None, and the job is due again later.

    After a slice the caller sets the next time of the job, or ends it, under `claim.item`.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent, StorageUnavailable: not answered; the claim is as it was received.
    """
    began_at, received = context.clock(), claim.item
    lasts = _lasts(received, began_at)
    until = began_at + TURN
    turn = bulk.turn.take(job.rank, began_at, until)
    if turn is None:
        claim.postpone(began_at + ASKS_AGAIN_AFTER)
        return None
    rate = _rate(turn, bulk)
    try:
        walked = _with_turn(job, claim, turn, rate, bulk, context, lasts)
        goes_on = walked is not None and walked.end is End.TIME_IS_UP
        bulk.turn.end(job.rank, until, context.clock(), rate=rate.rate, goes_on=goes_on)
    except Exception:
        with suppress(StorageUnavailable):  # the turn ends by its time, and the claim too
            bulk.turn.end(job.rank, until, context.clock(), rate=rate.rate)
            claim.give_back(received)
        raise
    return walked


def _rate(turn: Turn, bulk: BulkPorts) -> CallRate:
    if bulk.demo_rate is not None:
        return CallRate(bulk.pace, bulk.demo_rate, highest=bulk.demo_rate)
    return CallRate(bulk.pace, bulk.most(), turn.rate)


def _with_turn[T](
    job: BulkJob[T],
    claim: JobClaim,
    turn: Turn,
    rate: CallRate,
    bulk: BulkPorts,
    context: Context,
    lasts: timedelta,
) -> Walked | None:
    """Walk, unless Telegram has asked to wait longer than the slice lasts; slower while other due work waits."""
    pause = turn.pause(context.clock())
    if turn.paused_until is not None and pause >= lasts:
        claim.postpone(turn.paused_until)
        return None
    rate.no_call_before(pause)
    claim.extend()

    def others_wait() -> bool:
        return bulk.demo_rate is None and bool(claim.index.due(context.clock() - BEHIND_AFTER, 1))

    def save(cursor: Cursor) -> None:
        job.save(cursor)
        claim.extend()

    rate.give_way(others_wait=others_wait())
    return Walk(replace(job, save=save), rate, bulk, context, lasts, others_wait).run()


def _lasts(item: DueItem, now: datetime) -> timedelta:
    """Return how long a slice lasts: shorter if its claim has waited for a worker."""
    waited = max(now - (item.due_at - CLAIM), timedelta())
    return max(SLICE - waited, SHORTEST_SLICE)
