"""Do one piece of due work under a claim, and set its next time if it fails."""

from collections.abc import Mapping
from datetime import timedelta

from vpnbot.correlation import note
from vpnbot.domain.scheduling import LONGEST_RUN, Due, DueItem, WorkKind, kind_of
from vpnbot.errors import ClaimLost
from vpnbot.usecases.backoff import after_lost_worker, next_due
from vpnbot.usecases.error_policy import OnWork, policy_of
from vpnbot.usecases.ports import Metric, Pace
from vpnbot.usecases.scheduling.due_handlers import HANDLERS
from vpnbot.usecases.scheduling.worker_ports import Handler, WorkerPorts, leave_to_newer_version

CLOCK_DIFFERENCE = timedelta(seconds=2)
"""The most by which the clock of a worker may be behind that of the dispatcher: so long it waits for a due time."""
_NEEDS_AN_OPERATOR = frozenset({Metric.BUGS, Metric.UNKNOWN_KEY_VERSIONS})
"""What an alarm watches: work that waits for an operator may be the only thing that meets the failure."""


def run_due(item: DueItem, ports: WorkerPorts, pace: Pace, handlers: Mapping[WorkKind, Handler] = HANDLERS) -> bool:
    """Call the handler for the kind of a claim; after an error, act as `ERROR_POLICIES` says.

    Return whether the handler has done the work.

    Raises:
        StorageUnavailable: the result could not be stored; the claim expires, and the work is due again.
    """
    kind, metrics = kind_of(item, handlers), ports.context.metrics
    handle = handlers.get(kind, leave_to_newer_version)
    try:
        item = _held(item, kind, ports, pace)
        handle(item, ports)
        note(outcome="done")
    except Exception as error:  # noqa: BLE001 - the table has a row for every class, also for bugs
        policy = policy_of(error)
        note(outcome=policy.work.name.lower(), error=type(error).__name__)
        match policy.work:
            case OnWork.WAIT:
                metrics.deferred(item.prefix, error)
                if policy.metric in _NEEDS_AN_OPERATOR:
                    metrics.count(policy.metric)
                _set_next_time(item, kind, error, ports)
            case OnWork.FAIL:
                metrics.failed(item.prefix, error)
                metrics.count(Metric.BUGS)
                _set_next_time(item, kind, error, ports)
            case OnWork.LEAVE:
                metrics.count(policy.metric)
            case OnWork.DONE:
                pass  # `decide` has counted it, and the earlier decision has set the next time
        return False
    return True


def _held(item: DueItem, kind: WorkKind, ports: WorkerPorts, pace: Pace) -> DueItem:
    """Return the claim under which this worker does the work; it lasts as long as a worker may run.

    A claim that waited long in the queue is extended, unless another worker has the item by now. A claim on a message
    is always extended: SQS may deliver it twice at the same time, and only one of two workers can extend it.

    Raises:
        ClaimLost: the item was claimed or changed meanwhile, is not due by this clock, or is dead-lettered now.
    """
    context, index = ports.context, ports.index
    early = item.due_since - context.clock() if item.due_since else timedelta()
    if early > CLOCK_DIFFERENCE:
        index.postpone(item, item.due_since or item.due_at)
        raise ClaimLost(f"{item.sort_key} is due only in {early.total_seconds():.0f} s by the clock of this worker")
    if early > timedelta():
        pace.pause(early)
    now = context.clock()
    if not item.redelivered and not kind.sends and item.due_at - now >= LONGEST_RUN:
        return item
    due = Due(item.due_at, item.attempts)
    if item.redelivered:
        due = after_lost_worker(due, kind, now)
    if due.dead_lettered:
        if index.postpone(item, now, dead_letter=True, attempts=due.attempts):
            context.metrics.count(Metric.DEAD_LETTERED)
        raise ClaimLost(f"{item.sort_key} is dead-lettered: its workers ended without a result")
    claim = index.claim(item, now, attempts=due.attempts)
    if claim is None:
        raise ClaimLost(item.sort_key)
    return claim


def _set_next_time(item: DueItem, kind: WorkKind, error: Exception, ports: WorkerPorts) -> None:
    due = next_due(Due(item.due_at, item.attempts), error, kind, ports.context.clock())
    held = ports.index.postpone(item, due.at, dead_letter=due.dead_lettered, attempts=due.attempts)
    if held and due.dead_lettered:
        ports.context.metrics.count(Metric.DEAD_LETTERED)
