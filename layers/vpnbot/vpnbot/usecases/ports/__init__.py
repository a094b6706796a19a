"""What use cases need from outside. Adapters satisfy these by shape and import nothing from here."""

from vpnbot.usecases.ports.context import Context
from vpnbot.usecases.ports.fleet import Fleet
from vpnbot.usecases.ports.metrics import Metric, Metrics
from vpnbot.usecases.ports.people import ConversationState, ConversationStates, Messenger, People, Session
from vpnbot.usecases.ports.scheduling import Concurrently, DueIndex, DueQueue, Parking
from vpnbot.usecases.ports.servers import ExaminablePanel, Panel, PanelTokens, ServerBook, Servers

__all__ = [
    "Concurrently",
    "Context",
    "ConversationState",
    "ConversationStates",
    "DueIndex",
    "DueQueue",
    "ExaminablePanel",
    "Fleet",
    "Messenger",
    "Metric",
    "Metrics",
    "Panel",
    "PanelTokens",
    "Parking",
    "People",
    "ServerBook",
    "Servers",
    "Session",
]
