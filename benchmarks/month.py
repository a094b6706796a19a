"""`python -m benchmarks.month`: computes what a month costs, and writes the tables of docs/cost.md.

From counted calls (`activities.yaml`), named prices (`prices.yaml`), the templates (`deployed.py`), and the habits of
customers, which are assumed.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path

from benchmarks import flood
from benchmarks.activities import CLOSING, MEASURING, WATCHING, Calls, recorded
from benchmarks.deployed import Deployed, deployed
from benchmarks.prices import Price, prices
from vpnbot.domain.subscriptions.traffic import worth_recording
from vpnbot.usecases.ports.metrics import PUBLISHED, REVENUE, Metric
from vpnbot.usecases.scheduling.measure_backlogs import EVERY

PAGE = Path(__file__).parents[1] / "docs/cost.md"
CUSTOMERS = (0, 1_000, 100_000)
HOURS, MINUTES, RUNS = 730, 43_800, 1_460
_GIGABYTE = 10**9
_MEASURED_EACH = EVERY // timedelta(minutes=1)
_BEGIN, _END = "<!-- computed -->", "<!-- end of computed -->"


@dataclass(frozen=True, slots=True)
class Habits:
    """What a customer does in a month, and what servers hold. Assumed."""

    taps: int = 20
    apps: int = 2
    loads_a_day: int = 2
    due_items: int = 8
    purchases: float = 1.0
    trials: float = 0.3
    traffic_gigabytes: int = 60
    limit_gigabytes: int = 100
    keys_on_a_server: int = 1_000
    keys: int = 3


@dataclass(frozen=True, slots=True)
class Sizes:
    """Assumed times of functions in milliseconds, with the waiting for other systems, and sizes in bytes."""

    tap_ms: int = 60
    page_ms: int = 40
    payment_ms: int = 500
    due_ms: int = 250
    dispatcher_ms: int = 85
    watch_ms: int = 400
    run_ms: int = 2_500
    counter_ms: int = 25
    person_bytes: int = 12_000
    line_bytes: int = 1_500
    """The log of one invocation: Lambda's lines, the line of the activity, metrics, the access log."""
    sent_bytes: int = 4_000


@dataclass(frozen=True, slots=True)
class Position:
    """One row of a bill: a service, how much of it, and what it costs without and with the free quotas."""

    name: str
    quantity: float
    price: Price

    @property
    def listed(self) -> float:
        """The dollars at list price."""
        return self.quantity * self.price.price / self.price.per

    @property
    def with_quotas(self) -> float:
        """The dollars if no other program in the account uses the free quotas."""
        return max(self.quantity - self.price.free, 0) * self.price.price / self.price.per


def stored_counters(gigabytes: int, limit_gigabytes: int | None) -> int:
    """Return how often a key's counter is stored in a month of even use, as the reconciliation runs decide it."""
    stored, times = 0, 0
    for number in range(1, RUNS + 1):
        seen = number * gigabytes * _GIGABYTE // RUNS
        if worth_recording(stored, seen, limit_gigabytes and limit_gigabytes * _GIGABYTE):
            stored, times = seen, times + 1
    return times


def month(stage: str, customers: int, habits: Habits | None = None, sizes: Sizes | None = None) -> list[Position]:
    """Return the bill of one month."""
    habits, sizes, stack = habits or Habits(), sizes or Sizes(), deployed(stage)
    used = dict.fromkeys(prices(), 0.0)
    for times, milliseconds, memory_gigabytes, calls in _work(customers, habits, sizes):
        used["lambda_requests"] += times * calls.invocations
        used["lambda_gigabyte_seconds"] += times * milliseconds / 1000 * memory_gigabytes
        for name in ("http_requests", "read_units", "write_units"):
            used[name] += times * getattr(calls, name)
        used["queue_requests"] += times * calls.queue_calls
        used["log_gigabytes"] += times * calls.invocations * sizes.line_bytes / _GIGABYTE
        used["sent_gigabytes"] += times * calls.http_requests * sizes.sent_bytes / _GIGABYTE
    used["queue_requests"] += stack.polls + 2 * customers * habits.due_items
    used["schedule_invocations"] = stack.schedule_invocations
    used["stored_gigabytes"] = customers * sizes.person_bytes / _GIGABYTE
    used["backed_up_gigabytes"] = used["stored_gigabytes"] if stack.backs_up else 0
    used["metric_months"] = _metric_months(customers, habits)
    used["alarm_metrics"], used["dashboards"] = stack.alarm_metrics, stack.dashboards
    used["traces"] = _traces(customers * (habits.taps + habits.due_items), stack)
    return [Position(name, used[name], price) for name, price in prices().items()]


def _work(customers: int, habits: Habits, sizes: Sizes) -> Iterator[tuple[float, float, float, Calls]]:
    """Yield how often each activity is done in a month, how long it takes, with how much memory, and its calls."""
    calls = recorded()
    loads = habits.apps * habits.loads_a_day * HOURS / 24
    servers = max(customers * habits.keys / habits.keys_on_a_server, 1 if customers else 0)
    counters = customers * stored_counters(habits.traffic_gigabytes, habits.limit_gigabytes)
    run = calls["reconciliation run of a server"]
    # The index of keys takes twelve read units for 500 keys (docs/performance.md).
    run = replace(run, read_units=run.read_units + habits.keys_on_a_server * 12 / 500)
    yield MINUTES, sizes.dispatcher_ms, 0.5, calls["minute without work"]
    yield MINUTES / _MEASURED_EACH, 0, 0, MEASURING
    yield MINUTES / 5, sizes.watch_ms, 0.5, WATCHING
    # Each night, five counts of the index of the audience: 13,400 read units for a million people (60 bytes each).
    closing = replace(CLOSING, read_units=CLOSING.read_units + 5 * customers * 0.0134 / 24)
    yield HOURS, sizes.due_ms, 0.5, closing
    yield customers * habits.taps, sizes.tap_ms, 1, calls["tap"]
    yield customers * habits.trials, 4 * sizes.tap_ms, 1, calls["trial"]
    yield customers * habits.purchases, 6 * sizes.tap_ms + sizes.payment_ms, 1, calls["purchase"]
    yield customers * loads, sizes.page_ms, 0.5, calls["page"]
    yield customers * habits.due_items, sizes.due_ms, 0.5, calls["due item"]
    yield servers * RUNS, sizes.run_ms, 0.5, run
    yield counters, sizes.counter_ms, 0.5, calls["stored counter"]


def _metric_months(customers: int, habits: Habits) -> float:
    """Return the published metrics, each by the share of the hours in which it has a value."""
    events = {
        str(Metric.TRIALS): customers * habits.trials,
        str(Metric.CONNECTED): customers * habits.trials,
        str(Metric.CONVERSIONS): customers * habits.trials / 2,
        str(Metric.ORDERS): customers * habits.purchases,
        str(Metric.PAYMENTS): customers * habits.purchases,
        str(Metric.RENEWALS): customers * habits.purchases / 2,
        REVENUE: 2 * customers * habits.purchases,
        str(Metric.CLOCK_LAG): MINUTES,
    }
    rare = {str(metric): customers / 100 for metric in PUBLISHED} | events
    return sum(min(times, HOURS * (2 if name == REVENUE else 1)) / HOURS for name, times in rare.items())


def _traces(invocations: float, stack: Deployed) -> float:
    """Return the traces of a month: the first call in each second, and 5 % of the others (X-Ray's default rule)."""
    first = min(invocations, MINUTES * 60)
    idle = stack.schedule_invocations if stack.traces_the_dispatcher else 0
    return idle + first + 0.05 * (invocations - first)


def tables() -> str:
    """Return the tables of docs/cost.md."""
    bills = [_bill("demo", 0), *(_bill("production", customers) for customers in CUSTOMERS)]
    return "\n\n".join([_goals(), *bills, flood.table(), _counted(), _assumed()])


def total(bill: list[Position]) -> tuple[float, float]:
    """Return the dollars of a bill: at list price, and with the free quotas."""
    return sum(row.listed for row in bill), sum(row.with_quotas for row in bill)


def goals() -> Mapping[str, tuple[float, float, float]]:
    """Return each goal in dollars a month: the limit, the cost at list price, and with the free quotas."""
    demo, idle = total(month("demo", 0)), total(month("production", 0))
    more = [total(month("production", customers)) for customers in CUSTOMERS]
    small, large = (
        [(one[column] - idle[column]) * 1_000 / customers for column in (0, 1)]
        for one, customers in zip(more[1:], CUSTOMERS[1:], strict=True)
    )
    return {
        "demo, idle": (0.50, *demo),
        "production with alarms, idle": (5.00, *idle),
        "each 1,000 customers, of 1,000": (1.00, small[0], small[1]),
        "each 1,000 customers, of 100,000": (1.00, large[0], large[1]),
    }


def _goals() -> str:
    lines = ["| a month, in dollars | goal | list price | with the quotas |", "| --- | ---: | ---: | ---: |"]
    for name, (limit, listed, with_quotas) in goals().items():
        lines.append(f"| {name} | {limit:.2f} | {_met(listed, limit)} | {_met(with_quotas, limit)} |")
    return "\n".join(lines)


def _met(dollars: float, limit: float) -> str:
    return f"**{dollars:.2f}**" if round(dollars, 2) <= limit else f"{dollars:.2f}"


def _bill(stage: str, customers: int) -> str:
    bill = month(stage, customers)
    listed, with_quotas = total(bill)
    title = f"### {stage.capitalize()}, {customers:,} customers" if customers else f"### {stage.capitalize()}, idle"
    rows = [
        f"| {row.name.replace('_', ' ')} | {_quantity(row.quantity)} | {row.listed:.2f} | {row.with_quotas:.2f} |"
        for row in bill
        if row.quantity
    ]
    head = ["| | quantity | list price | with the quotas |", "| --- | ---: | ---: | ---: |"]
    return "\n".join([title, "", *head, *rows, f"| **together** | | **{listed:.2f}** | **{with_quotas:.2f}** |"])


def _quantity(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:.2f}".rstrip("0").rstrip(".")


def _counted() -> str:
    names = [field.name for field in fields(Calls)]
    lines = [f"| an activity calls | {' | '.join(name.replace('_', ' ') for name in names)} |"]
    lines.append(f"| --- | {' | '.join('---:' for _ in names)} |")
    for activity, calls in recorded().items():
        lines.append(f"| {activity} | {' | '.join(_quantity(getattr(calls, name)) for name in names)} |")
    return "\n".join(["### Counted calls", "", *lines])


def _assumed() -> str:
    values = [(field.name, getattr(part, field.name)) for part in (Habits(), Sizes()) for field in fields(part)]
    lines = ["| assumed, for each customer and month | |", "| --- | ---: |"]
    lines += [f"| {name.replace('_', ' ')} | {value:,} |" for name, value in values]
    habits = Habits()
    counters = stored_counters(habits.traffic_gigabytes, habits.limit_gigabytes)
    lines.append(f"| follows: stored counters | {counters:,} |")
    return "\n".join(["### Assumptions", "", *lines])


def rendered(text: str) -> str:
    """Return the page with its tables computed again."""
    before, _, rest = text.partition(_BEGIN)
    return f"{before}{_BEGIN}\n{tables()}\n{_END}{rest.partition(_END)[2]}"


def main() -> int:
    """Compute, write and print."""
    PAGE.write_text(rendered(PAGE.read_text("utf-8")), "utf-8")
    print(tables())
    return 0


if __name__ == "__main__":
    sys.exit(main())
