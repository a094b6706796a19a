"""Read from the panel how a server's inbounds present themselves: what links show of it."""

from contextlib import suppress
from dataclasses import replace

from vpnbot.domain.ledger import Entry
from vpnbot.domain.server import Server
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.ports import Shop


def refresh_server(shop: Shop, server: Server) -> Server:
    """Return the server as its panel presents it now; a change is kept, and links follow with the next round.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: the panel cannot be looked at.
        Retryable: neither can the catalogue.
    """
    seen = looked_at(shop, server)
    if seen == server:
        return server
    cause = f"event:endpoint:{server.id}:{server.version}"
    with suppress(AlreadyDecided, Conflict):  # somebody else has written it down, or something else about it
        shop.servers.replace(server, seen, Entry(cause, "server presents itself anew", shop.clock(), actor="panel"))
    return shop.servers.get(server.id)


def looked_at(shop: Shop, server: Server) -> Server:
    """Return a server, known or not yet, with what its panel says of its inbounds.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: the panel cannot be looked at.
    """
    endpoint = server.presented(shop.panel.endpoint(server, server.inbound_id))
    if server.limited_inbound_id is None:
        return replace(server, endpoint=endpoint, limited_endpoint=None)
    limited = server.presented(shop.panel.endpoint(server, server.limited_inbound_id))
    return replace(server, endpoint=endpoint, limited_endpoint=replace(limited, limited=True))
