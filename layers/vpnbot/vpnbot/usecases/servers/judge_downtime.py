"""Decide about a measured outage: whether the VPN was down, and that days are given for it; each decision once."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.effects import Effect
from vpnbot.domain.needs import NeedKind, dealt_with, wanted
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.downtime import CannotChange, Downtime, Verdict
from vpnbot.domain.servers.lost_time import period_of
from vpnbot.domain.staff import acts
from vpnbot.domain.staff.acts import Act, OutageAct
from vpnbot.domain.staff.compensation_limit import CompensationLimit
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports.downtimes import Downtimes, HurtPeople
from vpnbot.usecases.servers.preview_compensation import LONGEST_OVERLAP, Preview, preview_compensation


class UnknownDowntime(Rejected):
    """There is no downtime with this id."""


class DowntimeChanged(Rejected):
    """The downtime is not as it was shown; `current` is how it is now."""

    def __init__(self, current: Downtime) -> None:
        super().__init__("the downtime has changed since it was shown")
        self.current = current


def judge(downtimes: Downtimes, downtime_id: str, entry: Entry, verdict: Verdict, *, seen: int) -> Downtime:
    """Store what a member of the staff says about a downtime with `seen` changes; return it as stored.

    Raises:
        CannotChange: days were given for it.
        DowntimeChanged, UnknownDowntime: it is not as it was shown.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    act = OutageAct.WAS_DOWN if verdict is Verdict.DOWN else OutageAct.WAS_NOT_DOWN
    return _decided(downtimes, downtime_id, entry, act, seen, lambda each: each.judged(verdict))


class OverLimit(Rejected):
    """This is more than an administrator may give: the owner can be asked."""


@dataclass(frozen=True, slots=True)
class Giving:
    """How days are given. `days_each` None: as many as follow from the lost time; `limit` None: there is none."""

    days_each: int | None = None
    limit: CompensationLimit | None = None


def compensate(
    downtimes: Downtimes, hurt: HurtPeople, downtime_id: str, entry: Entry, giving: Giving, *, seen: int
) -> Downtime:
    """Begin to give days for a downtime with `seen` changes, whose cause is that of the question.

    Raises:
        OverLimit: they are more than the limit.
        CannotChange: it does not count, its list or that of one of the same period is not complete, days were given
            for it already, or it is too long ago.
        DowntimeChanged, UnknownDowntime: it is not as it was shown.
        Conflict, StorageUnavailable: try again with the same cause.
    """

    def begun(each: Downtime) -> Downtime:
        period = period_of(each, downtimes.since(each.first_bad_at - LONGEST_OVERLAP))
        if not all(other.frozen for other in period):
            raise CannotChange("a server is still down in the same period")
        if not allowed(preview_compensation(each, downtimes, hurt, giving.days_each), giving.limit):
            raise OverLimit("more days or people than an administrator may give")
        return each.compensated(entry.actor, tuple(other.id for other in period), entry.at, giving.days_each)

    return _decided(downtimes, downtime_id, entry, OutageAct.COMPENSATE, seen, begun)


def ask_owner(downtimes: Downtimes, downtime_id: str, entry: Entry, *, seen: int) -> Downtime:
    """Ask the owner to give days for a downtime with `seen` changes: it waits for them until it is decided.

    Raises:
        CannotChange: days cannot be given for it, or the owner was asked already.
        DowntimeChanged, UnknownDowntime: it is not as it was shown.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    asked = lambda each: each.asked(entry.actor, entry.at)  # noqa: E731 - short
    return _decided(downtimes, downtime_id, entry, OutageAct.ASK_OWNER, seen, asked)


def allowed(preview: Preview, limit: CompensationLimit | None) -> bool:
    """Tell whether a member of the staff with this limit may give what a preview shows; None: with no limit."""
    return limit is None or limit.allows([share.days for share in preview.getting])


def known_downtime(downtimes: Downtimes, downtime_id: str) -> Downtime:
    """Return a downtime as stored.

    Raises:
        UnknownDowntime: there is none with this id.
        StorageUnavailable, UnreadableItem: as `Downtimes.get`.
    """
    found = downtimes.get(downtime_id)
    if found is None:
        raise UnknownDowntime(downtime_id)
    return found


def _decided(
    downtimes: Downtimes,
    downtime_id: str,
    entry: Entry,
    act: OutageAct,
    seen: int,
    change: Callable[[Downtime], Downtime],
) -> Downtime:
    before = known_downtime(downtimes, downtime_id)
    if downtimes.decided(entry.cause):
        return before
    if before.changes != seen:
        raise DowntimeChanged(before)
    after = change(before)
    try:
        return downtimes.decide(before, after, entry, _logged(before, entry, act), _waits(before, act, entry))
    except AlreadyDecided:
        return known_downtime(downtimes, downtime_id)


def _waits(downtime: Downtime, act: OutageAct, entry: Entry) -> Effect:
    """Return the change of what waits for the owner: the question of an administrator, until it is decided."""
    if act is OutageAct.ASK_OWNER:
        return wanted(NeedKind.COMPENSATION, "", downtime.id, entry.at)
    return dealt_with(NeedKind.COMPENSATION, "", downtime.id)


def _logged(downtime: Downtime, entry: Entry, act: OutageAct) -> Effect:
    value = f"{downtime.server_id} {downtime.first_bad_at:%Y-%m-%d}"
    return acts.written(Act(entry.cause, act, entry.actor, "", entry.at, value=value))
