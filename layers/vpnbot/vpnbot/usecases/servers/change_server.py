"""Change a server: its title, country, capacity, state, and the address, token and inbounds of its panel."""

from collections.abc import Callable
from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import (
    AlreadyDecided,
    Conflict,
    Rejected,
    StorageUnavailable,
    UnknownServer,
    VpnbotError,
)
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.add_server import ensure_healthy, reject_known_panel, reject_same_inbound
from vpnbot.usecases.servers.panel_tokens import remove_unused_tokens, token_name


class ServerStateChanged(Rejected):
    """The server is not in the state from which it was to be changed: another administrator was first."""


def change_server(
    fleet: Fleet,
    context: Context,
    server_id: str,
    change: Callable[[Server], Server],
    cause: str,
    actor: str,
    *,
    token: str | None = None,
) -> Server:
    """Store a change of a server and return the server; the next reconciliation run updates people's links.

    A change of the panel's address, token, certificate or inbounds is stored only if a probe of the panel succeeds.
    A `token` is stored under a new name together with the change, because a panel that was installed again at another
    address has a new token too, and the address cannot be probed without it.

    Raises:
        PanelUnavailable, PanelRejected: the panel cannot be used with this change; `trouble` says why.
        UnknownServer: there is no such server any more.
        Misconfigured: a setting prevents the call to the panel.
        BadInput: the change is not valid, whatever the panel answers.
        PanelAlreadyAdded: another server has this panel.
        Conflict: the server was changed meanwhile; read it and decide again.
        Retryable: it is unknown whether the change was stored; call again with the same cause.
    """
    before = get_server(fleet, server_id)
    after = change(before).after(before)
    reject_same_inbound(after)
    if after.address != before.address:
        reject_known_panel(fleet, after.address, besides=after.id)
    if token is None:
        return _stored(fleet, context, before, after, cause, actor)
    named = replace(after, token_name=token_name(cause))
    fleet.tokens.put(named.token_id, token)
    try:
        stored = _stored(fleet, context, before, named, cause, actor)
    except StorageUnavailable:
        raise  # the change may be stored, so the token must stay
    except VpnbotError:
        remove_unused_tokens(fleet, before.token_id, named.token_id)
        raise
    remove_unused_tokens(fleet, before.token_id)
    return stored


def _stored(fleet: Fleet, context: Context, before: Server, after: Server, cause: str, actor: str) -> Server:
    if _panel_settings(after) != _panel_settings(before):
        after = ensure_healthy(fleet, after)
    after = replace(
        after,
        endpoint=after.endpoint and after.presented(after.endpoint),
        limited_endpoint=after.limited_endpoint and after.presented(after.limited_endpoint),
    )
    if after == before:
        return before
    try:
        fleet.catalogue.replace(before, after, Entry(cause, f"server {before.id} changed", context.clock(), actor))
    except AlreadyDecided:
        pass
    except Conflict:
        get_server(fleet, before.id)
        reject_known_panel(fleet, after.address, besides=after.id)
        raise
    fleet.catalogue.make_run_due(before.id, context.clock())
    return fleet.catalogue.get(before.id)


def drain_server(fleet: Fleet, context: Context, server_id: str, cause: str, actor: str) -> Server:
    """Start to move keys from an open server to others, within a minute; people's links stay the same.

    Raises:
        ServerStateChanged: the panel of the server was declared lost.
        As `change_server`.
    """
    draining = with_state(ServerState.DRAINING, seen=ServerState.OPEN)
    return change_server(fleet, context, server_id, draining, cause, actor)


def reopen_server(
    fleet: Fleet,
    context: Context,
    server_id: str,
    cause: str,
    actor: str,
    *,
    seen: ServerState = ServerState.DRAINING,
) -> Server:
    """Allow new keys on a server again; moves that have begun are completed.

    `seen` is the state in which the operator saw the server: to reopen one whose panel was declared lost, the
    operator must know that it was.

    Raises:
        ServerStateChanged: the server is in another state than `seen`, and not open.
        As `change_server`.
    """
    return change_server(fleet, context, server_id, with_state(ServerState.OPEN, seen=seen), cause, actor)


def with_state(state: ServerState, *, seen: ServerState | None) -> Callable[[Server], Server]:
    """Return a change of a server from the state that the operator saw to another one; None: from any state.

    The change raises ServerStateChanged if the server is in neither of the two states.
    """

    def changed(server: Server) -> Server:
        if seen is not None and server.state not in {seen, state}:
            raise ServerStateChanged(f"server {server.id} is {server.state.name.lower()}, not {seen.name.lower()}")
        return replace(server, state=state)

    return changed


def change_token(fleet: Fleet, context: Context, server_id: str, token: str, cause: str, actor: str) -> Server:
    """Store another token for a panel, if the panel accepts it.

    Raises:
        As `change_server`.
    """
    return change_server(fleet, context, server_id, lambda server: server, cause, actor, token=token)


def get_server(fleet: Fleet, server_id: str) -> Server:
    """Return a server, read from the table now.

    Raises:
        UnknownServer: there is no server of this name.
        StorageUnavailable: the storage did not answer; try again later.
    """
    found = (listing.server for listing in fleet.catalogue.listings(fresh=True) if listing.server.id == server_id)
    server = next(found, None)
    if server is None:
        raise UnknownServer(server_id)
    return server


def _panel_settings(server: Server) -> tuple[object, ...]:
    inbounds = server.inbound_id, server.limited_inbound_id
    return server.address, *inbounds, server.certificate_sha256, server.token_name
