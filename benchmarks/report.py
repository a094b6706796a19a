"""The figures of one run as tables."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from benchmarks.handler_comparison import Measured
from benchmarks.load import Load
from benchmarks.packages import dependencies_origin
from benchmarks.parts import Taps
from benchmarks.recorded_updates import RecordedUpdate

_READS = frozenset({"Query", "GetItem", "BatchGetItem", "TransactGetItems"})


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cold_and_warm(ours: Measured, plain: Measured) -> str:
    """Return a table that compares our handler with the plain one."""
    compared = [
        ("INIT, ms", ours.init_ms, plain.init_ms),
        ("first answer (/start), ms", ours.first_answer_ms, plain.first_answer_ms),
        ("**INIT plus first answer, ms**", ours.cold_ms, plain.cold_ms),
        ("peak memory, MB", ours.peak_megabytes, plain.peak_megabytes),
        ("warm tap, median, ms", ours.warm_median_ms, plain.warm_median_ms),
        ("warm tap, p99, ms", ours.warm_p99_ms, plain.warm_p99_ms),
    ]
    rows = [[name, f"{one:.1f}", f"{other:.1f}", f"{one / other:.2f}"] for name, one, other in compared]
    return table(["", "ours", "plain", "ratio"], rows)


def unavoidable(taps: Taps) -> str:
    """Return a table that compares a warm tap with its unavoidable parts."""
    compared = [
        ("aiogram: dispatch and answer", taps.wall.aiogram, taps.cpu.aiogram),
        ("botocore: as many calls", taps.wall.botocore, taps.cpu.botocore),
        ("the call to Telegram", taps.wall.telegram, taps.cpu.telegram),
        ("sum of the parts", taps.wall.unavoidable, taps.cpu.unavoidable),
        ("**our tap**", taps.wall.ours, taps.cpu.ours),
    ]
    rows = [[name, f"{wall:.0f}", f"{cpu:.0f}"] for name, wall, cpu in compared]
    rows.append(["**ratio**", f"{taps.wall.ratio:.2f}", f"{taps.cpu.ratio:.2f}"])
    return table(["warm tap, one process, loopback", "median, µs", "CPU, µs"], rows)


def calls(recorded: Mapping[str, RecordedUpdate]) -> str:
    """Return a table of the calls that each kind of update makes."""
    rows = []
    for kind, one in recorded.items():
        reads = sum(count for operation, count in one.operations.items() if operation in _READS)
        writes = [f"{count} {operation}" for operation, count in one.operations.items() if operation not in _READS]
        methods = ", ".join(one.telegram_methods) or "none"
        rows.append([kind, str(reads), ", ".join(writes) or "none", methods, one.in_the_response or "nothing"])
    return table(["update", "reads", "writes", "calls to Telegram", "in the response"], rows)


def load(cold: Load, warm: Load) -> str:
    """Return a table of the local system under load, before and after its environments were warm."""
    rows = [
        ["people at once", f"{cold.people}", f"{warm.people}"],
        ["updates", f"{cold.updates}", f"{warm.updates}"],
        ["updates a second", f"{cold.updates_per_second:.1f}", f"{warm.updates_per_second:.1f}"],
        ["latency, median, ms", f"{cold.median_ms:.0f}", f"{warm.median_ms:.0f}"],
        ["latency, p99, ms", f"{cold.p99_ms:.0f}", f"{warm.p99_ms:.0f}"],
    ]
    return table(["local system, emulated table and Telegram", "cold", "warm"], rows)


def conditions() -> str:
    """State the machine, and where the dependencies come from."""
    return f"{machine()}, dependencies from {dependencies_origin()}."


def machine() -> str:
    """State the date, the interpreter and the machine."""
    python = f"CPython {platform.python_version()}"
    return f"{datetime.now(UTC):%d %B %Y}, {python}, {platform.machine()}, {os.cpu_count()} cores"
