"""Sentences for what the checks of plans and settings find."""

from collections.abc import Iterable

from vpnbot.domain.money import Money
from vpnbot.domain.plans.findings import Finding, Problem, Severity
from vpnbot.telegram.messages.screen import Argument, Phrase, phrase

_ABOUT_PRICES = frozenset({Problem.PRICE_LOW, Problem.PRICE_HIGH, Problem.RENEWAL_PRICE})
_MARKS = {Severity.ERROR: "finding-error", Severity.CONFIRM: "finding-confirm", Severity.WARNING: "finding-warning"}


def finding_lines(findings: Iterable[Finding]) -> tuple[Phrase, ...]:
    """Return a line for each finding, with a mark for its severity."""
    return tuple(phrase(_MARKS[found.severity], finding=finding_phrase(found)) for found in findings)


def finding_phrase(found: Finding) -> Phrase:
    """Return the sentence for a finding."""
    limit: Argument = found.limit
    if found.problem in _ABOUT_PRICES:
        limit = Money(found.limit, found.currency)
    return phrase(
        f"finding-{found.problem}",
        plan=found.plan,
        duration=found.duration,
        currency=found.currency,
        about=found.about,
        limit=limit,
    )
