"""`python -m checks.audit`: fails when a pinned package has a known vulnerability that is not accepted."""

import os
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from checks.acceptances import read_acceptances
from checks.advisories import AdvisoryFile, read_advisories
from checks.findings import Finding, ServiceAnswer, Verdict, judge
from checks.pins import Pin, pins_of
from checks.vulnerability_service import OSV_URL_VARIABLE, ask_service

ROOT = Path(__file__).parents[1]
PINNED_FILES = (
    ROOT / "layers/dependencies/requirements.txt",
    ROOT / "requirements/dev.txt",
    ROOT / "requirements/sam.txt",
    ROOT / "requirements/audit.txt",
    ROOT / "requirements/scan.txt",
)
ADVISORIES = ROOT / "requirements/advisories.json"
ACCEPTED = ROOT / "requirements/accepted-advisories.json"
_OLD_AFTER_DAYS = 90


def report(
    pins: frozenset[Pin], answer: ServiceAnswer, file: AdvisoryFile, verdict: Verdict, today: date
) -> Iterator[str]:
    """Yield the lines of the report: what was asked and how far it knows, then what was found."""
    covered = sum(pin.name in file.packages for pin in pins - answer.audited)
    age = (today - file.taken).days
    yield f"{len(pins)} pinned packages"
    yield f"{answer.service} knows {len(answer.audited)} of them"
    yield (
        f"requirements/advisories.json, {age} days old, newest advisory of {file.newest}, "
        f"is the only source for {covered}"
    )
    if len(answer.audited) < len(pins) and age > _OLD_AFTER_DAYS:
        yield "WARNING: the file is old; bring it up to date, or set AUDIT_OSV_URL (CONTRIBUTING.md, Dependencies)"
    if verdict.unknown:
        names = " ".join(sorted({pin.name for pin in verdict.unknown}))
        yield textwrap.fill(f"{len(verdict.unknown)} are known to neither: {names}", 116, break_on_hyphens=False)
    for finding in verdict.accepted:
        yield f"accepted: {_described(finding)}"
    for acceptance in verdict.unused:
        yield f"an acceptance is no longer needed: {acceptance.id} of {acceptance.package}"
    for acceptance in verdict.expired:
        yield f"FAILED: the acceptance of {acceptance.id} of {acceptance.package} ended on {acceptance.until}"
    for finding in verdict.failing:
        yield f"FAILED: {_described(finding)}"
    yield (
        "no known vulnerability in what is known"
        if verdict.passed
        else "update the package, or accept the advisory with a reason"
    )


def _described(finding: Finding) -> str:
    fixed = f", fixed in {' or '.join(finding.fixed_in)}" if finding.fixed_in else ", no fixed version known"
    names = ", ".join([finding.id, *finding.aliases])
    return f"{finding.pin.name} {finding.pin.version}: {finding.summary} ({names}{fixed}; {finding.source})"


def main() -> int:
    """Audit the pinned files; return the exit code."""
    today = datetime.now(UTC).date()
    pins = pins_of(PINNED_FILES)
    program = Path(sys.executable).with_name("pip-audit")
    answer = ask_service(program, PINNED_FILES, os.environ.get(OSV_URL_VARIABLE, ""))
    file = read_advisories(ADVISORIES)
    verdict = judge(pins, answer, file, read_acceptances(ACCEPTED), today)
    for line in report(pins, answer, file, verdict, today):
        print(line)
    return 0 if verdict.passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
