"""Remove a server: at once when no key is on it, or after all keys have been moved when its panel is lost."""

from contextlib import suppress

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.server import ServerState
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.change_server import change_server, get_server, with_state


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
        KeysOnServer: the server still has keys.
        ServerStateChanged: the panel is said to be lost, but another administrator has changed the server's state.
        Rejected: a capacity shard still counts a key, or the server was changed meanwhile.
        Misconfigured: there is no server of this name, or no token store.
        Conflict, Retryable: concurrent changes, or a service did not answer; try again later.
    """
    server = get_server(fleet, server_id)
    if not fleet.catalogue.expected(server_id, limit=1):
        with suppress(AlreadyDecided):
            fleet.catalogue.remove(server, Entry(cause, f"server {server_id} removed", context.clock(), actor))
        fleet.tokens.remove(server.token_id)
        return True
    if not panel_is_lost:
        raise KeysOnServer(f"people have keys on {server_id}: drain it first")
    change_server(fleet, context, server_id, with_state(ServerState.DECOMMISSIONED, seen=seen), cause, actor)
    return False
