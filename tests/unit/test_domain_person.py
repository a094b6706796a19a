"""Everything about one person in one immutable picture."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.items import claimed, items_of, sort_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.servers.server_watch import watch
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Status, Subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, OLD_KEY = Key(1, "5eed5eed"), Key(1, "01d01d01")
STRANGER = Person(PersonId("0" * 32))
KNOWN = replace(STRANGER, user=User().met(42, "en", "ref_7", NOW))
ON_TRIAL = replace(
    KNOWN,
    user=replace(KNOWN.user, trial_used=True),
    subscription=Subscription().trial_started(TRIAL, KEY).begun(NOW),
    accesses=(
        Access("nl", KEY, Wanted.ENABLED, devices=2, applied_revision=1),
        Access("de", KEY, Wanted.ENABLED, devices=2, due=Due(NOW)),
        Access("nl", OLD_KEY, Wanted.ABSENT, devices=2, due=Due(NOW)),
        Access("de", OLD_KEY, Wanted.DISABLED, devices=2, applied_revision=1),
    ),
)


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (STRANGER, True),
        (KNOWN, True),
        (replace(KNOWN, subscription=Subscription(status=Status.DELETED)), True),
        (ON_TRIAL, False),
        (replace(KNOWN, user=replace(KNOWN.user, trial_used=True)), False),
        (replace(KNOWN, user=replace(KNOWN.user, banned=True)), False),
        (replace(KNOWN, subscription=ON_TRIAL.subscription), False),
        (replace(KNOWN, subscription=ON_TRIAL.subscription.settled(NOW + timedelta(days=5))[0]), False),
        (replace(KNOWN, subscription=ON_TRIAL.subscription.suspended(NOW)), False),
    ],
)
def test_the_trial_is_for_whoever_has_never_had_it(person: Person, may: bool) -> None:
    assert person.trial_available is may


def test_only_keys_of_the_current_seed_that_are_to_stay_are_living() -> None:
    assert [(access.server_id, access.key) for access in ON_TRIAL.living_accesses] == [("nl", KEY), ("de", KEY)]


def test_what_lags_is_what_panels_have_not_confirmed() -> None:
    assert [(access.server_id, access.key) for access in ON_TRIAL.out_of_sync] == [("de", KEY), ("nl", OLD_KEY)]


def test_paused_is_whoever_is_banned_or_suspended() -> None:
    assert not ON_TRIAL.paused
    assert replace(KNOWN, user=replace(KNOWN.user, banned=True)).paused
    assert replace(ON_TRIAL, subscription=ON_TRIAL.subscription.suspended(NOW)).paused


def test_a_person_is_shown_as_time_has_left_them() -> None:
    later = ON_TRIAL.as_of(NOW + timedelta(days=3))
    assert later.subscription.status is Status.EXPIRED
    assert later.accesses == ON_TRIAL.accesses
    assert ON_TRIAL.as_of(NOW) == ON_TRIAL


def test_an_access_is_found_replaced_and_added_by_server_and_key() -> None:
    access = ON_TRIAL.access("nl", OLD_KEY.tag)
    assert access == ON_TRIAL.accesses[2]
    assert ON_TRIAL.access("fi", KEY.tag) is None
    moved = replace(ON_TRIAL.accesses[0], used_bytes=5)
    assert len(ON_TRIAL.with_access(moved).accesses) == 4
    assert ON_TRIAL.with_access(moved).access("nl", KEY.tag) == moved
    assert len(ON_TRIAL.with_access(replace(moved, server_id="fi")).accesses) == 5


def test_of_a_deleted_profile_only_marks_and_the_work_of_erasing_stay() -> None:
    full = replace(ON_TRIAL.user, opinion="good", wants_plans=True, banned=True, version=7)
    gone = full.deleted(NOW, erase=Due(NOW))
    assert gone == User(
        version=7, deleted_at=NOW, erase_until=NOW, trial_used=True, banned=True, reachable=False, due=Due(NOW)
    )
    assert not gone.known


def test_whoever_comes_back_keeps_the_marks_and_the_erasing_goes_on() -> None:
    gone = replace(ON_TRIAL.user, banned=True).deleted(NOW, erase=Due(NOW))
    back = gone.met(42, "ru", None, NOW + timedelta(minutes=1))
    assert (back.known, back.reachable, back.trial_used, back.banned) == (True, True, True, True)
    assert (back.erase_until, back.due, back.deleted_at) == (NOW, Due(NOW), None)
    assert back.reached(reachable=False).reachable is False


def test_a_stranger_has_no_items_and_everything_else_has_its_own_key() -> None:
    assert items_of(STRANGER) == {}
    word = notification(NotificationKind.EXPIRY, "c", NOW)
    full = replace(
        ON_TRIAL, fetch=LinkFetch(NOW, NOW, "happ", KEY.tag), watches=(watch("nl", NOW),)
    ).with_notifications(word)
    keys = list(items_of(full))
    assert len(keys) == len(set(keys)) == 9
    assert {key.partition("#")[0] for key in keys} == {"USER", "SUB", "ACCESS", "OUT", "FETCH", "WATCH"}
    assert all(sort_key(item) == key for key, item in items_of(full).items())


def test_a_claim_holds_only_for_the_time_it_was_made_for() -> None:
    access = ON_TRIAL.accesses[1]
    key = sort_key(access)
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, key, NOW)) is access
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, key, NOW + timedelta(seconds=1))) is None
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, sort_key(ON_TRIAL.accesses[0]), NOW)) is None
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, "ACCESS#fi#x", NOW)) is None
    fetched = replace(ON_TRIAL, fetch=LinkFetch(NOW, NOW, "happ", KEY.tag))
    assert claimed(fetched, DueItem(ON_TRIAL.id, "FETCH", NOW)) is None
