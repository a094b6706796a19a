"""The VPN servers as use cases see them: catalogue, panels, the tokens of panels, and the ring of key secrets."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.usecases.concurrency import run_concurrently
from vpnbot.usecases.ports.panels import Panels
from vpnbot.usecases.ports.scheduling import Concurrently
from vpnbot.usecases.ports.servers import PanelTokens, ServerCatalogue


@dataclass(frozen=True, slots=True)
class Fleet:
    """What making, checking and removing keys needs.

    `concurrently` calls several panels at the same time; tests pass a sequential one.
    """

    catalogue: ServerCatalogue
    panels: Panels
    tokens: PanelTokens
    ring: Callable[[], KeyRing]
    concurrently: Concurrently = run_concurrently
