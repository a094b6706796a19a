"""Outages that are made, ended and compensated in tests."""

from datetime import timedelta

from tests.fakes.downtimes import DowntimesInMemory
from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.downtime import Downtime, Verdict
from vpnbot.usecases.servers.judge_downtime import Giving, compensate, judge

MINUTE = timedelta(minutes=1)
_ALL = Giving()


def downtimes_of(shop: Shop) -> list[Downtime]:
    """Return the downtimes, the oldest first."""
    assert isinstance(shop.staff.downtimes, DowntimesInMemory)
    return list(shop.staff.downtimes.stored.values())


def goes_down(shop: Shop, server_id: str) -> None:
    """Let the VPN core of a server stop, and a run notice it at once."""
    shop.panel.stopped.add(server_id)
    shop.servers.make_run_due(server_id, shop.clock())
    shop.minute()


def comes_back(shop: Shop, server_id: str) -> None:
    """Let a server work again, and wait until that is noticed and the list is complete."""
    shop.panel.stopped.discard(server_id)
    shop.settles(minutes=3)


def was_down(shop: Shop, server_id: str, *, minutes: int = 90) -> Downtime:
    """Let a server be down for some minutes; return the measured outage, with its list complete."""
    goes_down(shop, server_id)
    shop.settles(minutes=minutes)
    comes_back(shop, server_id)
    return downtimes_of(shop)[-1]


def entry(shop: Shop, cause: str | None = None) -> Entry:
    """Return the entry of a decision of the owner."""
    return Entry(cause or update().replace("update", "act"), "decided", shop.clock(), "admin:owner")


def now(shop: Shop, downtime: Downtime) -> Downtime:
    """Return a downtime as stored."""
    return next(each for each in downtimes_of(shop) if each.id == downtime.id)


def gives(shop: Shop, downtime: Downtime, cause: str | None = None, giving: Giving = _ALL) -> Downtime:
    """Let the owner give days for an outage as it is now."""
    seen = now(shop, downtime).changes
    return compensate(shop.staff.downtimes, shop.staff.hurt, downtime.id, entry(shop, cause), giving, seen=seen)


def says(shop: Shop, downtime: Downtime, verdict: Verdict) -> Downtime:
    """Let the owner say what an outage was."""
    seen = now(shop, downtime).changes
    return judge(shop.staff.downtimes, downtime.id, entry(shop), verdict, seen=seen)


def days_got(shop: Shop, user_id: int) -> int:
    """Return the days that a person has got for outages, by the ledger."""
    with shop.faults.quiet():
        rows = shop.people.history(shop.person_id(user_id))
    found = [row for row in rows if str(row["cause"]).startswith("compensation:")]
    seconds = [int(str(row["seconds"])) for row in found]
    assert all(each % 86_400 == 0 for each in seconds)
    return sum(seconds) // 86_400


def times_told(shop: Shop, user_id: int) -> int:
    """Return how often a person was told of a compensation."""
    person = shop.person_id(user_id)
    return sum(sent.person_id == person and sent.kind is NotificationKind.COMPENSATED for sent in shop.sender.said)
