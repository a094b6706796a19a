"""Sentences for what the checks of plans and settings find."""

from collections.abc import Iterable

from vpnbot.domain.plans.findings import Finding, Problem, Severity
from vpnbot.localization.finding_messages import finding_message
from vpnbot.telegram.customer.payment_words import service_name
from vpnbot.telegram.messages.screen import Phrase, phrase

_MARKS = {Severity.ERROR: "finding-error", Severity.CONFIRM: "finding-confirm", Severity.WARNING: "finding-warning"}
_ABOUT_A_SERVICE = frozenset({Problem.PROVIDER_TWICE, Problem.NOTHING_IN_CURRENCY})
"""What is about a payment provider that has a name."""


def finding_lines(findings: Iterable[Finding]) -> tuple[Phrase, ...]:
    """Return a line for each finding, with a mark for its severity."""
    return tuple(phrase(_MARKS[found.severity], finding=_sentence(found)) for found in findings)


def _sentence(found: Finding) -> Phrase:
    message, arguments = finding_message(found)
    about = {"about": service_name(found.about)} if found.problem in _ABOUT_A_SERVICE else {}
    return Phrase(message, {**arguments, **about})
