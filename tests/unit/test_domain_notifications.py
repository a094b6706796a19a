"""A message that must reach a person, and how long it stays true."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import REMINDER_KINDS, NotificationKind, notification, notification_of
from vpnbot.domain.scheduling import Due, inline_claim
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent, scheduled_events

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_same_cause_at_the_same_time_makes_the_same_notice() -> None:
    assert notification(NotificationKind.KEY_READY, "c", NOW) == notification(NotificationKind.KEY_READY, "c", NOW)
    assert (
        notification(NotificationKind.KEY_READY, "c", NOW).id != notification(NotificationKind.KEY_READY, "d", NOW).id
    )


def test_notices_sort_by_the_time_they_were_made() -> None:
    ids = [
        notification(NotificationKind.EXPIRY, "c", NOW + timedelta(microseconds=step)).id
        for step in (0, 1, 10, 10**6, 10**9)
    ]
    assert ids == sorted(ids)


def test_whoever_commits_a_notice_has_a_minute_to_say_it() -> None:
    word = notification(NotificationKind.SUSPENDED, "c", NOW, name="Ann")
    assert word.due == inline_claim(NOW)
    assert word.arguments == {"name": "Ann"}
    assert word.rescheduled(Due(NOW)).due == Due(NOW)


def test_a_word_stays_true_for_a_week_unless_said_otherwise() -> None:
    word = notification(NotificationKind.SUSPENDED, "c", NOW)
    assert not word.stale(NOW + timedelta(days=7) - timedelta(microseconds=1))
    assert word.stale(NOW + timedelta(days=7))
    assert notification(NotificationKind.SUSPENDED, "c", NOW, valid_until=NOW).stale(NOW)


TOPICS = {EventKind.FIRST_HOUR: "not_connected_hour", EventKind.FIRST_DAY: "not_connected_day"}
TOLD = [m for m in scheduled_events(NOW, timedelta(days=3)) if m.kind is not EventKind.LINK_END]


@pytest.mark.parametrize("moment", TOLD, ids=lambda m: m.kind)
def test_the_word_on_a_moment_is_true_as_long_as_the_moment(moment: ScheduledEvent) -> None:
    word = notification_of(moment, NOW)
    assert word.kind is NotificationKind(TOPICS.get(moment.kind, moment.kind.value))
    assert word.valid_until == moment.valid_until
    assert moment.cause in word.id


def test_the_end_itself_is_no_reminder_and_can_not_be_muted() -> None:
    assert NotificationKind.EXPIRY not in REMINDER_KINDS
    assert NotificationKind.KEY_READY not in REMINDER_KINDS
    assert {
        NotificationKind.REMINDER_DAY,
        NotificationKind.REMINDER_HOURS,
        NotificationKind.AFTERCARE,
        NotificationKind.NOT_CONNECTED_HOUR,
        NotificationKind.NOT_CONNECTED_DAY,
    } == REMINDER_KINDS


def test_an_app_that_polls_tells_nothing_new_for_an_hour() -> None:
    first = LinkFetch(NOW, NOW, "happ", "5eed.1")
    assert first.covers("happ", "5eed.1", NOW + timedelta(minutes=59))
    assert not first.covers("happ", "5eed.1", NOW + timedelta(minutes=60))
    assert not first.covers("v2rayng", "5eed.1", NOW)
    assert not first.covers("happ", "5eed.2", NOW)
    later = NOW + timedelta(days=1)
    assert first.again("v2rayng", "5eed.2", later) == LinkFetch(NOW, later, "v2rayng", "5eed.2")
