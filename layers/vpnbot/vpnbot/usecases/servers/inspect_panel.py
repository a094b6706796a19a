"""Probe a panel, and read the endpoints of its inbounds."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health, Inbound, Server
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.ports import Context, Fleet

_PANEL = "/panel"


@dataclass(frozen=True, slots=True)
class PanelProbe:
    """The result of a probe: the health of the server, and all inbounds (`obstacle` says why one is not usable).

    `server` has the address at which the panel answered.
    """

    server: Server
    health: Health
    inbounds: Sequence[Inbound]


def identify_panel(fleet: Fleet, server: Server) -> Server:
    """Check that a panel answers at a server's address before its token is given away; return the server.

    Its address may have one more part, as for `probe_panel`. No token is sent, and none need be stored.

    Raises:
        As `probe_panel`.
    """
    return _at_either_path(server, lambda candidate: _identified(fleet, candidate))


def _identified(fleet: Fleet, server: Server) -> Server:
    fleet.panels.without_breaker(server).identify()
    return server


def probe_panel(fleet: Fleet, server: Server) -> PanelProbe:
    """Probe a server's panel. Its token is sent only after the panel was identified.

    The server need not be in the catalogue, nor its inbound chosen; the panel's token must be stored. An address that
    ended in `/panel` may have lost a part of its base path (`panel_address`): so it is tried with that part, too.

    Raises:
        PanelUnavailable, PanelRejected: the panel cannot be used; `trouble` says why.
        Misconfigured: a setting prevents the call to the panel.
    """
    return _at_either_path(server, lambda candidate: _probed(fleet, candidate))


def _at_either_path[T](server: Server, call: Callable[[Server], T]) -> T:
    try:
        return call(server)
    except PanelRejected as error:
        if error.trouble is not PanelTrouble.WRONG_PATH or server.address.endswith(_PANEL):
            raise
        with suppress(PanelUnavailable, PanelRejected):
            return call(replace(server, address=f"{server.address}{_PANEL}"))
        raise


def _probed(fleet: Fleet, server: Server) -> PanelProbe:
    panel = fleet.panels.without_breaker(server)
    panel.identify()
    inbounds, health = panel.inbounds(), panel.health()
    if health.problem is not None:
        raise PanelRejected(health.problem, health.detail)
    return PanelProbe(server, health, inbounds)


def refresh_server(fleet: Fleet, context: Context, server: Server) -> Server:
    """Read the endpoints from the panel, store a change, and return the server.

    The next reconciliation run updates people's links.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the endpoints could not be read.
        Retryable: the storage did not answer.
    """
    refreshed = with_probed_endpoints(fleet, server)
    if refreshed == server:
        return server
    cause = f"event:endpoint:{server.id}:{server.version}"
    with suppress(AlreadyDecided, Conflict):  # it is stored already, or the server was changed meanwhile
        fleet.catalogue.replace(
            server, refreshed, Entry(cause, "server endpoint changed", context.clock(), actor="panel")
        )
    return fleet.catalogue.get(server.id)


def check_server(fleet: Fleet, context: Context, server: Server) -> Server:
    """Read the endpoints as `refresh_server` does; if that succeeds, make what waits for the panel due at once.

    Raises:
        As `refresh_server`.
    """
    refreshed = refresh_server(fleet, context, server)
    fleet.catalogue.make_run_due(server.id, context.clock())
    return refreshed


def with_probed_endpoints(fleet: Fleet, server: Server) -> Server:
    """Return a server with the endpoints that are read from its panel now. It need not be in the catalogue.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the endpoints could not be read.
    """
    panel = fleet.panels.without_breaker(server)
    endpoint = server.presented(panel.endpoint(server.inbound_id))
    if server.limited_inbound_id is None:
        return replace(server, endpoint=endpoint, limited_endpoint=None)
    limited = server.presented(panel.endpoint(server.limited_inbound_id))
    return replace(server, endpoint=endpoint, limited_endpoint=replace(limited, limited=True))
