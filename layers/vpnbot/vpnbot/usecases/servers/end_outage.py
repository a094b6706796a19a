"""Check a server for which people wait, however long it is down, and notify them when it works again.

The clock has one item for a server, however many people wait.
"""

from dataclasses import replace

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.downtime import Evidence
from vpnbot.domain.servers.outage import CHECK_INTERVAL, waiters_of
from vpnbot.errors import ClaimLost
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.waiting_people import waiting_for
from vpnbot.usecases.audience.walk import BulkJob
from vpnbot.usecases.ports import BulkPorts, Context, DueIndex, Fleet, NotificationSender, People
from vpnbot.usecases.servers.release_waiters import ReleaseWaiters
from vpnbot.usecases.servers.server_health import RecentHealth


def end_outage(
    item: DueItem,
    people: People,
    fleet: Fleet,
    bulk: BulkPorts,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
) -> Evidence | None:
    """Check the server again in a minute while it is down; otherwise notify one slice of the people who wait.

    Return what was observed against the server, for the measurement of outages; None: nothing was.
    The outage is closed when no person waits any more, and no process can still be committing a wait.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent: Telegram did not answer; the next slice follows later.
        StorageUnavailable: the storage did not answer; due work tries again.
        Exception: a bug with one person, who waits on; the others were notified.
    """
    outage = fleet.outages.get(item.sort_key.partition("#")[2])
    if outage is None or outage.due is None or outage.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    began_at, health = context.clock(), RecentHealth(fleet, context)
    claim = JobClaim(item, index, context.clock)
    if not health.works_or_is_gone(outage.server_id):
        claim.postpone(began_at + CHECK_INTERVAL)
        return health.evidence(outage.server_id)
    waiters = ReleaseWaiters(outage.server_id, health, people, context, sender)
    rank = rank_of(BulkUrgency.TELL, outage.began_at, outage.server_id)
    source = waiting_for(waiters_of(outage.server_id), bulk.waiters)
    job = BulkJob(item.prefix, rank, source, waiters.visit, waiters.goes_on)
    walked = do_slice(job, claim, bulk, context)
    if walked is None or not claim.reached_end(walked, item):
        return None
    everybody = not walked.left and not waiters.left
    held = replace(outage, due=replace(outage.due, at=claim.item.due_at))
    if not (everybody and began_at > outage.kept_until and fleet.outages.close(held)):
        claim.postpone(began_at + CHECK_INTERVAL)
    return None
