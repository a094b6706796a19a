"""The first plans with their titles and lines in all languages."""

from vpnbot.domain.plans.first_plans import first_plans
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.localization.messages import Messages


def worded_first_plans(*, sold: bool) -> tuple[SoldPlan, ...]:
    """Return the plans that a new shop proposes, hidden unless `sold`."""
    messages = Messages()

    def words(message: str) -> dict[str, str]:
        return {language: messages.text(language, message) for language in messages.languages}

    return first_plans(words, sold=sold)
