"""Diagnosis: why a person's VPN does not work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.vpn_apps import App, accepts, app_named
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.servers.server import Health

STALE_FETCH = timedelta(days=3)
"""An app that loaded the link longer ago may not have the present keys."""
REJECTED_LATELY = timedelta(days=1)
"""A device that was rejected for want of a place longer ago is not what the person asks about."""


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
    UNCHECKED = "unchecked"
    DEVICE_LIMIT = "device_limit"
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


class KeyState(StrEnum):
    """What a check of one key on its server has found.

    DOWN: the server does not work. BROKEN: it works, but the client is not as it should be. UNCHECKED: nothing is
    known about the key, because the panel could not be asked.
    """

    FINE = "fine"
    BROKEN = "broken"
    DOWN = "down"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """The state of one key, and the health of its server; None if that is not known."""

    state: KeyState
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A finding, and the results of three checks in this order: access, server, app.

    None: not checked, because an earlier check failed, or because a panel could not be asked. `down` are the ids of
    the person's servers that do not work, while others do.
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


def diagnose(person: Person, checks: Mapping[str, KeyCheck], now: datetime) -> Diagnosis:
    """Check standing, servers and keys, last fetch and traffic, in this order. What was not checked is not blamed.

    `checks` has the check of each of the person's keys by the id of its server.
    """
    current = standing(person, now)
    entitlement = _entitlement(current)
    if entitlement is not None:
        return Diagnosis(entitlement, access_fine=False)
    service = _service(person, current, checks)
    if service is not None:
        return Diagnosis(service, access_fine=True, server_fine=False)
    states = {a.server_id: _check(a, checks).state for a in person.offered_accesses if a.works}
    found = frozenset(states.values())
    down = tuple(server_id for server_id, state in states.items() if state is KeyState.DOWN)
    if found <= {KeyState.BROKEN, KeyState.DOWN}:
        return Diagnosis(Finding.KEY_LAGS, access_fine=True, server_fine=False, down=down)
    app = _app(person, checks, now)
    if app in _NO_PROBLEM_OF_APP and found != {KeyState.FINE}:
        return _of_some_keys(states, down)
    server_fine = True if KeyState.FINE in found else None
    return Diagnosis(app, access_fine=True, server_fine=server_fine, app_fine=app is Finding.ALL_GOOD, down=down)


def _check(access: Access, checks: Mapping[str, KeyCheck]) -> KeyCheck:
    return checks.get(access.server_id, KeyCheck(KeyState.UNCHECKED))


def _of_some_keys(states: Mapping[str, KeyState], down: tuple[str, ...]) -> Diagnosis:
    """Return the diagnosis of a person whose app is fine, as far as it is known, but not all of whose keys are."""
    if down:
        return Diagnosis(Finding.ONE_SERVER_DOWN, access_fine=True, server_fine=False, down=down)
    if KeyState.BROKEN in states.values():
        return Diagnosis(Finding.KEY_LAGS, access_fine=True, server_fine=False)
    return Diagnosis(Finding.UNCHECKED, access_fine=True)


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


def _service(person: Person, current: Standing, checks: Mapping[str, KeyCheck]) -> Finding | None:
    accesses = person.offered_accesses
    dead_lettered = [access for access in accesses if access.due and access.due.dead_lettered]
    if dead_lettered and len(dead_lettered) == len(accesses):
        return Finding.KEY_REFUSED
    if accesses and all(_check(access, checks).state is KeyState.DOWN for access in accesses):
        return Finding.SERVER_DOWN
    if current.making:
        return Finding.KEY_BEING_MADE
    if not any(access.in_sync and access.works for access in accesses):
        return Finding.KEY_LAGS
    return None


def _app(person: Person, checks: Mapping[str, KeyCheck], now: datetime) -> Finding:
    fetch = person.fetch
    if fetch is None:
        return Finding.NEVER_LOADED
    key = person.subscription.key
    if key is not None and fetch.key_tag != key.tag:
        return Finding.OLD_LINK
    app = app_named(fetch.app)
    if app is not None and _rejected_everywhere(app, [_check(a, checks) for a in person.offered_accesses]):
        return Finding.WRONG_APP
    rejected_at = person.devices.rejected_at if person.devices else None
    if rejected_at is not None and now - rejected_at < REJECTED_LATELY:
        return Finding.DEVICE_LIMIT
    if not person.used_bytes:
        return Finding.NO_TRAFFIC
    if now - fetch.last_at > STALE_FETCH:
        return Finding.LOADED_LONG_AGO
    return Finding.ALL_GOOD


def _rejected_everywhere(app: App, checks: Sequence[KeyCheck]) -> bool:
    """Tell whether no server that works accepts the app; False while a server that may accept it is not checked."""
    if any(check.health is None and check.state is KeyState.UNCHECKED for check in checks):
        return False
    working = [check.health for check in checks if check.health is not None and check.state is not KeyState.DOWN]
    return bool(working) and not any(accepts(health, app.core) for health in working)
