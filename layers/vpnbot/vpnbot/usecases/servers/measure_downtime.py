"""Note that a server does not work: the first observation begins a downtime, which is due work from then on."""

from datetime import datetime

from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.downtime import Downtime, Evidence
from vpnbot.errors import UnreadableItem
from vpnbot.usecases.ports.downtimes import Downtimes


def note_bad(
    downtimes: Downtimes,
    server_id: str,
    evidence: Evidence,
    now: datetime,
    *,
    first_bad_at: datetime | None = None,
    last_good_at: datetime | None = None,
) -> None:
    """Begin a downtime of a server, unless one is open. `first_bad_at` is known if calls failed before.

    Raises:
        UnreadableItem: another version has stored the last downtime; nothing is begun beside it.
        StorageUnavailable: the storage did not answer; the next observation tries again.
    """
    last = downtimes.last_of(server_id)
    if last is not None and last.open:
        return
    began_at = first_bad_at or now
    if last is not None and last.first_good_at is not None:
        began_at = max(began_at, last.first_good_at)
        last_good_at = max(last_good_at or last.first_good_at, last.first_good_at)
    begun = Downtime(server_id, began_at, now, evidence, last_good_at=last_good_at, due=Due(now))
    downtimes.observe(None, begun)


def open_downtime(downtimes: Downtimes, server_id: str) -> Downtime | None:
    """Return the open downtime of a server; None if there is none, or another version has stored the last one.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    try:
        last = downtimes.last_of(server_id)
    except UnreadableItem:
        return None
    return last if last is not None and last.open else None


def core_stopped(downtimes: Downtimes, server_id: str) -> bool:
    """Tell whether a downtime of a server is open in which its panel said that the VPN core stopped; see above."""
    found = open_downtime(downtimes, server_id)
    return found is not None and found.evidence is Evidence.CORE_STOPPED
