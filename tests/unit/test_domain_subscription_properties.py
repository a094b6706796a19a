"""Properties of a subscription that hold for every sequence of extensions, pauses and settlements."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.offers import bought
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import RUNNING, Status, Subscription
from vpnbot.domain.subscriptions.timeline import OFFERS_OF_HELP, EventKind, ScheduledEvent

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Key(1, "5eed")
NEW_KEY = Key(1, "feed")

durations = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400))
plans = st.builds(
    Plan,
    id=st.just("plan"),
    duration=st.integers(1, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    devices=st.integers(1, 5),
)


@st.composite
def running(draw: st.DrawFn) -> Subscription:
    """Draw a subscription whose time has begun and that was extended or settled up to three times."""
    subscription = Subscription().trial_started(draw(plans), KEY)
    subscription, now = subscription.begun(NOW), NOW
    for _ in range(draw(st.integers(0, 3))):
        now += draw(durations)
        subscription = (
            subscription.settled(now)[0] if draw(st.booleans()) else bought(subscription, draw(plans), now, NEW_KEY)
        )
        subscription = subscription.begun(now) if subscription.waits_for_key else subscription
    return subscription


def at(subscription: Subscription, after: timedelta) -> datetime:
    """Return a time `after` the latest change of a subscription."""
    return max(subscription.settled_until or NOW, NOW) + after


@given(running(), plans, durations)
def test_an_extension_never_loses_remaining_time(subscription: Subscription, plan: Plan, after: timedelta) -> None:
    now = at(subscription, after)
    extended = bought(subscription, plan, now, NEW_KEY)
    assert extended.left(now) == subscription.left(now) + plan.duration
    assert extended.entitled(now) or extended.waits_for_key


@given(plans, plans)
def test_an_extension_before_the_first_key_adds_its_whole_duration(first: Plan, second: Plan) -> None:
    waiting = Subscription().trial_started(first, KEY)
    assert bought(waiting, second, NOW, NEW_KEY).left(NOW) == first.duration + second.duration


@given(running(), durations)
def test_settling_twice_at_the_same_time_changes_nothing_more(subscription: Subscription, after: timedelta) -> None:
    now = at(subscription, after)
    once, _ = subscription.settled(now)
    assert once.settled(now) == (once, ())
    assert once.passed_events(now) == ()


@given(running(), st.lists(durations, max_size=6), durations)
def test_settling_in_many_steps_gives_the_same_result_as_in_one(
    subscription: Subscription, steps: list[timedelta], last: timedelta
) -> None:
    stepwise = subscription
    for step in sorted(step for step in steps if step < last):
        stepwise, _ = stepwise.settled(at(subscription, step))
    final = at(subscription, last)
    assert stepwise.settled(final)[0] == subscription.settled(final)[0]


@given(running(), st.lists(durations, max_size=6), durations)
def test_each_event_is_announced_at_most_once_however_often_it_is_settled(
    subscription: Subscription, steps: list[timedelta], last: timedelta
) -> None:
    announced: list[ScheduledEvent] = []
    for step in sorted([*steps, last]):
        subscription, events = subscription.settled(at(subscription, timedelta()) + step)
        announced.extend(events)
    assert len(announced) == len(set(announced))


@given(running(), durations)
def test_after_an_outage_of_any_length_only_events_that_are_still_true_are_announced(
    subscription: Subscription, outage: timedelta
) -> None:
    now = at(subscription, outage)
    settled, events = subscription.settled(now)
    kinds = {event.kind for event in events}
    assert all(event.at <= now < event.valid_until for event in events)
    assert EventKind.LINK_END not in kinds
    if settled.status is Status.EXPIRED:
        assert kinds <= {EventKind.EXPIRY, EventKind.AFTERCARE}
    else:
        assert kinds <= {EventKind.REMINDER_DAY, EventKind.REMINDER_HOURS, *OFFERS_OF_HELP}
    assert len(kinds) <= 1


@given(running(), durations)
def test_after_settling_only_future_events_are_due(subscription: Subscription, after: timedelta) -> None:
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
def test_a_pause_postpones_the_next_event_by_its_length(
    subscription: Subscription, after: timedelta, pause: timedelta
) -> None:
    now = at(subscription, after)
    settled, _ = subscription.settled(now)
    if settled.status not in RUNNING:
        return
    resumed = settled.suspended(now).resumed(now + pause)
    assert settled.due is not None
    assert resumed.due == Due(settled.due.at + pause)
