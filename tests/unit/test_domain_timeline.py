"""What time brings, and what of it may still be told when late."""

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


def told(since: datetime, now: datetime) -> list[EventKind]:
    passed = [moment for moment in scheduled_events(END) if since < moment.at <= now]
    return [moment.kind for moment in still_valid(passed, now)]


def test_the_moments_stand_where_the_journey_says() -> None:
    assert [(moment.kind, moment.at) for moment in scheduled_events(END)] == [
        (EventKind.REMINDER_DAY, END - 24 * HOUR),
        (EventKind.REMINDER_HOURS, END - 3 * HOUR),
        (EventKind.EXPIRY, END),
        (EventKind.AFTERCARE, END + 24 * HOUR),
        (EventKind.LINK_END, END + timedelta(days=30)),
    ]


def test_a_trial_has_a_first_hour_and_a_first_day_of_its_own() -> None:
    trial = scheduled_events(END, timedelta(days=3))
    assert [(moment.kind, moment.at) for moment in trial[:3]] == [
        (EventKind.FIRST_HOUR, END - 71 * HOUR),
        (EventKind.FIRST_DAY, END - 48 * HOUR),
        (EventKind.REMINDER_DAY, END - 24 * HOUR),
    ]
    assert trial[2:] == scheduled_events(END)


def test_a_very_short_trial_offers_no_help_after_its_end() -> None:
    short = [moment.kind for moment in scheduled_events(END, timedelta(hours=12)) if moment.kind in OFFERS_OF_HELP]
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
def test_help_that_comes_late_is_offered_once(hours: float, expected: EventKind) -> None:
    begun, now = END - 72 * HOUR, END - 72 * HOUR + hours * HOUR
    passed = [moment for moment in scheduled_events(END, timedelta(days=3)) if begun < moment.at <= now]
    assert [moment.kind for moment in still_valid(passed, now)] == [expected]


@pytest.mark.parametrize(
    ("away_from", "back_at", "expected"),
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
def test_after_an_outage_only_what_is_still_true_is_told(
    away_from: float, back_at: float, expected: list[EventKind]
) -> None:
    assert told(END + away_from * HOUR, END + back_at * HOUR) == expected


def test_after_three_days_away_the_expiry_alone_is_told() -> None:
    assert told(END - timedelta(days=2), END + timedelta(days=1)) == [EventKind.EXPIRY]


def test_the_end_of_the_link_is_never_told() -> None:
    assert told(END + timedelta(days=29), END + timedelta(days=30)) == []


def test_a_cause_is_named_after_the_time_it_was_meant_for() -> None:
    assert ScheduledEvent(EventKind.EXPIRY, END).cause == "event:expiry:2026-03-04T12:00:00Z"
