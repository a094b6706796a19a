"""Plans as YAML files that operators edit."""

from collections.abc import Iterator, Sequence

import yaml

from vpnbot.domain.money import Money
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.document import BadDocument, from_document, to_document
from vpnbot.domain.plans.findings import Finding, Severity
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.localization.finding_messages import finding_message
from vpnbot.localization.formatting import format_money
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages

_MARKS = {Severity.ERROR: "✘", Severity.CONFIRM: "!", Severity.WARNING: "!"}


def file_text(catalogue: Catalogue) -> str:
    """Return all plans as a YAML file; `plans_in` reads it again."""
    document = {
        "base_currency": catalogue.base_currency,
        "plans": {plan.id: to_document(plan) for plan in catalogue.plans},
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def plans_in(text: str, base_currency: str) -> Sequence[SoldPlan]:
    """Return the plans in a YAML file; their version is 0.

    Raises:
        BadDocument: it is no such file, or was exported from a shop with another base currency.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadDocument(f"the file is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not isinstance(document.get("plans"), dict):
        raise BadDocument("the file has no map of plans")
    if document.keys() - {"base_currency", "plans"}:
        raise BadDocument("the file has only base_currency and plans")
    if document.get("base_currency", base_currency) != base_currency:
        raise BadDocument(f"base_currency: that of this shop is {base_currency}")
    return [from_document(_id(plan_id), each) for plan_id, each in document["plans"].items()]


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a line in English for each finding."""
    messages = Messages()
    for found in findings:
        message, arguments = finding_message(found)
        values = {
            name: format_money(messages, DEFAULT_LANGUAGE, value) if isinstance(value, Money) else value
            for name, value in arguments.items()
        }
        about = f"{found.plan}: " if found.plan else ""
        yield f"{_MARKS[found.severity]} {about}{messages.text(DEFAULT_LANGUAGE, message, values)}"


def _id(plan_id: object) -> str:
    if not isinstance(plan_id, str):
        raise BadDocument(f"plans.{plan_id}: put the id into quotes")
    return plan_id
