"""Everything that is stored about one person, as one immutable object."""

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
from vpnbot.domain.questions import new_question
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Status, Subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, OLD_KEY = Key(1, "5eed5eed"), Key(1, "01d01d01")
UNKNOWN = Person(PersonId("0" * 32))
KNOWN = replace(UNKNOWN, user=User().met(42, "en", "ref_7", NOW))
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
    ("person", "available"),
    [
        (UNKNOWN, True),
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
def test_the_trial_is_available_once_to_a_person_who_is_not_banned(person: Person, available: bool) -> None:
    assert person.trial_available is available


def test_living_keys_are_those_of_the_current_seed_that_are_not_to_be_removed() -> None:
    assert [(access.server_id, access.key) for access in ON_TRIAL.living_accesses] == [("nl", KEY), ("de", KEY)]


def test_keys_are_out_of_sync_until_their_panel_has_confirmed_them() -> None:
    assert [(access.server_id, access.key) for access in ON_TRIAL.out_of_sync] == [("de", KEY), ("nl", OLD_KEY)]


def test_a_person_is_paused_when_banned_or_suspended() -> None:
    assert not ON_TRIAL.paused
    assert replace(KNOWN, user=replace(KNOWN.user, banned=True)).paused
    assert replace(ON_TRIAL, subscription=ON_TRIAL.subscription.suspended(NOW)).paused


def test_a_person_as_of_a_time_has_all_earlier_events_applied() -> None:
    later = ON_TRIAL.as_of(NOW + timedelta(days=3))
    assert later.subscription.status is Status.EXPIRED
    assert later.accesses == ON_TRIAL.accesses
    assert ON_TRIAL.as_of(NOW) == ON_TRIAL


def test_an_access_is_found_replaced_and_added_by_server_and_key() -> None:
    found = ON_TRIAL.access("nl", OLD_KEY.tag)
    assert found == ON_TRIAL.accesses[2]
    assert ON_TRIAL.access("fi", KEY.tag) is None
    changed = replace(ON_TRIAL.accesses[0], used_bytes=5)
    assert len(ON_TRIAL.with_access(changed).accesses) == 4
    assert ON_TRIAL.with_access(changed).access("nl", KEY.tag) == changed
    assert len(ON_TRIAL.with_access(replace(changed, server_id="fi")).accesses) == 5


def test_a_deleted_profile_keeps_only_its_flags_and_the_work_of_erasing() -> None:
    complete = replace(ON_TRIAL.user, opinion="good", wants_plans=True, banned=True, version=7)
    deleted = complete.deleted(NOW, erase=Due(NOW))
    assert deleted == User(
        version=7, deleted_at=NOW, erase_until=NOW, trial_used=True, banned=True, reachable=False, due=Due(NOW)
    )
    assert not deleted.known


def test_a_person_who_returns_keeps_the_flags_and_erasing_continues() -> None:
    deleted = replace(ON_TRIAL.user, banned=True).deleted(NOW, erase=Due(NOW))
    returned = deleted.met(42, "ru", None, NOW + timedelta(minutes=1))
    assert (returned.known, returned.reachable, returned.trial_used, returned.banned) == (True, True, True, True)
    assert (returned.erase_until, returned.due, returned.deleted_at) == (NOW, Due(NOW), None)
    assert returned.reached(reachable=False).reachable is False


def test_an_unknown_person_has_no_items_and_every_item_has_its_own_sort_key() -> None:
    assert items_of(UNKNOWN) == {}
    expiry = notification(NotificationKind.EXPIRY, "c", NOW)
    complete = replace(
        ON_TRIAL,
        questions=(new_question(7, "c", NOW),),
        fetch=LinkFetch(NOW, NOW, "happ", KEY.tag),
        watches=(ServerWatch("nl", NOW),),
    ).with_notifications(expiry)
    sort_keys = list(items_of(complete))
    assert len(sort_keys) == len(set(sort_keys)) == 10
    kinds = {"USER", "SUB", "ACCESS", "OUT", "RELAYIN", "FETCH", "WATCH"}
    assert {key.partition("#")[0] for key in sort_keys} == kinds
    assert all(sort_key(item) == key for key, item in items_of(complete).items())


def test_a_claim_is_valid_only_while_the_item_has_the_due_time_of_the_claim() -> None:
    access = ON_TRIAL.accesses[1]
    key = sort_key(access)
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, key, NOW)) is access
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, key, NOW + timedelta(seconds=1))) is None
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, sort_key(ON_TRIAL.accesses[0]), NOW)) is None
    assert claimed(ON_TRIAL, DueItem(ON_TRIAL.id, "ACCESS#fi#x", NOW)) is None
    fetched = replace(ON_TRIAL, fetch=LinkFetch(NOW, NOW, "happ", KEY.tag))
    assert claimed(fetched, DueItem(ON_TRIAL.id, "FETCH", NOW)) is None
