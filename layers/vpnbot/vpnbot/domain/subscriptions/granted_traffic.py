"""The traffic that a time of a plan grants, and what is left of it when time or plan change.

`share` is always the share that is left of the traffic of the time left, from 0 to 1. Who has used less than the time
that has passed would allow, has 1: unused traffic does not become more in another plan.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import floor

from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.time_credit import WHOLE_TRAFFIC, Lot

_PERIOD = timedelta(days=30)


def traffic_of(plan: Plan, seconds: int, share: Fraction = Fraction(1)) -> int:
    """Return the traffic in bytes that a plan grants for a time, or a share of it; 0 for a plan without a limit."""
    if plan.traffic_limit_bytes is None:
        return 0
    period = plan.duration if plan.is_trial else _PERIOD
    return floor(share * plan.traffic_limit_bytes * seconds / int(period.total_seconds()))


def share_left(plan: Plan, limit_bytes: int | None, used_bytes: int, seconds_left: int) -> Fraction:
    """Return the share that is left under a plan of which `seconds_left` are left; 1 without a limit.

    `limit_bytes` is all traffic that was granted so far.
    """
    if limit_bytes is None:
        return Fraction(1)
    left, whole = max(limit_bytes - used_bytes, 0), traffic_of(plan, seconds_left)
    return min(Fraction(left, whole), Fraction(1)) if whole else Fraction(min(left, 1))


def with_share(lots: Iterable[Lot], share: Fraction) -> tuple[Lot, ...]:
    """Return the lots with the share of their traffic that is left when they leave a plan with a limit."""
    return tuple(replace(lot, traffic_share=floor(share * WHOLE_TRAFFIC)) for lot in lots)


def traffic_left(plan: Plan, lots: Iterable[Lot]) -> int:
    """Return the traffic in bytes that lots get when they come into a plan with a limit: what is left of each."""
    return sum(traffic_of(plan, lot.seconds, lot.traffic_left) for lot in lots)


def traffic_left_of(lot: Lot, plan: Plan, rest: int, seconds_left: int) -> int:
    """Return how much of the traffic that is left, `rest` bytes, came with one lot; the others keep theirs.

    `seconds_left` is the time of all lots under `plan`. A lot that was converted from another plan may have come with
    less traffic than the plan grants for its time: of it, this is at most its part of the rest in proportion to time.
    """
    came_with_it = min(traffic_of(plan, lot.seconds), rest)
    return came_with_it if lot.as_granted else min(came_with_it, rest * lot.seconds // seconds_left)
