"""The outside as use cases see it, in one hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.keys import KeyRing
from vpnbot.domain.plan import TRIAL, Plan
from vpnbot.usecases.ports.meter import Meter
from vpnbot.usecases.ports.people import People
from vpnbot.usecases.ports.servers import ExaminablePanel, PanelTokens, ServerBook
from vpnbot.usecases.ports.work import Together
from vpnbot.usecases.side_by_side import side_by_side


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
