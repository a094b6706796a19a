"""The outbox: notifications are sent in order, by one worker at a time, each until it is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.outbox import committed
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import INLINE_CLAIM, MAX_ATTEMPTS, Due
from vpnbot.errors import TelegramUnavailable
from vpnbot.usecases.keys.provision_keys import provision_key, provision_pending
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.people.change_profile import change_language
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due

MINUTE = timedelta(minutes=1)


class TestNotificationsComeInOrder:
    """The oldest notification is sent first, and one worker sends at a time."""

    def test_the_oldest_notification_is_sent_first(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED, NotificationKind.QUESTIONS_WAIT)
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [
            NotificationKind.SUPPORT_ANSWER,
            NotificationKind.RESUMED,
            NotificationKind.QUESTIONS_WAIT,
        ]
        assert shop.look().outbox == ()
        assert shop.index.next_due() is None

    def test_a_worker_sends_older_unclaimed_notifications_before_its_own(self, shop: Shop) -> None:
        shop.arrives()
        _, second = committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED)
        shop.clock.advance(INLINE_CLAIM)
        session = shop.open()
        deliver_notifications(session, shop.people, shop.context, shop.sender, claimed={second.id})
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED]
        assert second.id not in {waiting.id for waiting in shop.look().outbox}

    def test_a_notification_waits_while_another_worker_has_an_older_one(self, shop: Shop) -> None:
        shop.arrives()
        first, second = committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED)
        session = shop.open()
        deliver_notifications(session, shop.people, shop.context, shop.sender, claimed={second.id})
        assert shop.sender.said == []
        waiting = {notification.id: notification.due for notification in shop.look().outbox}
        assert first.due is not None
        assert waiting[second.id] == Due(first.due.at + timedelta(seconds=1))
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED]

    def test_two_workers_on_the_same_outbox_send_each_notification_once(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED, NotificationKind.QUESTIONS_WAIT)
        shop.clock.advance(INLINE_CLAIM)
        sessions = [shop.open(), shop.open()]
        for session in sessions:
            deliver_notifications(session, shop.people, shop.context, shop.sender)
        assert shop.sender.kinds() == [
            NotificationKind.SUPPORT_ANSWER,
            NotificationKind.RESUMED,
            NotificationKind.QUESTIONS_WAIT,
        ]

    def test_a_notification_that_the_dispatcher_has_claimed_is_not_sent_by_another_worker(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER)
        shop.clock.advance(INLINE_CLAIM)
        stale = shop.open()
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        deliver_notifications(stale, shop.people, shop.context, shop.sender)
        assert shop.sender.said == []

    def test_a_notification_found_by_a_reload_is_left_to_the_worker_that_committed_it(self, shop: Shop) -> None:
        """A tap that conflicts with another decision reloads the person, and finds its notification in the outbox."""
        shop.arrives()
        tap = shop.open()
        committed(shop, NotificationKind.KEY_READY)
        change_language(tap, shop.context, update(), "ru")
        deliver_notifications(tap, shop.people, shop.context, shop.sender)
        assert shop.sender.said == []

    def test_a_key_that_due_work_made_during_a_tap_is_notified_by_due_work_alone(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.advance(INLINE_CLAIM)
        tap = shop.open()
        (access,) = shop.look().accesses
        provision_key(shop.open(), shop.fleet, shop.context, access, notify=True)
        provision_pending(tap, shop.fleet, shop.context)
        deliver_notifications(tap, shop.people, shop.context, shop.sender)
        assert shop.sender.said == []
        assert [waiting.kind for waiting in shop.look().outbox] == [NotificationKind.KEY_READY]


class TestWaitingForAnOlderNotification:
    """Waiting uses up no attempts."""

    def test_waiting_for_an_older_notification_is_no_failed_attempt(self, shop: Shop) -> None:
        """Otherwise a notification would be dead-lettered because the one before it was."""
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED)
        shop.faults.at("say.before", *(KeyError("a bug") for _ in range(MAX_ATTEMPTS)))
        shop.days(1, step=MINUTE)
        assert [item.sort_key.endswith("support_answer") for item in shop.index.dead_lettered()] == [True]
        assert shop.sender.kinds() == [NotificationKind.RESUMED]
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1

    def test_notifications_wait_for_telegram_however_long_it_is_down(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED)
        shop.faults.at("say.before", *(TelegramUnavailable("down") for _ in range(10_000)))
        shop.days(2, step=MINUTE)
        assert shop.index.dead_lettered() == []
        assert shop.sender.said == []
        shop.faults.clear()
        shop.settles(minutes=11)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED]


class TestTelegramIsUnavailable:
    """Telegram answers 429 or 5xx."""

    def test_a_429_defers_the_notification_by_retry_after(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER)
        shop.clock.advance(INLINE_CLAIM)
        sent_at = shop.clock.now
        shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(minutes=7)))
        shop.minute()
        (waiting,) = shop.look().outbox
        assert waiting.due is not None
        assert waiting.due.at == sent_at + timedelta(minutes=7)
        shop.settles(minutes=6)
        assert shop.sender.said == []
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER]
        assert shop.meter.counts[Metric.RETRIED] == 1

    def test_an_outage_of_three_hours_loses_no_notification(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.QUESTIONS_WAIT)
        for _ in range(60):
            shop.faults.at("say.before", TelegramUnavailable("502"))
        shop.days(3 / 24, step=MINUTE)
        assert shop.index.dead_lettered() == []
        shop.faults.clear()
        shop.days(1 / 24, step=MINUTE)
        assert shop.sender.kinds() == [NotificationKind.QUESTIONS_WAIT]

    def test_a_429_does_not_change_the_order_of_notifications(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED)
        shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(minutes=7)))
        shop.settles(minutes=15)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED]

    def test_a_notification_that_meets_a_429_in_a_tap_is_sent_by_due_work(self, shop: Shop) -> None:
        shop.arrives()
        (waiting,) = committed(shop, NotificationKind.SUPPORT_ANSWER)
        shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(seconds=5)))
        with pytest.raises(TelegramUnavailable):
            deliver_notifications(shop.open(), shop.people, shop.context, shop.sender, claimed={waiting.id})
        shop.settles(minutes=1)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER]


class TestRepeats:
    """A notification is repeated only if Telegram's answer to it was lost."""

    def test_a_lost_answer_repeats_its_notification_and_no_other(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.RESUMED)
        shop.faults.at("say.after", TelegramUnavailable("timeout"))
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [
            NotificationKind.SUPPORT_ANSWER,
            NotificationKind.SUPPORT_ANSWER,
            NotificationKind.RESUMED,
        ]

    @pytest.mark.parametrize("step", range(12))
    def test_a_crash_at_any_other_step_repeats_nothing_and_loses_nothing(self, shop: Shop, step: int) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER)
        shop.clock.advance(INLINE_CLAIM)
        shop.faults.crash_at_step(step)
        try:
            shop.minute()
        except Crash:
            shop.queue.claims.clear()
        answer_lost = shop.faults.passed[-1] in {"say.after", "observe.before"}
        shop.faults.clear()
        shop.settles(minutes=12)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER] * (2 if answer_lost else 1)

    def test_a_claim_that_the_queue_delivers_twice_is_handled_once(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER)
        shop.clock.advance(INLINE_CLAIM)
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        (item,) = shop.queue.take()
        for _ in range(2):
            run_due(item, shop.worker_ports, shop.pace)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER]

    def test_a_notification_to_a_person_without_a_chat_is_dropped(self, shop: Shop) -> None:
        shop.arrives()
        session = shop.open()
        user = replace(session.person.user, chat_id=None)
        waiting = notification(NotificationKind.SUPPORT_ANSWER, "ops:1", shop.clock())
        session.commit(
            replace(session.person.with_notifications(waiting), user=user),
            Entry("ops:1", "notified", shop.clock()),
        )
        shop.settles(minutes=3)
        assert shop.sender.said == []
        assert shop.look().outbox == ()


class TestAPaymentAndItsKeyAreOneMessage:
    """The news that a key is ready is left out if the confirmation of the payment was worded with the key."""

    def paid_and_ready(self, shop: Shop) -> tuple[Notification, Notification]:
        shop.on_trial()
        paid, ready = committed(shop, NotificationKind.PAID, NotificationKind.KEY_READY)
        return paid, ready

    def test_the_worker_that_sends_both_sends_the_confirmation_alone(self, shop: Shop) -> None:
        paid, ready = self.paid_and_ready(shop)
        deliver_notifications(shop.open(), shop.people, shop.context, shop.sender, claimed={paid.id, ready.id})
        assert shop.sender.kinds() == [NotificationKind.PAID]
        assert shop.look().outbox == ()

    def test_news_that_another_worker_holds_are_withdrawn(self, shop: Shop) -> None:
        paid, _ = self.paid_and_ready(shop)
        deliver_notifications(shop.open(), shop.people, shop.context, shop.sender, claimed={paid.id})
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.PAID]
        assert shop.look().outbox == ()

    def test_news_that_another_worker_postpones_meanwhile_are_withdrawn(self, shop: Shop) -> None:
        paid, ready = self.paid_and_ready(shop)
        session, other = shop.open(), shop.open()
        deliver_notifications(other, shop.people, shop.context, shop.sender, claimed={ready.id})
        assert shop.sender.said == [], "the confirmation is to be sent first"
        deliver_notifications(session, shop.people, shop.context, shop.sender, claimed={paid.id})
        assert shop.sender.kinds() == [NotificationKind.PAID]
        assert shop.look().outbox == ()

    def test_the_news_come_after_a_confirmation_that_was_worded_without_the_key(self, shop: Shop) -> None:
        shop.on_trial()
        (paid,) = committed(shop, NotificationKind.PAID)
        session = shop.open()
        committed(shop, NotificationKind.KEY_READY)
        deliver_notifications(session, shop.people, shop.context, shop.sender, claimed={paid.id})
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.PAID, NotificationKind.KEY_READY]

    def test_the_news_are_kept_while_telegram_does_not_take_the_confirmation(self, shop: Shop) -> None:
        paid, ready = self.paid_and_ready(shop)
        shop.faults.at("say.before", TelegramUnavailable("down"))
        with pytest.raises(TelegramUnavailable):
            deliver_notifications(shop.open(), shop.people, shop.context, shop.sender, claimed={paid.id, ready.id})
        assert [waiting.kind for waiting in shop.look().outbox] == [NotificationKind.PAID, NotificationKind.KEY_READY]
