"""Make a round over one server: what its panel has beside what it should have, in slices, again and again.

Only people with whom something is wrong are opened; everybody else is a line in two sorted lists.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.drift import Drift, DriftKind, drifts
from vpnbot.domain.servers.reconciliation import WHILE_MOVING, ServerRound
from vpnbot.domain.servers.server import Duty, PanelClient, Server
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Misconfigured, PanelRefused, PanelUnavailable, Rejected
from vpnbot.usecases.keys.move_key import move_key
from vpnbot.usecases.ports import Metric, Shop
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.key_windows import Window, compared, listed
from vpnbot.usecases.servers.reconcile_key import remove_stray, tend_key

SLICE = timedelta(seconds=20)
"""After so long a round lets others have the worker, and goes on with the next minute."""


def tend_server(item: DueItem, shop: Shop) -> None:
    """Do one slice of a round and set the time of the next.

    Raises:
        ClaimLost: somebody else goes on with it.
        PanelUnavailable, PanelRefused, Misconfigured: the panel cannot be looked at; the round has to wait.
        Retryable: so it has.
    """
    claimed = shop.servers.round(item.sort_key.partition("#")[2])
    if claimed is None or claimed.due is None or claimed.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    server, began_at = shop.servers.get(claimed.server_id), shop.clock()
    tended = claimed.begun(began_at) if claimed.beginning else claimed
    while True:
        window = _window(server, tended, shop)
        if tended.beginning and window.clients is not None:
            server = _refreshed(server, shop)
        tended = _tended(window, server, tended, shop)
        if window.last:
            break
        tended = tended.goes_on(window.next_page, window.until, shop.clock())
        if shop.clock() - began_at >= SLICE:
            shop.servers.keep_round(claimed, tended)
            return
    if _nothing_left(server, shop):
        return
    ended = tended.ended(shop.clock()) if server.duty is Duty.OPEN else tended.ended(shop.clock(), WHILE_MOVING)
    shop.servers.keep_round(claimed, ended)


def _window(server: Server, tended: ServerRound, shop: Shop) -> Window:
    """Return what follows. Moving people off a server needs no panel; comparing does."""
    if server.duty is Duty.GONE:
        return listed(shop, server.id, tended.page, tended.last_name)
    try:
        return compared(shop, server, tended.page, tended.last_name)
    except (PanelUnavailable, PanelRefused, Misconfigured):
        if server.duty is Duty.OPEN:
            raise
        return listed(shop, server.id, tended.page, tended.last_name)


def _refreshed(server: Server, shop: Shop) -> Server:
    """Read the inbound anew. Where it is off or gone, people can be moved away all the same."""
    try:
        return refresh_server(shop, server)
    except (PanelUnavailable, PanelRefused, Misconfigured):
        if server.duty is Duty.OPEN:
            raise
        return server


def _tended(window: Window, server: Server, tended: ServerRound, shop: Shop) -> ServerRound:
    clients: Mapping[str, PanelClient] = {client.name: client for client in window.clients or ()}
    found = {} if window.clients is None else {d.name: d for d in drifts(window.keys, window.clients, server)}
    for key in window.keys:
        tended = replace(tended, keys=tended.keys + 1)
        tended = _counted(tended, found.get(key.name), shop)
        tend_key(shop, server, key, clients.get(key.name), drifted=key.name in found)
        if (key.leaving or server.duty is not Duty.OPEN) and not move_key(shop, server, key):
            tended = replace(tended, unmoved=tended.unmoved + 1)
    for drift in found.values():
        if drift.actual is not None and drift.kind is DriftKind.STRAY and remove_stray(shop, server, drift.actual):
            tended = replace(tended, strays=tended.strays + 1)
    return tended


def _counted(tended: ServerRound, drift: Drift | None, shop: Shop) -> ServerRound:
    if drift is None:
        return tended
    shop.meter.count(Metric.DRIFT)
    if drift.kind is DriftKind.MISSING:
        return replace(tended, missing=tended.missing + 1)
    return replace(tended, different=tended.different + 1)


def _nothing_left(server: Server, shop: Shop) -> bool:
    """Take a server whose panel is lost out of the catalogue once nobody has a key on it any more."""
    if server.duty is not Duty.GONE or shop.servers.expected(server.id, limit=1):
        return False
    cause = f"event:server_gone:{server.id}:{server.version}"
    try:
        shop.servers.remove(server, Entry(cause, "server removed", shop.clock(), actor="clock"))
    except (AlreadyDecided, Rejected, Conflict):
        return False  # somebody's room is not counted back yet, or the operator has changed it: the next round looks
    shop.tokens.remove(server.token_id)
    return True
