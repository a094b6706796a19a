"""Messages that can wait are sent in the hours of the shop; those about an end come before it, and one at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vpnbot.domain.notifications import CAN_WAIT, MONEY_KINDS, PAID_KINDS, NotificationKind, notification_of
from vpnbot.domain.payments.setting_field import SettingField, value_of
from vpnbot.domain.payments.setting_input import restored, with_setting
from vpnbot.domain.payments.shop_settings import Front, ShopSettings, sending_window
from vpnbot.domain.sending_window import ANY_TIME, LANGUAGE_ZONES, SendingHours, SendingWindow
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent, scheduled_events
from vpnbot.localization.messages import Messages

NIGHT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = SendingHours().in_zone(timedelta())
REMINDERS = (EventKind.REMINDER_DAY, EventKind.REMINDER_HOURS)
MOVED = {*REMINDERS, EventKind.FIRST_HOUR, EventKind.FIRST_DAY, EventKind.AFTERCARE}

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - zone above
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * timedelta(minutes=15))
hours = st.integers(0, 23).flatmap(lambda opens: st.builds(SendingHours, st.just(opens), st.integers(opens + 1, 24)))
trials = st.sampled_from([timedelta(days=3), timedelta(days=1), HOUR, None])


def events_of(
    ends_at: datetime, trial: timedelta | None, window: SendingWindow | None
) -> dict[EventKind, ScheduledEvent]:
    """Return the events by kind."""
    return {event.kind: event for event in scheduled_events(ends_at, trial, window=window)}


def sent(ends_at: datetime, trial: timedelta | None, window: SendingWindow) -> Iterator[ScheduledEvent]:
    """Yield the events that have a message when each is applied in time."""
    begins_at = ends_at - (trial or timedelta(days=30))
    for event in scheduled_events(ends_at, trial, window=window):
        if event.kind in MOVED and event.at > begins_at and event.at < event.valid_until:
            yield event


class TestWindow:
    """A moment moves into the hours, and keeps its minutes."""

    @given(moments, zones, hours)
    def test_the_following_and_the_preceding_moment_are_in_the_hours(
        self, moment: datetime, zone: timedelta, chosen: SendingHours
    ) -> None:
        window = chosen.in_zone(zone)
        after, before = window.following(moment), window.preceding(moment)
        assert window.open_at(after)
        assert window.open_at(before)
        assert moment - timedelta(days=1) < before <= moment <= after < moment + timedelta(days=1)
        assert window.open_at(moment) is (before == moment == after)

    @pytest.mark.parametrize(
        ("zone", "clock", "following", "preceding"),
        [
            (0, "03:20", "10:20", "19:20"),
            (0, "10:00", "10:00", "10:00"),
            (0, "20:59", "20:59", "20:59"),
            (0, "21:00", "10:00", "19:00"),
            (330, "16:00", "05:00", "14:00"),
        ],
    )
    def test_a_night_is_from_nine_to_ten(self, zone: int, clock: str, following: str, preceding: str) -> None:
        hour, minute = map(int, clock.split(":"))
        window = SendingHours().in_zone(timedelta(minutes=zone))
        moment = NIGHT.replace(hour=hour, minute=minute)
        assert f"{window.following(moment):%H:%M}" == following
        assert f"{window.preceding(moment):%H:%M}" == preceding


class TestEvents:
    """Every message of a subscription is due in the hours, whatever its end, its zone and its length."""

    @given(moments, zones, hours, trials)
    @example(NIGHT, timedelta(), SendingHours(), timedelta(days=1))
    def test_every_message_is_due_in_the_hours_and_no_reminder_after_the_end(
        self, ends_at: datetime, zone: timedelta, chosen: SendingHours, trial: timedelta | None
    ) -> None:
        window = chosen.in_zone(zone)
        for event in sent(ends_at, trial, window):
            assert window.open_at(event.at), event
            if event.kind is not EventKind.AFTERCARE:
                assert event.at < ends_at, event

    @given(moments, zones, hours, trials)
    def test_no_two_reminders_come_at_once(
        self, ends_at: datetime, zone: timedelta, chosen: SendingHours, trial: timedelta | None
    ) -> None:
        due = [event for event in sent(ends_at, trial, chosen.in_zone(zone)) if event.kind in REMINDERS]
        assert len({event.at for event in due}) == len(due)
        assert [event.kind for event in sorted(due, key=lambda each: each.at)] == [event.kind for event in due]

    @given(moments, zones, st.sampled_from([timedelta(days=3), timedelta(days=2), None]))
    def test_in_the_usual_hours_both_reminders_of_days_are_sent_eight_hours_apart(
        self, ends_at: datetime, zone: timedelta, trial: timedelta | None
    ) -> None:
        window = SendingHours().in_zone(zone)
        day, last = (e for e in sent(ends_at, trial, window) if e.kind in REMINDERS)
        assert last.at - day.at >= 8 * HOUR
        assert last.valid_until == ends_at

    @given(moments, zones)
    def test_a_trial_of_a_day_has_its_last_reminder(self, ends_at: datetime, zone: timedelta) -> None:
        window = SendingHours().in_zone(zone)
        reminders = [e for e in sent(ends_at, timedelta(days=1), window) if e.kind is EventKind.REMINDER_HOURS]
        assert len(reminders) == 1

    @given(moments, zones, hours, trials)
    def test_causes_kinds_of_expiry_and_ends_are_those_without_hours(
        self, ends_at: datetime, zone: timedelta, chosen: SendingHours, trial: timedelta | None
    ) -> None:
        moved, nominal = events_of(ends_at, trial, chosen.in_zone(zone)), events_of(ends_at, trial, None)
        assert {kind: event.cause for kind, event in moved.items()}.items() <= {
            kind: event.cause for kind, event in nominal.items()
        }.items()
        for kind in (EventKind.EXPIRY, EventKind.LINK_END):
            assert moved[kind] == nominal[kind]

    @pytest.mark.parametrize(
        ("ends", "day", "last"),
        [
            ("05T06:00", "04T10:00", "04T19:00"),
            ("05T15:30", "04T15:30", "05T12:30"),
            ("05T11:30", "04T11:30", "05T10:30"),
            ("05T11:20", "04T11:20", "05T10:20"),
            ("05T10:30", "04T10:30", "04T19:30"),
            ("05T23:10", "05T10:10", "05T20:10"),
            ("05T02:00", "04T10:00", "04T19:00"),
        ],
    )
    def test_an_early_end_is_told_in_the_evening_before(self, ends: str, day: str, last: str) -> None:
        found = events_of(datetime.fromisoformat(f"2026-03-{ends}:00+00:00"), None, WINDOW)
        assert [f"{found[kind].at:%dT%H:%M}" for kind in REMINDERS] == [day, last]


class TestKinds:
    """What can wait is a table: no kind about money, a payment or a key is in it."""

    def test_nothing_about_money_keys_or_support_waits(self) -> None:
        urgent = {NotificationKind.KEY_READY, NotificationKind.SERVER_BACK, NotificationKind.EXPIRY}
        assert not set(CAN_WAIT) & (MONEY_KINDS | PAID_KINDS | urgent)
        assert all(CAN_WAIT.values())

    def test_every_event_that_is_moved_has_a_kind_that_can_wait(self) -> None:
        moved = {event.kind for event in scheduled_events(NIGHT, timedelta(days=3)) if event.kind in MOVED}
        kinds = {notification_of(ScheduledEvent(kind, NIGHT), NIGHT).kind for kind in moved}
        assert kinds <= set(CAN_WAIT)


class TestSetting:
    """The hours are a setting; the zone is that of the shop, else that of the language."""

    @pytest.mark.parametrize("typed", ["9-22", "9\u201322", " 9:00 - 22:00 "])
    def test_hours_are_typed_and_restored(self, typed: str) -> None:
        settings = with_setting(ShopSettings(), SettingField.HOURS, typed)
        assert settings.sending_hours == SendingHours(9, 22)
        value = value_of(settings, SettingField.HOURS)
        assert restored(ShopSettings(), SettingField.HOURS, value) == settings
        assert restored(settings, SettingField.HOURS, "") == ShopSettings()

    @pytest.mark.parametrize("typed", ["22-9", "9-9", "9-25", "9", "nine", "9-22-3", "off"])
    def test_anything_else_is_refused(self, typed: str) -> None:
        with pytest.raises(BadInput):
            with_setting(ShopSettings(), SettingField.HOURS, typed)

    def test_the_window_follows_hours_zone_and_language(self) -> None:
        front = Front()
        assert sending_window(ShopSettings(), front, "ru") == SendingWindow(10, 21, 180)
        assert sending_window(ShopSettings(), front, "en") == SendingWindow(10, 21, 0)
        assert sending_window(ShopSettings(zone_hours=5), front, "ru") == SendingWindow(10, 21, 300)
        assert sending_window(ShopSettings(sending_hours=ANY_TIME), front, "ru") is None
        assert sending_window(ShopSettings(), Front(hours=ANY_TIME), "ru") is None

    def test_the_zone_of_a_language_is_the_one_in_which_its_times_are_written(self) -> None:
        messages = Messages()
        for language in messages.languages:
            assert LANGUAGE_ZONES.get(language, timedelta()) == messages.zone(language)
