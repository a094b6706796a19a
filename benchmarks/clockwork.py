"""The clock of a shop and its workers: each minute what is due is handed out and done, and the time that takes."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.call_account import Tally
from benchmarks.filled_shop import FilledShop
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import RECONCILE_SERVER, DueItem, kind_of
from vpnbot.storage.scheduling import DueIndex
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due

MINUTE = timedelta(minutes=1)
MESSAGE_REQUESTS = 2
"""Each message is received and deleted; what is sent is counted."""


@dataclass(slots=True)
class Settled:
    """What it took until nothing was due any more.

    Seconds are a function's own (`WorkerClock`), but for `here_seconds`: those have the emulators in them.
    """

    tally: Tally = field(default_factory=Tally)
    minutes: int = 0
    longest_lag_seconds: float = 0.0
    slices: int = 0
    keys_mended: int = 0
    queue_requests: int = 0
    dispatcher_seconds: float = 0.0
    seconds_by_round: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    mending_seconds: float = 0.0
    longest_slice_seconds: float = 0.0
    cpu_seconds: float = 0.0
    here_seconds: float = 0.0

    @property
    def invocations(self) -> int:
        """Return how often a worker was called."""
        return self.slices + self.keys_mended

    @property
    def function_seconds(self) -> float:
        """Return how long functions ran, all together."""
        return self.dispatcher_seconds + sum(self.seconds_by_round.values()) + self.mending_seconds

    @property
    def longest_round_seconds(self) -> float:
        """Return how long the slices of one server's round took, for the server where that was longest."""
        return max(self.seconds_by_round.values(), default=0.0)


class Silent:
    """A messenger for a shop where nobody is to be told anything."""

    def notify(self, person: Person, notice: Notification, now: datetime) -> None:
        """Refuse.

        Raises:
            RuntimeError: somebody is told something all the same.
        """
        raise RuntimeError(f"{person.id} is told of {notice.kind} at {now}")


@dataclass(slots=True)
class Queue:
    """Keeps what the clock hands out until it is done."""

    waiting: list[DueItem] = field(default_factory=list)
    requests: int = 0

    def send(self, items: Sequence[DueItem]) -> None:
        """Take claims in."""
        self.waiting.extend(items)
        self.requests += bool(items) + MESSAGE_REQUESTS * len(items)


def settle(filled: FilledShop, minute: datetime) -> Settled:
    """Let the clock come round from `minute` on until nothing is due any more; work of one minute goes side by side.

    Raises:
        RuntimeError: something had to be put off, so that the figures would be about something else.
    """
    settled, index, queue = Settled(), DueIndex(), Queue()
    began = time.perf_counter()
    filled.account.begin()
    while True:
        settled.tally = filled.account.so_far()
        filled.clock.begin_at(minute, filled.memory_mb)
        if not dispatch_due(index, queue, filled.clock, filled.meter):
            break
        settled.minutes += 1
        if settled.minutes == 1:
            filled.meter.longest_lag_seconds = 0.0  # whose round ended first has waited for the others
        settled.dispatcher_seconds += filled.clock.elapsed_seconds
        settled.cpu_seconds += filled.clock.cpu_seconds
        for item in queue.waiting:
            _work(item, filled, index, minute, settled)
        queue.waiting.clear()
        minute += MINUTE
    settled.queue_requests = queue.requests
    settled.longest_lag_seconds = filled.meter.longest_lag_seconds
    settled.here_seconds = time.perf_counter() - began
    if filled.meter.put_offs:
        raise RuntimeError(f"{len(filled.meter.put_offs)} times put off, the first: {filled.meter.put_offs[0]}")
    return settled


def _work(item: DueItem, filled: FilledShop, index: DueIndex, minute: datetime, settled: Settled) -> None:
    filled.clock.begin_at(minute, filled.memory_mb)
    run_due(item, filled.everybody, filled.fleet, filled.context, Silent(), index)
    seconds = filled.clock.elapsed_seconds
    settled.cpu_seconds += filled.clock.cpu_seconds
    if kind_of(item) is RECONCILE_SERVER:
        settled.slices += 1
        settled.seconds_by_round[item.sort_key] += seconds
        settled.longest_slice_seconds = max(settled.longest_slice_seconds, seconds)
    else:
        settled.keys_mended += 1
        settled.mending_seconds += seconds
