"""The figures of one run as tables."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.load import Load
from benchmarks.packages import dependencies_origin


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


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


def conditions(part: str, load_before: float) -> str:
    """State the command, the machine, what else it did, and where the dependencies come from."""
    others = f"load average {load_before:.1f} before"
    return f"`python -m benchmarks {part}`: {machine()}, {others}, dependencies from {dependencies_origin()}."


def machine() -> str:
    """State the date, the interpreter and the machine."""
    python = f"CPython {platform.python_version()}"
    return f"{datetime.now(UTC):%d %B %Y}, {python}, {platform.machine()}, {os.cpu_count()} cores"
