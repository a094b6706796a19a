"""Look at a panel before it is trusted with people: does it answer, and what does it have for us?"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.panel_errors import PanelRejected
from vpnbot.domain.servers.server import Health, Inbound, Server
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.ports import Context, Fleet


@dataclass(frozen=True, slots=True)
class PanelProbe:
    """A panel that answers: how it is, and its ways in, those that we cannot use with the reason."""

    health: Health
    inbounds: Sequence[Inbound]


def probe_panel(fleet: Fleet, server: Server) -> PanelProbe:
    """Return what a panel says. The server need not be in the catalogue, nor its inbound known; its token is kept.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: it cannot be used like this; `trouble` says why.
    """
    panel = fleet.panels.without_pause(server)
    inbounds, health = panel.inbounds(), panel.health()
    if health.problem is not None:
        raise PanelRejected(health.problem, health.detail)
    return PanelProbe(health, inbounds)


def refresh_server(fleet: Fleet, context: Context, server: Server) -> Server:
    """Return the server as its panel presents it now; a change is kept, and links follow with the next round.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the panel cannot be looked at.
        Retryable: neither can the catalogue.
    """
    seen = with_probed_endpoints(fleet, server)
    if seen == server:
        return server
    cause = f"event:endpoint:{server.id}:{server.version}"
    with suppress(AlreadyDecided, Conflict):  # it is stored already, or the server was changed meanwhile
        fleet.catalogue.replace(
            server, seen, Entry(cause, "server presents itself anew", context.clock(), actor="panel")
        )
    return fleet.catalogue.get(server.id)


def with_probed_endpoints(fleet: Fleet, server: Server) -> Server:
    """Return a server, known or not yet, with what its panel says of its inbounds.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the panel cannot be looked at.
    """
    panel = fleet.panels.without_pause(server)
    endpoint = server.presented(panel.endpoint(server.inbound_id))
    if server.limited_inbound_id is None:
        return replace(server, endpoint=endpoint, limited_endpoint=None)
    limited = server.presented(panel.endpoint(server.limited_inbound_id))
    return replace(server, endpoint=endpoint, limited_endpoint=replace(limited, limited=True))
