"""The audit fails for an affected version, whichever source knows of it, and says how far its sources know."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from subprocess import TimeoutExpired

import pytest
from packaging.version import Version

from checks.acceptances import Acceptance, read_acceptances
from checks.advisories import Advisory, AdvisoryFile, VersionRange, read_advisories
from checks.audit import ACCEPTED, ADVISORIES, PINNED_FILES, ROOT, report
from checks.findings import Finding, ServiceAnswer, judge
from checks.pins import Pin, pins_in, pins_of
from checks.vulnerability_service import ask_service

TODAY = date(2026, 11, 28)
REQUESTS = Pin("requests", "2.30.0")
SEGNO = Pin("segno", "1.6.6")
ADVISORY = Advisory(
    id="PYSEC-2023-74",
    aliases=("CVE-2023-32681",),
    package="requests",
    ranges=(VersionRange(Version("2.3.0"), fixed=Version("2.31.0")),),
    summary="the proxy's credentials reach the destination",
    source="PyPA advisory database",
    published=date(2023, 5, 26),
)
FILE = AdvisoryFile(TODAY, (ADVISORY,), frozenset({"six"}))
SILENT = ServiceAnswer("the package index", frozenset(), ())
OF_SERVICE = Finding(REQUESTS, "GHSA-j8r2-6x86-q33q", ("CVE-2023-32681",), "a leak", ("2.31.0",), "the package index")
ACCEPTANCE = Acceptance("CVE-2023-32681", "requests", "no proxy is used", TODAY)


def test_requirements_are_read_with_normalised_names_and_without_hashes() -> None:
    text = "# a comment\nfluent.runtime==0.4.0 \\\n    --hash=sha256:aa\nPyYAML==6.0.3 ; sys_platform == 'linux'\n"
    assert pins_in(text) == {Pin("fluent-runtime", "0.4.0"), Pin("pyyaml", "6.0.3")}


@pytest.mark.parametrize("line", ["requests>=2", "requests", "requests==2.*", "requests>=2,<3"])
def test_a_requirement_that_is_not_pinned_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match="not pinned"):
        pins_in(line)


@pytest.mark.parametrize(
    ("version", "affected"),
    [("2.2.1", False), ("2.3.0", True), ("2.30.0", True), ("2.31.0rc1", True), ("2.31.0", False), ("2.100", False)],
)
def test_a_version_is_affected_from_introduced_until_before_fixed(version: str, affected: bool) -> None:
    assert ADVISORY.affects(version) is affected


@pytest.mark.parametrize(("version", "affected"), [("5.0.0", True), ("5.0.1", False), ("0.1", True)])
def test_the_last_affected_version_is_affected(version: str, affected: bool) -> None:
    advisory = replace(ADVISORY, ranges=(VersionRange(Version("0"), last_affected=Version("5.0.0")),))
    assert advisory.affects(version) is affected


def test_an_advisory_without_an_end_affects_every_later_version() -> None:
    assert replace(ADVISORY, ranges=(VersionRange(Version("2")),)).affects("99")


def test_an_affected_version_fails_when_only_the_file_knows_it() -> None:
    verdict = judge(frozenset({REQUESTS}), SILENT, FILE, (), TODAY)
    assert [(finding.pin, finding.id) for finding in verdict.failing] == [(REQUESTS, "PYSEC-2023-74")]
    assert not verdict.passed


def test_an_affected_version_fails_when_only_the_service_knows_it() -> None:
    answer = ServiceAnswer("the package index", frozenset({REQUESTS}), (OF_SERVICE,))
    verdict = judge(frozenset({REQUESTS}), answer, replace(FILE, advisories=()), (), TODAY)
    assert verdict.failing == (OF_SERVICE,)
    assert not verdict.passed


def test_the_file_counts_although_the_service_knows_the_package() -> None:
    answer = ServiceAnswer("the package index", frozenset({REQUESTS}), ())
    assert not judge(frozenset({REQUESTS}), answer, FILE, (), TODAY).passed


def test_one_vulnerability_known_to_both_is_named_once() -> None:
    answer = ServiceAnswer("the package index", frozenset({REQUESTS}), (OF_SERVICE,))
    assert judge(frozenset({REQUESTS}), answer, FILE, (), TODAY).failing == (OF_SERVICE,)


def test_a_version_that_is_not_affected_passes() -> None:
    assert judge(frozenset({Pin("requests", "2.34.2")}), SILENT, FILE, (), TODAY).passed


def test_an_accepted_finding_passes_until_its_last_day() -> None:
    verdict = judge(frozenset({REQUESTS}), SILENT, FILE, [ACCEPTANCE], TODAY)
    assert verdict.passed
    assert [finding.id for finding in verdict.accepted] == ["PYSEC-2023-74"]


def test_an_expired_acceptance_fails_with_its_finding() -> None:
    verdict = judge(frozenset({REQUESTS}), SILENT, FILE, [ACCEPTANCE], TODAY + timedelta(days=1))
    assert [finding.id for finding in verdict.failing] == ["PYSEC-2023-74"]
    assert verdict.expired == (ACCEPTANCE,)
    assert not verdict.passed


def test_an_expired_acceptance_fails_without_a_finding() -> None:
    assert not judge(frozenset(), SILENT, FILE, [ACCEPTANCE], TODAY + timedelta(days=1)).passed


def test_an_acceptance_covers_no_other_package() -> None:
    acceptance = replace(ACCEPTANCE, package="urllib3")
    verdict = judge(frozenset({REQUESTS}), SILENT, FILE, [acceptance], TODAY)
    assert not verdict.passed
    assert verdict.unused == (acceptance,)


def test_an_acceptance_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    file.write_text(
        '[{"id": "CVE-1", "package": "requests", "reason": " ", "until": "2026-12-31"}]', encoding="utf-8"
    )
    with pytest.raises(ValueError, match="without a reason"):
        read_acceptances(file)


def test_packages_that_neither_knows_are_listed() -> None:
    pins = frozenset({REQUESTS, SEGNO, Pin("six", "1.17.0"), Pin("attrs", "26.1.0")})
    answer = ServiceAnswer("the package index", frozenset({Pin("attrs", "26.1.0")}), ())
    assert judge(pins, answer, FILE, (), TODAY).unknown == (SEGNO,)


def _service(outputs: dict[str, str]) -> ServiceAnswer:
    """Return the answer when pip-audit writes this for each file; a text "hangs" stands for a time-out."""

    def run(command: Sequence[str]) -> str:
        output = outputs[command[-1].removeprefix("--requirement=")]
        if output == "hangs":
            raise TimeoutExpired(command, 120)
        return output

    return ask_service(Path("pip-audit"), [Path(name) for name in outputs], "", run)


def _listed(*dependencies: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


VULNERABLE = {
    "name": "Requests",
    "version": "2.30.0",
    "vulns": [
        {"id": "CVE-1", "aliases": ["GHSA-1"], "fix_versions": ["2.31.0"], "description": "A leak.\n\nMore of it."}
    ],
}
SKIPPED = {"name": "segno", "skip_reason": "Dependency not found and could not be audited: segno (1.6.6)"}


def test_what_the_service_finds_becomes_a_finding() -> None:
    answer = _service({"a.txt": _listed(VULNERABLE)})
    assert answer.findings == (Finding(REQUESTS, "CVE-1", ("GHSA-1",), "A leak.", ("2.31.0",), "the package index"),)


def test_a_package_that_the_service_skips_is_left_to_the_file() -> None:
    answer = _service({"a.txt": _listed(VULNERABLE, SKIPPED)})
    assert answer.audited == {REQUESTS}


@pytest.mark.parametrize("silence", ["", "Traceback (most recent call last): …", "hangs"])
def test_a_service_without_an_answer_leaves_all_to_the_file(silence: str) -> None:
    answer = _service({"a.txt": silence, "b.txt": silence})
    assert answer == ServiceAnswer("the package index", frozenset(), ())
    assert not judge(frozenset({REQUESTS}), answer, FILE, (), TODAY).passed


def test_a_service_that_falls_silent_keeps_what_it_has_said() -> None:
    answer = _service({"a.txt": _listed(VULNERABLE), "b.txt": "hangs", "c.txt": _listed(VULNERABLE)})
    assert answer.audited == {REQUESTS}
    assert len(answer.findings) == 1


def test_a_mirror_is_asked_instead_of_the_index() -> None:
    commands: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> str:
        commands.append(command)
        return _listed()

    answer = ask_service(Path("pip-audit"), [Path("a.txt")], "https://osv.example.com/v1/query", run)
    assert "--osv-url=https://osv.example.com/v1/query" in commands[0]
    assert answer.service == "the OSV service at https://osv.example.com/v1/query"


def _report(verdict_on: date = TODAY, pins: frozenset[Pin] = frozenset({REQUESTS, SEGNO})) -> str:
    verdict = judge(pins, SILENT, FILE, (), verdict_on)
    return "\n".join(report(pins, SILENT, FILE, verdict, verdict_on))


def test_the_report_says_which_source_was_used_and_how_old_it_is() -> None:
    text = _report(TODAY + timedelta(days=3))
    assert "the package index knows 0 of them" in text
    assert "3 days old, newest advisory of 2023-05-26, is the only source for 1" in text
    assert "1 are known to neither: segno" in text
    assert "FAILED: requests 2.30.0" in text
    assert "PYSEC-2023-74, CVE-2023-32681, fixed in 2.31.0; PyPA advisory database" in text


@pytest.mark.parametrize(("days", "warned"), [(90, False), (91, True)])
def test_the_report_warns_of_an_old_file(days: int, warned: bool) -> None:
    assert ("WARNING: the file is old" in _report(TODAY + timedelta(days=days))) is warned


def test_every_pinned_file_of_the_repository_is_audited() -> None:
    pinned = {*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements.txt")}
    assert pinned == set(PINNED_FILES)


def test_the_files_of_the_repository_can_be_read() -> None:
    file = read_advisories(ADVISORIES)
    read_acceptances(ACCEPTED)
    ids = [advisory.id for advisory in file.advisories]
    assert len(ids) == len(set(ids))
    assert not file.without_advisories & {advisory.package for advisory in file.advisories}
    assert all(advisory.ranges and advisory.summary and advisory.source for advisory in file.advisories)


def test_the_file_says_something_about_every_run_time_package() -> None:
    run_time = {pin.name for pin in pins_of([ROOT / "layers/dependencies/requirements.txt"])}
    assert not run_time - read_advisories(ADVISORIES).packages
