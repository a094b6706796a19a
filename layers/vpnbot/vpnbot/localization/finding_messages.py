"""The messages for what the checks of plans and settings find."""

from collections.abc import Mapping

from vpnbot.domain.money import Money
from vpnbot.domain.plans.findings import Finding, Problem

_ABOUT_PRICES = frozenset({Problem.PRICE_LOW, Problem.PRICE_HIGH, Problem.RENEWAL_PRICE})


def finding_message(found: Finding) -> tuple[str, Mapping[str, str | int | Money]]:
    """Return the id of the message for a finding, and its arguments."""
    arguments: dict[str, str | int | Money] = {
        "plan": found.plan,
        "duration": found.duration,
        "currency": found.currency,
        "about": found.about,
        "limit": Money(found.limit, found.currency) if found.problem in _ABOUT_PRICES else found.limit,
    }
    return f"finding-{found.problem}", arguments
