"""Check a server for which people wait, however long it is down, and notify them when it works again.

The clock has one item for a server, however many people wait.
"""

from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.outage import CHECK_INTERVAL, TURN
from vpnbot.errors import ClaimLost
from vpnbot.usecases.ports import Context, DueIndex, Fleet, NotificationSender, People
from vpnbot.usecases.servers.release_waiters import Progress, release_waiters
from vpnbot.usecases.servers.server_health import RecentHealth


def end_outage(
    item: DueItem, people: People, fleet: Fleet, context: Context, sender: NotificationSender, index: DueIndex
) -> None:
    """Check the server again in a minute while it is down; otherwise notify one slice of the people who wait.

    While another worker notifies people, of this server or another, it is this server's turn a minute later.

    The outage is closed when no person waits any more, and no process can still be committing a wait.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramUnavailable: Telegram asked to wait; the next slice follows after that time.
        StorageUnavailable: the storage did not answer; due work tries again.
        Exception: a bug with one person, who waits on; the others were notified.
    """
    outage = fleet.outages.get(item.sort_key.partition("#")[2])
    if outage is None or outage.due is None or outage.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    began_at, health = context.clock(), RecentHealth(fleet, context)
    if not health.works_or_is_gone(outage.server_id):
        index.postpone(item, began_at + CHECK_INTERVAL, attempts=0)
        return
    turn_ends_at = began_at + TURN
    if not fleet.outages.take_turn(began_at, turn_ends_at):
        index.postpone(item, began_at + CHECK_INTERVAL, attempts=0)
        return
    try:
        progress = release_waiters(outage.server_id, health, people, fleet, context, sender)
    finally:
        fleet.outages.end_turn(turn_ends_at)
    if progress is Progress.ALL and began_at > outage.kept_until and fleet.outages.close(outage):
        return
    later = began_at if progress is Progress.GO_ON else began_at + CHECK_INTERVAL
    index.postpone(item, later, attempts=0)
