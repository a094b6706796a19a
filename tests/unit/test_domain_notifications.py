"""Notifications: their identity, their order, and how long they are valid."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.notifications import MONEY_KINDS, REMINDER_KINDS, NotificationKind, notification, notification_of
from vpnbot.domain.scheduling import Due, inline_claim
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent, scheduled_events

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_same_cause_at_the_same_time_gives_the_same_notification() -> None:
    assert notification(NotificationKind.KEY_READY, "c", NOW) == notification(NotificationKind.KEY_READY, "c", NOW)
    assert (
        notification(NotificationKind.KEY_READY, "c", NOW).id != notification(NotificationKind.KEY_READY, "d", NOW).id
    )


def test_notifications_sort_by_the_time_of_their_creation() -> None:
    ids = [
        notification(NotificationKind.EXPIRY, "c", NOW + timedelta(microseconds=step)).id
        for step in (0, 1, 10, 10**6, 10**9)
    ]
    assert ids == sorted(ids)


def test_a_new_notification_is_claimed_by_the_process_that_commits_it() -> None:
    suspended = notification(NotificationKind.SUSPENDED, "c", NOW, name="Ann")
    assert suspended.due == inline_claim(NOW)
    assert suspended.arguments == {"name": "Ann"}
    assert suspended.rescheduled(Due(NOW)).due == Due(NOW)


def test_a_notification_is_valid_for_a_week_by_default() -> None:
    suspended = notification(NotificationKind.SUSPENDED, "c", NOW)
    assert not suspended.stale(NOW + timedelta(days=7) - timedelta(microseconds=1))
    assert suspended.stale(NOW + timedelta(days=7))
    assert notification(NotificationKind.SUSPENDED, "c", NOW, valid_until=NOW).stale(NOW)


@pytest.mark.parametrize("kind", sorted(MONEY_KINDS))
def test_a_notification_about_money_is_valid_until_it_is_delivered(kind: NotificationKind) -> None:
    assert not notification(kind, "c", NOW).stale(NOW + timedelta(days=5000))
    assert notification(kind, "c", NOW, valid_until=NOW).stale(NOW)
    assert kind not in REMINDER_KINDS


OTHER_NAMES = {EventKind.FIRST_HOUR: "not_connected_hour", EventKind.FIRST_DAY: "not_connected_day"}
ANNOUNCED = [event for event in scheduled_events(NOW, timedelta(days=3)) if event.kind is not EventKind.LINK_END]


@pytest.mark.parametrize("event", ANNOUNCED, ids=lambda event: event.kind)
def test_the_notification_of_an_event_is_valid_as_long_as_the_event(event: ScheduledEvent) -> None:
    sent = notification_of(event, NOW)
    assert sent.kind is NotificationKind(OTHER_NAMES.get(event.kind, event.kind.value))
    assert sent.valid_until == event.valid_until
    assert event.cause in sent.id


def test_expiry_is_not_a_reminder_and_cannot_be_switched_off() -> None:
    assert NotificationKind.EXPIRY not in REMINDER_KINDS
    assert NotificationKind.KEY_READY not in REMINDER_KINDS
    assert {
        NotificationKind.REMINDER_DAY,
        NotificationKind.REMINDER_HOURS,
        NotificationKind.AFTERCARE,
        NotificationKind.NOT_CONNECTED_HOUR,
        NotificationKind.NOT_CONNECTED_DAY,
    } == REMINDER_KINDS
