"""What a subscription grants: duration, devices, traffic, number of keys, countries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. The subscription stores a copy, so a later change of the plan does not affect existing subscriptions.

    `devices` is the number of devices at the same time. `keys` is the number of servers on which a person gets a key.
    `locations` are the allowed countries (ISO 3166-1, two letters), in order of preference; empty: any country.
    `traffic_limit_bytes` is for all keys together; None: no limit. For a trial it is for the whole trial, for a plan
    that is sold for each 30 days. `duration` is that of the trial; the time of a plan that is sold is in its offer.
    `titles` are its names by language; the trial has none, its words are in the locale files.
    """

    id: str
    duration: timedelta
    devices: int
    traffic_limit_bytes: int | None = None
    keys: int = 1
    locations: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_trial(self) -> bool:
        """Whether this is the free trial, with any duration and limits."""
        return self.id == TRIAL.id


TRIAL = Plan(id="trial", duration=timedelta(days=3), devices=2, keys=3)
"""The default trial; `Settings.trial` is the trial of a deployment."""
