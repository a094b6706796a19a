"""Put a server into the catalogue; from then on new keys are placed on it."""

from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.errors import AlreadyDecided, Conflict, Rejected
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.inspect_panel import probe_panel, with_probed_endpoints


class PanelAlreadyAdded(Rejected):
    """Another server in the catalogue has this panel: each would remove the other's clients as orphans.

    `server_id` is the name of that server, `added_by` the actor who added it; empty: not known.
    """

    def __init__(self, server_id: str, added_by: str = "") -> None:
        super().__init__(f"the panel at this address is server {server_id} already")
        self.server_id = server_id
        self.added_by = added_by


def add_server(fleet: Fleet, context: Context, server: Server, cause: str, actor: str) -> Server:
    """Add a server whose panel is healthy; return it with the endpoints that were read from the panel.

    The panel's token must be stored already.

    Raises:
        BadInput: `same_inbound`, see `reject_same_inbound`.
        PanelUnavailable, PanelRejected: the panel cannot be used; `trouble` says why.
        Misconfigured: a setting prevents the call to the panel.
        PanelAlreadyAdded: another server has this panel.
        Rejected: there is a server of this name.
        StorageUnavailable: it is unknown whether the server was added; call again with the same cause.
    """
    reject_same_inbound(server)
    reject_known_panel(fleet, server.address, besides=server.id)
    return register_server(fleet, context, ensure_healthy(fleet, server), cause, actor)


def reject_same_inbound(server: Server) -> None:
    """Check that the inbound for expired keys is not the inbound of working keys.

    Raises:
        BadInput: `same_inbound`: an expired key would still carry all traffic.
    """
    if server.limited_inbound_id is not None and server.limited_inbound_id == server.inbound_id:
        raise BadInput("same_inbound")


def reject_known_panel(fleet: Fleet, address: str, *, besides: str = "") -> None:
    """Check that no server, besides the one of that name, has the panel at this address.

    Raises:
        PanelAlreadyAdded: another server has it.
        StorageUnavailable: the storage did not answer; try again later.
    """
    for listing in fleet.catalogue.listings(fresh=True):
        if listing.server.address == address and listing.server.id != besides:
            raise PanelAlreadyAdded(listing.server.id, listing.server.added_by)


def ensure_healthy(fleet: Fleet, server: Server) -> Server:
    """Probe a server's panel; return the server with the endpoints read from it. It need not be in the catalogue.

    Raises:
        PanelUnavailable, PanelRejected: the panel cannot be used; `trouble` says why.
        PanelAlreadyAdded: the panel answers at another address, which another server has.
        Misconfigured: a setting prevents the call to the panel.
    """
    found = probe_panel(fleet, server).server
    if found.address != server.address:
        reject_known_panel(fleet, found.address, besides=server.id)
    return with_probed_endpoints(fleet, found)


def register_server(fleet: Fleet, context: Context, server: Server, cause: str, actor: str) -> Server:
    """Write a server into the catalogue, with its first reconciliation run due at once.

    Raises:
        PanelAlreadyAdded: another server got this panel at the same moment.
        Rejected: there is a server of this name.
        Conflict: another transaction is changing the catalogue; call again with the same cause.
        StorageUnavailable: it is unknown whether the server was added; call again with the same cause.
    """
    now = context.clock()
    new = replace(server, version=int(now.timestamp()), added_by=actor)
    entry, first_run = (
        Entry(cause, f"server {server.id} added", now, actor),
        ReconciliationRun(server.id, now, due=Due(now)),
    )
    try:
        fleet.catalogue.add(new, entry, first_run)
    except AlreadyDecided:
        return fleet.catalogue.get(server.id)
    except (Rejected, Conflict):
        reject_known_panel(fleet, server.address)
        raise
    return new
