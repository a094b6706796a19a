"""What a subscription grants: for how long, on how many devices, how much traffic."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """A snapshot, kept with the subscription: changing a plan later changes nothing for those who have it."""

    id: str
    duration: timedelta
    devices: int
    traffic_limit_bytes: int | None = None


TRIAL = Plan(id="trial", duration=timedelta(days=3), devices=2)
