"""The outside as use cases see it, in one hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.usecases.concurrency import side_by_side
from vpnbot.usecases.ports.metrics import Meter
from vpnbot.usecases.ports.people import People
from vpnbot.usecases.ports.scheduling import Together
from vpnbot.usecases.ports.servers import ExaminablePanel, PanelTokens, ServerBook


@dataclass(frozen=True, slots=True)
class Shop:
    """The outside as use cases see it. `trial` is what the free trial grants."""

    people: People
    panel: ExaminablePanel
    servers: ServerBook
    ring: Callable[[], KeyRing]
    new_seed: Callable[[], str]
    clock: Callable[[], datetime]
    meter: Meter
    tokens: PanelTokens
    trial: Plan = TRIAL
    together: Together = side_by_side
