"""Why the VPN does not work: planted causes, the one right answer for each, and which lights burn above it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.server import Health
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.support import OURS_TO_MEND, Diagnosis, Finding, diagnose

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Key(1, "5eed5eed")
ENDPOINT = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
WELL = Health(panel_answers=True, server_runs=True)
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


def with_access(**changes: object) -> Person:
    return replace(FINE, accesses=(replace(ACCESS, **changes),))  # type: ignore[arg-type]  # names are Access's own


def waiting(access: Access) -> Person:
    return replace(FINE, subscription=Subscription().trial_started(TRIAL, KEY), accesses=(access,), fetch=None)


def limited_to(traffic_limit_bytes: int) -> Person:
    plan = replace(TRIAL, traffic_limit_bytes=traffic_limit_bytes)
    return replace(FINE, subscription=replace(FINE.subscription, plan=plan))


NOT_MADE = Access("nl", KEY, Wanted.ENABLED, devices=2, due=Due(NOW))
PLANTED: dict[str, tuple[Case, Finding]] = {
    "somebody new": ((Person(FINE.id), WELL), Finding.NO_SUBSCRIPTION),
    "deleted": ((replace(FINE, subscription=FINE.subscription.deleted()), WELL), Finding.NO_SUBSCRIPTION),
    "ended, and the timer noticed": (
        (replace(FINE, subscription=FINE.subscription.settled(NOW + timedelta(days=3))[0]), WELL),
        Finding.EXPIRED,
    ),
    "ended, and no timer noticed": (
        (
            replace(
                FINE, subscription=Subscription().trial_started(TRIAL, KEY).begun(NOW - timedelta(days=3, seconds=1))
            ),
            WELL,
        ),
        Finding.EXPIRED,
    ),
    "paused by the operator": (
        (replace(FINE, subscription=FINE.subscription.suspended(NOW)), WELL),
        Finding.PAUSED,
    ),
    "barred without a subscription": (
        (Person(FINE.id, replace(FINE.user, banned=True)), WELL),
        Finding.PAUSED,
    ),
    "stored by another version": (
        (replace(FINE, unreadable=frozenset({"SUB"})), WELL),
        Finding.UNREADABLE,
    ),
    "the key is being made": ((waiting(NOT_MADE), WELL), Finding.KEY_IN_THE_MAKING),
    "the panel refused the key": (
        (waiting(NOT_MADE.failed("no", Due(NOW, 12, dead_lettered=True))), WELL),
        Finding.KEY_REFUSED,
    ),
    "the panel does not answer": ((FINE, Health(panel_answers=False, server_runs=True)), Finding.SERVER_DOWN),
    "the panel answers, the server stands": (
        (FINE, Health(panel_answers=True, server_runs=False)),
        Finding.SERVER_DOWN,
    ),
    "the panel has not got the latest change": (
        (with_access(wanted_revision=2, due=Due(NOW)), WELL),
        Finding.KEY_LAGS,
    ),
    "the traffic is used up": ((limited_to(4096), WELL), Finding.TRAFFIC_USED_UP),
    "the app never loaded the link": ((replace(FINE, fetch=None), WELL), Finding.NEVER_LOADED),
    "the app loaded an older link": (
        (replace(FINE, fetch=replace(FETCH, key_tag="01d01d01.1")), WELL),
        Finding.OLD_LINK,
    ),
    "an app that the server turns away": (
        (replace(FINE, fetch=replace(FETCH, app="hiddify")), replace(WELL, accepts_every_app=False)),
        Finding.WRONG_APP,
    ),
    "loaded, and nothing came through": ((with_access(used_bytes=0), WELL), Finding.NO_TRAFFIC),
    "loaded four days ago": (
        (replace(FINE, fetch=replace(FETCH, last_at=NOW - timedelta(days=3, seconds=1))), WELL),
        Finding.LOADED_LONG_AGO,
    ),
    "nothing": ((FINE, WELL), Finding.ALL_GOOD),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_each_planted_cause_has_its_one_answer(planted: str) -> None:
    (person, health), finding = PLANTED[planted]
    assert diagnose(person, {"nl": health}, NOW).finding is finding


def test_every_answer_has_a_planted_cause() -> None:
    assert {finding for _, finding in PLANTED.values()} == set(Finding) - {Finding.ONE_SERVER_DOWN}


@pytest.mark.parametrize("planted", PLANTED)
def test_the_lights_burn_down_to_what_is_wrong_and_no_further(planted: str) -> None:
    (person, health), finding = PLANTED[planted]
    diagnosis = diagnose(person, {"nl": health}, NOW)
    match finding:
        case (
            Finding.NO_SUBSCRIPTION | Finding.EXPIRED | Finding.PAUSED | Finding.TRAFFIC_USED_UP | Finding.UNREADABLE
        ):
            assert diagnosis == Diagnosis(finding, access_fine=False)
        case Finding.KEY_IN_THE_MAKING | Finding.KEY_REFUSED | Finding.SERVER_DOWN | Finding.KEY_LAGS:
            assert diagnosis == Diagnosis(finding, access_fine=True, server_fine=False)
        case Finding.ALL_GOOD:
            assert diagnosis == Diagnosis(finding, access_fine=True, server_fine=True, app_fine=True)
        case _:
            assert diagnosis == Diagnosis(finding, access_fine=True, server_fine=True, app_fine=False)


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_ours_to_mend_asks_nothing_of_the_person(planted: str) -> None:
    (person, health), finding = PLANTED[planted]
    diagnosis = diagnose(person, {"nl": health}, NOW)
    assert diagnosis.ours is (finding in OURS_TO_MEND)
    assert diagnosis.ours is (diagnosis.server_fine is False or finding is Finding.UNREADABLE)


EARLIER: list[Callable[[Case], Case]] = [
    lambda case: (replace(case[0], user=replace(case[0].user, banned=True)), case[1]),
    lambda case: (case[0], Health(panel_answers=False, server_runs=False)),
    lambda case: (replace(case[0], fetch=None), case[1]),
]


@pytest.mark.parametrize(
    ("several", "finding"),
    [(EARLIER, Finding.PAUSED), (EARLIER[1:], Finding.SERVER_DOWN), (EARLIER[2:], Finding.NEVER_LOADED)],
)
def test_of_several_causes_the_first_is_named(several: list[Callable[[Case], Case]], finding: Finding) -> None:
    case: Case = (with_access(used_bytes=0), WELL)
    for plant in several:
        case = plant(case)
    assert diagnose(case[0], {"nl": case[1]}, NOW).finding is finding


TWO = replace(FINE, accesses=(ACCESS, replace(ACCESS, server_id="de")))
DOWN = Health(panel_answers=False, server_runs=False)


def test_one_of_two_servers_that_works_is_enough() -> None:
    second = replace(NOT_MADE, server_id="de")
    assert diagnose(replace(FINE, accesses=(ACCESS, second)), {"nl": WELL}, NOW).finding is Finding.ALL_GOOD
    parked = replace(second, due=Due(NOW, 12, dead_lettered=True))
    assert diagnose(replace(FINE, accesses=(ACCESS, parked)), {"nl": WELL}, NOW).finding is Finding.ALL_GOOD


def test_one_of_two_servers_that_is_down_is_named() -> None:
    found = diagnose(TWO, {"nl": WELL, "de": DOWN}, NOW)
    assert found == Diagnosis(Finding.ONE_SERVER_DOWN, access_fine=True, server_fine=False, down=("de",))
    assert found.ours


def test_both_servers_down_is_the_server_down() -> None:
    assert diagnose(TWO, {"nl": DOWN, "de": DOWN}, NOW).finding is Finding.SERVER_DOWN


def test_what_the_app_lacks_comes_before_one_server_that_is_down() -> None:
    never = replace(TWO, fetch=None)
    assert diagnose(never, {"nl": WELL, "de": DOWN}, NOW).finding is Finding.NEVER_LOADED


def test_an_app_is_wrong_only_when_no_server_that_works_lets_it_in() -> None:
    person, picky = replace(TWO, fetch=replace(FETCH, app="hiddify")), replace(WELL, accepts_every_app=False)
    assert diagnose(person, {"nl": picky, "de": WELL}, NOW).finding is Finding.ALL_GOOD
    assert diagnose(person, {"nl": picky, "de": DOWN}, NOW).finding is Finding.WRONG_APP


def test_a_server_that_is_being_left_is_not_looked_at() -> None:
    leaving = replace(ACCESS, server_id="de", leaving_at=NOW)
    assert diagnose(replace(FINE, accesses=(ACCESS, leaving)), {"nl": DOWN}, NOW).finding is Finding.SERVER_DOWN


def test_traffic_is_that_of_all_servers_together() -> None:
    two = replace(limited_to(8192), accesses=TWO.accesses)
    assert diagnose(two, {"nl": WELL, "de": WELL}, NOW).finding is Finding.TRAFFIC_USED_UP
    assert diagnose(limited_to(8192), {"nl": WELL}, NOW).finding is Finding.ALL_GOOD


def test_keys_of_an_older_seed_are_not_looked_at() -> None:
    old = Access("de", Key(1, "01d"), Wanted.ABSENT, devices=2, due=Due(NOW, 12, dead_lettered=True))
    assert diagnose(replace(FINE, accesses=(ACCESS, old)), {"nl": WELL}, NOW).finding is Finding.ALL_GOOD


def test_without_news_of_the_server_nothing_is_held_against_it() -> None:
    assert diagnose(FINE, {}, NOW).finding is Finding.ALL_GOOD
    assert diagnose(replace(FINE, fetch=replace(FETCH, app="hiddify")), {}, NOW).finding is Finding.ALL_GOOD


@pytest.mark.parametrize("app", ["happ", "v2rayng", "other"])
def test_apps_that_the_server_takes_or_that_we_do_not_know_are_not_blamed(app: str) -> None:
    person = replace(FINE, fetch=replace(FETCH, app=app))
    assert diagnose(person, {"nl": replace(WELL, accepts_every_app=False)}, NOW).finding is Finding.ALL_GOOD
