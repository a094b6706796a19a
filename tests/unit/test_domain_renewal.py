"""When a charge is announced and made, in every state of a renewal."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.contract import OFFER
from tests.fakes.generated_people import BEGAN, KEY
from tests.fakes.offers import bought
from vpnbot.domain.subscriptions.renewal import (
    BETWEEN_TRIES,
    NOTICE_BEFORE_CHARGE,
    NOTICE_BEFORE_END,
    Renewal,
    RenewalState,
)
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.domain.subscriptions.timeline import RENEWAL_EVENTS, EventKind

HOUR = timedelta(hours=1)
END = BEGAN + timedelta(days=30)
RENEWAL = Renewal(OFFER, "yookassa", "100", "Visa", BEGAN, "01ORDER")
STARS = replace(RENEWAL, provider="stars", payer=42, first_payment_id="charge-1", renews_until=END - 6 * HOUR)
MONTH = replace(OFFER.plan, duration=timedelta(days=30))


def running(renewal: Renewal | None = RENEWAL) -> Subscription:
    """Return a bought month that began at BEGAN, with this renewal."""
    return bought(Subscription(), MONTH, BEGAN, KEY).begun(BEGAN).with_renewal(renewal)


def events(subscription: Subscription, until: datetime) -> list[tuple[EventKind, datetime]]:
    """Return the events that pass until a time."""
    return [(event.kind, event.at) for event in subscription.passed_events(until)]


def test_the_notice_comes_72_hours_before_the_end_and_no_charge_without_its_delivery() -> None:
    subscription = running()
    assert subscription.due is not None
    assert subscription.due.at == END - 72 * HOUR
    noticed, _ = subscription.settled(END - 72 * HOUR)
    assert noticed.renewal is not None
    assert noticed.renewal.noticed_at == END - 72 * HOUR
    kinds = {kind for kind, _ in events(noticed, END + timedelta(days=3))}
    assert kinds & RENEWAL_EVENTS == set()


def test_the_charge_follows_a_delivered_notice() -> None:
    delivered_at = END - 71 * HOUR
    noticed, _ = running().settled(END - 72 * HOUR)
    assert noticed.renewal is not None
    date = noticed.renewal.announced_date(END, delivered_at)
    assert date == END - 24 * HOUR
    delivered = noticed.with_renewal(noticed.renewal.delivered(delivered_at, date))
    assert (EventKind.RENEWAL_CHARGE, date) in events(delivered, END)
    charged, _ = delivered.settled(date)
    assert charged.renewal is not None
    assert charged.renewal.tries == 1
    assert not {kind for kind, _ in events(charged, END + timedelta(days=9))} & RENEWAL_EVENTS


@pytest.mark.parametrize("late", [timedelta(hours=hours) for hours in (0, 20, 24, 25, 36, 47, 48)])
def test_a_late_delivery_moves_the_date_but_never_beyond_the_end(late: timedelta) -> None:
    delivered_at = END - 48 * HOUR + late
    date = RENEWAL.announced_date(END, delivered_at)
    if delivered_at + NOTICE_BEFORE_CHARGE > END:
        assert date is None
    else:
        assert date == max(END - 24 * HOUR, delivered_at + NOTICE_BEFORE_CHARGE)


def test_causes_name_the_course_and_the_number_of_the_charge() -> None:
    subscription = running(RENEWAL)
    course = subscription.course
    (notice,) = [e for e in subscription.passed_events(END) if e.kind is EventKind.RENEWAL_NOTICE]
    assert notice.cause == f"event:renewal_notice:{course}:2026-03-28T12:00:00Z"
    delivered = subscription.with_renewal(RENEWAL.in_course(course).delivered(END - 72 * HOUR, END - 24 * HOUR))
    (charge,) = [e for e in delivered.passed_events(END) if e.kind is EventKind.RENEWAL_CHARGE]
    assert charge.cause == f"event:renewal_charge:{course}:1:2026-03-30T12:00:00Z"


def test_what_was_announced_for_another_end_is_void() -> None:
    subscription = running()
    announced = subscription.with_renewal(
        RENEWAL.in_course(subscription.course).delivered(END - 72 * HOUR, END - 24 * HOUR)
    )
    longer = bought(announced, MONTH, END - 50 * HOUR, KEY)
    assert longer.present_renewal is not None
    assert longer.present_renewal.delivered_at is None
    assert longer.due is not None
    assert longer.due.at == END + timedelta(days=30) - 72 * HOUR


def test_a_pause_moves_the_end_and_the_charge_is_announced_again() -> None:
    subscription = running()
    announced = subscription.with_renewal(
        RENEWAL.in_course(subscription.course).delivered(END - 72 * HOUR, END - 24 * HOUR)
    )
    paused = announced.suspended(END - 60 * HOUR)
    assert events(paused, END + timedelta(days=30)) == []
    resumed = paused.resumed(END - 50 * HOUR)
    assert events(resumed, END)[0] == (EventKind.RENEWAL_NOTICE, END - 62 * HOUR)


def test_a_consent_later_than_the_notice_is_announced_at_once() -> None:
    subscription = running(None)
    agreed_at = END - 50 * HOUR
    late = subscription.with_renewal(replace(RENEWAL, agreed_at=agreed_at))
    assert events(late, agreed_at)[-1] == (EventKind.RENEWAL_NOTICE, agreed_at)


def test_renewal_in_stars_is_announced_before_the_date_of_telegram_and_never_charged_by_us() -> None:
    subscription = running(STARS)
    assert subscription.due is not None
    assert subscription.due.at == END - 78 * HOUR
    assert STARS.announced_date(END, END - 70 * HOUR) == STARS.renews_until
    announced = STARS.in_course(subscription.course).delivered(END - 70 * HOUR, END - 6 * HOUR)
    delivered = subscription.with_renewal(announced)
    assert not {kind for kind, _ in events(delivered, END)} & RENEWAL_EVENTS


@pytest.mark.parametrize("state", [RenewalState.OFF, RenewalState.OFF_ELSEWHERE])
def test_renewal_that_is_off_has_no_events(state: RenewalState) -> None:
    assert not {kind for kind, _ in events(running(replace(RENEWAL, state=state)), END)} & RENEWAL_EVENTS


@pytest.mark.parametrize(
    ("state", "delivered", "replaced"),
    [
        (RenewalState.ON, True, {EventKind.REMINDER_DAY, EventKind.REMINDER_HOURS}),
        (RenewalState.ON, False, set()),
        (RenewalState.FAILING, True, {EventKind.REMINDER_DAY}),
        (RenewalState.OFF, True, set()),
    ],
)
def test_reminders_are_left_out_where_a_charge_takes_their_place(
    state: RenewalState, *, delivered: bool, replaced: set[EventKind]
) -> None:
    subscription = running()
    renewal = replace(RENEWAL, state=state).in_course(subscription.course).noticed(END - 72 * HOUR)
    if delivered:
        renewal = renewal.delivered(END - 72 * HOUR, END - 24 * HOUR)
    subscription = subscription.with_renewal(renewal)
    told = set()
    for at in (END - 24 * HOUR, END - 3 * HOUR):
        subscription, valid = subscription.settled(at)
        told |= {event.kind for event in valid}
    assert {EventKind.REMINDER_DAY, EventKind.REMINDER_HOURS} - told == replaced


def test_an_overdue_charge_does_not_keep_the_end_from_being_applied() -> None:
    subscription = running()
    announced = subscription.with_renewal(
        RENEWAL.in_course(subscription.course).delivered(END - 72 * HOUR, END - 24 * HOUR)
    )
    settled, _ = announced.settled(END + timedelta(days=2))
    assert settled.status is Status.EXPIRED
    assert settled.due is not None
    assert settled.due.at > END + timedelta(days=2)


@given(first=st.integers(0, 47), tries=st.integers(1, 4))
def test_tries_are_nine_hours_apart_and_before_the_end(first: int, tries: int) -> None:
    tried_at = END - timedelta(hours=first)
    renewal = replace(RENEWAL, tries=tries, tried_at=tried_at)
    again = renewal.retry_after(END, tried_at)
    assert again is None or (tries < 3 and tried_at + BETWEEN_TRIES <= again < END)


@given(st.timedeltas(timedelta(), timedelta(days=30)))
def test_a_charge_is_never_earlier_than_a_day_after_its_delivery(passed: timedelta) -> None:
    delivered_at = END - NOTICE_BEFORE_END + passed
    date = RENEWAL.announced_date(END, delivered_at)
    assert date is None or delivered_at + NOTICE_BEFORE_CHARGE <= date <= END
