"""A shop in memory whose metrics are published with their times, as CloudWatch gets them."""

from contextlib import suppress
from datetime import datetime, timedelta

from tests.fakes.meter import Meter
from tests.fakes.shop import Shop, shop_in_memory
from tests.infrastructure.cloudwatch import MINUTE, MetricKey, Published
from vpnbot.domain.subscriptions.trial_places import NEARLY_TAKEN
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.measure_backlogs import measure_backlogs


def of_shop(metric: Metric) -> MetricKey:
    """Return a metric of ours."""
    return MetricKey("vpnbot", str(metric), frozenset({("service", "StackName")}))


def of_function(name: str, function: str) -> MetricKey:
    """Return a metric of AWS Lambda for one function."""
    return MetricKey("AWS/Lambda", name, frozenset({("FunctionName", function)}))


class WatchedShop(Meter):
    """The shop; `minute` lets one minute pass. Implements the ports `Metrics`, `Backlogs` and `Log`."""

    def __init__(self) -> None:
        super().__init__()
        self.published = Published()
        self.shop: Shop = shop_in_memory()
        self.shop.meter = self
        self.minutes = 0
        self.began_at: datetime = self.shop.clock()
        self.in_quarantine = 0
        self.runs_failed = 0
        self.clock_runs = True
        self.workers_run = True
        self.storage_works = True

    @property
    def now(self) -> float:
        """Return the seconds since the start."""
        return (self.shop.clock() - self.began_at).total_seconds()

    def count(self, metric: Metric, value: float = 1) -> None:
        """Publish a value of one of our metrics."""
        super().count(metric, value)
        self.published.add(of_shop(metric), self.now, value)

    def publish(self, metric: MetricKey, value: float) -> None:
        """Publish a value of another metric, such as one of AWS."""
        self.published.add(metric, self.now, value)

    def minute(self) -> None:
        """Let a minute pass; the dispatcher and the workers run as far as they work."""
        self.minutes += 1
        self.shop.clock.now = self.began_at + timedelta(seconds=MINUTE * self.minutes)
        if not self.clock_runs:
            return
        measure_backlogs(self, self.shop.clock(), self, self)
        if not self.storage_works:
            self.shop.faults.at("due.query", StorageUnavailable("DynamoDB did not answer"))
        with suppress(StorageUnavailable):
            if self.workers_run:
                self.shop.minute()
            else:
                dispatch_due(self.shop.index, self.shop.queue, self.shop.clock, self, self.shop.pace)

    def quarantined_updates(self) -> int:
        """Return the number that the test has set."""
        return self.in_quarantine

    def failed_runs(self) -> int:
        """Return the number that the test has set."""
        return self.runs_failed

    def dead_lettered_work(self) -> int:
        """Return how many items are dead-lettered."""
        return len(self.shop.index.dead_lettered(None))

    def waiting_keys(self) -> int:
        """Return how many keys the runs over failing panels have counted."""
        runs = [self.shop.servers.reconciliation_run(server_id) for server_id in self.shop.servers.ids]
        return sum(run.failure.waiting for run in runs if run is not None and run.failure is not None)

    def trials_nearly_taken(self) -> int:
        """Return how many per cent of the trials of today are taken, from 80 on."""
        today = self.shop.sales.trial_day(self.shop.clock())
        percent = 0 if today is None else today.percent_taken(self.shop.sales.places().taken(today.day))
        return percent if percent >= NEARLY_TAKEN else 0

    def support_chat_fails(self) -> bool:
        """Return whether the operators' chat is in trouble."""
        chat = self.shop.support_chat.load(self.shop.support_chat_id)
        return chat.trouble is not None and not chat.forgotten(self.shop.clock())

    def warning(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Fail: nothing that is measured here fails."""
        raise AssertionError(message) from error

    def begin(self, kind: str, correlation_id: str) -> None:
        """Ignore the begin of an activity."""

    def info(self, message: str, reason: str) -> None:
        """Ignore a line of the log."""

    def error(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Ignore a line of the log."""
