"""The state machine of a subscription: which transitions each state allows, and what they do to its time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.offers import bought
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import RUNNING, Status, Subscription
from vpnbot.domain.subscriptions.time_credit import after_use
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent
from vpnbot.errors import IllegalTransition

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Key(1, "5eed")
NEW_KEY = Key(1, "feed")
MONTH = Plan("month", timedelta(days=30), devices=3)

WAITING = Subscription().trial_started(TRIAL, KEY)
ON_TRIAL = WAITING.begun(NOW)
PAYING = bought(ON_TRIAL, MONTH, NOW, NEW_KEY)
EXPIRED = ON_TRIAL.settled(NOW + timedelta(days=3))[0]


def shorter(subscription: Subscription, by: timedelta, now: datetime) -> Subscription:
    """Return the subscription without the last part of its time, as a refund takes it."""
    kept = after_use(reversed(subscription.lots_left(now)), int(by.total_seconds()))
    return subscription.shortened(tuple(reversed(kept)), now)


EXAMPLES = {
    Status.NONE: Subscription(),
    Status.TRIAL: ON_TRIAL,
    Status.ACTIVE: PAYING,
    Status.EXPIRED: EXPIRED,
    Status.SUSPENDED: ON_TRIAL.suspended(NOW),
    Status.DELETED: ON_TRIAL.deleted(),
}
TRANSITIONS: dict[str, Callable[[Subscription], Subscription]] = {
    "start a trial": lambda s: s.trial_started(TRIAL, KEY),
    "begin": lambda s: s.begun(NOW),
    "extend": lambda s: bought(s, MONTH, NOW, NEW_KEY),
    "shorten": lambda s: shorter(s, timedelta(days=1), NOW),
    "suspend": lambda s: s.suspended(NOW),
    "resume": lambda s: s.resumed(NOW),
    "expire": lambda s: s.settled(NOW + timedelta(days=365))[0],
    "delete": lambda s: s.deleted(),
}
LEGAL = {
    (Status.NONE, "start a trial"): Status.TRIAL,
    (Status.DELETED, "start a trial"): Status.TRIAL,
    (Status.TRIAL, "extend"): Status.ACTIVE,
    (Status.ACTIVE, "extend"): Status.ACTIVE,
    (Status.EXPIRED, "extend"): Status.ACTIVE,
    (Status.NONE, "extend"): Status.ACTIVE,
    (Status.DELETED, "extend"): Status.ACTIVE,
    (Status.SUSPENDED, "extend"): Status.SUSPENDED,
    (Status.TRIAL, "shorten"): Status.TRIAL,
    (Status.ACTIVE, "shorten"): Status.ACTIVE,
    (Status.SUSPENDED, "shorten"): Status.SUSPENDED,
    (Status.TRIAL, "suspend"): Status.SUSPENDED,
    (Status.ACTIVE, "suspend"): Status.SUSPENDED,
    (Status.SUSPENDED, "resume"): Status.TRIAL,
    (Status.TRIAL, "expire"): Status.EXPIRED,
    (Status.ACTIVE, "expire"): Status.EXPIRED,
    (Status.NONE, "delete"): Status.DELETED,
    (Status.TRIAL, "delete"): Status.DELETED,
    (Status.ACTIVE, "delete"): Status.DELETED,
    (Status.EXPIRED, "delete"): Status.DELETED,
    (Status.SUSPENDED, "delete"): Status.DELETED,
}
"""All legal transitions but "begin": it is legal only for a subscription that waits for its key; no example does."""
UNCHANGED_BY_TIME = {(status, "expire") for status in Status if status not in RUNNING}
ILLEGAL = [
    (status, transition)
    for status in Status
    for transition in TRANSITIONS
    if (status, transition) not in LEGAL and (status, transition) not in UNCHANGED_BY_TIME
]


@pytest.mark.parametrize("status", Status)
def test_each_example_is_in_its_state(status: Status) -> None:
    assert EXAMPLES[status].status is status


@pytest.mark.parametrize("status", Status)
def test_a_subscription_is_a_trial_until_a_plan_is_bought_and_never_after_that(status: Status) -> None:
    assert EXAMPLES[status].is_trial is (status is not Status.ACTIVE)
    for later in (
        PAYING.suspended(NOW),
        PAYING.settled(NOW + timedelta(days=99))[0],
        bought(WAITING, MONTH, NOW, NEW_KEY),
    ):
        assert not later.is_trial


@pytest.mark.parametrize(("status", "transition"), LEGAL)
def test_a_legal_transition_leads_to_the_state_in_the_table(status: Status, transition: str) -> None:
    assert TRANSITIONS[transition](EXAMPLES[status]).status is LEGAL[status, transition]


@pytest.mark.parametrize(("status", "transition"), ILLEGAL)
def test_an_illegal_transition_is_rejected(status: Status, transition: str) -> None:
    with pytest.raises(IllegalTransition):
        TRANSITIONS[transition](EXAMPLES[status])


@pytest.mark.parametrize("status", sorted({status for status, _ in UNCHANGED_BY_TIME}))
def test_time_alone_changes_only_running_states(status: Status) -> None:
    assert TRANSITIONS["expire"](EXAMPLES[status]).status is status


def test_every_pair_of_state_and_transition_is_either_legal_or_rejected() -> None:
    assert len(LEGAL) + len(ILLEGAL) + len(UNCHANGED_BY_TIME) == len(Status) * len(TRANSITIONS)


@pytest.mark.parametrize(("waiting", "duration"), [(WAITING, 3), (bought(WAITING, MONTH, NOW, NEW_KEY), 33)])
def test_time_begins_when_the_first_key_is_ready(waiting: Subscription, duration: int) -> None:
    assert waiting.waits_for_key
    assert waiting.due is None
    begun = waiting.begun(NOW + timedelta(hours=5))
    assert begun.starts_at == NOW + timedelta(hours=5)
    assert begun.ends_at == NOW + timedelta(hours=5, days=duration)
    assert begun.status is waiting.status
    assert not begun.waits_for_key


def test_time_that_runs_cannot_begin_again() -> None:
    with pytest.raises(IllegalTransition):
        ON_TRIAL.begun(NOW)


def test_resuming_restores_the_state_before_the_pause() -> None:
    assert PAYING.suspended(NOW).resumed(NOW) == PAYING
    assert ON_TRIAL.suspended(NOW).resumed(NOW) == ON_TRIAL
    assert WAITING.suspended(NOW).resumed(NOW + timedelta(days=3)) == WAITING


def test_a_deleted_subscription_keeps_only_its_state_and_its_course() -> None:
    assert PAYING.deleted() == Subscription(status=Status.DELETED, course=PAYING.course)


def test_entitlement_ends_exactly_at_the_end_even_if_events_are_applied_late() -> None:
    assert ON_TRIAL.ends_at is not None
    assert ON_TRIAL.entitled(ON_TRIAL.ends_at - timedelta(microseconds=1))
    assert not ON_TRIAL.entitled(ON_TRIAL.ends_at)
    assert not ON_TRIAL.suspended(NOW).entitled(NOW)
    assert not WAITING.entitled(NOW)
    assert not EXPIRED.entitled(NOW)


def test_before_the_start_the_whole_plan_is_left_and_it_never_becomes_negative() -> None:
    assert WAITING.left(NOW) == timedelta(days=3)
    assert ON_TRIAL.left(NOW + timedelta(days=1)) == timedelta(days=2)
    assert ON_TRIAL.left(NOW + timedelta(days=9)) == timedelta()
    assert Subscription().left(NOW) == timedelta()
    assert ON_TRIAL.deleted().left(NOW) == timedelta()
    assert ON_TRIAL.suspended(NOW).left(NOW + timedelta(days=9)) == timedelta(days=3)


def test_the_link_is_kept_for_thirty_days_after_the_end() -> None:
    assert ON_TRIAL.kept_until == NOW + timedelta(days=33)
    assert WAITING.kept_until is None
    assert EXPIRED.key == KEY
    assert EXPIRED.settled(NOW + timedelta(days=33))[0].key is None


def test_a_renewal_within_thirty_days_keeps_the_key() -> None:
    later = NOW + timedelta(days=20)
    renewed = bought(EXPIRED, MONTH, later, NEW_KEY)
    assert renewed.key == KEY
    assert renewed.waits_for_key, "the keys are disabled, so its time starts when one works again"
    assert renewed.left(later) == timedelta(days=30)
    begun = renewed.begun(later + timedelta(hours=2))
    assert begun.ends_at == later + timedelta(days=30, hours=2)


def test_a_renewal_after_the_end_of_the_link_gets_a_new_key() -> None:
    after_link_end = EXPIRED.settled(NOW + timedelta(days=40))[0]
    assert after_link_end.key is None
    renewed = bought(after_link_end, MONTH, NOW + timedelta(days=40), NEW_KEY)
    assert (renewed.key, renewed.waits_for_key) == (NEW_KEY, True)


def test_time_bought_during_a_pause_is_added_and_does_not_run_until_the_pause_ends() -> None:
    paused = ON_TRIAL.suspended(NOW + timedelta(days=1))
    longer = bought(paused, MONTH, NOW + timedelta(days=9), NEW_KEY)
    assert longer.left(NOW + timedelta(days=9)) == timedelta(days=32)
    resumed = longer.resumed(NOW + timedelta(days=11))
    assert (resumed.status, resumed.ends_at) == (Status.ACTIVE, NOW + timedelta(days=43))


def test_shortening_moves_the_end_and_all_events_that_depend_on_it() -> None:
    refunded = shorter(PAYING, timedelta(days=10), NOW)
    assert refunded.ends_at == NOW + timedelta(days=23)
    assert refunded.due == Due(NOW + timedelta(days=22))
    assert refunded.course == PAYING.course + 1


def test_taking_away_all_remaining_time_ends_the_subscription_at_once() -> None:
    later = NOW + timedelta(days=5)
    ended = shorter(PAYING, timedelta(days=33), later)
    assert (ended.status, ended.ends_at, ended.key) == (Status.EXPIRED, later, KEY)
    assert ended.settled(later) == (ended, ()), "the end is not announced a second time"
    assert ended.settled(later + timedelta(days=30))[0].key is None


def test_time_that_has_not_begun_can_be_shortened_too() -> None:
    waiting = bought(WAITING, MONTH, NOW, NEW_KEY)
    assert shorter(waiting, timedelta(days=30), NOW).left(NOW) == timedelta(days=3)
    never = shorter(waiting, timedelta(days=33), NOW)
    assert never == Subscription(course=waiting.course + 1), "no time had begun: there is no end, and no link to keep"


def test_a_renewal_that_was_sent_back_before_a_key_worked_leaves_the_link_of_the_time_before() -> None:
    renewed = bought(EXPIRED, MONTH, NOW + timedelta(days=20), NEW_KEY)
    back = shorter(renewed, timedelta(days=30), NOW + timedelta(days=21))
    assert (back.status, back.ends_at, back.key) == (Status.EXPIRED, NOW + timedelta(days=21), KEY)


def test_an_end_before_the_time_up_to_which_events_were_settled_still_expires() -> None:
    """While a subscription is in a running state, its end has not been applied yet, whatever moved the end."""
    moved = replace(PAYING, ends_at=NOW + timedelta(days=1), settled_until=NOW + timedelta(days=2))
    settled, events = moved.settled(NOW + timedelta(days=2))
    assert settled.status is Status.EXPIRED
    assert [event.kind for event in events] == [EventKind.EXPIRY]
    assert moved.due is not None
    assert settled.settled(NOW + timedelta(days=2)) == (settled, ()), "the expiry is not applied a second time"


def test_the_same_end_in_another_course_has_another_cause() -> None:
    moved_back = shorter(bought(PAYING, MONTH, NOW, NEW_KEY), timedelta(days=30), NOW)
    assert moved_back.ends_at == PAYING.ends_at
    causes = [{event.cause for event in one.passed_events(NOW + timedelta(days=90))} for one in (PAYING, moved_back)]
    assert causes[0].isdisjoint(causes[1])


def test_causes_in_course_zero_are_named_as_in_earlier_versions() -> None:
    assert ON_TRIAL.course == 0
    assert ScheduledEvent(EventKind.EXPIRY, NOW).cause == "event:expiry:2026-03-01T12:00:00Z"
    assert ScheduledEvent(EventKind.EXPIRY, NOW, 3).cause == "event:expiry:3:2026-03-01T12:00:00Z"


GB = 10**9


@pytest.mark.parametrize(
    ("before", "new_limit", "used", "granted"),
    [
        (10, 50, 4, 60),  # the remaining traffic of a running plan is added
        (10, 50, 12, 62),  # more than the limit was used: all the bought traffic is granted
        (None, 50, 30, 130),  # after a plan without a limit, the time left has the traffic of the new plan, too
        (10, None, 4, None),
        (None, None, 4, None),
    ],
)
def test_an_extension_adds_its_traffic_to_what_is_left(
    before: int | None, new_limit: int | None, used: int, granted: int | None
) -> None:
    old = replace(MONTH, traffic_limit_bytes=before and before * GB)
    new = replace(MONTH, traffic_limit_bytes=new_limit and new_limit * GB)
    runs = Subscription().trial_started(old, KEY).begun(NOW)
    extended = bought(runs, new, NOW, NEW_KEY, used * GB)
    assert extended.traffic_limit_bytes == (granted and granted * GB)


def test_traffic_that_is_left_at_the_end_of_the_time_is_lost() -> None:
    limited = replace(MONTH, traffic_limit_bytes=50 * GB)
    expired = Subscription().trial_started(limited, KEY).begun(NOW).settled(NOW + timedelta(days=31))[0]
    assert bought(expired, limited, NOW + timedelta(days=32), NEW_KEY, 20 * GB).traffic_limit_bytes == 70 * GB


def test_a_suspended_subscription_has_nothing_due() -> None:
    suspended = ON_TRIAL.suspended(NOW)
    assert suspended.due is None
    assert suspended.next_event is None
    assert suspended.settled(NOW + timedelta(days=365)) == (suspended, ())


def test_resuming_without_a_stored_earlier_state_leads_to_active() -> None:
    """Only an older version can have stored a suspended subscription without it."""
    stored = replace(ON_TRIAL.suspended(NOW), suspended_from=None)
    assert stored.resumed(NOW).status is Status.ACTIVE


def test_an_end_that_passed_unsettled_before_a_pause_expires_after_the_pause() -> None:
    paused = ON_TRIAL.suspended(NOW + timedelta(days=3, hours=1))
    resumed = paused.resumed(NOW + timedelta(days=10))
    assert resumed.due is not None
    assert resumed.due.at <= NOW + timedelta(days=10)
    assert resumed.settled(NOW + timedelta(days=10))[0].status is Status.EXPIRED


@pytest.mark.parametrize(
    ("trial_hours", "passed_hours", "expected"),
    [
        (72, 1, {EventKind.FIRST_HOUR}),
        (72, 24, {EventKind.FIRST_DAY}),
        (72, 47.9, {EventKind.FIRST_DAY}),
        (72, 48, {EventKind.REMINDER_DAY}),
        (48, 24, {EventKind.REMINDER_DAY}),
        (30, 5.9, {EventKind.FIRST_HOUR}),
        (30, 24, {EventKind.REMINDER_DAY}),
        (30, 27, {EventKind.REMINDER_HOURS}),
        (25, 24.5, {EventKind.REMINDER_HOURS}),
        (25, 25, {EventKind.EXPIRY}),
    ],
)
def test_help_is_offered_until_the_next_reminder_or_the_end(
    trial_hours: float, passed_hours: float, expected: set[EventKind]
) -> None:
    trial = replace(TRIAL, duration=timedelta(hours=trial_hours))
    subscription = Subscription().trial_started(trial, KEY).begun(NOW)
    _, events = subscription.settled(NOW + timedelta(hours=passed_hours))
    assert {event.kind for event in events} == expected
