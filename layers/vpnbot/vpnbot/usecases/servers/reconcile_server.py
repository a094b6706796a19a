"""Reconcile one server: compare the panel's clients with the stored keys, in slices, again and again.

Only people whose keys need a correction or a move are loaded; all others are compared by the index of keys alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import RECONCILE_SERVER, Due, DueItem
from vpnbot.domain.servers.downtime import Evidence
from vpnbot.domain.servers.drift import Drift, DriftKind, ExpectedClient, drifts
from vpnbot.domain.servers.panel_errors import (
    CLIENT_TROUBLES,
    PANEL_FAILURES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.reconciliation import (
    INTERVAL,
    INTERVAL_WHILE_DRAINING,
    LONGEST_RETRY,
    NAMED_CLIENTS,
    Failure,
    ReconciliationRun,
)
from vpnbot.domain.servers.server import PanelClient, Server, ServerState
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Rejected, VpnbotError
from vpnbot.usecases.keys.move_key import move_key
from vpnbot.usecases.ports import Context, Fleet, Metric, People
from vpnbot.usecases.ports.downtimes import Downtimes
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.key_windows import Window, windows
from vpnbot.usecases.servers.measure_downtime import note_bad, open_downtime
from vpnbot.usecases.servers.panel_tokens import remove_unused_tokens, sweep_tokens
from vpnbot.usecases.servers.probe_clients import key_to_probe
from vpnbot.usecases.servers.reconcile_key import make_due, reconcile_key, remove_orphan
from vpnbot.usecases.servers.report_server import Report, report_failing, report_working

SLICE = timedelta(seconds=20)
"""After this time a run stores its progress and ends; the dispatcher continues it in the next minute."""

LONGEST_SLICE = timedelta(seconds=40)
"""After this time a slice ends also within a window of keys: well before the worker's time limit of 60 seconds."""


def reconcile_server(
    item: DueItem, people: People, fleet: Fleet, context: Context, report: Report, downtimes: Downtimes
) -> None:
    """Do one slice of a reconciliation run, store its progress, and set when the next slice or run is due.

    A panel that cannot be read is tried again soon; when it works again, the run makes what waits for it due at once.
    The operators are notified (`report`) when it has failed for some time, and when it works again. A server that is
    found down begins a downtime.

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
        after = _slice(server, claimed, people, fleet, context, downtimes)
    except (PanelUnavailable, PanelRejected) as error:
        _note_silence(server, claimed, error, fleet, context, downtimes)
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


def _measured(
    server: Server, run: ReconciliationRun, fleet: Fleet, context: Context, downtimes: Downtimes
) -> ReconciliationRun:
    """Ask the panel, which answers, whether its VPN core runs; return the run with what is known of it."""
    try:
        runs = fleet.panels.without_breaker(server).core_runs()
    except PANEL_FAILURES:
        return run
    now = context.clock()
    if runs:
        return replace(run, healthy_at=now)
    note_bad(downtimes, server.id, Evidence.CORE_STOPPED, now, last_good_at=run.healthy_at)
    return run


def _note_silence(
    server: Server,
    run: ReconciliationRun,
    error: PanelUnavailable | PanelRejected,
    fleet: Fleet,
    context: Context,
    downtimes: Downtimes,
) -> None:
    """Begin a downtime if the panel does not answer, from the first call that failed."""
    breaker, now = fleet.catalogue.breaker(server.id), context.clock()
    if breaker is not None and breaker.open:
        first_bad_at = None if breaker.refuses else breaker.since
    else:
        asked = isinstance(error, PanelUnavailable) and not isinstance(error, PanelNotCalled)
        first_bad_at = now if asked else None
    if first_bad_at is not None:
        good = run.healthy_at if run.healthy_at is None or run.healthy_at <= first_bad_at else None
        note_bad(downtimes, server.id, Evidence.SILENT, now, first_bad_at=first_bad_at, last_good_at=good)


def _slice(
    server: Server,
    claimed: ReconciliationRun,
    people: People,
    fleet: Fleet,
    context: Context,
    downtimes: Downtimes,
) -> ReconciliationRun:
    """Reconcile windows until the run ends or the time of a slice is over; return the run with its next due time."""
    began_at = context.clock()
    run = claimed.begun(began_at) if claimed.at_start else claimed
    clients = _clients(server, fleet)
    if run.at_start and clients is not None:
        run = _measured(server, run, fleet, context, downtimes)
        server = _refreshed(server, fleet, context)
    for each in windows(fleet, server.id, clients, run.last_name):
        window, run = _reconciled(each, server, run, people, fleet, context, began_at + LONGEST_SLICE)
        if not window.last and context.clock() - began_at >= SLICE:
            return run.continued(window.until, context.clock())
    interval = INTERVAL if server.state is ServerState.OPEN else INTERVAL_WHILE_DRAINING
    ended = _if_refusing(claimed, run.ended(context.clock(), interval), fleet, context)
    return ended if clients is None else _if_stopped(claimed, ended, downtimes, context)


def _if_stopped(
    claimed: ReconciliationRun, ended: ReconciliationRun, downtimes: Downtimes, context: Context
) -> ReconciliationRun:
    """Return a run that has ended, as failed if the panel can be read but says that its VPN core does not run."""
    seen_to_run = ended.healthy_at is not None and ended.healthy_at >= ended.began_at
    stopped = None if seen_to_run else open_downtime(downtimes, ended.server_id)
    if ended.failure is not None or stopped is None or stopped.evidence is not Evidence.CORE_STOPPED:
        return ended
    now = context.clock()
    failure = Failure(stopped.first_bad_at, PanelTrouble.CORE_STOPPED, "", ended.lagging)
    failed = claimed.failed(failure, now, timedelta())
    return replace(ended, failure=failed.failure, due=Due(now + LONGEST_RETRY))


def _if_refusing(
    claimed: ReconciliationRun, ended: ReconciliationRun, fleet: Fleet, context: Context
) -> ReconciliationRun:
    """Return a run that has ended, as failed if the panel can be read but refuses several clients."""
    breaker, now = fleet.catalogue.breaker(ended.server_id), context.clock()
    if breaker is None or not breaker.refuses_clients:
        return ended
    failure = Failure(breaker.since, breaker.trouble, breaker.detail, ended.lagging)
    failed = claimed.failed(failure, now, timedelta())
    return replace(ended, failure=failed.failure, due=Due(now + LONGEST_RETRY))


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
    window: Window,
    server: Server,
    run: ReconciliationRun,
    people: People,
    fleet: Fleet,
    context: Context,
    ends_at: datetime,
) -> tuple[Window, ReconciliationRun]:
    """Reconcile a window until `ends_at`, at least its first key; return what of the window was reconciled."""
    run = run if window.clients is None else replace(run, failure=None)
    clients: Mapping[str, PanelClient] = {client.name: client for client in window.clients or ()}
    found: Mapping[str, Drift] = {}
    if window.clients is not None:
        found = {drift.name: drift for drift in drifts(window.keys, window.clients, server, fleet.ring())}
    probe = None if run.keys else key_to_probe(window, server, fleet)
    for key in window.keys:
        drift = found.get(key.name)
        run = _counted(replace(run, keys=run.keys + 1), drift, context)
        client = clients.get(key.name)
        try:
            if key.failed and window.clients is not None:
                run = _with_lagging(run, key, people, context)
            reconcile_key(people, context, server, key, client, drifted=drift is not None or key is probe)
            run = _moved(run, key, server, people, fleet, context)
        except VpnbotError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one person's data must not end the run for the others
            context.metrics.failed(RECONCILE_SERVER.prefix, error)
            context.metrics.count(Metric.BUGS)
        if key.name < window.until and context.clock() >= ends_at:
            window = replace(window, until=key.name, last=False)
            break
    for drift in found.values():
        reached = window.last or drift.name <= window.until
        if drift.actual is not None and drift.kind is DriftKind.ORPHAN and reached:
            run = _without_orphan(run, server, drift.actual, people, fleet, context)
    return window, run


def _without_orphan(
    run: ReconciliationRun, server: Server, client: PanelClient, people: People, fleet: Fleet, context: Context
) -> ReconciliationRun:
    """Remove an orphan, and count it; one that the panel refuses to remove is named, and the run goes on."""
    try:
        removed = remove_orphan(people, fleet, context, server, client)
    except PanelRejected as error:
        if error.trouble not in CLIENT_TROUBLES:
            raise
        context.metrics.deferred(RECONCILE_SERVER.prefix, error)
        return replace(run, refused=(*run.refused, client.name)[:NAMED_CLIENTS])
    return replace(run, orphans=run.orphans + removed)


def _moved(
    run: ReconciliationRun, key: ExpectedClient, server: Server, people: People, fleet: Fleet, context: Context
) -> ReconciliationRun:
    """Take the next step of moving a key that must leave; count it if it could not be moved."""
    leaves = key.leaving or server.state is not ServerState.OPEN
    if not leaves or move_key(people, fleet, context, server, key):
        return run
    return replace(run, unmoved=run.unmoved + 1)


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
