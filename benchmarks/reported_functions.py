"""Tables of functions: beside each other, cold and warm, and with less CPU."""

from collections.abc import Callable, Mapping

from benchmarks.cpu_limit import cores_of
from benchmarks.many_people import ManyPeople
from benchmarks.measured_functions import Figures
from benchmarks.parts import Parts, Taps
from benchmarks.recorded_updates import RecordedUpdate
from benchmarks.replay import READS
from benchmarks.report import table

_MEASURES: tuple[tuple[str, Callable[[Figures], float]], ...] = (
    ("INIT, ms", lambda one: one.init_ms),
    ("INIT, CPU ms", lambda one: one.init_cpu_ms),
    ("first answer, ms", lambda one: one.first_ms),
    ("first answer, CPU ms", lambda one: one.first_cpu_ms),
    ("**INIT plus first answer, ms**", lambda one: one.cold_ms),
    ("**INIT plus first answer, CPU ms**", lambda one: one.cold_cpu_ms),
    ("warm, median, ms", lambda one: one.median_ms),
    ("warm, p99, ms", lambda one: one.p99_ms),
    ("warm, CPU ms", lambda one: one.warm_cpu_ms),
    ("peak memory, MB", lambda one: one.peak_megabytes),
)


def beside_plain(ours: Figures, plain: Figures) -> str:
    """Return a table that compares our handler with the plain one."""
    rows = []
    for name, figure in _MEASURES:
        one, other = figure(ours), figure(plain)
        rows.append([name, f"{one:.1f}", f"{other:.1f}", f"{one / other:.2f}"])
    return table(["`/start` of a new person, then taps", "ours", "plain", "ratio"], rows)


def side_by_side(measured: Mapping[str, Figures]) -> str:
    """Return a table with a column for each function."""
    rows = [[name, *(f"{figure(one):.1f}" for one in measured.values())] for name, figure in _MEASURES]
    return table(["", *(f"`{name}`" for name in measured)], rows)


def due_items(worker: Figures) -> str:
    """Return how many items a due worker does in a second."""
    rows = [
        ["by the clock, DynamoDB and Telegram answer at once", f"{1000 / worker.median_ms:.0f}"],
        ["in a second of CPU", f"{1000 / worker.warm_cpu_ms:.0f}"],
    ]
    return table(["messages about payments, a worker", "items a second"], rows)


def limited(measured: Mapping[int, Figures | str]) -> str:
    """Return a table with a column for each memory; a text instead of figures says why there are none."""
    heads = [f"{memory:,} MB: {cores_of(memory):.2f} vCPU" for memory in measured]
    rows = []
    for name, figure in _MEASURES:
        found = [f"{figure(one):.1f}" if isinstance(one, Figures) else "not possible" for one in measured.values()]
        rows.append([name, *found])
    reasons = sorted({one for one in measured.values() if isinstance(one, str)})
    return "\n\n".join([table(["`/start` of a new person, then taps", *heads], rows), *reasons])


def unavoidable(taps: Taps) -> str:
    """Return a table that compares a warm tap with its unavoidable parts, with both clients of DynamoDB."""
    rows = [
        _row("aiogram: dispatch and answer", taps, lambda parts: parts.aiogram),
        _row("the call to Telegram", taps, lambda parts: parts.telegram),
        _row("DynamoDB with botocore's client", taps, lambda parts: parts.botocore),
        _row("DynamoDB with our client", taps, lambda parts: parts.own_client),
        _row("sum of the parts, with botocore's client", taps, _with_botocore),
        _row("sum of the parts, with our client", taps, _with_our_client),
        _row("**our tap**", taps, lambda parts: parts.ours),
        _row("**ratio, with botocore's client**", taps, lambda parts: parts.ours / _with_botocore(parts), ".2f"),
        _row("**ratio, with our client**", taps, lambda parts: parts.ours / _with_our_client(parts), ".2f"),
    ]
    return table(["warm tap, one process, loopback", "median, µs", "CPU, µs"], rows)


def calls(recorded: Mapping[str, RecordedUpdate]) -> str:
    """Return a table of the calls that each kind of update makes."""
    rows = []
    for kind, one in recorded.items():
        operations = one.answers.operations
        reads = sum(count for operation, count in operations.items() if operation in READS)
        writes = [f"{count} {operation}" for operation, count in one.answers.writes().items()]
        methods = ", ".join(one.telegram_methods) or "none"
        rows.append([kind, str(reads), ", ".join(writes) or "none", methods, one.in_the_response or "nothing"])
    return table(["update", "reads", "writes", "calls to Telegram", "in the response"], rows)


def many_people(found: ManyPeople) -> str:
    """Return a table of the taps of many people in one environment."""
    rows = [
        ["people, each with a partition", f"{found.people}", ""],
        ["taps", f"{found.taps:,}", ""],
        ["updates a second", f"{found.by_the_clock:.0f}", f"{found.a_core:.0f}"],
        ["median, ms", f"{found.median_ms:.2f}", f"{found.median_cpu_ms:.2f}"],
        ["p99, ms", f"{found.p99_ms:.2f}", f"{found.p99_cpu_ms:.2f}"],
        ["peak memory, MB", f"{found.peak_megabytes:.1f}", ""],
    ]
    return table(["one environment, one tap after another", "by the clock", "CPU"], rows)


def _row(name: str, taps: Taps, figure: Callable[[Parts], float], form: str = ".0f") -> list[str]:
    return [name, f"{figure(taps.wall):{form}}", f"{figure(taps.cpu):{form}}"]


def _with_botocore(parts: Parts) -> float:
    return parts.sum_with(parts.botocore)


def _with_our_client(parts: Parts) -> float:
    return parts.sum_with(parts.own_client)
