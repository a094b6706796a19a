"""`python -m benchmarks`: measure, print, and keep the tables in docs/performance.md."""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from benchmarks import report
from benchmarks.environments import Contender, race
from benchmarks.load import drive
from benchmarks.packages import layer_packages
from benchmarks.parts import warm_parts
from benchmarks.scenario import MOVING_TAP, record

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"
_LATEST = re.compile(r"(<!-- latest run -->\n).*?(<!-- end of latest run -->)", re.DOTALL)


def main() -> int:
    """Run everything; the page is rewritten between its two marks."""
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
    tables = [
        report.conditions(),
        report.cold_and_warm(measured["ours"], measured["plain"]),
        report.unavoidable(taps),
        report.calls(recorded),
        report.load(*crowds),
    ]
    text = "\n\n".join(tables)
    print(f"\n{text}\n")
    page = PAGE.read_text("utf-8")
    PAGE.write_text(_LATEST.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page), "utf-8")
    say(f"kept in {PAGE.relative_to(ROOT)}")
    return 0


def say(what: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"── {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
