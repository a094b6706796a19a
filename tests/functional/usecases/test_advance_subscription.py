"""Scheduled events of a subscription: each notification once and in order; keys are disabled, later removed."""

from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import ADVANCE_SUBSCRIPTION, kind_of
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import Conflict
from vpnbot.usecases.people.change_profile import switch_reminders
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription

END = START + timedelta(days=3)
LINK_END = END + timedelta(days=30)
HOUR = timedelta(hours=1)


def notified_at(shop: Shop) -> list[tuple[NotificationKind, datetime]]:
    """Return the notifications that were sent, with their times."""
    return [(said.kind, said.at) for said in shop.sender.said]


class TestEventsOfATrial:
    """Reminders, the end, a notification a day later, the end of the link."""

    def test_each_notification_is_sent_once_at_its_time(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.days(40)
        assert notified_at(shop) == [
            (NotificationKind.REMINDER_DAY, END - 24 * HOUR),
            (NotificationKind.REMINDER_HOURS, END - 3 * HOUR),
            (NotificationKind.EXPIRY, END),
            (NotificationKind.AFTERCARE, END + 24 * HOUR),
        ]

    def test_a_person_who_has_not_connected_is_offered_help_twice(self, shop: Shop) -> None:
        shop.on_trial()
        shop.until(END - 25 * HOUR)
        assert notified_at(shop) == [
            (NotificationKind.NOT_CONNECTED_HOUR, END - 71 * HOUR),
            (NotificationKind.NOT_CONNECTED_DAY, END - 48 * HOUR),
        ]

    def test_a_person_with_traffic_counts_as_connected(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        session.observe(session.person.accesses[0], session.person.accesses[0].with_counter(1))
        shop.until(END - 25 * HOUR)
        assert notified_at(shop) == []

    def test_a_person_who_connects_after_an_hour_is_not_offered_help_again(self, shop: Shop) -> None:
        shop.on_trial()
        shop.until(END - 70 * HOUR)
        shop.connects()
        shop.until(END - 25 * HOUR)
        assert notified_at(shop) == [(NotificationKind.NOT_CONNECTED_HOUR, END - 71 * HOUR)]

    def test_due_work_expires_the_trial_and_disables_the_key(self, shop: Shop) -> None:
        shop.on_trial()
        shop.until(END - HOUR)
        assert len(list(shop.panel.enabled())) == 1
        shop.until(END)
        assert shop.look().subscription.status is Status.EXPIRED
        assert list(shop.panel.enabled()) == []
        assert len(shop.panel.held) == 1, "the client is kept for a renewal"
        assert shop.meter.counts[Metric.EXPIRED] == 1

    def test_the_key_is_removed_when_the_link_ends(self, shop: Shop) -> None:
        shop.on_trial()
        shop.until(LINK_END)
        person = shop.look()
        assert shop.panel.held == {}
        assert person.accesses == ()
        assert person.subscription.key is None
        assert person.subscription.due is None
        assert shop.index.next_due() is None

    def test_a_key_is_disabled_after_an_outage_at_the_end(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        shop.until(END + HOUR)
        assert shop.look().subscription.status is Status.EXPIRED
        assert len(list(shop.panel.enabled())) == 1
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=65)
        assert list(shop.panel.enabled()) == []

    def test_a_key_that_could_not_be_removed_stays_wanted_absent(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        shop.until(LINK_END + HOUR)
        assert shop.look().accesses[0].wanted is Wanted.ABSENT

    def test_a_person_who_muted_reminders_is_notified_of_the_end_only(self, shop: Shop) -> None:
        shop.on_trial()
        switch_reminders(shop.open(), shop.context, update(), wanted=False)
        shop.days(6)
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]

    def test_the_cause_of_an_event_contains_its_planned_time_also_when_it_is_late(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.now = END + timedelta(minutes=17)
        shop.minute()
        events = [cause for cause in shop.history() if not cause.startswith(("update", "event:key_ready"))]
        assert set(events) == {
            f"event:first_hour:{END - 71 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:first_day:{END - 48 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:reminder_day:{END - 24 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:reminder_hours:{END - 3 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:expiry:{END:%Y-%m-%dT%H:%M:%SZ}",
        }


class TestAfterAnOutage:
    """Notifications that are no longer true are not sent."""

    def test_after_a_three_day_outage_only_the_expiry_is_notified(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.advance(timedelta(days=6))
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]
        shop.days(20)
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]

    def test_after_thirty_three_days_no_notification_is_sent_and_all_events_are_applied(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.now = LINK_END + HOUR
        shop.settles(minutes=10)
        assert shop.sender.said == []
        assert shop.look().subscription.status is Status.EXPIRED
        assert shop.panel.held == {}

    @pytest.mark.parametrize("hours_late", [20.9, 21, 22])
    def test_a_late_reminder_is_sent_until_the_next_one_is_due(self, shop: Shop, hours_late: float) -> None:
        shop.on_trial()
        shop.clock.now = END - 24 * HOUR + timedelta(hours=hours_late)
        shop.minute()
        assert shop.sender.kinds() == [
            NotificationKind.REMINDER_DAY if hours_late < 21 else NotificationKind.REMINDER_HOURS
        ]

    def test_a_reminder_that_waited_in_the_outbox_too_long_is_dropped(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.now = END - 24 * HOUR
        shop.faults.at("say.before", Crash())
        with pytest.raises(Crash):
            shop.minute()
        shop.queue.claims.clear()
        shop.clock.now = END - HOUR
        shop.minute()
        assert shop.sender.kinds() == [NotificationKind.REMINDER_HOURS]
        assert shop.look().outbox == ()


class TestEachEventIsDecidedOnce:
    """Several workers, crashes and conflicts change nothing about that."""

    def test_two_workers_with_the_same_state_expire_the_trial_once(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.now = END
        sessions = [shop.open(), shop.open()]
        for session in sessions:
            assert advance_subscription(session, shop.context).subscription.status is Status.EXPIRED
        assert [notification.kind for notification in shop.look().outbox] == [NotificationKind.EXPIRY]
        assert shop.meter.counts[Metric.DUPLICATES] == 1
        assert shop.meter.counts[Metric.EXPIRED] == 1

    @pytest.mark.parametrize("step", range(14))
    def test_the_expiry_is_completed_after_a_crash_at_any_step(self, shop: Shop, step: int) -> None:
        shop.on_trial()
        shop.clock.now = END + timedelta(minutes=1)
        shop.faults.crash_at_step(step)
        crashed = False
        try:
            shop.minute()
        except Crash:
            crashed = True
        shop.queue.claims.clear()
        shop.faults.clear()
        shop.settles(minutes=15)
        person = shop.look()
        assert crashed
        assert person.subscription.status is Status.EXPIRED
        assert list(shop.panel.enabled()) == []
        assert set(shop.sender.kinds()) == {NotificationKind.EXPIRY}
        assert person.outbox == ()
        assert len(shop.sender.said) <= 2

    def test_two_conflicts_are_retried_and_the_third_is_raised(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.now = END
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"))
        assert advance_subscription(shop.open(), shop.context).subscription.status is Status.EXPIRED
        shop.clock.now = END + 24 * HOUR
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        with pytest.raises(Conflict):
            advance_subscription(shop.open(), shop.context)
        assert shop.meter.counts[Metric.CONFLICTS] == 5

    def test_work_with_three_conflicts_is_deferred_and_done_later(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.now = END
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        shop.minute()
        assert shop.look().subscription.status is Status.TRIAL
        shop.settles(minutes=3)
        assert shop.look().subscription.status is Status.EXPIRED

    def test_nothing_is_written_before_the_next_event(self, shop: Shop) -> None:
        shop.on_trial()
        before = shop.look()
        assert advance_subscription(shop.open(), shop.context) == before
        assert shop.faults.passed[-1] != "commit.after"

    def test_the_next_event_is_always_due(self, shop: Shop) -> None:
        shop.on_trial()
        for due_at in (
            END - 71 * HOUR,
            END - 48 * HOUR,
            END - 24 * HOUR,
            END - 3 * HOUR,
            END,
            END + 24 * HOUR,
            LINK_END,
        ):
            following = shop.index.next_due()
            assert following is not None
            assert kind_of(following) is ADVANCE_SUBSCRIPTION
            assert following.due_at == due_at
            shop.until(due_at)
