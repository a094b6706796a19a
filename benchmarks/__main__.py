"""`python -m benchmarks [part …]`: measures, prints tables, and writes them into docs/performance.md."""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import drain, function_parts, reconciliation_report, report
from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.load import measure_load
from benchmarks.populated_system import PopulatedSystem, populated_system
from benchmarks.progress import report_progress
from benchmarks.purchase import measure_purchases, purchase_table
from benchmarks.reconciliation import (
    SCENARIOS,
    SERVERS,
    WRITING_SCENARIOS,
    Outcome,
    Scenario,
    reconcile,
    request_one_by_one,
)

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the benchmarks; its tables stand between `<!-- mark -->` and `<!-- end of mark -->`."""

    mark: str
    measure: Callable[[Effort], list[str]]


def load(effort: Effort) -> list[str]:
    """Measure the whole local system under load, cold and warm."""
    report_progress("the local system under load, cold and warm")
    return [report.load(*asyncio.run(measure_load(effort.people_at_once)))]


def reconciliation(effort: Effort) -> list[str]:
    """Measure reconciliation runs."""
    outcomes: list[Outcome] = []

    def run(system: PopulatedSystem, scenarios: tuple[Scenario, ...]) -> None:
        for outcome in reconcile(system, scenarios):
            report_progress(f"{outcome.scenario.name}: {outcome.work.wall_seconds:.0f} s")
            outcomes.append(outcome)

    with _subscriptions(effort.subscriptions) as system:
        run(system, SCENARIOS)
        one_by_one, memory_mb = request_one_by_one(system), system.memory_mb
    with _subscriptions(effort.subscriptions_written) as system:
        run(system, WRITING_SCENARIOS)
    return [
        reconciliation_report.assumptions(memory_mb),
        reconciliation_report.costs_of_runs(outcomes),
        reconciliation_report.comparison(outcomes[0], one_by_one),
    ]


def _subscriptions(number: int) -> AbstractContextManager[PopulatedSystem]:
    report_progress(f"creating {number:,} subscriptions on {SERVERS} panels")
    return populated_system(number, SERVERS)


def due_work(effort: Effort) -> list[str]:
    """Measure how due work drains."""
    report_progress(f"{effort.ends:,} ends that are due at the same time")
    return [drain.report(drain.drain(effort.ends))]


def purchase(_: Effort) -> list[str]:
    """Measure the steps of a purchase with each provider."""
    report_progress("a purchase with each provider, in warm processes")
    return [purchase_table(asyncio.run(measure_purchases()))]


PARTS: Mapping[str, Part] = {
    "cold": Part("latest cold", function_parts.cold),
    "less_cpu": Part("latest less CPU", function_parts.less_cpu),
    "tap": Part("latest tap", function_parts.tap),
    "functions": Part("latest functions", function_parts.other_functions),
    "people": Part("latest people", function_parts.people),
    "load": Part("latest load", load),
    "reconciliation": Part("latest reconciliation", reconciliation),
    "due_work": Part("latest drain", due_work),
    "purchase": Part("latest purchase", purchase),
}


def main(arguments: list[str]) -> int:
    """Run the named parts, or all; write the tables of each between its marks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{' or '.join(PARTS)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="few rounds, printed and not written")
    options = parser.parse_args(arguments)
    chosen = options.parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    for name in chosen:
        conditions = report.conditions(name, os.getloadavg()[0])
        text = "\n\n".join([conditions, *PARTS[name].measure(QUICK if options.quick else FULL)])
        print(f"\n{text}\n")
        if not options.quick:
            publish(PARTS[name].mark, text)
    return 0


def publish(mark: str, text: str) -> None:
    """Write tables into docs/performance.md.

    Raises:
        LookupError: the page has no such marks.
    """
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
    page = PAGE.read_text("utf-8")
    written, count = between.subn(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page)
    if count != 1:
        raise LookupError(f"{PAGE.name} has {count} places for `{mark}`")
    PAGE.write_text(written, "utf-8")
    report_progress(f"written to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
