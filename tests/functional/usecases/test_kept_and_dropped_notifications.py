"""Notifications that cannot be sent, or are no longer true: which are kept, and which are dropped."""

from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.outbox import committed
from tests.functional.usecases.purchases import GB, LIMITED, buys
from vpnbot.domain.notifications import NotificationKind
from vpnbot.errors import TelegramUnavailable, Unreachable
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.people.change_profile import reactivate
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

MINUTE = timedelta(minutes=1)


def arrived(shop: Shop) -> Shop:
    """Return the shop after a person has opened the bot."""
    shop.arrives()
    return shop


class TestABlockedBot:
    """Telegram answers 403, because the person has blocked the bot."""

    def test_important_notifications_are_kept_for_the_next_contact(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER, NotificationKind.QUESTIONS_WAIT)
        shop.sender.blocked = Unreachable("bot was blocked by the user")
        shop.settles(minutes=5)
        person = shop.look()
        assert not person.user.reachable
        assert [waiting.kind for waiting in person.outbox] == [
            NotificationKind.SUPPORT_ANSWER,
            NotificationKind.QUESTIONS_WAIT,
        ]
        assert shop.index.next_due() is None, "they are not retried"
        assert shop.meter.counts[Metric.UNDELIVERED] == 2
        shop.sender.blocked = None
        reactivate(shop.open(), shop.context, update())
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUPPORT_ANSWER, NotificationKind.QUESTIONS_WAIT]
        assert shop.look().user.reachable

    def test_reminders_are_dropped(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.advance(timedelta(days=2, hours=1))
        committed(shop, NotificationKind.REMINDER_DAY, NotificationKind.NOT_CONNECTED_DAY)
        shop.sender.blocked = Unreachable("bot was blocked by the user")
        shop.settles(minutes=8)
        assert shop.faults.passed.count("say.before") == 1, "no reminder follows the first refusal"
        assert shop.look().outbox == ()
        shop.sender.blocked = None
        reactivate(shop.open(), shop.context, update())
        shop.settles(minutes=8)
        assert shop.sender.said == []

    def test_a_reminder_to_a_person_known_as_unreachable_is_not_sent(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.advance(timedelta(days=2, hours=1))
        person = shop.look()
        shop.people.record_reachable(person, reachable=False)
        committed(shop, NotificationKind.REMINDER_DAY)
        shop.settles(minutes=8)
        assert shop.faults.passed.count("say.before") == 0
        assert shop.look().outbox == ()

    def test_a_notification_that_was_kept_too_long_is_not_sent_after_the_return(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUPPORT_ANSWER)
        shop.sender.blocked = Unreachable("bot was blocked by the user")
        shop.settles(minutes=2)
        shop.sender.blocked = None
        shop.clock.advance(timedelta(days=8))
        reactivate(shop.open(), shop.context, update())
        shop.settles(minutes=2)
        assert shop.sender.said == []
        assert shop.look().outbox == ()


class TestNoLongerTrue:
    """What happened while a notification waited for Telegram contradicts it: it is dropped."""

    @pytest.mark.parametrize("days", [2, 2.9, 3])
    def test_a_payment_makes_the_waiting_words_about_the_end_untrue(self, shop: Shop, days: float) -> None:
        shop.on_trial()
        shop.connects()
        shop.faults.at("say.before", *(TelegramUnavailable("down") for _ in range(10_000)))
        shop.days(days, step=MINUTE)
        assert shop.look().outbox != ()
        buys(shop)
        shop.settles(minutes=2)
        shop.faults.clear()
        shop.settles(minutes=30)
        assert set(shop.sender.kinds()) <= {NotificationKind.KEY_READY}
        assert shop.look().outbox == ()

    def test_more_traffic_makes_the_waiting_words_about_used_traffic_untrue(self, shop: Shop) -> None:
        buys(arrived(shop), LIMITED)
        shop.settles(minutes=3)
        shop.faults.at("say.before", *(TelegramUnavailable("down") for _ in range(10_000)))
        (access,) = shop.look().accesses
        shop.panel.use(access.server_id, 60 * GB)
        record_traffic(shop.open(), shop.context, access.server_id, access.key.tag, 60 * GB)
        assert [waiting.kind for waiting in shop.look().outbox] == [NotificationKind.TRAFFIC_USED_UP]
        buys(shop, LIMITED, payment="2")
        shop.faults.clear()
        shop.settles(minutes=30)
        assert shop.sender.kinds() == [NotificationKind.KEY_READY]

    def test_a_pause_that_is_over_is_not_notified(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
        resume(shop.open(), shop.fleet, shop.context, update(), "operator")
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.RESUMED]

    def test_words_that_are_still_true_wait_and_are_sent(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.faults.at("say.before", *(TelegramUnavailable("down") for _ in range(10_000)))
        shop.days(3, step=MINUTE)
        shop.faults.clear()
        shop.settles(minutes=30)
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]
