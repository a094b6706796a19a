"""A bulk job for tests: people with numbers in shards, and a driver that does its slices as the workers do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.fakes.shop import Shop
from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.servers.outage import outage_key
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.walk import BulkJob, Calls, Cursor, End, Page, Walked
from vpnbot.usecases.ports import BulkPorts

MINUTE = timedelta(minutes=1)
SHARDS, PAGE = 16, 7


@dataclass
class NumberedPeople:
    """Implements `Source` over the numbers from 0; a number is in the shard of its remainder."""

    count: int
    reached: Callable[[str], None] = lambda point: None
    shards: int = SHARDS

    def page(self, shard: int, after: str) -> Page[int]:
        """Return the next numbers of a shard."""
        self.reached("page")
        numbers = [number for number in range(shard, self.count, self.shards) if f"{number:05}" > after]
        found = [(f"{number:05}", number) for number in numbers[:PAGE]]
        return Page(found, found[-1][0] if len(numbers) > PAGE else None)


@dataclass
class NumbersJob:
    """Visits each number with one call to Telegram; the cursor and what was called are stored here."""

    shop: Shop
    count: int
    urgency: BulkUrgency = BulkUrgency.NEWS
    called: list[tuple[datetime, int]] = field(default_factory=list)
    cursor: Cursor = field(default_factory=dict)
    call: Callable[[int], None] = lambda number: None
    goes_on: Callable[[], bool] = lambda: True
    ends: list[End] = field(default_factory=list)
    name: str = "numbers"

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers in the order of the calls."""
        return [number for _, number in self.called]

    def start(self) -> None:
        """Make the job due in a minute."""
        shop = self.shop
        shop.outages.keep(self.name, shop.clock())

    def minute(self, bulk: BulkPorts | None = None) -> Walked | None:
        """Do a slice if the job is due, as a worker that the dispatcher has started; a job that has ended is not."""
        index, now = self.shop.index, self.shop.clock()
        due = [item for item in index.due(now, 100) if item.sort_key == outage_key(self.name)]
        if not due:
            return None
        received = index.claim(due[0], now)
        assert received is not None
        claim = JobClaim(received, index, self.shop.clock)
        walked = do_slice(self._job(), claim, bulk or self.shop.bulk, self.shop.context)
        if walked is None:
            return None
        self._save(walked.cursor)
        self.ends.append(walked.end)
        if walked.end is End.ALL:
            outage = self.shop.outages.get(self.name)
            assert outage is not None
            assert self.shop.outages.close(outage)
        else:
            claim.go_on_after(walked)
        return walked

    def minutes(self, most: int = 60, bulk: BulkPorts | None = None) -> None:
        """Let minutes pass until the job is done."""
        for _ in range(most):
            next_minute = self.shop.clock.now + MINUTE
            self.minute(bulk)
            self.shop.clock.now = max(self.shop.clock.now, next_minute)
            if self.shop.outages.get(self.name) is None:
                return
        raise AssertionError(f"the job has not ended after {most} minutes")

    def _job(self) -> BulkJob[int]:
        return BulkJob(
            "NUMBERS",
            rank_of(self.urgency, self.shop.clock.now.replace(second=0, minute=0, microsecond=0), self.name),
            NumberedPeople(self.count, self.shop.faults.reached),
            self._visit,
            self.goes_on,
            self.cursor,
            self._save,
        )

    def _save(self, cursor: Cursor) -> None:
        self.shop.faults.reached("save")
        self.cursor = cursor

    def _visit(self, number: int, calls: Calls) -> None:
        self.shop.faults.reached("load")
        calls.wait()
        self.shop.faults.reached("call.before")
        self.call(number)
        self.called.append((self.shop.clock(), number))
        self.shop.faults.reached("call.after")


def in_each_second(called: Sequence[tuple[datetime, int]]) -> Mapping[datetime, int]:
    """Return the number of calls in each second from the first one on."""
    found: dict[datetime, int] = {}
    for at, _ in called:
        second = at.replace(microsecond=0)
        found[second] = found.get(second, 0) + 1
    return found
