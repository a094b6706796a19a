"""What use cases need from outside. Adapters satisfy these by shape and import nothing from here."""

from vpnbot.usecases.ports.metrics import Meter, Metric
from vpnbot.usecases.ports.people import ConversationState, ConversationStates, Messenger, People, Session
from vpnbot.usecases.ports.scheduling import DueIndex, DueQueue, Parking, Together
from vpnbot.usecases.ports.servers import ExaminablePanel, Panel, PanelTokens, ServerBook, Servers
from vpnbot.usecases.ports.shop import Shop

__all__ = [
    "ConversationState",
    "ConversationStates",
    "DueIndex",
    "DueQueue",
    "ExaminablePanel",
    "Messenger",
    "Meter",
    "Metric",
    "Panel",
    "PanelTokens",
    "Parking",
    "People",
    "ServerBook",
    "Servers",
    "Session",
    "Shop",
    "Together",
]
