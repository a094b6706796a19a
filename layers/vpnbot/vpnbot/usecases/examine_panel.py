"""Look at a panel before it is trusted with people: does it answer, and what does it have for us?"""

from collections.abc import Sequence
from dataclasses import dataclass

from vpnbot.domain.server import Health, Inbound, Server
from vpnbot.errors import PanelRefused
from vpnbot.usecases.ports import Shop


@dataclass(frozen=True, slots=True)
class Examined:
    """A panel that answers: how it is, and its ways in, those that we cannot use with the reason."""

    health: Health
    inbounds: Sequence[Inbound]


def examine_panel(shop: Shop, server: Server) -> Examined:
    """Return what a panel says. The server need not be in the catalogue, nor its inbound known; its token is kept.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: it cannot be used like this; `trouble` says why.
    """
    inbounds = shop.panel.inbounds(server)
    health = shop.panel.examine(server)
    if not health.well:
        raise PanelRefused(health.error or "the panel is not well", trouble=health.trouble, detail=health.detail)
    return Examined(health, inbounds)
