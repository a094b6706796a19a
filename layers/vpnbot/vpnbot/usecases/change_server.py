"""Change what is known of a server: its name, its capacity, where its panel is, what it does for us."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from vpnbot.domain.ledger import Entry
from vpnbot.domain.server import Duty, Server
from vpnbot.errors import AlreadyDecided, Misconfigured, VpnbotError
from vpnbot.usecases.add_server import refuse_known_panel
from vpnbot.usecases.examine_panel import examine_panel
from vpnbot.usecases.ports import Shop
from vpnbot.usecases.refresh_server import looked_at


def change_server(shop: Shop, server_id: str, change: Callable[[Server], Server], cause: str, actor: str) -> Server:
    """Keep a change; one that concerns the panel only if the panel is well with it. People's links follow.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: the panel cannot be used like this; `trouble` says why.
        KnownPanel: another server has this panel.
        Conflict: somebody else has changed the server meanwhile; look and decide again.
        StorageUnavailable: it may or may not have happened; asking again with this cause tells.
    """
    before = current(shop, server_id)
    after = change(before).after(before)
    if after.address != before.address:
        refuse_known_panel(shop, after)
    if _panel(after) != _panel(before):
        examine_panel(shop, after)
        after = looked_at(shop, after)
    after = replace(
        after,
        endpoint=after.endpoint and after.presented(after.endpoint),
        limited_endpoint=after.limited_endpoint and after.presented(after.limited_endpoint),
    )
    if after == before:
        return before
    with suppress(AlreadyDecided):
        shop.servers.replace(before, after, Entry(cause, f"server {server_id} changed", shop.clock(), actor))
    shop.servers.hasten_round(server_id, shop.clock())
    return shop.servers.get(server_id)


def drain_server(shop: Shop, server_id: str, cause: str, actor: str) -> Server:
    """Let people be moved to other servers, their links unchanged; the first of them within a minute.

    Raises:
        As `change_server`.
    """
    return change_server(shop, server_id, lambda server: replace(server, duty=Duty.DRAINING), cause, actor)


def reopen_server(shop: Shop, server_id: str, cause: str, actor: str) -> Server:
    """Let new keys go to a server again; moves that have begun are finished.

    Raises:
        As `change_server`.
    """
    return change_server(shop, server_id, lambda server: replace(server, duty=Duty.OPEN), cause, actor)


def change_token(shop: Shop, server_id: str, token: str) -> None:
    """Keep another token for a panel, if the panel accepts it; the old one stays otherwise.

    Raises:
        PanelUnavailable, PanelRefused: the panel cannot be used with it; `trouble` says why.
        Misconfigured: there is no such server, or no safe for tokens.
        Retryable: the safe did not answer.
    """
    server = current(shop, server_id)
    try:
        before = shop.tokens.get(server_id)
    except Misconfigured:
        before = None
    shop.tokens.put(server_id, token)
    try:
        examine_panel(shop, server)
    except VpnbotError:
        if before is not None:
            shop.tokens.put(server_id, before)
        raise


def current(shop: Shop, server_id: str) -> Server:
    """Return a server as it is right now.

    Raises:
        Misconfigured: there is none of this name.
        StorageUnavailable: try again.
    """
    found = (listing.server for listing in shop.servers.listings(fresh=True) if listing.server.id == server_id)
    server = next(found, None)
    if server is None:
        raise Misconfigured(server_id, "there is no server of this name")
    return server


def _panel(server: Server) -> tuple[object, ...]:
    return server.address, server.inbound_id, server.limited_inbound_id, server.certificate_sha256
