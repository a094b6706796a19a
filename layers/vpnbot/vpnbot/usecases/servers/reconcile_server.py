"""Make a round over one server: what its panel has beside what it should have, in slices, again and again.

Only people with whom something is wrong are opened; everybody else is a line in two sorted lists.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.drift import Drift, DriftKind, drifts
from vpnbot.domain.servers.panel_errors import PANEL_FAILURES
from vpnbot.domain.servers.reconciliation import INTERVAL_WHILE_DRAINING, ReconciliationRun
from vpnbot.domain.servers.server import PanelClient, Server, ServerState
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Rejected
from vpnbot.usecases.keys.move_key import move_key
from vpnbot.usecases.ports import Context, Fleet, Metric, People
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.key_windows import Window, compare_page, list_page
from vpnbot.usecases.servers.reconcile_key import reconcile_key, remove_orphan

SLICE = timedelta(seconds=20)
"""After so long a round lets others have the worker, and goes on with the next minute."""


def reconcile_server(item: DueItem, people: People, fleet: Fleet, context: Context) -> None:
    """Do one slice of a round and set the time of the next.

    Raises:
        ClaimLost: another worker has the claim.
        PanelUnavailable, PanelRejected, Misconfigured: the panel cannot be read; the run has to wait.
        UnreadableItem: another version has stored the progress of the run, which waits for that version.
        Retryable: so it has.
    """
    claimed = fleet.catalogue.round(item.sort_key.partition("#")[2])
    if claimed is None or claimed.due is None or claimed.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    server, began_at = fleet.catalogue.get(claimed.server_id), context.clock()
    reconciled = claimed.begun(began_at) if claimed.at_start else claimed
    while True:
        window = _window(server, reconciled, fleet)
        if reconciled.at_start and window.clients is not None:
            server = _refreshed(server, fleet, context)
        reconciled = _reconciled(window, server, reconciled, people, fleet, context)
        if window.last:
            break
        reconciled = reconciled.continued(window.next_page, window.until, context.clock())
        if context.clock() - began_at >= SLICE:
            fleet.catalogue.save_run(claimed, reconciled)
            return
    if _nothing_left(server, fleet, context):
        return
    ended = (
        reconciled.ended(context.clock())
        if server.state is ServerState.OPEN
        else reconciled.ended(context.clock(), INTERVAL_WHILE_DRAINING)
    )
    fleet.catalogue.save_run(claimed, ended)


def _window(server: Server, reconciled: ReconciliationRun, fleet: Fleet) -> Window:
    """Return what follows. Moving people off a server needs no panel; comparing does."""
    if server.state is ServerState.DECOMMISSIONED:
        return list_page(fleet, server.id, reconciled.page, reconciled.last_name)
    try:
        return compare_page(fleet, server, reconciled.page, reconciled.last_name)
    except PANEL_FAILURES:
        if server.state is ServerState.OPEN:
            raise
        return list_page(fleet, server.id, reconciled.page, reconciled.last_name)


def _refreshed(server: Server, fleet: Fleet, context: Context) -> Server:
    """Read the inbound again. Where it is disabled or missing, people can still be moved to other servers."""
    try:
        return refresh_server(fleet, context, server)
    except PANEL_FAILURES:
        if server.state is ServerState.OPEN:
            raise
        return server


def _reconciled(
    window: Window, server: Server, reconciled: ReconciliationRun, people: People, fleet: Fleet, context: Context
) -> ReconciliationRun:
    clients: Mapping[str, PanelClient] = {client.name: client for client in window.clients or ()}
    found = {} if window.clients is None else {d.name: d for d in drifts(window.keys, window.clients, server)}
    for key in window.keys:
        reconciled = replace(reconciled, keys=reconciled.keys + 1)
        reconciled = _counted(reconciled, found.get(key.name), context)
        reconcile_key(people, context, server, key, clients.get(key.name), drifted=key.name in found)
        if (key.leaving or server.state is not ServerState.OPEN) and not move_key(
            people, fleet, context, server, key
        ):
            reconciled = replace(reconciled, unmoved=reconciled.unmoved + 1)
    for drift in found.values():
        if (
            drift.actual is not None
            and drift.kind is DriftKind.ORPHAN
            and remove_orphan(people, fleet, context, server, drift.actual)
        ):
            reconciled = replace(reconciled, orphans=reconciled.orphans + 1)
    return reconciled


def _counted(reconciled: ReconciliationRun, drift: Drift | None, context: Context) -> ReconciliationRun:
    if drift is None:
        return reconciled
    context.metrics.count(Metric.DRIFT)
    if drift.kind is DriftKind.MISSING:
        return replace(reconciled, missing=reconciled.missing + 1)
    return replace(reconciled, different=reconciled.different + 1)


def _nothing_left(server: Server, fleet: Fleet, context: Context) -> bool:
    """Remove a server whose panel is lost from the catalogue once no key is left on it."""
    if server.state is not ServerState.DECOMMISSIONED or fleet.catalogue.expected(server.id, limit=1):
        return False
    cause = f"event:server_gone:{server.id}:{server.version}"
    try:
        fleet.catalogue.remove(server, Entry(cause, "server removed", context.clock(), actor="clock"))
    except (AlreadyDecided, Rejected, Conflict):
        return False  # a shard still counts a key, or the operator has changed it: the next run tries again
    fleet.tokens.remove(server.token_id)
    return True
