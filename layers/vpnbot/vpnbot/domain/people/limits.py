"""How often a person may do what costs others something: an operator's attention, a call, a key, a write.

The times of the last acts are in the person's profile, which every decision reads and writes under the condition that
nobody changed it meanwhile. So a limit holds for taps at the same time, too, and after a crash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from vpnbot.errors import Rejected

type Acts = Mapping[str, tuple[datetime, ...]]
"""The times of the last acts by `LimitedAct`, oldest first. Names of another version are kept as they are."""

MOST_RETIRING_KEYS = 12
"""No new link is made while more keys of earlier links would wait for their panels to remove them."""
RETIRING_KEYS_AGAIN = timedelta(minutes=10)
MOST_TAPPED_ATTEMPTS = 5
"""After so many failed attempts a tap does not call the panel of a key any more; due work does, ever more rarely."""


class LimitedAct(StrEnum):
    """What a person may do so often."""

    QUESTION = "question"
    NEW_LINK = "new_link"
    EXPORT = "export"
    CHECK = "check"
    ORDER = "order"
    SETTING = "setting"
    RENEWAL_ON = "renewal_on"
    DELETION = "deletion"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` acts in every period of the length `within`."""

    times: int
    within: timedelta


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
LIMITS: Mapping[LimitedAct, Limit] = {
    LimitedAct.QUESTION: Limit(10, _HOUR),
    LimitedAct.NEW_LINK: Limit(5, _DAY),
    LimitedAct.EXPORT: Limit(5, _HOUR),
    LimitedAct.CHECK: Limit(10, timedelta(minutes=10)),
    LimitedAct.ORDER: Limit(10, _HOUR),
    LimitedAct.SETTING: Limit(20, _HOUR),
    LimitedAct.RENEWAL_ON: Limit(10, _HOUR),
    LimitedAct.DELETION: Limit(3, _DAY),
    LimitedAct.CODE: Limit(5, _HOUR),
}
"""Every limited act. To turn renewal off, to cancel and to pay are never limited.

QUESTION: an operator's answer begins the count again. SETTING: language, opinion and the address for receipts.
CODE: a promo code that does not work.
"""


class TooOften(Rejected):
    """The person has done this as often as allowed, and can do it again at `again_at`. `busy`: earlier keys wait."""

    def __init__(self, act: LimitedAct, again_at: datetime, *, busy: bool = False) -> None:
        super().__init__(f"{act} again at {again_at:%Y-%m-%dT%H:%M:%SZ}")
        self.act = act
        self.again_at = again_at
        self.busy = busy

    def wait(self, now: datetime) -> timedelta:
        """Return how long to wait in whole minutes, rounded up, because the wait is shown in minutes."""
        return timedelta(minutes=max(ceil((self.again_at - now) / timedelta(minutes=1)), 1))


def again_at(acts: Acts, act: LimitedAct, now: datetime) -> datetime | None:
    """Return when an act is possible again; None: now."""
    limit = LIMITS[act]
    recent = _recent(acts.get(act, ()), limit, now)
    return None if len(recent) < limit.times else recent[-limit.times] + limit.within


def with_act(acts: Acts, act: LimitedAct, now: datetime) -> Acts:
    """Return the acts with one more, without those that count no more.

    Raises:
        TooOften: the limit is reached.
    """
    possible_at = again_at(acts, act, now)
    if possible_at is not None:
        raise TooOften(act, possible_at)
    return {**counting(acts, now), act: (*_recent(acts.get(act, ()), LIMITS[act], now), now)}


def counting(acts: Acts, now: datetime) -> Acts:
    """Return the acts that still count; those that only another version knows stay for the longest period."""
    known = {act.value: limit for act, limit in LIMITS.items()}
    longest = max(LIMITS.values(), key=lambda limit: limit.within)
    left = {name: _recent(times, known.get(name, longest), now) for name, times in acts.items()}
    return {name: times for name, times in left.items() if times}


def _recent(times: tuple[datetime, ...], limit: Limit, now: datetime) -> tuple[datetime, ...]:
    return tuple(sorted(at for at in times if at > now - limit.within))
