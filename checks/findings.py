"""Known vulnerabilities of pinned packages: which fail the audit, which are accepted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from checks.acceptances import Acceptance
from checks.advisories import AdvisoryFile
from checks.pins import Pin


@dataclass(frozen=True, slots=True)
class Finding:
    """A pinned version has a known vulnerability."""

    pin: Pin
    id: str
    aliases: tuple[str, ...]
    summary: str
    fixed_in: tuple[str, ...]
    source: str

    @property
    def names(self) -> frozenset[str]:
        """Return all identifiers of the vulnerability. Two sources name the same one differently."""
        return frozenset({self.id, *self.aliases})


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What a vulnerability service said: the pins that it knows, and which of them are affected."""

    service: str
    audited: frozenset[Pin]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of an audit."""

    failing: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    expired: tuple[Acceptance, ...]
    unused: tuple[Acceptance, ...]
    unknown: tuple[Pin, ...]
    """Pins about which neither the service nor the file says anything."""

    @property
    def passed(self) -> bool:
        """Tell whether nothing is wrong. An expired acceptance is wrong, too: it must be decided again."""
        return not self.failing and not self.expired


def judge(
    pins: frozenset[Pin],
    answer: ServiceAnswer,
    file: AdvisoryFile,
    acceptances: Iterable[Acceptance],
    today: date,
) -> Verdict:
    """Compare what is pinned with what the service and the file know; the file counts for every pin."""
    findings = _merged([*answer.findings, *_findings_of_file(pins, file)])
    valid = [acceptance for acceptance in acceptances if not acceptance.expired(today)]
    accepted = tuple(finding for finding in findings if any(_covers(acceptance, finding) for acceptance in valid))
    return Verdict(
        failing=tuple(finding for finding in findings if finding not in accepted),
        accepted=accepted,
        expired=tuple(acceptance for acceptance in acceptances if acceptance.expired(today)),
        unused=tuple(one for one in valid if not any(_covers(one, finding) for finding in accepted)),
        unknown=tuple(sorted(pin for pin in pins - answer.audited if pin.name not in file.packages)),
    )


def _findings_of_file(pins: frozenset[Pin], file: AdvisoryFile) -> list[Finding]:
    return [
        Finding(pin, advisory.id, advisory.aliases, advisory.summary, advisory.fixed_in, advisory.source)
        for pin in sorted(pins)
        for advisory in file.advisories
        if advisory.package == pin.name and advisory.affects(pin.version)
    ]


def _merged(findings: list[Finding]) -> tuple[Finding, ...]:
    """Keep the first of the findings that mean the same vulnerability of the same pin."""
    kept: list[Finding] = []
    for finding in findings:
        if not any(other.pin == finding.pin and other.names & finding.names for other in kept):
            kept.append(finding)
    return tuple(kept)


def _covers(acceptance: Acceptance, finding: Finding) -> bool:
    return acceptance.package == finding.pin.name and acceptance.id in finding.names
