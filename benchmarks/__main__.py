"""`python -m benchmarks [part …]`: measure, print, and keep the tables in docs/performance.md."""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import reconciliation_report, report
from benchmarks.environments import Contender, race
from benchmarks.filled_shop import filled_shop
from benchmarks.load import drive
from benchmarks.packages import layer_packages
from benchmarks.parts import warm_parts
from benchmarks.reconciliation import SERVERS, SUBSCRIPTIONS, Outcome, asking_one_by_one, reconcile
from benchmarks.scenario import MOVING_TAP, record

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"


@dataclass(frozen=True, slots=True)
class Part:
    """Something to measure; its tables are kept between `<!-- mark -->` and `<!-- end of mark -->`."""

    mark: str
    measured: Callable[[], list[str]]


def functions() -> list[str]:
    """Measure functions: cold, warm, and under a crowd."""
    ours, plain = ROOT / "functions/telegram_webhook", ROOT / "benchmarks/plain"
    with tempfile.TemporaryDirectory(prefix="vpnbot-benchmarks-") as folder:
        packages = layer_packages(Path(folder))
        say("playing every kind of update once")
        recorded = record(ours, packages)
        say("cold starts and warm taps, ours and the plain handler in turns")
        measured = race([Contender("ours", ours, packages), Contender("plain", plain, packages)], recorded)
        say("a warm tap and its parts")
        taps = warm_parts(ours, packages, recorded[MOVING_TAP])
    say("two crowds in the local system")
    crowds = asyncio.run(drive())
    return [
        report.conditions(),
        report.cold_and_warm(measured["ours"], measured["plain"]),
        report.unavoidable(taps),
        report.calls(recorded),
        report.load(*crowds),
    ]


def reconciliation() -> list[str]:
    """Measure the rounds over servers."""
    say(f"{SUBSCRIPTIONS:,} subscriptions move in on {SERVERS} panels")
    outcomes: list[Outcome] = []
    with filled_shop(SUBSCRIPTIONS, SERVERS) as filled:
        for outcome in reconcile(filled):
            say(f"{outcome.scene.name}: {outcome.settled.here_seconds:.0f} s")
            outcomes.append(outcome)
        naive = asking_one_by_one(filled)
    return [
        f"{report.machine()}, {reconciliation_report.assumptions(outcomes, filled.memory_mb)}",
        reconciliation_report.what_rounds_take(outcomes),
        reconciliation_report.in_proportion(outcomes[0], naive),
    ]


PARTS: Mapping[str, Part] = {
    "functions": Part("latest run", functions),
    "reconciliation": Part("latest reconciliation", reconciliation),
}


def main(arguments: list[str]) -> int:
    """Run what is asked for, or everything; the page is rewritten between the marks of each part."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{' or '.join(PARTS)}; everything if none is named")
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    for name in chosen:
        keep(PARTS[name].mark, "\n\n".join(PARTS[name].measured()))
    return 0


def keep(mark: str, text: str) -> None:
    """Print tables, and keep them on the page."""
    print(f"\n{text}\n")
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
    page = PAGE.read_text("utf-8")
    PAGE.write_text(between.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page), "utf-8")
    say(f"kept in {PAGE.relative_to(ROOT)}")


def say(what: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"── {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
