"""Sentences for what the checks of plans and settings find."""

from collections.abc import Iterable

from vpnbot.domain.plans.findings import Finding, Severity
from vpnbot.localization.finding_messages import finding_message
from vpnbot.telegram.messages.screen import Phrase, phrase

_MARKS = {Severity.ERROR: "finding-error", Severity.CONFIRM: "finding-confirm", Severity.WARNING: "finding-warning"}


def finding_lines(findings: Iterable[Finding]) -> tuple[Phrase, ...]:
    """Return a line for each finding, with a mark for its severity."""
    return tuple(phrase(_MARKS[found.severity], finding=_sentence(found)) for found in findings)


def _sentence(found: Finding) -> Phrase:
    message, arguments = finding_message(found)
    return Phrase(message, arguments)
