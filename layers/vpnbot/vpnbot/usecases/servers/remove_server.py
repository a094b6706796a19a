"""Remove a server: at once when no key is on it, or after all keys have been moved when its panel is lost."""

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import AlreadyDecided, Conflict, Rejected
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.change_server import change_server, get_server, with_state
from vpnbot.usecases.servers.panel_tokens import remove_unused_tokens


class KeysOnServer(Rejected):
    """The server still has keys: drain it first, or declare its panel lost (`panel_is_lost`)."""


def remove_server(
    fleet: Fleet,
    context: Context,
    server_id: str,
    cause: str,
    actor: str,
    *,
    panel_is_lost: bool = False,
    seen: ServerState | None = None,
) -> bool:
    """Remove a server and its token; return False if its keys must be moved to other servers first.

    With `panel_is_lost` a server that has keys is decommissioned: reconciliation moves the keys, and removes the
    server when none is left. `seen` is the state in which the operator saw the server; None: any state.

    Raises:
        KeysOnServer: the server still has keys, or a capacity shard still counts one.
        ServerStateChanged: the panel is said to be lost, but another administrator has changed the server's state.
        UnknownServer: there is no server of this name any more.
        Misconfigured: there is no token store.
        Conflict, Retryable: concurrent changes, or a service did not answer; try again later.
    """
    server = get_server(fleet, server_id)
    if not fleet.catalogue.expected(server_id, limit=1):
        _remove_from_catalogue(fleet, server, Entry(cause, f"server {server_id} removed", context.clock(), actor))
        remove_unused_tokens(fleet, server.token_id)
        return True
    if not panel_is_lost:
        raise KeysOnServer(f"people have keys on {server_id}: drain it first")
    change_server(fleet, context, server_id, with_state(ServerState.DECOMMISSIONED, seen=seen), cause, actor)
    return False


def _remove_from_catalogue(fleet: Fleet, server: Server, entry: Entry) -> None:
    try:
        fleet.catalogue.remove(server, entry)
    except AlreadyDecided:
        pass
    except Rejected as rejection:
        if get_server(fleet, server.id) != server:
            raise Conflict(f"server {server.id} was changed meanwhile") from rejection
        raise KeysOnServer(f"a key on {server.id} is still being moved") from rejection
