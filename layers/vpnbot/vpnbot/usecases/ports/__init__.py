"""The ports: protocols for what use cases need from adapters. Adapters implement them structurally."""

from vpnbot.usecases.ports.context import Context
from vpnbot.usecases.ports.fleet import Fleet
from vpnbot.usecases.ports.log import Log
from vpnbot.usecases.ports.metrics import Metric, Metrics
from vpnbot.usecases.ports.panels import Panel, Panels
from vpnbot.usecases.ports.payments import PaymentPorts, PaymentProvider, Providers, Reconciliations, ShopLedger
from vpnbot.usecases.ports.people import ConversationState, ConversationStates, NotificationSender, People, Session
from vpnbot.usecases.ports.plans import PlanCatalogue, Sales, ShopSettingsStore
from vpnbot.usecases.ports.scheduling import Concurrently, DeadLetters, DueIndex, DueQueue, Pace, UpdateQuarantine
from vpnbot.usecases.ports.servers import Outages, PanelTokens, ServerCatalogue, ServerDirectory
from vpnbot.usecases.ports.support import Operators, QuestionSender, SupportChatState

__all__ = [
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
    "Providers",
    "QuestionSender",
    "Reconciliations",
    "Sales",
    "ServerCatalogue",
    "ServerDirectory",
    "Session",
    "ShopLedger",
    "ShopSettingsStore",
    "SupportChatState",
    "UpdateQuarantine",
]
