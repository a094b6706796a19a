"""Each kind of notification has a rule that says when it is true, or is not about the person's standing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from tests.fakes.generated_people import people_with_times
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import MONEY_KINDS, NotificationKind, notification
from vpnbot.domain.people.outdated import outdated
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ALWAYS_TRUE = {
    *(MONEY_KINDS - {NotificationKind.RENEWAL_AHEAD}),
    NotificationKind.SUPPORT_QUESTION,
    NotificationKind.SUPPORT_ANSWER,
    NotificationKind.SUPPORT_CLOSED,
    NotificationKind.QUESTIONS_WAIT,
    NotificationKind.PLANS_OPEN,
    NotificationKind.SERVER_FAILING,
    NotificationKind.SERVER_WORKS,
    NotificationKind.RESUMED,
    NotificationKind.MONEY_ALERT,
    NotificationKind.DAYS_GIVEN,
    NotificationKind.COMPENSATED,
    NotificationKind.TRIAL_OPEN,
    NotificationKind.TRIALS_AGAIN,
    NotificationKind.DAYS_TAKEN,
    NotificationKind.PLAN_CHANGED,
    NotificationKind.TRIAL_AGAIN,
    NotificationKind.TRIAL_OVER,
    NotificationKind.ROLE,
    NotificationKind.REWARD,
    NotificationKind.WELCOME,
    NotificationKind.REWARD_TAKEN,
    NotificationKind.WINBACK,
}


def _outdated(kind: NotificationKind, person: Person, now: datetime) -> bool:
    return outdated(notification(kind, "update:1:1", now), person.as_of(now), now)


@pytest.mark.parametrize("kind", sorted(set(NotificationKind)))
def test_a_person_without_a_subscription_is_told_only_what_does_not_depend_on_one(kind: NotificationKind) -> None:
    assert _outdated(kind, Person(PersonId("p")), NOW) is (kind not in ALWAYS_TRUE)


@given(people_with_times())
def test_off_and_on_are_never_both_true(example: tuple[Person, datetime]) -> None:
    person, now = example
    if standing(person, now) is not Standing.UNREADABLE:
        off = {NotificationKind.EXPIRY, NotificationKind.TRAFFIC_USED_UP, NotificationKind.SUSPENDED}
        on = {NotificationKind.KEY_READY, NotificationKind.SERVER_BACK, NotificationKind.REMINDER_DAY}
        true = {kind for kind in off | on if not _outdated(kind, person, now)}
        assert len(true & off) <= 1
        assert not (true & off and true & on) or true & off == {NotificationKind.TRAFFIC_USED_UP}
