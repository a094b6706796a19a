"""Ledger entries: the changed values before and after a decision, without data that identifies the person."""

from dataclasses import replace
from datetime import UTC, datetime

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.people.ledger import changes
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Key(1, "5eed5eed-and-more")
UNKNOWN = Person(PersonId("0" * 32))
KNOWN = replace(UNKNOWN, user=User().met(987654321, "en", "ref_7", NOW))
ON_TRIAL = replace(
    KNOWN,
    user=replace(KNOWN.user, trial_used=True),
    subscription=Subscription().trial_started(TRIAL, KEY).begun(NOW),
    accesses=(Access("nl", KEY, Wanted.ENABLED, devices=2),),
)


def test_the_start_of_a_trial_is_recorded_with_all_its_changes() -> None:
    assert changes(KNOWN, ON_TRIAL) == {
        "status": ("none", "trial"),
        "trial used": ("False", "True"),
        "plan": ("", "trial"),
        "starts": ("", "2026-03-01T12:00:00Z"),
        "ends": ("", "2026-03-04T12:00:00Z"),
        "key on nl (5eed5eed.1)": ("", "enabled, revision 1"),
    }


def test_a_removed_key_is_recorded_with_an_empty_value_after() -> None:
    recorded = changes(ON_TRIAL, replace(ON_TRIAL, accesses=()))
    assert recorded == {"key on nl (5eed5eed.1)": ("enabled, revision 1", "")}


def test_each_changed_setting_is_recorded() -> None:
    user = replace(KNOWN.user, language="ru", reminders=False, wants_plans=True, banned=True)
    assert set(changes(KNOWN, replace(KNOWN, user=user))) == {"language", "reminders", "wants plans", "banned"}


def test_no_change_is_recorded_if_nothing_changed() -> None:
    assert changes(ON_TRIAL, ON_TRIAL) == {}


def test_neither_the_chat_id_nor_the_whole_seed_nor_the_referrer_is_recorded() -> None:
    recorded = str(changes(UNKNOWN, ON_TRIAL))
    assert "987654321" not in recorded
    assert KEY.seed not in recorded
    assert "ref_7" not in recorded
