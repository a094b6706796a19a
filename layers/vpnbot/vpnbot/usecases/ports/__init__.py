"""The ports: protocols for what use cases need from adapters. Adapters implement them structurally.

A port is imported when it is first named here, so that a function loads only those that it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vpnbot.usecases.ports.audience import Audience, BulkPorts, BulkTurn, WaiterRows
    from vpnbot.usecases.ports.backlogs import Backlogs
    from vpnbot.usecases.ports.context import Context
    from vpnbot.usecases.ports.fleet import Fleet
    from vpnbot.usecases.ports.log import Log
    from vpnbot.usecases.ports.metrics import Metric, Metrics
    from vpnbot.usecases.ports.money import (
        PaymentPorts,
        ProviderBreakers,
        ProviderWaiters,
        Reconciliations,
        ShopLedger,
    )
    from vpnbot.usecases.ports.panels import Panel, Panels
    from vpnbot.usecases.ports.payments import PaymentProvider, Providers
    from vpnbot.usecases.ports.people import (
        ConversationState,
        ConversationStates,
        NotificationSender,
        People,
        Session,
    )
    from vpnbot.usecases.ports.plans import PlanCatalogue, Sales, ShopSettingsStore
    from vpnbot.usecases.ports.scheduling import Concurrently, DeadLetters, DueIndex, DueQueue, Pace, UpdateQuarantine
    from vpnbot.usecases.ports.servers import Outages, PanelTokens, ServerCatalogue, ServerDirectory
    from vpnbot.usecases.ports.staff import StaffPorts
    from vpnbot.usecases.ports.support import (
        AnswerSender,
        Operators,
        QuestionSender,
        SupportChatState,
        SupportRecords,
    )

__all__ = [
    "AnswerSender",
    "Audience",
    "Backlogs",
    "BulkPorts",
    "BulkTurn",
    "Concurrently",
    "Context",
    "ConversationState",
    "ConversationStates",
    "DeadLetters",
    "DueIndex",
    "DueQueue",
    "Fleet",
    "Log",
    "Metric",
    "Metrics",
    "NotificationSender",
    "Operators",
    "Outages",
    "Pace",
    "Panel",
    "PanelTokens",
    "Panels",
    "PaymentPorts",
    "PaymentProvider",
    "People",
    "PlanCatalogue",
    "ProviderBreakers",
    "ProviderWaiters",
    "Providers",
    "QuestionSender",
    "Reconciliations",
    "Sales",
    "ServerCatalogue",
    "ServerDirectory",
    "Session",
    "ShopLedger",
    "ShopSettingsStore",
    "StaffPorts",
    "SupportChatState",
    "SupportRecords",
    "UpdateQuarantine",
    "WaiterRows",
]

_MODULES = {
    "audience": (
        "Audience",
        "BulkPorts",
        "BulkTurn",
        "WaiterRows",
    ),
    "backlogs": ("Backlogs",),
    "context": ("Context",),
    "fleet": ("Fleet",),
    "log": ("Log",),
    "metrics": (
        "Metric",
        "Metrics",
    ),
    "panels": (
        "Panel",
        "Panels",
    ),
    "money": (
        "PaymentPorts",
        "ProviderBreakers",
        "ProviderWaiters",
        "Reconciliations",
        "ShopLedger",
    ),
    "payments": (
        "PaymentProvider",
        "Providers",
    ),
    "people": (
        "ConversationState",
        "ConversationStates",
        "NotificationSender",
        "People",
        "Session",
    ),
    "plans": (
        "PlanCatalogue",
        "Sales",
        "ShopSettingsStore",
    ),
    "scheduling": (
        "Concurrently",
        "DeadLetters",
        "DueIndex",
        "DueQueue",
        "Pace",
        "UpdateQuarantine",
    ),
    "servers": (
        "Outages",
        "PanelTokens",
        "ServerCatalogue",
        "ServerDirectory",
    ),
    "staff": ("StaffPorts",),
    "support": (
        "AnswerSender",
        "Operators",
        "QuestionSender",
        "SupportChatState",
        "SupportRecords",
    ),
}


def __getattr__(name: str) -> object:
    """Return a port, whose module is imported now; later uses of the name do not come here."""
    for module, names in _MODULES.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
