"""Due work of a downtime: look each minute whether the server works again, and record who is hurt meanwhile."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.downtime import LOOKS_EVERY, Compensation, Downtime, downtime_key, evidence_in
from vpnbot.domain.servers.panel_errors import PanelUnavailable
from vpnbot.domain.servers.server import Health
from vpnbot.errors import ClaimLost, Misconfigured
from vpnbot.usecases.servers.downtime_work import DowntimeWork
from vpnbot.usecases.servers.give_compensation import give_slice
from vpnbot.usecases.servers.record_hurt import Recorder


def follow_downtime(work: DowntimeWork) -> None:
    """Look at the server and record people while the downtime lasts; after it, give its compensation.

    Raises:
        ClaimLost: another worker has the claim, or a member of the staff has changed the downtime.
        TelegramSilent, StorageUnavailable: not answered; the next slice follows later.
        Exception: a bug with one person, who has not got their days yet; all others have.
    """
    stored = work.downtimes.get(work.item.sort_key.removeprefix(downtime_key("")))
    if stored is None or stored.due is None or stored.due.at != work.item.due_at:
        raise ClaimLost(work.item.sort_key)
    if stored.compensation is Compensation.RUNNING:
        give_slice(stored, work)
    elif stored.frozen:
        work.index.done(work.item)
    else:
        _follow(stored, work)


def _follow(stored: Downtime, work: DowntimeWork) -> None:
    now = work.context.clock()
    seen = _seen(stored, work, now) if stored.open else stored
    following: Due | None = Due(now + LOOKS_EVERY)
    recording_at = seen.recording_due_at
    if not seen.open or recording_at is None or recording_at <= now:
        recorder = Recorder(seen, work.hurt, work.fleet, work.context)
        if recorder.record(now):
            seen = seen.recorded(now)
            following = None if seen.frozen else following
        else:
            following = Due(work.context.clock())
    if not work.downtimes.observe(stored, replace(seen, due=following)):
        raise ClaimLost(f"downtime {stored.id} was changed meanwhile")


def _seen(stored: Downtime, work: DowntimeWork, now: datetime) -> Downtime:
    """Return the downtime after one look; unchanged if nothing new is known."""
    fleet, server_id = work.fleet, stored.server_id
    if server_id not in {listing.server.id for listing in fleet.catalogue.listings()}:
        return stored.ended(now)
    health = _health(server_id, work)
    if health is None:
        return stored
    evidence = evidence_in(health)
    if evidence is not None:
        return stored.still_bad(evidence, now)
    return stored.ended(now) if health.healthy else stored


def _health(server_id: str, work: DowntimeWork) -> Health | None:
    """Ask the panel, whatever its circuit breaker says, which may pause for minutes; None: it was not asked."""
    try:
        return work.fleet.panels.without_breaker(work.fleet.catalogue.get(server_id)).health()
    except (Misconfigured, PanelUnavailable) as error:
        work.context.metrics.deferred(work.item.prefix, error)
        return None
