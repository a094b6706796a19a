"""Plans, settings of the shop and openings as items of the table, and back.

| item         | pk             | sk           | written                                              |
|--------------|----------------|--------------|------------------------------------------------------|
| Plan         | PLANS          | PLAN#id      | by an operator                                       |
| ShopSettings | SHOP           | SETTINGS     | by an operator, and with each save of a visible plan |
| ProviderBreaker | SHOP        | BREAKER#provider | while a payment provider fails                   |
| Opening      | SHOP           | OPENING#time | when the shop opens; due until all are notified      |
| Ledger entry | PLANS#LOG      | LOG#cause    | with each change of a plan                           |
| Ledger entry | SHOP#LOG       | LOG#cause    | with each change of the settings                     |
| Revision     | SHOP#LOG       | V#subject#version#field | for each value that an operator changes   |
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from pynamodb.expressions.condition import Condition

from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.plans.opening import Opening
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.scheduling import Urgency
from vpnbot.domain.shop import SHOP
from vpnbot.storage.change_ledger import ChangeLedger
from vpnbot.storage.codec import make_due, new_record
from vpnbot.storage.conversions import converter
from vpnbot.storage.table import Record

PLANS = "PLANS"
SETTINGS = "SETTINGS"
_BREAKER = "BREAKER#"
SETTINGS_AND_BREAKERS = (_BREAKER, SETTINGS)
"""The range of the sort keys that one Query reads. What else is in it, such as due work, is small."""

PLANS_LEDGER = ChangeLedger(f"{PLANS}#LOG")
SHOP_LEDGER = ChangeLedger(f"{SHOP}#LOG")


def plan_key(plan_id: str) -> str:
    """Return the sort key of a plan."""
    return f"PLAN#{plan_id}"


def plan_record(plan: SoldPlan) -> Record:
    """Return a plan as a record."""
    record = new_record(PLANS, plan_key(plan.id), plan)
    record.version = plan.version
    return record


def breaker_key(provider: str) -> str:
    """Return the sort key of the circuit breaker of a payment provider."""
    return f"{_BREAKER}{provider}"


def settings_record(settings: ShopSettings) -> Record:
    """Return the settings as a record."""
    record = new_record(SHOP, SETTINGS, settings)
    record.version = settings.version
    return record


def opening_record(opening: Opening) -> Record:
    """Return an opening as a record."""
    record = Record(SHOP, opening.key)
    make_due(record, opening.due, Urgency.BULK)
    return record


def unchanged(version: int) -> Condition:
    """Return the condition that the stored version is still this one; 0: nothing is stored."""
    condition: Condition = Record.version == version if version else Record.pk.does_not_exist()
    return condition


def plan_change(before: SoldPlan | None, after: SoldPlan) -> Mapping[str, object]:
    """Return the texts of a plan before and after a change for the ledger. JSON, which YAML readers read too."""
    from vpnbot.domain.plans.document import to_document

    return {"before": _text(to_document(before)) if before else "", "after": _text(to_document(after))}


def settings_change(before: ShopSettings, after: ShopSettings) -> Mapping[str, object]:
    """Return the settings before and after a change for the ledger; the history has the texts."""
    without_texts = (converter.unstructure(replace(each, texts={})) for each in (before, after))
    return dict(zip(("before", "after"), map(_text, without_texts), strict=True))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
