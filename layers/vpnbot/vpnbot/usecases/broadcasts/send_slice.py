"""Send a broadcast to one slice of people."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.broadcasts.broadcast import Broadcast, Figures, Kind, State
from vpnbot.domain.broadcasts.delivery import Delivery, Outcome
from vpnbot.domain.broadcasts.progress import Progress
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import StorageUnavailable, TelegramUnavailable
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.segment_people import SegmentPeople
from vpnbot.usecases.audience.walk import BulkJob, Calls, Cursor, End, Walked
from vpnbot.usecases.broadcasts.deliver_to_person import Delivering, Done, Result, deliver_to_person
from vpnbot.usecases.broadcasts.made_deliveries import MadeDeliveries
from vpnbot.usecases.ports import BulkPorts, Context, DueIndex, Metric, People
from vpnbot.usecases.ports.broadcasts import Broadcasts, BroadcastSender, Deliveries

MOST_REFUSED_IN_A_ROW = 20
_JUDGED = 400
_LARGEST_REFUSED_SHARE = 0.05
"""Of the last 400 people; from then on Telegram has something against the message, and not against a chat."""
MOST_ROUNDS = 3
"""People who were passed over are tried again in so many further rounds; then they are counted as failed."""

SHOWN_EVERY = timedelta(seconds=5)

_COUNTED = {
    Result.SENT: "sent",
    Result.BLOCKED: "blocked",
    Result.FAILED: "failed",
    Result.UNSURE: "unsure",
    Result.LEFT: "left",
}


@dataclass(frozen=True, slots=True)
class BroadcastPorts:
    """What the due work of broadcasts needs. `owners` may always send broadcasts: they are the administrators."""

    broadcasts: Broadcasts
    deliveries: Deliveries
    people: People
    bulk: BulkPorts
    sender: BroadcastSender
    owners: Collection[PersonId]

    def figures(self, broadcast_id: str) -> Figures:
        """Return the final figures, counted from the deliveries themselves."""
        counts = self.deliveries.counts(broadcast_id)
        return Figures(
            sent=counts.get(Outcome.SENT, 0),
            blocked=counts.get(Outcome.BLOCKED, 0),
            failed=counts.get(Outcome.FAILED, 0),
            unsure=counts.get(Outcome.UNSURE, 0) + counts.get(Outcome.TRYING, 0),
            left=counts.get(Outcome.LEFT, 0),
            deleted=counts.get(Outcome.DELETED, 0),
            stays=counts.get(Outcome.STAYS, 0),
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of a slice. `refused` is Telegram's text if it refuses the message for many people.

    `walked_through`: everybody was visited, and some people have to be visited again. `complete`: nobody is left.
    """

    walked: Walked
    claim: JobClaim
    figures: Figures
    refused: str = ""
    walked_through: bool = False
    complete: bool = False


@dataclass
class _Slice:
    """One slice; its threads share it."""

    work: Delivering
    broadcasts: Broadcasts
    progress: Progress
    elapsed: Callable[[], timedelta]
    shown: Callable[[Figures], None]
    lock: Lock = field(default_factory=Lock)
    counted: dict[str, int] = field(default_factory=dict)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=_JUDGED))
    refused: str = ""
    passed_over: int = 0
    shown_at: timedelta = timedelta()

    def __post_init__(self) -> None:
        """Begin the time until the progress is shown."""
        self.shown_at = self.elapsed()

    def visit(self, person_id: PersonId, calls: Calls) -> None:
        """Deliver to one person; an error that the walk passes over is counted, so that another round follows."""
        try:
            done = deliver_to_person(person_id, self.work, calls.wait)
        except (TelegramUnavailable, StorageUnavailable):
            raise
        except Exception as error:
            self._passes_over(person_id, error)
            raise
        with self.lock:
            self.passed_over += done.result is Result.LATER
            if name := _COUNTED.get(done.result):
                self.counted[name] = self.counted.get(name, 0) + 1
            if done.result in {Result.SENT, Result.FAILED}:
                self._judge(done)
        self._show()

    def visit_again(self, delivery: Delivery, calls: Calls) -> None:
        """Deliver to one person of whom it is not known whether the message has arrived."""
        self.visit(PersonId(delivery.person), calls)

    def _show(self) -> None:
        """Show the author the progress, at most every five seconds."""
        with self.lock:
            if self.elapsed() - self.shown_at < SHOWN_EVERY:
                return
            self.shown_at = self.elapsed()
        self.shown(self.reached({}).figures)

    def _passes_over(self, person_id: PersonId, error: Exception) -> None:
        """Count a person for another round; in the last one, the delivery has failed."""
        with self.lock:
            self.passed_over += 1
        if self.progress.rounds >= MOST_ROUNDS:
            failed = Delivery(person_id, Outcome.FAILED, self.work.context.clock(), detail=type(error).__name__)
            self.work.deliveries.begin(self.work.broadcast.id, failed)

    def _judge(self, done: Done) -> None:
        """Notice when Telegram refuses the message itself."""
        last = self.last
        last.append(done.detail if done.result is Result.FAILED else "")
        recent = list(last)[-MOST_REFUSED_IN_A_ROW:]
        in_a_row = len(recent) == MOST_REFUSED_IN_A_ROW and all(recent)
        refusals = [text for text in last if text]
        often = len(last) == _JUDGED and len(refusals) >= _JUDGED * _LARGEST_REFUSED_SHARE
        if in_a_row or often:
            self.refused = refusals[-1]

    def goes_on(self) -> bool:
        """Tell whether it still runs with this text: it may have been paused, stopped or corrected."""
        if self.refused:
            return False
        stored = self.broadcasts.get(self.work.broadcast.id)
        same_text = stored is not None and stored.corrected_at == self.work.broadcast.corrected_at
        return stored is not None and stored.state is State.RUNNING and same_text

    def save(self, cursor: Cursor) -> None:
        """Write how far the walk is."""
        self.broadcasts.save_progress(self.work.broadcast.id, self.reached(cursor))

    def reached(self, cursor: Cursor) -> Progress:
        """Return how far the walk is, with what this slice has counted."""
        known = self.progress.figures
        with self.lock:
            counted = {name: getattr(known, name) + self.counted.get(name, 0) for name in _COUNTED.values()}
            figures = replace(known, **counted)
        cursors = {str(shard): at for shard, at in cursor.items()}
        passed_over = self.progress.passed_over + self.passed_over
        return replace(self.progress, figures=figures, cursors=cursors, passed_over=passed_over)


def send_slice(
    broadcast: Broadcast,
    item: DueItem,
    ports: BroadcastPorts,
    context: Context,
    index: DueIndex,
    shown: Callable[[Figures], None] = lambda figures: None,
) -> Sent | None:
    """Send a running broadcast to one slice of people; None if it has to wait for its turn.

    `shown` is called with the figures so far, every five seconds.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent, StorageUnavailable: not answered; the next slice follows later.
    """
    progress = _progress(broadcast, ports)
    work = Delivering(broadcast, context.new_seed(), ports.people, ports.deliveries, ports.sender, context)
    part = _Slice(work, ports.broadcasts, progress, ports.bulk.pace.elapsed, shown)
    urgency = BulkUrgency.SERVICE if broadcast.kind is Kind.SERVICE else BulkUrgency.NEWS
    rank = rank_of(urgency, broadcast.started_at or context.clock(), broadcast.id)
    cursor = _cursor(progress.cursors)
    claim = JobClaim(item, index, context.clock)
    if broadcast.sent_again:
        unsure = MadeDeliveries(ports.deliveries, broadcast.id, _is_sent_again)
        again = BulkJob(item.prefix, rank, unsure, part.visit_again, part.goes_on, cursor, part.save)
        walked = do_slice(again, claim, ports.bulk, context)
    else:
        people = SegmentPeople(ports.bulk.audience, broadcast.recipients, context.clock)
        job = BulkJob(item.prefix, rank, people, part.visit, part.goes_on, cursor, part.save)
        walked = do_slice(job, claim, ports.bulk, context)
    if walked is None:
        return None
    reached = part.reached(walked.cursor)
    everybody = walked.end is End.ALL
    if walked.bug is not None:
        context.metrics.failed(item.prefix, walked.bug)
        context.metrics.count(Metric.BUGS)
    another = everybody and reached.passed_over > 0 and reached.rounds < MOST_ROUNDS
    if another:
        reached = replace(reached, cursors={}, passed_over=0, rounds=reached.rounds + 1)
    ports.broadcasts.save_progress(broadcast.id, reached)
    return Sent(
        walked, claim, reached.figures, part.refused, walked_through=another, complete=everybody and not another
    )


def _progress(broadcast: Broadcast, ports: BroadcastPorts) -> Progress:
    """Return how far it is; the walk to people of whom it is not known whether they have it begins again."""
    progress = ports.broadcasts.progress(broadcast.id)
    if broadcast.sent_again and not progress.again:
        return Progress(replace(broadcast.figures, unsure=0), again=True)
    return progress


def _is_sent_again(delivery: Delivery) -> bool:
    return delivery.unsure and not (delivery.outcome is Outcome.UNSURE and delivery.again)


def _cursor(stored: Mapping[str, str]) -> Cursor:
    return {int(shard): position for shard, position in stored.items()}
