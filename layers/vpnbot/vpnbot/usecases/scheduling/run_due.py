"""Do one piece of due work under a claim, and set its next time if it fails."""

from collections.abc import Mapping

from vpnbot.domain.scheduling import Due, DueItem, WorkKind, kind_of
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.error_policy import OnWork, policy_of
from vpnbot.usecases.ports import Context, DueIndex, Metric
from vpnbot.usecases.scheduling.due_handlers import HANDLERS, Handler, WorkerPorts, leave_to_newer_version


def run_due(item: DueItem, ports: WorkerPorts, handlers: Mapping[WorkKind, Handler] = HANDLERS) -> None:
    """Call the handler for the kind of a claim; after an error, act as `ERROR_POLICIES` says.

    Raises:
        Exception: a bug (`OnWork.FAIL`); the claim expires and the dispatcher sends the item to a worker again, until
            it is dead-lettered.
    """
    kind = kind_of(item, handlers)
    handle = handlers.get(kind, leave_to_newer_version)
    try:
        handle(item, ports)
    except Exception as error:  # the table has a row for every class; that of bugs raises it again
        policy = policy_of(error)
        match policy.work:
            case OnWork.RETRY | OnWork.WAIT:
                _set_next_time(item, kind, error, ports.context, ports.index)
            case OnWork.LEAVE:
                ports.context.metrics.count(policy.metric)
            case OnWork.DONE:
                pass  # `decide` has counted it, and the earlier decision has set the next time
            case OnWork.FAIL:
                raise


def _set_next_time(item: DueItem, kind: WorkKind, error: Exception, context: Context, index: DueIndex) -> None:
    context.metrics.deferred(item.prefix, error)
    due = next_due(Due(item.due_at, item.attempts), error, kind, context.clock())
    held = index.postpone(item, due.at, dead_letter=due.dead_lettered, attempts=due.attempts)
    if held and due.dead_lettered:
        context.metrics.count(Metric.DEAD_LETTERED)
