"""A shop in simulated time: updates and their redeliveries, the dispatcher, the workers, and two receivers."""

import heapq
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from tests.fakes.bulk import AudienceInMemory, TurnInMemory, WaiterRowsInMemory
from tests.fakes.due_index import DueIndex
from tests.fakes.faults import Crash
from tests.fakes.outages import Outages
from tests.fakes.people import People
from tests.fakes.shop import Shop
from tests.fakes.support import SupportChats
from tests.functional.conversation.harness import PUBLIC_URL, ChatHarness, Update
from tests.functional.walk.injected import FaultyServers, FaultyTelegram, FaultyTokens, RandomFaults, SkewedClock
from tests.functional.walk.sent import SentLog
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import VpnbotError
from vpnbot.telegram.updates.receiver import Delivery, Receiver
from vpnbot.telegram.updates.webhook_response import WebhookResponse
from vpnbot.usecases import ports
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due

MINUTE = timedelta(minutes=1)
TAP_EXPIRES = timedelta(seconds=150)
VISIBLE_AGAIN = timedelta(seconds=240)
MOST_RECEIVES = 2
MOST_WORK_IN_A_MINUTE = 180
CLOCK_ERROR = 0.25
"""Seconds by which a process's clock is ahead or behind: two differ by half a second."""


@dataclass
class SeededShop(Shop):
    """A shop whose random seeds come from the seed of the walk."""

    chance: Random = field(default_factory=Random)

    @property
    def context(self) -> ports.Context:
        """The clock, metrics and randomness for use cases."""
        return ports.Context(self.clock, self.meter, lambda: f"{self.chance.getrandbits(128):032x}")


@dataclass
class Pending:
    """An update that Telegram delivers until it is accepted or expires."""

    user_id: int
    update: Update
    since: datetime
    deliveries: int = 0

    @property
    def expires(self) -> bool:
        """Whether Telegram drops it after 150 seconds."""
        return "callback_query" in self.update


class Simulation:
    """Everything that runs, in simulated time.

    `acting` is the partition that a process works on now. `log` has what happened last, for the report of a failure.
    """

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.clock = SkewedClock()
        self.faults = RandomFaults(self.chance)
        self.telegram = FaultyTelegram(self.chance)
        self.tokens = FaultyTokens()
        people = People(self.clock, faults=self.faults)
        servers = FaultyServers(people.table, ids=())
        servers.faults = self.faults
        self.table = people.table
        self.shop = SeededShop(
            self.clock,
            self.faults,
            people,
            DueIndex(people.table, self.faults),
            guarded=True,
            servers=servers,
            tokens=self.tokens,
            outages=Outages(people.table, self.faults),
            turn=TurnInMemory(people.table, self.faults),
            waiter_rows=WaiterRowsInMemory(people.table, self.faults),
            audience=AudienceInMemory(people.table, self.faults),
            support_chat=SupportChats(people.table),
            chance=self.chance,
        )
        self.harness = ChatHarness(self.shop, telegram=self.telegram)
        self.sent = SentLog(self.shop.sender, self.telegram, self.faults)  # type: ignore[arg-type]  # the real one
        self.shop.sender = self.sent  # type: ignore[assignment]  # sends, and notes what was sent
        self.workers_run = True
        self.workers_arm = 1.0
        self.log: deque[str] = deque(maxlen=60)
        self.minutes = 0
        self.acting = ""
        self._depth = 0
        self._other_process = ThreadPoolExecutor(1)
        self._receivers: list[Receiver] = []
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._queues: dict[tuple[int, str], deque[Pending]] = {}
        self._next_minute = self.clock.now

    def start(self, admin_ids: frozenset[int]) -> None:
        """Make two receivers, as in two processes, for a bot with these administrators."""
        self.harness.administered_by(*admin_ids)
        self.shop.admin_ids = admin_ids
        self.harness.replace_services(operators=self.shop.operators, context=self.shop.context)
        self._receivers = [self.harness.receiver, self.harness.new_receiver()]
        for receiver in self._receivers:
            receiver._sender = self.sent  # type: ignore[assignment]  # sends, and notes what was sent

    def close(self) -> None:
        """End the threads and the loops."""
        self._other_process.shutdown()
        for receiver in self._receivers:
            receiver.close()

    def note(self, words: str) -> None:
        """Add a line to the log."""
        self.log.append(f"{self.clock.now:%d %H:%M:%S} {words}")

    # Time

    def after(self, delay: timedelta, act: Callable[[], None]) -> None:
        """Do something later."""
        heapq.heappush(self._events, (self.clock.now + delay, next(self._numbers), act))

    def passes(self, duration: timedelta) -> None:
        """Let time pass: do what is planned, and run the dispatcher and the workers each minute with due work."""
        end = self.clock.now + duration
        while True:
            at = min(self._next_run(end), self._events[0][0] if self._events else end)
            if at >= end:
                break
            self.clock.now = max(self.clock.now, at)
            if self._events and self._events[0][0] <= self.clock.now:
                heapq.heappop(self._events)[2]()
            else:
                self._minute()
        self.clock.now = max(self.clock.now, end)

    def _next_run(self, end: datetime) -> datetime:
        if self.shop.queue.claims and self.workers_run:
            return self._next_minute
        following = self.shop.index.next_due()
        return end if following is None else max(self._next_minute, following.due_at)

    def _minute(self) -> None:
        self.minutes += 1
        self._next_minute = self.clock.now + MINUTE
        with self.invocation():
            dispatch_due(self.shop.index, self.shop.queue, self.clock, self.shop.meter, self.shop.pace)
        for _ in range(MOST_WORK_IN_A_MINUTE if self.workers_run else 0):
            if not self.shop.queue.claims:
                break
            self.work(self.shop.queue.claims.pop(0))

    # Invocations

    @contextmanager
    def invocation(self) -> Iterator[None]:
        """Run a process with a clock of its own; it may crash, and its errors are the caller's to repeat."""
        self.clock.skew = timedelta(seconds=self.chance.uniform(-CLOCK_ERROR, CLOCK_ERROR))
        self._depth += 1
        try:
            yield
        except Crash as crash:
            self.note(f"crash at {crash}")
        except VpnbotError as error:
            self.note(f"failed: {error!r}")
        finally:
            self.clock.skew = timedelta()
            self._depth -= 1
            if not self._depth:
                self.sent.ended()

    def work(self, item: DueItem, receives: int = 1) -> None:
        """Let a worker do one item; SQS delivers the message again if the worker has no result, or just so."""
        finished = False
        self.acting = item.partition
        if self.chance.random() < self.workers_arm:
            with self.invocation():
                run_due(item, self.shop.worker_ports, self.shop.pace)
                finished = True
        if finished and self.chance.random() > 0.01:
            return
        if receives < MOST_RECEIVES:
            self.after(VISIBLE_AGAIN, lambda: self.work(replace(item, redelivered=True), receives + 1))

    def send(self, user_id: int, update: Update) -> None:
        """Put an update into its queue at Telegram, which has one update in flight."""
        kind = next(name for name in update if name != "update_id")
        queue = self._queues.setdefault((user_id, kind), deque())
        queue.append(Pending(user_id, update, self.clock.now))
        if len(queue) == 1:
            self._attempt(queue)

    def in_flight(self, user_id: int, kind: str) -> bool:
        """Tell whether an update of this queue waits for its delivery."""
        return bool(self._queues.get((user_id, kind)))

    def _attempt(self, queue: deque[Pending]) -> None:
        pending = queue[0]
        pending.deliveries += 1
        self.acting = self.shop.person_id(pending.user_id)
        with self.invocation():
            response = self._receive(self._receivers[0], pending.update)
            if response is not None and response.status == 200 and self.chance.random() > 0.03:
                queue.popleft()
        if queue and queue[0] is pending:
            if pending.expires and self.clock.now - pending.since > TAP_EXPIRES:
                queue.popleft()
            else:
                delay = timedelta(seconds=min(2 ** min(pending.deliveries, 6), 60))
                self.after(delay, lambda: self._attempt(queue))
                return
        if queue:
            self.after(timedelta(seconds=1), lambda: self._attempt(queue))

    def _receive(self, receiver: Receiver, update: Update) -> WebhookResponse | None:
        return receiver.receive(Delivery(json.dumps(update).encode(), PUBLIC_URL, lambda: 20.0))

    def at_the_same_time(self, act: Callable[[], None]) -> None:
        """Do something in another process while this one is at a fault point."""

        def other() -> None:
            try:
                act()
            except Crash as crash:
                self.note(f"other process: crash at {crash}")
            except VpnbotError as error:
                self.note(f"other process failed: {error!r}")

        self._other_process.submit(other).result()

    def receive_elsewhere(self, update: Update) -> None:
        """Deliver an update once to the second receiver, in the present thread."""
        self._receive(self._receivers[1], update)
