"""Do one piece of work whose time has come, for whoever holds its claim."""

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import Waiting, claimed
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.errors import AllServersFull, AlreadyDecided, ClaimLost, Misconfigured, Retryable
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_key, provision_pending
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.people.delete_data import erase_history
from vpnbot.usecases.ports import Context, DueIndex, Fleet, Metric, NotificationSender, People, Session
from vpnbot.usecases.servers.reconcile_server import reconcile_server
from vpnbot.usecases.servers.watch_server import check_watched_server
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription

_WAITED_FOR = (PanelUnavailable, AllServersFull)
"""However long it takes: nobody is forgotten because a panel is down or a server full. Rounds are never given up."""


def run_due(
    item: DueItem,
    people: People,
    fleet: Fleet,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
) -> None:
    """Re-read, act, and set the next time; a failure that may pass is set for later, anything else leaves it due.

    Raises:
        Exception: a bug; the claim runs out and the clock hands the item out again, until it is parked.
    """
    try:
        if item.concerns_server:
            reconcile_server(item, people, fleet, context)
        else:
            _work_for_a_person(item, people, fleet, context, sender, index)
    except ClaimLost:
        context.metrics.count(Metric.DUPLICATES)
    except AlreadyDecided:
        return  # counted where it was found; whoever decided it has taken it off the list
    except (Retryable, PanelRejected, Misconfigured) as error:
        _defer(item, error, context, index)


def _defer(item: DueItem, error: Exception, context: Context, index: DueIndex) -> None:
    context.metrics.deferred(item.kind, error)
    after = error.after if isinstance(error, Retryable) else None
    retry_forever = item.concerns_server or isinstance(error, _WAITED_FOR)
    retry = Due(item.due_at, item.attempts).failed(context.clock(), after, retry_forever=retry_forever)
    if (
        index.postpone(item, retry.at, dead_letter=retry.dead_lettered, attempts=retry.attempts)
        and retry.dead_lettered
    ):
        context.metrics.count(Metric.DEAD_LETTERED)


def _work_for_a_person(
    item: DueItem, people: People, fleet: Fleet, context: Context, sender: NotificationSender, index: DueIndex
) -> None:
    session = people.open(PersonId(item.partition))
    waiting = claimed(session.person, item)
    if waiting is None:
        raise ClaimLost(item.sort_key)
    claim = {waiting.id} if isinstance(waiting, Notification) else frozenset[str]()
    _act(waiting, item, session, people, fleet, context, index)
    deliver_notifications(session, people, context, sender, claim)


def _act(
    waiting: Waiting, item: DueItem, session: Session, people: People, fleet: Fleet, context: Context, index: DueIndex
) -> None:
    match waiting:
        case Subscription():
            advance_subscription(session, context)
            place_keys(session, fleet, context)
            provision_pending(session, fleet, context, unasked=True)
        case Access():
            provision_key(session, fleet, context, waiting, unasked=True)
        case ServerWatch():
            check_watched_server(waiting, item, session, fleet, context, index)
        case User():
            erase_history(waiting, item, people, context, index)
        case Notification():
            pass  # delivered with the rest of the outbox
