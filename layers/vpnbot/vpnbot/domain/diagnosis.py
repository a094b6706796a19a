"""Why a person's VPN does not work, and the one thing to do about it: a table, not an FAQ."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.apps import Core, app_named
from vpnbot.domain.person import Person
from vpnbot.domain.server import Health
from vpnbot.domain.subscription import Status

_TURNED_AWAY = frozenset({Core.SING_BOX, Core.MIHOMO})
STALE_FETCH = timedelta(days=3)


class Finding(StrEnum):
    """What is wrong; each has one sentence and one button."""

    NO_SUBSCRIPTION = "no_subscription"
    EXPIRED = "expired"
    PAUSED = "paused"
    KEY_IN_THE_MAKING = "key_in_the_making"
    KEY_REFUSED = "key_refused"
    SERVER_DOWN = "server_down"
    KEY_LAGS = "key_lags"
    TRAFFIC_USED_UP = "traffic_used_up"
    NEVER_LOADED = "never_loaded"
    OLD_LINK = "old_link"
    WRONG_APP = "wrong_app"
    NO_TRAFFIC = "no_traffic"
    LOADED_LONG_AGO = "loaded_long_ago"
    ALL_GOOD = "all_good"


OURS_TO_MEND = frozenset({Finding.KEY_IN_THE_MAKING, Finding.KEY_REFUSED, Finding.SERVER_DOWN, Finding.KEY_LAGS})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A finding, with the three lights above it: access, server, app. None: not looked at, what is above fails."""

    finding: Finding
    access_fine: bool
    server_fine: bool | None = None
    app_fine: bool | None = None

    @property
    def ours(self) -> bool:
        """Whether it is for us to mend, so that the person need not do anything."""
        return self.finding in OURS_TO_MEND


def diagnose(person: Person, health: Health | None, now: datetime) -> Diagnosis:
    """Look at access state, server health, applied revision, last fetch and traffic, in this order."""
    entitlement = _entitlement(person, now)
    if entitlement is not None:
        return Diagnosis(entitlement, access_fine=False)
    service = _service(person, health)
    if service is not None:
        return Diagnosis(service, access_fine=True, server_fine=False)
    app = _app(person, health, now)
    return Diagnosis(app, access_fine=True, server_fine=True, app_fine=app is Finding.ALL_GOOD)


def _entitlement(person: Person, now: datetime) -> Finding | None:
    subscription = person.subscription
    if person.paused:
        return Finding.PAUSED
    if subscription.status in {Status.NONE, Status.DELETED}:
        return Finding.NO_SUBSCRIPTION
    if subscription.waits_for_key:
        return None
    return None if subscription.entitled(now) else Finding.EXPIRED


def _service(person: Person, health: Health | None) -> Finding | None:
    accesses = person.living_accesses
    if any(access.due and access.due.parked for access in accesses):
        return Finding.KEY_REFUSED
    if health is not None and not (health.panel_answers and health.server_runs):
        return Finding.SERVER_DOWN
    if not any(access.works for access in accesses):
        return Finding.KEY_IN_THE_MAKING
    if not all(access.settled for access in accesses):
        return Finding.KEY_LAGS
    return None


def _app(person: Person, health: Health | None, now: datetime) -> Finding:
    fetch, accesses = person.fetch, person.living_accesses
    limits = [a for a in accesses if a.traffic_limit_bytes is not None]
    if limits and all(a.used_bytes >= (a.traffic_limit_bytes or 0) for a in limits):
        return Finding.TRAFFIC_USED_UP
    if fetch is None:
        return Finding.NEVER_LOADED
    key = person.subscription.key
    if key is not None and fetch.key_tag != key.tag:
        return Finding.OLD_LINK
    if health is not None and not health.accepts_every_app and _turned_away(fetch.app):
        return Finding.WRONG_APP
    if not any(access.used_bytes for access in accesses):
        return Finding.NO_TRAFFIC
    if now - fetch.last_at > STALE_FETCH:
        return Finding.LOADED_LONG_AGO
    return Finding.ALL_GOOD


def _turned_away(app_id: str) -> bool:
    app = app_named(app_id)
    return app is not None and app.core in _TURNED_AWAY
