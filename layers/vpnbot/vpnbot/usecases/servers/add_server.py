"""Put a server into the catalogue: from then on new keys go there."""

from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.inspect_panel import probe_panel, with_probed_endpoints

_NAME_CHARACTERS = 8


class PanelAlreadyAdded(Rejected):
    """One of our servers has this panel already: two would take each other's clients for strays.

    `server_id` is its name.
    """

    def __init__(self, server_id: str) -> None:
        super().__init__(f"the panel at this address is server {server_id} already")
        self.server_id = server_id


def add_server(fleet: Fleet, context: Context, server: Server, cause: str, actor: str) -> Server:
    """Add a server whose panel is well, its token kept already; return it as it presents itself.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: it cannot be used like this; `trouble` says why.
        PanelAlreadyAdded: another server has this panel.
        Rejected: there is one of this name.
        StorageUnavailable: it may or may not have happened; asking again with this cause tells.
    """
    reject_same_inbound(server)
    reject_known_panel(fleet, server)
    return register_server(fleet, context, ensure_healthy(fleet, server), cause, actor)


def reject_same_inbound(server: Server) -> None:
    """Do nothing if the inbound for expired keys is not the one that lets everything through.

    Raises:
        BadInput: `same_inbound`: an expired key would still open everything.
    """
    if server.limited_inbound_id is not None and server.limited_inbound_id == server.inbound_id:
        raise BadInput("same_inbound")


def new_token_name(context: Context) -> str:
    """Return a token name that was never used before, so that no process has a stale token cached under it."""
    return f"token-{context.new_seed()[:_NAME_CHARACTERS]}"


def reject_known_panel(fleet: Fleet, server: Server) -> None:
    """Do nothing if no other server has this one's panel.

    Raises:
        PanelAlreadyAdded: one has.
        StorageUnavailable: try again.
    """
    for listing in fleet.catalogue.listings(fresh=True):
        if listing.server.address == server.address and listing.server.id != server.id:
            raise PanelAlreadyAdded(listing.server.id)


def ensure_healthy(fleet: Fleet, server: Server) -> Server:
    """Return a server, known or not yet, as it presents itself, if its panel is well.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: it cannot be used like this; `trouble` says why.
    """
    probe_panel(fleet, server)
    return with_probed_endpoints(fleet, server)


def register_server(fleet: Fleet, context: Context, server: Server, cause: str, actor: str) -> Server:
    """Write a server into the catalogue, its first round due at once.

    Raises:
        Rejected: there is one of this name.
        StorageUnavailable: it may or may not have happened; asking again with this cause tells.
    """
    now = context.clock()
    new = replace(server, version=int(now.timestamp()))
    entry, first_run = (
        Entry(cause, f"server {server.id} added", now, actor),
        ReconciliationRun(server.id, now, due=Due(now)),
    )
    try:
        fleet.catalogue.add(new, entry, first_run)
    except AlreadyDecided:
        return fleet.catalogue.get(server.id)
    return new
