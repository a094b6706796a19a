"""Dispatches and does all due work of the populated system; counts the calls and the time that it takes."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from benchmarks.call_counter import CallCounts
from benchmarks.no_sales import without_sales
from benchmarks.populated_system import RING, PopulatedSystem
from vpnbot.domain.bot_profile import Menu
from vpnbot.domain.broadcasts.broadcast import Broadcast
from vpnbot.domain.notifications import Notification
from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import RECONCILE_SERVER, DueItem, kind_of
from vpnbot.domain.support_chat import RelayOutcome
from vpnbot.storage.audience.people import StoredAudience
from vpnbot.storage.audience.turn import StoredTurn
from vpnbot.storage.audience.waiters import StoredWaiterRows
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.staff.ports import stored_staff
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.support_records import StoredSupportRecords
from vpnbot.usecases.ports import AnswerSender, BulkPorts, Operators, Pace, QuestionSender
from vpnbot.usecases.ports.bot_profile import ProfilePart
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due
from vpnbot.usecases.scheduling.worker_ports import WorkerPorts

MINUTE = timedelta(minutes=1)
MESSAGE_REQUESTS = 2
"""Requests to SQS for each message: it is received and deleted. Sending is counted on its own."""
WORKERS = 3
"""The workers that run at the same time, as template.yaml sets it by default."""
FIRST_GUESS_SECONDS = 0.1
"""How long a worker is assumed to need for an item before any was measured."""


@dataclass(slots=True)
class DueWorkTotals:
    """The calls and the time until nothing was due any more.

    Seconds are those of the functions (`WorkerClock`); only `wall_seconds` contains the time of the emulators.
    """

    calls: CallCounts = field(default_factory=CallCounts)
    minutes: int = 0
    longest_lag_seconds: float = 0.0
    slices: int = 0
    keys_corrected: int = 0
    queue_requests: int = 0
    dispatcher_seconds: float = 0.0
    seconds_by_server: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    correction_seconds: float = 0.0
    longest_slice_seconds: float = 0.0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0

    @property
    def invocations(self) -> int:
        """Return how often the worker function was invoked."""
        return self.slices + self.keys_corrected

    @property
    def function_seconds(self) -> float:
        """Return the run time of all functions."""
        return self.dispatcher_seconds + sum(self.seconds_by_server.values()) + self.correction_seconds

    @property
    def longest_run_seconds(self) -> float:
        """Return the time of all slices of one server's reconciliation, for the server with the longest time."""
        return max(self.seconds_by_server.values(), default=0.0)


def no_support() -> tuple[QuestionSender, AnswerSender]:
    """Return senders for benchmarks, where nothing must be sent to the operators or from them."""
    return cast(QuestionSender, None), cast(AnswerSender, None)


class NoNotifications:
    """A notifier for benchmarks, where no notification must be sent."""

    def notify(self, person: Person, notice: Notification, now: datetime) -> None:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected notification {notice.kind} for {person.id} at {now}")

    def parts(self, shop_name: str, menus: Mapping[int, Menu]) -> Iterable[ProfilePart]:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected profile of {shop_name!r} with {len(menus)} menus")

    def remove_menu(self, chat_id: int) -> None:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected removal of the menu of {chat_id}")

    def send(self, broadcast: Broadcast, person: Person) -> int:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected broadcast {broadcast.id} for {person.id}")

    def correct(self, broadcast: Broadcast, person: Person, message_id: int) -> bool:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected correction of {broadcast.id} for {person.id}")

    def delete(self, person: Person, message_id: int) -> bool:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected deletion of {message_id} of {person.id}")

    def report(self, broadcast: Broadcast, author: Person, now: datetime) -> None:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected report on {broadcast.id} for {author.id} at {now}")

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected question {question.id} of {person.id} for {chat_id} at {now}")

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Raise an error.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"unexpected alert {message.kind} for {chat_id}")


@dataclass(slots=True)
class Queue:
    """Collects the claims that the dispatcher sends, and counts the requests that SQS would charge.

    It is also the dispatcher's pace: in each of its pauses the workers receive claims, `taken_a_second` of them.
    """

    claims: list[DueItem] = field(default_factory=list)
    taken: list[DueItem] = field(default_factory=list)
    taken_a_second: float = WORKERS / FIRST_GUESS_SECONDS
    requests: int = 0
    _paused: timedelta = timedelta()

    def waiting(self) -> int:
        """Return how many claims no worker has received yet."""
        self.requests += 1
        return len(self.claims)

    def send(self, items: Sequence[DueItem]) -> None:
        """Add claims."""
        self.claims.extend(items)
        self.requests += bool(items) + MESSAGE_REQUESTS * len(items)

    def elapsed(self) -> timedelta:
        """Return the length of all pauses of this run."""
        return self._paused

    def pause(self, duration: timedelta) -> None:
        """Let the workers receive claims."""
        self._paused += duration
        number = int(self.taken_a_second * duration.total_seconds())
        self.taken += self.claims[:number]
        del self.claims[:number]

    def emptied(self) -> list[DueItem]:
        """Return all claims of this run, and begin the next run."""
        items = [*self.taken, *self.claims]
        self.taken, self.claims, self._paused = [], [], timedelta()
        return items


def run_due_work(system: PopulatedSystem, minute: datetime) -> DueWorkTotals:
    """Dispatch and do due work, minute by minute from `minute` on, until nothing is due any more.

    All work of one minute begins at the same simulated time, as in parallel workers.

    Raises:
        RuntimeError: work was deferred, so the figures would be wrong.
    """
    totals, index, queue = DueWorkTotals(), DueIndex(), Queue()
    began = time.perf_counter()
    system.counter.reset()
    while True:
        totals.calls = system.counter.counts()
        system.clock.begin_at(minute, system.memory_mb)
        if not dispatch_due(index, queue, system.clock, system.meter, queue):
            break
        totals.minutes += 1
        if totals.minutes == 1:
            # Servers whose work ended first in the last scenario have waited for the others.
            system.meter.longest_lag_seconds = 0.0
        totals.dispatcher_seconds += system.clock.elapsed_seconds
        totals.cpu_seconds += system.clock.cpu_seconds
        for item in queue.emptied():
            _do(item, system, index, queue, minute, totals)
        if totals.keys_corrected:
            queue.taken_a_second = WORKERS * totals.keys_corrected / totals.correction_seconds
        minute += MINUTE
    totals.queue_requests = queue.requests
    totals.longest_lag_seconds = system.meter.longest_lag_seconds
    totals.wall_seconds = time.perf_counter() - began
    if deferred := system.meter.deferred_work:
        raise RuntimeError(f"{len(deferred)} items deferred, the first: {deferred[0]}")
    return totals


def _do(
    item: DueItem, system: PopulatedSystem, index: DueIndex, pace: Pace, minute: datetime, totals: DueWorkTotals
) -> None:
    system.clock.begin_at(minute, system.memory_mb)
    nothing_to_send = NoNotifications()
    operators = Operators(StoredSupportChat(), StoredSupportRecords(), *no_support())
    ports = WorkerPorts(
        system.people,
        system.fleet,
        system.context,
        nothing_to_send,
        index,
        operators,
        without_sales(system.people, system.clock, RING),
        stored_staff(),
        BulkPorts(StoredTurn(), StoredWaiterRows(), StoredAudience(), pace),
        nothing_to_send,
        nothing_to_send,
    )
    run_due(item, ports, pace)
    seconds = system.clock.elapsed_seconds
    totals.cpu_seconds += system.clock.cpu_seconds
    if kind_of(item) is RECONCILE_SERVER:
        totals.slices += 1
        totals.seconds_by_server[item.sort_key] += seconds
        totals.longest_slice_seconds = max(totals.longest_slice_seconds, seconds)
    else:
        totals.keys_corrected += 1
        totals.correction_seconds += seconds
