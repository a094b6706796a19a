"""The days that the staff has given in a week: the administrators read who gave how many.

An act of a member with limits stores the due alert of its week; what the alert says is read from the log
of acts when it is sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vpnbot.domain.effects import Put
from vpnbot.domain.payments.alerts import AlertKind, alert_about
from vpnbot.domain.staff.acts import Act, ActKind

WEEK = timedelta(days=7)
_SENT_AFTER = timedelta(hours=9)
"""So long after the end of a week, on Monday morning, its sum is sent."""
UNDONE = "/undo"
"""The cause of an act that undoes another one is the cause of that one, and this."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one member of the staff has given in a week: `days` in all, to so many `people`."""

    giver: str
    days: int
    people: int


def week_of(moment: datetime) -> datetime:
    """Return when the week of a time begins: on Monday, UTC."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def weekly_alert(now: datetime) -> Put:
    """Return the effect that stores the alert of this week; written again by each act, it stays the same."""
    since = week_of(now)
    return alert_about(AlertKind.GIVEN_DAYS, since, since + WEEK, due_at=since + WEEK + _SENT_AFTER)


def given_in(acts: Iterable[Act]) -> Sequence[Given]:
    """Return who gave how many days, the most first; what was undone does not count."""
    known = list(acts)
    undone = {act.cause.removesuffix(UNDONE) for act in known if act.kind == ActKind.UNDO}
    counted = [act for act in known if act.kind == ActKind.DAYS and act.cause not in undone]
    found = []
    for giver in {act.actor_id for act in counted}:
        own = [act for act in counted if act.actor_id == giver]
        found.append(Given(giver, sum(int(act.value) for act in own), len({act.person for act in own})))
    return sorted(found, key=lambda each: (-each.days, each.giver))
