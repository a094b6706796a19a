"""Reconcile one server: compare the panel's clients with the stored keys, in slices, again and again.

Only people whose keys need a correction or a move are loaded; all others are compared by the index of keys alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import RECONCILE_SERVER, DueItem
from vpnbot.domain.servers.drift import Drift, DriftKind, ExpectedClient, drifts
from vpnbot.domain.servers.panel_errors import PANEL_FAILURES, PanelRejected, PanelUnavailable
from vpnbot.domain.servers.reconciliation import (
    INTERVAL,
    INTERVAL_WHILE_DRAINING,
    NAMED_CLIENTS,
    Failure,
    ReconciliationRun,
)
from vpnbot.domain.servers.server import PanelClient, Server, ServerState
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Rejected
from vpnbot.usecases.keys.move_key import move_key
from vpnbot.usecases.ports import Context, Fleet, Metric, People
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.key_windows import Window, windows
from vpnbot.usecases.servers.panel_tokens import remove_unused_tokens, sweep_tokens
from vpnbot.usecases.servers.reconcile_key import make_due, reconcile_key, remove_orphan
from vpnbot.usecases.servers.report_server import Report, report_failing, report_working

SLICE = timedelta(seconds=20)
"""After this time a run stores its progress and ends; the dispatcher continues it in the next minute."""


def reconcile_server(item: DueItem, people: People, fleet: Fleet, context: Context, report: Report) -> None:
    """Do one slice of a reconciliation run, store its progress, and set when the next slice or run is due.

    A panel that cannot be read is tried again soon; when it works again, the run makes what waits for it due at once.
    The operators are notified (`report`) when it has failed for some time, and when it works again.

    Raises:
        ClaimLost: another worker has the claim.
        Misconfigured: the panel cannot be called; the run is deferred.
        UnreadableItem: another version has stored the progress of the run, which waits for that version.
        Retryable: the storage did not answer; the run is deferred.
    """
    claimed = fleet.catalogue.reconciliation_run(item.sort_key.partition("#")[2])
    if claimed is None or claimed.due is None or claimed.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    server = fleet.catalogue.get(claimed.server_id)
    try:
        after = _slice(server, claimed, people, fleet, context)
    except (PanelUnavailable, PanelRejected) as error:
        after = _failed(claimed, error, fleet, context)
    if after.failure is not None:
        after = replace(after, failure=report_failing(server, after.failure, context.clock(), report))
    elif claimed.failure is not None:
        report_working(server, claimed.failure, context.clock(), report)
    ended = after.at_start and after.failure is None
    if not (ended and _removed_if_empty(server, fleet, context)):
        fleet.catalogue.save_run(claimed, after)
    if ended:
        sweep_tokens(fleet, context)


def _slice(
    server: Server, claimed: ReconciliationRun, people: People, fleet: Fleet, context: Context
) -> ReconciliationRun:
    """Reconcile windows until the run ends or the time of a slice is over; return the run with its next due time."""
    began_at = context.clock()
    run = claimed.begun(began_at) if claimed.at_start else claimed
    clients = _clients(server, fleet)
    if run.at_start and clients is not None:
        server = _refreshed(server, fleet, context)
    for window in windows(fleet, server.id, clients, run.last_name):
        run = _reconciled(window, server, run, people, fleet, context)
        if not window.last and context.clock() - began_at >= SLICE:
            return run.continued(window.until, context.clock())
    interval = INTERVAL if server.state is ServerState.OPEN else INTERVAL_WHILE_DRAINING
    return run.ended(context.clock(), interval)


def _failed(
    claimed: ReconciliationRun, error: PanelUnavailable | PanelRejected, fleet: Fleet, context: Context
) -> ReconciliationRun:
    context.metrics.deferred(RECONCILE_SERVER.prefix, error)
    now = context.clock()
    waiting = sum(not key.in_sync for window in windows(fleet, claimed.server_id, None) for key in window.keys)
    failure = Failure(now, error.trouble, error.detail, waiting)
    return claimed.failed(failure, now, error.after if isinstance(error, PanelUnavailable) else timedelta())


def _clients(server: Server, fleet: Fleet) -> Sequence[PanelClient] | None:
    """Return the panel's clients; None if the server is not open and its panel fails.

    Keys can be moved off a server without its panel; only the comparison needs it.
    """
    if server.state is ServerState.DECOMMISSIONED:
        return None
    try:
        return fleet.panels.of(server).clients()
    except PANEL_FAILURES:
        if server.state is ServerState.OPEN:
            raise
        return None


def _refreshed(server: Server, fleet: Fleet, context: Context) -> Server:
    """Read the endpoints again; if that fails, keys can still be moved off a server that is not open."""
    try:
        return refresh_server(fleet, context, server)
    except PANEL_FAILURES:
        if server.state is ServerState.OPEN:
            raise
        return server


def _reconciled(
    window: Window, server: Server, run: ReconciliationRun, people: People, fleet: Fleet, context: Context
) -> ReconciliationRun:
    run = run if window.clients is None else replace(run, failure=None)
    clients: Mapping[str, PanelClient] = {client.name: client for client in window.clients or ()}
    found: Mapping[str, Drift] = {}
    if window.clients is not None:
        found = {drift.name: drift for drift in drifts(window.keys, window.clients, server, fleet.ring())}
    for key in window.keys:
        run = replace(run, keys=run.keys + 1)
        run = _counted(run, found.get(key.name), context)
        if key.failed and window.clients is not None:
            run = _with_lagging(run, key, people, context)
        reconcile_key(people, context, server, key, clients.get(key.name), drifted=key.name in found)
        if (key.leaving or server.state is not ServerState.OPEN) and not move_key(
            people, fleet, context, server, key
        ):
            run = replace(run, unmoved=run.unmoved + 1)
    for drift in found.values():
        if (
            drift.actual is not None
            and drift.kind is DriftKind.ORPHAN
            and remove_orphan(people, fleet, context, server, drift.actual)
        ):
            run = replace(run, orphans=run.orphans + 1)
    return run


def _with_lagging(run: ReconciliationRun, key: ExpectedClient, people: People, context: Context) -> ReconciliationRun:
    """Make a key due at once that waits for its panel, which works; count it, and name it if the panel refused it."""
    refused = make_due(people, context, run.server_id, key)
    names = (*run.refused, key.name) if refused else run.refused
    return replace(run, lagging=run.lagging + 1, refused=names[:NAMED_CLIENTS])


def _counted(run: ReconciliationRun, drift: Drift | None, context: Context) -> ReconciliationRun:
    if drift is None:
        return run
    context.metrics.count(Metric.DRIFT)
    if drift.kind is DriftKind.MISSING:
        return replace(run, missing=run.missing + 1)
    return replace(run, different=run.different + 1)


def _removed_if_empty(server: Server, fleet: Fleet, context: Context) -> bool:
    """Remove a decommissioned server from the catalogue if no key is left on it; return whether it was removed."""
    if server.state is not ServerState.DECOMMISSIONED or fleet.catalogue.expected(server.id, limit=1):
        return False
    cause = f"event:server_gone:{server.id}:{server.version}"
    try:
        fleet.catalogue.remove(server, Entry(cause, "server removed", context.clock(), actor="clock"))
    except (AlreadyDecided, Rejected, Conflict):
        return False  # a shard still counts a key, or the operator has changed it: the next run tries again
    remove_unused_tokens(fleet, server.token_id)
    return True
