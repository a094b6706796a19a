"""Why the VPN does not work: for each cause the one correct finding, and which of the three checks pass."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.server import Health
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.support import OPERATOR_MUST_FIX, Diagnosis, Finding, KeyCheck, KeyState, diagnose

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Key(1, "5eed5eed")
ENDPOINT = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
HEALTHY = Health(panel_answers=True, server_runs=True)
FETCH = LinkFetch(NOW, NOW, "happ", KEY.tag)
ACCESS = replace(Access("nl", KEY, Wanted.ENABLED, devices=2).applied(1, ENDPOINT), used_bytes=4096)
FINE = Person(
    PersonId("0" * 32),
    replace(User().met(42, "en", None, NOW), trial_used=True),
    Subscription().trial_started(TRIAL, KEY).begun(NOW),
    accesses=(ACCESS,),
    fetch=FETCH,
)

type Case = tuple[Person, Health]


def found(person: Person, healths: Mapping[str, Health]) -> Diagnosis:
    """Return the diagnosis of a person whose clients are all as they should be, on servers with this health."""
    checks = {
        server_id: KeyCheck(KeyState.FINE if health.panel_answers and health.server_runs else KeyState.DOWN, health)
        for server_id, health in healths.items()
    }
    return diagnose(person, checks, NOW)


def with_access(**changes: object) -> Person:
    return replace(FINE, accesses=(replace(ACCESS, **changes),))  # type: ignore[arg-type]  # fields of Access


def waiting(access: Access) -> Person:
    return replace(FINE, subscription=Subscription().trial_started(TRIAL, KEY), accesses=(access,), fetch=None)


def limited_to(traffic_limit_bytes: int) -> Person:
    plan = replace(TRIAL, traffic_limit_bytes=traffic_limit_bytes)
    return replace(FINE, subscription=replace(FINE.subscription, plan=plan))


NOT_MADE = Access("nl", KEY, Wanted.ENABLED, devices=2, due=Due(NOW))
CAUSES: dict[str, tuple[Case, Finding]] = {
    "a new person": ((Person(FINE.id), HEALTHY), Finding.NO_SUBSCRIPTION),
    "deleted": ((replace(FINE, subscription=FINE.subscription.deleted()), HEALTHY), Finding.NO_SUBSCRIPTION),
    "ended, the event applied": (
        (replace(FINE, subscription=FINE.subscription.settled(NOW + timedelta(days=3))[0]), HEALTHY),
        Finding.EXPIRED,
    ),
    "ended, the event not yet applied": (
        (
            replace(
                FINE, subscription=Subscription().trial_started(TRIAL, KEY).begun(NOW - timedelta(days=3, seconds=1))
            ),
            HEALTHY,
        ),
        Finding.EXPIRED,
    ),
    "paused by the operator": (
        (replace(FINE, subscription=FINE.subscription.suspended(NOW)), HEALTHY),
        Finding.PAUSED,
    ),
    "banned, without a subscription": (
        (Person(FINE.id, replace(FINE.user, banned=True)), HEALTHY),
        Finding.PAUSED,
    ),
    "stored by another version": (
        (replace(FINE, unreadable=frozenset({"SUB"})), HEALTHY),
        Finding.UNREADABLE,
    ),
    "the key is being made": ((waiting(NOT_MADE), HEALTHY), Finding.KEY_BEING_MADE),
    "the panel rejected the key": (
        (waiting(NOT_MADE.failed("no", Due(NOW, 12, dead_lettered=True))), HEALTHY),
        Finding.KEY_REFUSED,
    ),
    "the panel does not answer": ((FINE, Health(panel_answers=False, server_runs=True)), Finding.SERVER_DOWN),
    "the panel answers, the server does not run": (
        (FINE, Health(panel_answers=True, server_runs=False)),
        Finding.SERVER_DOWN,
    ),
    "the panel has not applied the latest change": (
        (with_access(wanted_revision=2, due=Due(NOW)), HEALTHY),
        Finding.KEY_LAGS,
    ),
    "the traffic is used up": ((limited_to(4096), HEALTHY), Finding.TRAFFIC_USED_UP),
    "the app never loaded the link": ((replace(FINE, fetch=None), HEALTHY), Finding.NEVER_LOADED),
    "the app loaded an older link": (
        (replace(FINE, fetch=replace(FETCH, key_tag="01d01d01.1")), HEALTHY),
        Finding.OLD_LINK,
    ),
    "an app that the server rejects": (
        (replace(FINE, fetch=replace(FETCH, app="hiddify")), replace(HEALTHY, accepts_every_app=False)),
        Finding.WRONG_APP,
    ),
    "a device found no place today": (
        (replace(FINE, devices=Devices(rejected_at=NOW - timedelta(hours=23))), HEALTHY),
        Finding.DEVICE_LIMIT,
    ),
    "a device found no place yesterday": (
        (replace(FINE, devices=Devices(rejected_at=NOW - timedelta(days=1))), HEALTHY),
        Finding.ALL_GOOD,
    ),
    "loaded, but no traffic": ((with_access(used_bytes=0), HEALTHY), Finding.NO_TRAFFIC),
    "loaded four days ago": (
        (replace(FINE, fetch=replace(FETCH, last_at=NOW - timedelta(days=3, seconds=1))), HEALTHY),
        Finding.LOADED_LONG_AGO,
    ),
    "no cause": ((FINE, HEALTHY), Finding.ALL_GOOD),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_its_own_finding(cause: str) -> None:
    (person, health), finding = CAUSES[cause]
    assert found(person, {"nl": health}).finding is finding


def test_every_finding_has_a_cause() -> None:
    assert {finding for _, finding in CAUSES.values()} == set(Finding) - {Finding.ONE_SERVER_DOWN, Finding.UNCHECKED}


@pytest.mark.parametrize("cause", CAUSES)
def test_checks_before_the_cause_pass_and_later_checks_are_not_made(cause: str) -> None:
    (person, health), finding = CAUSES[cause]
    diagnosis = found(person, {"nl": health})
    match finding:
        case (
            Finding.NO_SUBSCRIPTION | Finding.EXPIRED | Finding.PAUSED | Finding.TRAFFIC_USED_UP | Finding.UNREADABLE
        ):
            assert diagnosis == Diagnosis(finding, access_fine=False)
        case Finding.KEY_BEING_MADE | Finding.KEY_REFUSED | Finding.SERVER_DOWN | Finding.KEY_LAGS:
            assert diagnosis == Diagnosis(finding, access_fine=True, server_fine=False)
        case Finding.ALL_GOOD:
            assert diagnosis == Diagnosis(finding, access_fine=True, server_fine=True, app_fine=True)
        case _:
            assert diagnosis == Diagnosis(finding, access_fine=True, server_fine=True, app_fine=False)


@pytest.mark.parametrize("cause", CAUSES)
def test_causes_that_the_operator_must_correct_need_no_action_of_the_person(cause: str) -> None:
    (person, health), finding = CAUSES[cause]
    diagnosis = found(person, {"nl": health})
    assert diagnosis.ours is (finding in OPERATOR_MUST_FIX)
    assert diagnosis.ours is (diagnosis.server_fine is False or finding is Finding.UNREADABLE)


CHANGES: list[Callable[[Case], Case]] = [
    lambda case: (replace(case[0], user=replace(case[0].user, banned=True)), case[1]),
    lambda case: (case[0], Health(panel_answers=False, server_runs=False)),
    lambda case: (replace(case[0], fetch=None), case[1]),
]


@pytest.mark.parametrize(
    ("several", "finding"),
    [(CHANGES, Finding.PAUSED), (CHANGES[1:], Finding.SERVER_DOWN), (CHANGES[2:], Finding.NEVER_LOADED)],
)
def test_of_several_causes_the_first_in_order_is_found(
    several: list[Callable[[Case], Case]], finding: Finding
) -> None:
    case: Case = (with_access(used_bytes=0), HEALTHY)
    for change in several:
        case = change(case)
    assert found(case[0], {"nl": case[1]}).finding is finding


TWO = replace(FINE, accesses=(ACCESS, replace(ACCESS, server_id="de")))
DOWN = Health(panel_answers=False, server_runs=False)


def test_one_working_server_of_two_is_enough() -> None:
    second = replace(NOT_MADE, server_id="de")
    assert found(replace(FINE, accesses=(ACCESS, second)), {"nl": HEALTHY}).finding is Finding.ALL_GOOD
    dead_lettered = replace(second, due=Due(NOW, 12, dead_lettered=True))
    assert found(replace(FINE, accesses=(ACCESS, dead_lettered)), {"nl": HEALTHY}).finding is Finding.ALL_GOOD


def test_a_server_that_is_down_while_another_works_is_named() -> None:
    diagnosis = found(TWO, {"nl": HEALTHY, "de": DOWN})
    assert diagnosis == Diagnosis(Finding.ONE_SERVER_DOWN, access_fine=True, server_fine=False, down=("de",))
    assert diagnosis.ours


def test_if_both_servers_are_down_the_finding_is_server_down() -> None:
    assert found(TWO, {"nl": DOWN, "de": DOWN}).finding is Finding.SERVER_DOWN


def test_a_problem_of_the_app_comes_before_one_server_that_is_down() -> None:
    never = replace(TWO, fetch=None)
    assert found(never, {"nl": HEALTHY, "de": DOWN}).finding is Finding.NEVER_LOADED


def test_an_app_is_wrong_only_when_no_working_server_accepts_it() -> None:
    person, rejecting = replace(TWO, fetch=replace(FETCH, app="hiddify")), replace(HEALTHY, accepts_every_app=False)
    assert found(person, {"nl": rejecting, "de": HEALTHY}).finding is Finding.ALL_GOOD
    assert found(person, {"nl": rejecting, "de": DOWN}).finding is Finding.WRONG_APP


def test_a_server_that_the_key_is_leaving_is_ignored() -> None:
    leaving = replace(ACCESS, server_id="de", leaving_at=NOW)
    assert found(replace(FINE, accesses=(ACCESS, leaving)), {"nl": DOWN}).finding is Finding.SERVER_DOWN


def test_traffic_of_all_servers_is_added_up() -> None:
    two = replace(limited_to(8192), accesses=TWO.accesses)
    assert found(two, {"nl": HEALTHY, "de": HEALTHY}).finding is Finding.TRAFFIC_USED_UP
    assert found(limited_to(8192), {"nl": HEALTHY}).finding is Finding.ALL_GOOD


def test_keys_of_an_older_seed_are_ignored() -> None:
    old = Access("de", Key(1, "01d"), Wanted.ABSENT, devices=2, due=Due(NOW, 12, dead_lettered=True))
    assert found(replace(FINE, accesses=(ACCESS, old)), {"nl": HEALTHY}).finding is Finding.ALL_GOOD


HIDDIFY = replace(FINE, fetch=replace(FETCH, app="hiddify"))
REJECTING = replace(HEALTHY, accepts_every_app=False)
BROKEN, UNCHECKED = KeyCheck(KeyState.BROKEN, HEALTHY), KeyCheck(KeyState.UNCHECKED, HEALTHY)
GOOD, GONE = KeyCheck(KeyState.FINE, HEALTHY), KeyCheck(KeyState.DOWN, DOWN)


@pytest.mark.parametrize("person", [FINE, with_access(used_bytes=0), HIDDIFY])
@pytest.mark.parametrize("checks", [{}, {"nl": UNCHECKED}, {"nl": KeyCheck(KeyState.UNCHECKED)}])
def test_neither_server_nor_app_is_called_fine_or_blamed_while_the_panel_cannot_be_asked(
    person: Person, checks: Mapping[str, KeyCheck]
) -> None:
    assert diagnose(person, checks, NOW) == Diagnosis(Finding.UNCHECKED, access_fine=True)


def test_what_the_link_tells_is_found_although_the_panel_cannot_be_asked() -> None:
    never_loaded = Diagnosis(Finding.NEVER_LOADED, access_fine=True, server_fine=None, app_fine=False)
    assert diagnose(replace(FINE, fetch=None), {"nl": UNCHECKED}, NOW) == never_loaded
    old_link = replace(FINE, fetch=replace(FETCH, key_tag="01d01d01.1"))
    assert diagnose(old_link, {}, NOW).finding is Finding.OLD_LINK


def test_a_client_that_is_not_as_it_should_be_is_for_vpnbot_to_correct_before_the_app_is_blamed() -> None:
    for person in (FINE, with_access(used_bytes=0), replace(FINE, fetch=None), HIDDIFY):
        assert diagnose(person, {"nl": BROKEN}, NOW) == Diagnosis(
            Finding.KEY_LAGS, access_fine=True, server_fine=False
        )


@pytest.mark.parametrize(
    ("checks", "finding"),
    [
        ({"nl": GOOD, "de": BROKEN}, Finding.KEY_LAGS),
        ({"nl": GOOD, "de": UNCHECKED}, Finding.UNCHECKED),
        ({"nl": GOOD}, Finding.UNCHECKED),
        ({"nl": BROKEN, "de": UNCHECKED}, Finding.KEY_LAGS),
        ({"nl": BROKEN, "de": GONE}, Finding.KEY_LAGS),
        ({"nl": UNCHECKED, "de": GONE}, Finding.ONE_SERVER_DOWN),
        ({"nl": GOOD, "de": GOOD}, Finding.ALL_GOOD),
    ],
)
def test_with_two_servers_the_worst_that_was_checked_is_found(
    checks: Mapping[str, KeyCheck], finding: Finding
) -> None:
    assert diagnose(TWO, checks, NOW).finding is finding


def test_an_app_is_not_called_wrong_while_a_server_that_may_accept_it_is_not_checked() -> None:
    person = replace(HIDDIFY, accesses=TWO.accesses)
    rejecting = KeyCheck(KeyState.FINE, REJECTING)
    assert diagnose(person, {"nl": rejecting, "de": GONE}, NOW).finding is Finding.WRONG_APP
    assert diagnose(person, {"nl": rejecting}, NOW).finding is Finding.UNCHECKED


@pytest.mark.parametrize("app", ["happ", "v2rayng", "other"])
def test_apps_that_the_server_accepts_and_unknown_apps_are_not_called_wrong(app: str) -> None:
    person = replace(FINE, fetch=replace(FETCH, app=app))
    assert found(person, {"nl": replace(HEALTHY, accepts_every_app=False)}).finding is Finding.ALL_GOOD
