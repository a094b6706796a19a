"""The scheduled events of a subscription, and which of them are still announced when they are applied late."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.subscriptions.timeline import (
    OFFERS_OF_HELP,
    EventKind,
    ScheduledEvent,
    scheduled_events,
    still_valid,
)

END = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def announced(since: datetime, now: datetime) -> list[EventKind]:
    """Return the kinds of the events after `since` that are announced at `now`."""
    passed = [event for event in scheduled_events(END) if since < event.at <= now]
    return [event.kind for event in still_valid(passed, now)]


def test_every_subscription_has_reminders_an_expiry_an_aftercare_and_a_link_end() -> None:
    assert [(event.kind, event.at) for event in scheduled_events(END)] == [
        (EventKind.REMINDER_DAY, END - 24 * HOUR),
        (EventKind.REMINDER_HOURS, END - 3 * HOUR),
        (EventKind.EXPIRY, END),
        (EventKind.AFTERCARE, END + 24 * HOUR),
        (EventKind.LINK_END, END + timedelta(days=30)),
    ]


def test_a_trial_has_also_events_after_its_first_hour_and_first_day() -> None:
    trial = scheduled_events(END, timedelta(days=3))
    assert [(event.kind, event.at) for event in trial[:3]] == [
        (EventKind.FIRST_HOUR, END - 71 * HOUR),
        (EventKind.FIRST_DAY, END - 48 * HOUR),
        (EventKind.REMINDER_DAY, END - 24 * HOUR),
    ]
    assert trial[2:] == scheduled_events(END)


def test_a_very_short_trial_offers_no_help_after_its_end() -> None:
    short = [event.kind for event in scheduled_events(END, timedelta(hours=12)) if event.kind in OFFERS_OF_HELP]
    assert short == [EventKind.FIRST_HOUR]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (1, EventKind.FIRST_HOUR),
        (23.9, EventKind.FIRST_HOUR),
        (24, EventKind.FIRST_DAY),
        (48, EventKind.REMINDER_DAY),
    ],
)
def test_late_help_is_offered_once(hours: float, expected: EventKind) -> None:
    begun, now = END - 72 * HOUR, END - 72 * HOUR + hours * HOUR
    passed = [event for event in scheduled_events(END, timedelta(days=3)) if begun < event.at <= now]
    assert [event.kind for event in still_valid(passed, now)] == [expected]


@pytest.mark.parametrize(
    ("outage_begins", "outage_ends", "expected"),
    [
        (-25, -24, [EventKind.REMINDER_DAY]),
        (-25, -3.1, [EventKind.REMINDER_DAY]),
        (-25, -3, [EventKind.REMINDER_HOURS]),
        (-25, -0.1, [EventKind.REMINDER_HOURS]),
        (-25, 0, [EventKind.EXPIRY]),
        (-25, 47, [EventKind.EXPIRY]),
        (-25, 24 * 30 - 1, [EventKind.EXPIRY]),
        (-25, 24 * 30, []),
        (1, 24, [EventKind.AFTERCARE]),
        (1, 47.9, [EventKind.AFTERCARE]),
        (1, 48, []),
        (25, 24 * 40, []),
    ],
)
def test_after_an_outage_only_events_that_are_still_true_are_announced(
    outage_begins: float, outage_ends: float, expected: list[EventKind]
) -> None:
    assert announced(END + outage_begins * HOUR, END + outage_ends * HOUR) == expected


def test_after_an_outage_of_three_days_only_the_expiry_is_announced() -> None:
    assert announced(END - timedelta(days=2), END + timedelta(days=1)) == [EventKind.EXPIRY]


def test_the_end_of_the_link_is_never_announced() -> None:
    assert announced(END + timedelta(days=29), END + timedelta(days=30)) == []


def test_the_cause_contains_the_nominal_time_of_the_event() -> None:
    assert ScheduledEvent(EventKind.EXPIRY, END).cause == "event:expiry:2026-03-04T12:00:00Z"
