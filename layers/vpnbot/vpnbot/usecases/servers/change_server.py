"""Change what is known of a server: its name, its capacity, where its panel is, what it does for us."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import AlreadyDecided, Misconfigured, Retryable, StorageUnavailable, VpnbotError
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.add_server import new_token_name, reject_known_panel, reject_same_inbound
from vpnbot.usecases.servers.inspect_panel import probe_panel, with_probed_endpoints


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
    """Store a change; one that concerns the panel only if the panel accepts it. People's links follow.

    A `token` is stored under a new name in the same step as the change: a panel that was installed again at another
    address has a new token, too, and neither of the two is of use alone.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the panel cannot be used like this; `trouble` says why.
        BadInput: the change is invalid, whatever the panel says.
        PanelAlreadyAdded: another server has this panel.
        Conflict: the server was changed meanwhile; read it and decide again.
        Retryable: it may or may not have happened; asking again with this cause tells.
    """
    before = get_server(fleet, server_id)
    after = change(before).after(before)
    reject_same_inbound(after)
    if after.address != before.address:
        reject_known_panel(fleet, after)
    if token is None:
        return _kept(fleet, context, before, after, cause, actor)
    named = replace(after, token_name=new_token_name(context))
    fleet.tokens.put(named.token_id, token)
    try:
        kept = _kept(fleet, context, before, named, cause, actor)
    except StorageUnavailable:
        raise  # it may have happened all the same
    except VpnbotError:
        _forget(fleet, named)
        raise
    _forget(fleet, before if kept.token_id == named.token_id else named)
    return kept


def _forget(fleet: Fleet, server: Server) -> None:
    """Let go of a token that is no use any more; one that is left over does no harm."""
    with suppress(Retryable):
        fleet.tokens.remove(server.token_id)


def _kept(fleet: Fleet, context: Context, before: Server, after: Server, cause: str, actor: str) -> Server:
    if _panel(after) != _panel(before):
        probe_panel(fleet, after)
        after = with_probed_endpoints(fleet, after)
    after = replace(
        after,
        endpoint=after.endpoint and after.presented(after.endpoint),
        limited_endpoint=after.limited_endpoint and after.presented(after.limited_endpoint),
    )
    if after == before:
        return before
    with suppress(AlreadyDecided):
        fleet.catalogue.replace(before, after, Entry(cause, f"server {before.id} changed", context.clock(), actor))
    fleet.catalogue.hasten_run(before.id, context.clock())
    return fleet.catalogue.get(before.id)


def drain_server(fleet: Fleet, context: Context, server_id: str, cause: str, actor: str) -> Server:
    """Let people be moved to other servers, their links unchanged; the first of them within a minute.

    Raises:
        As `change_server`.
    """
    return change_server(
        fleet, context, server_id, lambda server: replace(server, state=ServerState.DRAINING), cause, actor
    )


def reopen_server(fleet: Fleet, context: Context, server_id: str, cause: str, actor: str) -> Server:
    """Let new keys go to a server again; moves that have begun are finished.

    Raises:
        As `change_server`.
    """
    return change_server(
        fleet, context, server_id, lambda server: replace(server, state=ServerState.OPEN), cause, actor
    )


def change_token(fleet: Fleet, context: Context, server_id: str, token: str, cause: str, actor: str) -> Server:
    """Keep another token for a panel, if the panel accepts it.

    Raises:
        As `change_server`.
    """
    return change_server(fleet, context, server_id, lambda server: server, cause, actor, token=token)


def get_server(fleet: Fleet, server_id: str) -> Server:
    """Return a server as it is right now.

    Raises:
        Misconfigured: there is none of this name.
        StorageUnavailable: try again.
    """
    found = (listing.server for listing in fleet.catalogue.listings(fresh=True) if listing.server.id == server_id)
    server = next(found, None)
    if server is None:
        raise Misconfigured(server_id, "there is no server of this name")
    return server


def _panel(server: Server) -> tuple[object, ...]:
    inbounds = server.inbound_id, server.limited_inbound_id
    return server.address, *inbounds, server.certificate_sha256, server.token_name
