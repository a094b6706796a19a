"""Diagnosis: why a person's VPN does not work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from vpnbot.domain.keys.vpn_apps import accepts, app_named
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.servers.server import Health

STALE_FETCH = timedelta(days=3)
"""An app that loaded the link longer ago may not have the present keys."""


class Finding(StrEnum):
    """What is wrong; the screen has one sentence and one button for each."""

    NO_SUBSCRIPTION = "no_subscription"
    EXPIRED = "expired"
    PAUSED = "paused"
    UNREADABLE = "unreadable"
    KEY_BEING_MADE = "key_in_the_making"
    KEY_REFUSED = "key_refused"
    SERVER_DOWN = "server_down"
    ONE_SERVER_DOWN = "one_server_down"
    KEY_LAGS = "key_lags"
    TRAFFIC_USED_UP = "traffic_used_up"
    NEVER_LOADED = "never_loaded"
    OLD_LINK = "old_link"
    WRONG_APP = "wrong_app"
    NO_TRAFFIC = "no_traffic"
    LOADED_LONG_AGO = "loaded_long_ago"
    ALL_GOOD = "all_good"


_NO_PROBLEM_OF_APP = frozenset({Finding.ALL_GOOD, Finding.NO_TRAFFIC})
OPERATOR_MUST_FIX = frozenset(
    {
        Finding.KEY_BEING_MADE,
        Finding.KEY_REFUSED,
        Finding.UNREADABLE,
        Finding.SERVER_DOWN,
        Finding.ONE_SERVER_DOWN,
        Finding.KEY_LAGS,
    }
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A finding, and the results of three checks in this order: access, server, app.

    None: not checked, because an earlier check failed. `down` are the ids of the person's servers that do not work,
    while others do.
    """

    finding: Finding
    access_fine: bool
    server_fine: bool | None = None
    app_fine: bool | None = None
    down: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether the operator has to correct it, so that the person need not do anything."""
        return self.finding in OPERATOR_MUST_FIX


def diagnose(person: Person, healths: Mapping[str, Health], now: datetime) -> Diagnosis:
    """Check standing, health of the servers, applied revision, last fetch and traffic, in this order.

    `healths` has the health of each of the person's servers by id; a server that is not in it was not checked.
    """
    current = standing(person, now)
    entitlement = _entitlement(current)
    if entitlement is not None:
        return Diagnosis(entitlement, access_fine=False)
    down = tuple(name for name, health in healths.items() if not (health.panel_answers and health.server_runs))
    service = _service(person, current, down)
    if service is not None:
        return Diagnosis(service, access_fine=True, server_fine=False)
    working = [health for name, health in healths.items() if name not in down]
    app = _app(person, working, now)
    missed = tuple(
        access.server_id for access in person.offered_accesses if access.works and access.server_id in down
    )
    if missed and app in _NO_PROBLEM_OF_APP:
        return Diagnosis(Finding.ONE_SERVER_DOWN, access_fine=True, server_fine=False, down=missed)
    return Diagnosis(app, access_fine=True, server_fine=True, app_fine=app is Finding.ALL_GOOD)


def _entitlement(current: Standing) -> Finding | None:
    """Return why the person is not entitled to a key that works; None if they are."""
    match current:
        case Standing.NEW | Standing.TRIAL_USED | Standing.DELETED:
            return Finding.NO_SUBSCRIPTION
        case Standing.EXPIRED | Standing.LINK_GONE:
            return Finding.EXPIRED
        case Standing.USED_UP:
            return Finding.TRAFFIC_USED_UP
        case Standing.PAUSED:
            return Finding.PAUSED
        case Standing.UNREADABLE:
            return Finding.UNREADABLE
        case Standing.FIRST_KEY | Standing.KEY_AGAIN | Standing.RUNNING | Standing.LAST_DAY:
            return None
        case _:
            assert_never(current)


def _service(person: Person, current: Standing, down: Collection[str]) -> Finding | None:
    accesses = person.offered_accesses
    dead_lettered = [access for access in accesses if access.due and access.due.dead_lettered]
    if dead_lettered and len(dead_lettered) == len(accesses):
        return Finding.KEY_REFUSED
    if accesses and all(access.server_id in down for access in accesses):
        return Finding.SERVER_DOWN
    if current.making:
        return Finding.KEY_BEING_MADE
    if not any(access.in_sync and access.works for access in accesses):
        return Finding.KEY_LAGS
    return None


def _app(person: Person, working: Sequence[Health], now: datetime) -> Finding:
    fetch = person.fetch
    if fetch is None:
        return Finding.NEVER_LOADED
    key = person.subscription.key
    if key is not None and fetch.key_tag != key.tag:
        return Finding.OLD_LINK
    app = app_named(fetch.app)
    if app is not None and working and not any(accepts(health, app.core) for health in working):
        return Finding.WRONG_APP
    if not person.used_bytes:
        return Finding.NO_TRAFFIC
    if now - fetch.last_at > STALE_FETCH:
        return Finding.LOADED_LONG_AGO
    return Finding.ALL_GOOD
