"""`python -m benchmarks [part …]`: measures, prints tables, and writes them into docs/performance.md."""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import drain, reconciliation_report, report
from benchmarks.handler_comparison import Handler, compare
from benchmarks.load import measure_load
from benchmarks.packages import layer_packages
from benchmarks.parts import warm_parts
from benchmarks.populated_system import populated_system
from benchmarks.purchase import measure_purchases, purchase_table
from benchmarks.reconciliation import SERVERS, SUBSCRIPTIONS, Outcome, reconcile, request_one_by_one
from benchmarks.recorded_updates import SCREEN_TAP, record_updates

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the benchmarks; its tables stand between `<!-- mark -->` and `<!-- end of mark -->`."""

    mark: str
    measure: Callable[[], list[str]]


def functions() -> list[str]:
    """Measure the functions: cold, warm, and under load."""
    ours, plain = ROOT / "functions/telegram_webhook", ROOT / "benchmarks/plain"
    with tempfile.TemporaryDirectory(prefix="vpnbot-benchmarks-") as folder:
        packages = layer_packages(Path(folder))
        report_progress("recording every kind of update once")
        recorded = record_updates(ours, packages)
        report_progress("cold starts and warm taps, our handler and the plain handler alternately")
        measured = compare([Handler("ours", ours, packages), Handler("plain", plain, packages)], recorded)
        report_progress("a warm tap and its parts")
        taps = warm_parts(ours, packages, recorded[SCREEN_TAP])
    report_progress("the local system under load, cold and warm")
    loads = asyncio.run(measure_load())
    return [
        report.conditions(),
        report.cold_and_warm(measured["ours"], measured["plain"]),
        report.unavoidable(taps),
        report.calls(recorded),
        report.load(*loads),
    ]


def reconciliation() -> list[str]:
    """Measure reconciliation runs."""
    report_progress(f"creating {SUBSCRIPTIONS:,} subscriptions on {SERVERS} panels")
    outcomes: list[Outcome] = []
    with populated_system(SUBSCRIPTIONS, SERVERS) as system:
        for outcome in reconcile(system):
            report_progress(f"{outcome.scenario.name}: {outcome.work.wall_seconds:.0f} s")
            outcomes.append(outcome)
        one_by_one = request_one_by_one(system)
    return [
        f"{report.machine()}, {reconciliation_report.assumptions(outcomes, system.memory_mb)}",
        reconciliation_report.costs_of_runs(outcomes),
        reconciliation_report.comparison(outcomes[0], one_by_one),
    ]


def due_work() -> list[str]:
    """Measure how due work drains."""
    report_progress(f"{drain.ENDS:,} ends that are due at the same time")
    return [drain.report(drain.drain())]


def purchase() -> list[str]:
    """Measure the steps of a purchase with each provider."""
    report_progress("a purchase with each provider, in warm processes")
    return [purchase_table(asyncio.run(measure_purchases()))]


PARTS: Mapping[str, Part] = {
    "functions": Part("latest run", functions),
    "reconciliation": Part("latest reconciliation", reconciliation),
    "due_work": Part("latest drain", due_work),
    "purchase": Part("latest purchase", purchase),
}


def main(arguments: list[str]) -> int:
    """Run the named parts, or all; write the tables of each between its marks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{' or '.join(PARTS)}; all if none is named")
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    for name in chosen:
        publish(PARTS[name].mark, "\n\n".join(PARTS[name].measure()))
    return 0


def publish(mark: str, text: str) -> None:
    """Print tables, and write them into docs/performance.md."""
    print(f"\n{text}\n")
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
    page = PAGE.read_text("utf-8")
    PAGE.write_text(between.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page), "utf-8")
    report_progress(f"written to {PAGE.relative_to(ROOT)}")


def report_progress(step: str) -> None:
    """Print a step to standard error."""
    print(f"── {step}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
