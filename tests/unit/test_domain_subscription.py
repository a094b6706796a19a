"""The state machine: what each state allows and refuses, and what no sequence of events may ever break."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import RUNNING, Status, Subscription
from vpnbot.domain.subscriptions.timeline import OFFERS_OF_HELP, EventKind, ScheduledEvent
from vpnbot.errors import IllegalTransition

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Key(1, "5eed")
NEW_KEY = Key(1, "feed")
MONTH = Plan("month", timedelta(days=30), devices=3)

WAITING = Subscription().trial_started(TRIAL, KEY)
ON_TRIAL = WAITING.begun(NOW)
PAYING = ON_TRIAL.extended(MONTH, NOW, NEW_KEY)
EXPIRED = ON_TRIAL.settled(NOW + timedelta(days=3))[0]

EXAMPLES = {
    Status.NONE: Subscription(),
    Status.TRIAL: ON_TRIAL,
    Status.ACTIVE: PAYING,
    Status.EXPIRED: EXPIRED,
    Status.SUSPENDED: ON_TRIAL.suspended(NOW),
    Status.DELETED: ON_TRIAL.deleted(),
}
VERBS: dict[str, Callable[[Subscription], Subscription]] = {
    "start a trial": lambda s: s.trial_started(TRIAL, KEY),
    "begin": lambda s: s.begun(NOW),
    "extend": lambda s: s.extended(MONTH, NOW, NEW_KEY),
    "shorten": lambda s: s.shortened(timedelta(days=1), NOW),
    "suspend": lambda s: s.suspended(NOW),
    "resume": lambda s: s.resumed(NOW),
    "expire": lambda s: s.settled(NOW + timedelta(days=365))[0],
    "delete": lambda s: s.deleted(),
}
LEGAL = {
    (Status.NONE, "start a trial"): Status.TRIAL,
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
"""Every change of state there is. "begin" is legal from a trial or a plan that waits for its key; see below."""
UNMOVED_BY_TIME = {(status, "expire") for status in Status if status not in RUNNING}
ILLEGAL = [
    (status, verb)
    for status in Status
    for verb in VERBS
    if (status, verb) not in LEGAL and (status, verb) not in UNMOVED_BY_TIME
]


@pytest.mark.parametrize("status", Status)
def test_the_examples_are_in_the_state_they_stand_for(status: Status) -> None:
    assert EXAMPLES[status].status is status


@pytest.mark.parametrize("status", Status)
def test_it_is_the_trial_until_a_plan_is_bought_and_never_again_after(status: Status) -> None:
    assert EXAMPLES[status].is_trial is (status is not Status.ACTIVE)
    for later in (
        PAYING.suspended(NOW),
        PAYING.settled(NOW + timedelta(days=99))[0],
        WAITING.extended(MONTH, NOW, NEW_KEY),
    ):
        assert not later.is_trial


@pytest.mark.parametrize(("status", "verb"), LEGAL)
def test_a_legal_transition_leads_where_the_picture_says(status: Status, verb: str) -> None:
    assert VERBS[verb](EXAMPLES[status]).status is LEGAL[status, verb]


@pytest.mark.parametrize(("status", "verb"), ILLEGAL)
def test_an_illegal_transition_is_refused(status: Status, verb: str) -> None:
    with pytest.raises(IllegalTransition):
        VERBS[verb](EXAMPLES[status])


@pytest.mark.parametrize("status", sorted({status for status, _ in UNMOVED_BY_TIME}))
def test_time_alone_moves_no_state_that_is_not_running(status: Status) -> None:
    assert VERBS["expire"](EXAMPLES[status]).status is status


def test_every_pair_of_state_and_verb_is_either_legal_or_refused() -> None:
    assert len(LEGAL) + len(ILLEGAL) + len(UNMOVED_BY_TIME) == len(Status) * len(VERBS)


@pytest.mark.parametrize(("waiting", "duration"), [(WAITING, 3), (WAITING.extended(MONTH, NOW, NEW_KEY), 33)])
def test_time_begins_when_the_first_key_is_ready(waiting: Subscription, duration: int) -> None:
    assert waiting.waits_for_key
    assert waiting.due is None
    begun = waiting.begun(NOW + timedelta(hours=5))
    assert begun.starts_at == NOW + timedelta(hours=5)
    assert begun.ends_at == NOW + timedelta(hours=5, days=duration)
    assert begun.status is waiting.status
    assert not begun.waits_for_key


def test_a_time_that_runs_does_not_begin_again() -> None:
    with pytest.raises(IllegalTransition):
        ON_TRIAL.begun(NOW)


def test_who_resumes_goes_back_to_where_they_were() -> None:
    assert PAYING.suspended(NOW).resumed(NOW) == PAYING
    assert ON_TRIAL.suspended(NOW).resumed(NOW) == ON_TRIAL
    assert WAITING.suspended(NOW).resumed(NOW + timedelta(days=3)) == WAITING


def test_of_a_deleted_subscription_only_the_state_stays() -> None:
    assert PAYING.deleted() == Subscription(status=Status.DELETED, course=PAYING.course)


def test_entitlement_ends_with_the_second_whatever_the_timers_do() -> None:
    assert ON_TRIAL.ends_at is not None
    assert ON_TRIAL.entitled(ON_TRIAL.ends_at - timedelta(microseconds=1))
    assert not ON_TRIAL.entitled(ON_TRIAL.ends_at)
    assert not ON_TRIAL.suspended(NOW).entitled(NOW)
    assert not WAITING.entitled(NOW)
    assert not EXPIRED.entitled(NOW)


def test_the_time_left_is_the_whole_plan_before_it_starts_and_never_negative() -> None:
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


def test_a_renewal_in_the_thirty_days_keeps_the_key() -> None:
    later = NOW + timedelta(days=20)
    renewed = EXPIRED.extended(MONTH, later, NEW_KEY)
    assert renewed.key == KEY
    assert renewed.waits_for_key, "the keys are off, so that its time starts when one works again"
    assert renewed.left(later) == timedelta(days=30)
    begun = renewed.begun(later + timedelta(hours=2))
    assert begun.ends_at == later + timedelta(days=30, hours=2)


def test_a_renewal_after_the_links_end_has_a_new_key() -> None:
    gone = EXPIRED.settled(NOW + timedelta(days=40))[0]
    assert gone.key is None
    renewed = gone.extended(MONTH, NOW + timedelta(days=40), NEW_KEY)
    assert (renewed.key, renewed.waits_for_key) == (NEW_KEY, True)


def test_time_bought_during_a_pause_stands_still_with_the_rest() -> None:
    paused = ON_TRIAL.suspended(NOW + timedelta(days=1))
    longer = paused.extended(MONTH, NOW + timedelta(days=9), NEW_KEY)
    assert longer.left(NOW + timedelta(days=9)) == timedelta(days=32)
    back = longer.resumed(NOW + timedelta(days=11))
    assert (back.status, back.ends_at) == (Status.ACTIVE, NOW + timedelta(days=43))


def test_time_taken_back_moves_the_end_and_all_that_follows_it() -> None:
    shorter = PAYING.shortened(timedelta(days=10), NOW)
    assert shorter.ends_at == NOW + timedelta(days=23)
    assert shorter.due == Due(NOW + timedelta(days=22))
    assert shorter.course == PAYING.course + 1


def test_when_all_time_is_taken_back_it_ends_in_the_same_step() -> None:
    later = NOW + timedelta(days=5)
    ended = PAYING.shortened(timedelta(days=33), later)
    assert (ended.status, ended.ends_at, ended.key) == (Status.EXPIRED, later, KEY)
    assert ended.settled(later) == (ended, ()), "the end is not announced a second time"
    assert ended.settled(later + timedelta(days=30))[0].key is None


def test_time_that_waits_for_a_key_can_be_taken_back_too() -> None:
    waiting = WAITING.extended(MONTH, NOW, NEW_KEY)
    assert waiting.shortened(timedelta(days=30), NOW).left(NOW) == timedelta(days=3)
    assert waiting.shortened(timedelta(days=33), NOW).status is Status.EXPIRED


def test_an_end_that_moved_back_behind_what_was_settled_is_not_stepped_over() -> None:
    """Whatever moved it: while a subscription runs, its end is still to come."""
    far = replace(PAYING, ends_at=NOW + timedelta(days=1), settled_until=NOW + timedelta(days=2))
    settled, events = far.settled(NOW + timedelta(days=2))
    assert settled.status is Status.EXPIRED
    assert [event.kind for event in events] == [EventKind.EXPIRY]
    assert far.due is not None
    assert settled.settled(NOW + timedelta(days=2)) == (settled, ()), "once is enough"


def test_the_same_end_in_another_course_has_another_cause() -> None:
    back = PAYING.extended(MONTH, NOW, NEW_KEY).shortened(timedelta(days=30), NOW)
    assert back.ends_at == PAYING.ends_at
    causes = [{event.cause for event in one.passed_events(NOW + timedelta(days=90))} for one in (PAYING, back)]
    assert causes[0].isdisjoint(causes[1])


def test_causes_of_the_first_course_are_those_of_earlier_versions() -> None:
    assert ON_TRIAL.course == 0
    assert ScheduledEvent(EventKind.EXPIRY, NOW).cause == "event:expiry:2026-03-01T12:00:00Z"
    assert ScheduledEvent(EventKind.EXPIRY, NOW, 3).cause == "event:expiry:3:2026-03-01T12:00:00Z"


GB = 10**9


@pytest.mark.parametrize(
    ("before", "bought", "used", "granted"),
    [
        (10, 50, 4, 60),  # what is left of a limit that runs is kept
        (10, 50, 12, 62),  # more than the limit was used: the purchase is whole
        (None, 50, 30, 80),  # after a plan without a limit the new one counts from what was used
        (10, None, 4, None),
        (None, None, 4, None),
    ],
)
def test_traffic_counts_against_what_was_granted(
    before: int | None, bought: int | None, used: int, granted: int | None
) -> None:
    old = replace(MONTH, traffic_limit_bytes=before and before * GB)
    new = replace(MONTH, traffic_limit_bytes=bought and bought * GB)
    runs = Subscription().trial_started(old, KEY).begun(NOW)
    extended = runs.extended(new, NOW, NEW_KEY, used * GB)
    assert extended.traffic_limit_bytes == (granted and granted * GB)


def test_traffic_left_at_the_end_is_over_with_the_time() -> None:
    limited = replace(MONTH, traffic_limit_bytes=50 * GB)
    expired = Subscription().trial_started(limited, KEY).begun(NOW).settled(NOW + timedelta(days=31))[0]
    assert expired.extended(limited, NOW + timedelta(days=32), NEW_KEY, 20 * GB).traffic_limit_bytes == 70 * GB


def test_a_suspended_subscription_has_nothing_due() -> None:
    suspended = ON_TRIAL.suspended(NOW)
    assert suspended.due is None
    assert suspended.next_event is None
    assert suspended.settled(NOW + timedelta(days=365)) == (suspended, ())


def test_a_resumed_one_without_a_remembered_state_is_active() -> None:
    """Only an older version can have stored it so."""
    odd = replace(ON_TRIAL.suspended(NOW), suspended_from=None)
    assert odd.resumed(NOW).status is Status.ACTIVE


def test_a_pause_does_not_swallow_an_end_that_nobody_had_noticed() -> None:
    paused = ON_TRIAL.suspended(NOW + timedelta(days=3, hours=1))
    back = paused.resumed(NOW + timedelta(days=10))
    assert back.due is not None
    assert back.due.at <= NOW + timedelta(days=10)
    assert back.settled(NOW + timedelta(days=10))[0].status is Status.EXPIRED


# ── Properties ──────────────────────────────────────────────────────────────────────────────────────
durations = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400))
plans = st.builds(
    Plan,
    id=st.just("plan"),
    duration=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)),
    devices=st.integers(1, 5),
)


@st.composite
def running(draw: st.DrawFn) -> Subscription:
    """A subscription with its time running, extended and settled any number of times."""
    subscription = Subscription().trial_started(draw(plans), KEY)
    subscription, now = subscription.begun(NOW), NOW
    for _ in range(draw(st.integers(0, 3))):
        now += draw(durations)
        subscription = (
            subscription.settled(now)[0] if draw(st.booleans()) else subscription.extended(draw(plans), now, NEW_KEY)
        )
        subscription = subscription.begun(now) if subscription.waits_for_key else subscription
    return subscription


def at(subscription: Subscription, after: timedelta) -> datetime:
    """Return a time that is not before anything that has happened to it."""
    return max(subscription.settled_until or NOW, NOW) + after


@given(running(), plans, durations)
def test_an_extension_never_loses_remaining_time(subscription: Subscription, plan: Plan, after: timedelta) -> None:
    now = at(subscription, after)
    extended = subscription.extended(plan, now, NEW_KEY)
    assert extended.left(now) == subscription.left(now) + plan.duration
    assert extended.entitled(now) or extended.waits_for_key


@given(plans, plans)
def test_an_extension_before_the_first_key_adds_up_as_well(first: Plan, second: Plan) -> None:
    waiting = Subscription().trial_started(first, KEY)
    assert waiting.extended(second, NOW, NEW_KEY).left(NOW) == first.duration + second.duration


@given(running(), durations)
def test_settling_twice_at_the_same_time_is_settling_once(subscription: Subscription, after: timedelta) -> None:
    now = at(subscription, after)
    once, _ = subscription.settled(now)
    assert once.settled(now) == (once, ())
    assert once.passed_events(now) == ()


@given(running(), st.lists(durations, max_size=6), durations)
def test_settling_in_many_steps_ends_where_settling_in_one_does(
    subscription: Subscription, steps: list[timedelta], last: timedelta
) -> None:
    stepwise = subscription
    for step in sorted(step for step in steps if step < last):
        stepwise, _ = stepwise.settled(at(subscription, step))
    final = at(subscription, last)
    assert stepwise.settled(final)[0] == subscription.settled(final)[0]


@given(running(), st.lists(durations, max_size=6), durations)
def test_however_often_one_looks_each_moment_is_told_at_most_once(
    subscription: Subscription, steps: list[timedelta], last: timedelta
) -> None:
    told: list[ScheduledEvent] = []
    for step in sorted([*steps, last]):
        subscription, worth_telling = subscription.settled(at(subscription, timedelta()) + step)
        told.extend(worth_telling)
    assert len(told) == len(set(told))


@given(running(), durations)
def test_nothing_stale_is_ever_told_after_an_outage_of_any_length(
    subscription: Subscription, away: timedelta
) -> None:
    now = at(subscription, away)
    settled, told = subscription.settled(now)
    events = {moment.kind for moment in told}
    assert all(moment.at <= now < moment.valid_until for moment in told)
    assert EventKind.LINK_END not in events
    if settled.status is Status.EXPIRED:
        assert events <= {EventKind.EXPIRY, EventKind.AFTERCARE}
    else:
        assert events <= {EventKind.REMINDER_DAY, EventKind.REMINDER_HOURS, *OFFERS_OF_HELP}
    assert len(events) <= 1


@pytest.mark.parametrize(
    ("hours", "away", "expected"),
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
    hours: float, away: float, expected: set[EventKind]
) -> None:
    trial = replace(TRIAL, duration=timedelta(hours=hours))
    subscription = Subscription().trial_started(trial, KEY).begun(NOW)
    _, told = subscription.settled(NOW + timedelta(hours=away))
    assert {moment.kind for moment in told} == expected


@given(running(), durations)
def test_after_settling_nothing_that_is_over_is_still_due(subscription: Subscription, after: timedelta) -> None:
    now = at(subscription, after)
    settled, _ = subscription.settled(now)
    assert settled.due is None or settled.due.at > now
    assert (settled.due.at if settled.due else None) == (settled.next_event.at if settled.next_event else None)
    assert not (settled.status in RUNNING and not settled.entitled(now))


@given(running(), durations, durations)
def test_a_pause_keeps_the_remaining_time_however_long_it_is(
    subscription: Subscription, after: timedelta, pause: timedelta
) -> None:
    now = at(subscription, after)
    settled, _ = subscription.settled(now)
    if settled.status not in RUNNING:
        return
    suspended = settled.suspended(now)
    assert suspended.left(now + pause) == settled.left(now)
    resumed = suspended.resumed(now + pause)
    assert resumed.left(now + pause) == settled.left(now)
    assert resumed.status is settled.status
    assert resumed.key == settled.key


@given(running(), durations, durations)
def test_a_pause_moves_everything_time_was_to_bring_by_its_length(
    subscription: Subscription, after: timedelta, pause: timedelta
) -> None:
    now = at(subscription, after)
    settled, _ = subscription.settled(now)
    if settled.status not in RUNNING:
        return
    resumed = settled.suspended(now).resumed(now + pause)
    assert settled.due is not None
    assert resumed.due == Due(settled.due.at + pause)
