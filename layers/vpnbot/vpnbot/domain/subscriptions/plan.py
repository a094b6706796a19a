"""What a subscription grants: for how long, where, on how many devices, how much traffic."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """A snapshot, kept with the subscription: changing a plan later changes nothing for those who have it.

    `keys` is on how many servers a person gets a key; `locations` are the countries these may be in, the wanted ones
    first, and empty when any will do. `traffic_limit_bytes` is for all keys together.
    """

    id: str
    duration: timedelta
    devices: int
    traffic_limit_bytes: int | None = None
    keys: int = 1
    locations: tuple[str, ...] = ()

    @property
    def is_trial(self) -> bool:
        """Whether this is the free trial, whatever the operator lets it grant."""
        return self.id == TRIAL.id


TRIAL = Plan(id="trial", duration=timedelta(days=3), devices=2, keys=3)
"""The trial as it is without settings; what it grants here is `Settings.trial`."""
