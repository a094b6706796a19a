"""The ports for VPN servers in one object: catalogue, panels, tokens, outages, and the ring of key secrets."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.usecases.concurrency import run_concurrently
from vpnbot.usecases.ports.panels import Panels
from vpnbot.usecases.ports.scheduling import Concurrently
from vpnbot.usecases.ports.servers import Outages, PanelTokens, ServerCatalogue


@dataclass(frozen=True, slots=True)
class Fleet:
    """What use cases need to create, check and remove keys.

    `ring` returns the current key ring. `concurrently` calls several panels at the same time; tests pass a sequential
    implementation.
    """

    catalogue: ServerCatalogue
    panels: Panels
    tokens: PanelTokens
    outages: Outages
    ring: Callable[[], KeyRing]
    concurrently: Concurrently = run_concurrently
