"""Messages that can wait reach people in the hours of the shop; all others, and the end, come at once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.notifications import notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.errors import TelegramUnavailable
from vpnbot.usecases.decide import decide
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

HOUR = timedelta(hours=1)
SHORT = timedelta(minutes=5)
THREE_AT_NIGHT = START.replace(hour=3)
END = THREE_AT_NIGHT + timedelta(days=3)
WINDOW = SendingWindow(10, 21)


@pytest.fixture
def night(shop: Shop) -> Shop:
    """A shop with its usual hours; a person who has connected began the trial at three in the night."""
    shop.hours, shop.clock.now = WINDOW, THREE_AT_NIGHT
    shop.on_trial()
    shop.connects()
    return shop


def notified_at(shop: Shop) -> list[tuple[Kind, datetime]]:
    """Return the notifications that were sent, with their times."""
    return [(said.kind, said.at) for said in shop.sender.said]


def notifies(shop: Shop, kind: Kind) -> None:
    """Commit a notification, and try to deliver the outbox."""
    session, now, cause = shop.open(), shop.clock(), update()
    message = notification(kind, cause, now)
    decide(session, Entry(cause, "told", now), lambda person: person.with_notifications(message), shop.meter)
    deliver_notifications(session, shop.people, shop.context, shop.sender)


class TestReminders:
    """Each comes once, by day, and before the end."""

    def test_reminders_of_an_end_in_the_night_come_by_day_and_the_end_at_its_time(self, night: Shop) -> None:
        night.days(40)
        assert notified_at(night) == [
            (Kind.REMINDER_DAY, END - 17 * HOUR),
            (Kind.REMINDER_HOURS, END - 8 * HOUR),
            (Kind.EXPIRY, END),
            (Kind.AFTERCARE, END + 31 * HOUR),
        ]

    def test_help_is_offered_by_day(self, shop: Shop) -> None:
        shop.hours, shop.clock.now = WINDOW, THREE_AT_NIGHT
        shop.on_trial()
        shop.until(THREE_AT_NIGHT + 40 * HOUR)
        assert notified_at(shop) == [
            (Kind.NOT_CONNECTED_HOUR, THREE_AT_NIGHT + 7 * HOUR),
            (Kind.NOT_CONNECTED_DAY, THREE_AT_NIGHT + 31 * HOUR),
        ]

    def test_a_pause_moves_the_reminders_with_the_end(self, night: Shop) -> None:
        night.until(THREE_AT_NIGHT + 5 * HOUR)
        suspend(night.open(), night.fleet, night.context, update(), "operator")
        night.until(THREE_AT_NIGHT + 17 * HOUR)
        resume(night.open(), night.fleet, night.context, update(), "operator")
        night.settles(minutes=5)
        night.sender.said.clear()
        night.days(10)
        assert notified_at(night) == [
            (Kind.REMINDER_DAY, END - 12 * HOUR),
            (Kind.REMINDER_HOURS, END + 9 * HOUR),
            (Kind.EXPIRY, END + 12 * HOUR),
            (Kind.AFTERCARE, END + 36 * HOUR),
        ]

    def test_a_reminder_whose_hours_were_set_later_is_left_out_in_the_night(self, shop: Shop) -> None:
        shop.clock.now = THREE_AT_NIGHT
        shop.on_trial()
        shop.connects()
        shop.hours = WINDOW
        shop.days(3.5)
        assert notified_at(shop) == [(Kind.REMINDER_DAY, END - 17 * HOUR), (Kind.EXPIRY, END)]

    def test_a_reminder_that_telegram_refused_until_the_night_is_not_sent_then(self, night: Shop) -> None:
        night.until(END - 9 * HOUR)
        night.faults.at("say.before", TelegramUnavailable("429", after=timedelta(hours=3)))
        night.until(END)
        assert notified_at(night) == [(Kind.REMINDER_DAY, END - 17 * HOUR), (Kind.EXPIRY, END)]

    @pytest.mark.parametrize("step", range(1, 40))
    def test_a_crash_at_any_step_of_the_night_loses_and_repeats_nothing(self, night: Shop, step: int) -> None:
        night.until(END - 18 * HOUR)
        night.faults.crash_at_step(step)
        try:
            night.until(END - HOUR, step=SHORT)
        except Crash:
            night.queue.claims.clear()
        answer_lost = night.faults.passed[-1] in {"say.after", "observe.before"}
        night.faults.clear()
        night.until(END + HOUR, step=SHORT)
        kinds = night.sender.kinds()
        assert set(kinds) == {Kind.REMINDER_DAY, Kind.REMINDER_HOURS, Kind.EXPIRY}
        assert len(kinds) == 3 or answer_lost
        assert all(WINDOW.open_at(said.at) for said in night.sender.said if said.kind is not Kind.EXPIRY)


class TestOutbox:
    """What waits for the morning holds nothing back."""

    def test_news_of_plans_waits_and_what_is_urgent_passes_it(self, night: Shop) -> None:
        night.clock.now = THREE_AT_NIGHT.replace(hour=22)
        night.sender.said.clear()
        notifies(night, Kind.PLANS_OPEN)
        assert night.sender.said == []
        night.clock.now += timedelta(minutes=5)
        notifies(night, Kind.RESUMED)
        assert night.sender.kinds() == [Kind.RESUMED]
        night.until(THREE_AT_NIGHT + timedelta(days=1, hours=8))
        assert notified_at(night)[1:] == [(Kind.PLANS_OPEN, THREE_AT_NIGHT + timedelta(days=1, hours=7))]

    def test_at_any_time_it_is_sent_at_once(self, night: Shop) -> None:
        night.hours, night.clock.now = None, THREE_AT_NIGHT.replace(hour=22)
        night.sender.said.clear()
        notifies(night, Kind.PLANS_OPEN)
        assert night.sender.kinds() == [Kind.PLANS_OPEN]


def test_hours_that_are_changed_hold_for_time_that_begins_afterwards(night: Shop) -> None:
    session = night.open()
    assert session.person.subscription.sending == WINDOW
    night.hours = SendingWindow(8, 23)
    later = replace(session.person.subscription, sending=None).sent_within(night.hours)
    assert later.due == later.retry_placement(None).due
    other = USER_ID + 1
    night.on_trial(other)
    assert night.look(other).subscription.sending == night.hours
    assert night.look().subscription.sending == WINDOW
