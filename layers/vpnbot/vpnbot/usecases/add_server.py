"""Put a server into the catalogue: from then on new keys go there."""

from vpnbot.domain.due import Due
from vpnbot.domain.ledger import Entry
from vpnbot.domain.server import Server
from vpnbot.domain.server_round import ServerRound
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.examine_panel import examine_panel
from vpnbot.usecases.ports import Shop
from vpnbot.usecases.refresh_server import looked_at


def add_server(shop: Shop, server: Server, cause: str, actor: str) -> Server:
    """Add a server whose panel is well, its token kept already; return it as it presents itself.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: it cannot be used like this; `trouble` says why.
        Rejected: there is one of this name.
        StorageUnavailable: it may or may not have happened; asking again with this cause tells.
    """
    return enrolled(shop, found_well(shop, server), cause, actor)


def found_well(shop: Shop, server: Server) -> Server:
    """Return a server, known or not yet, as it presents itself, if its panel is well.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: it cannot be used like this; `trouble` says why.
    """
    examine_panel(shop, server)
    return looked_at(shop, server)


def enrolled(shop: Shop, server: Server, cause: str, actor: str) -> Server:
    """Write a server into the catalogue, its first round due at once.

    Raises:
        Rejected: there is one of this name.
        StorageUnavailable: it may or may not have happened; asking again with this cause tells.
    """
    now = shop.clock()
    try:
        shop.servers.add(
            server, Entry(cause, f"server {server.id} added", now, actor), ServerRound(server.id, now, due=Due(now))
        )
    except AlreadyDecided:
        return shop.servers.get(server.id)
    return server
