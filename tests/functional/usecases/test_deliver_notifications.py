"""The outbox: in order, by one worker at a time, until Telegram has it or it is no longer true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import INLINE_CLAIM, MAX_ATTEMPTS, Due
from vpnbot.errors import TelegramUnavailable, Unreachable
from vpnbot.usecases.keys.provision_keys import provision_key, provision_pending
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.people.change_profile import change_language, reactivate
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due

MINUTE = timedelta(minutes=1)


def committed(shop: Shop, *kinds: NotificationKind) -> list[Notification]:
    """Commit words to be said, a second apart, as a decision would, and crash before saying them."""
    notices = []
    for kind in kinds:
        session, cause = shop.open(), update()
        word = notification(kind, cause, shop.clock())
        session.commit(session.person.with_notifications(word), Entry(cause, "told", shop.clock()))
        notices.append(word)
        shop.clock.pass_by(timedelta(seconds=1))
    return notices


class TestWordsComeInOrder:
    """Oldest first, one worker at a time."""

    def test_what_waits_is_said_oldest_first(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED, NotificationKind.EXPIRY)
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.EXPIRY,
        ]
        assert shop.look().outbox == ()
        assert shop.index.next_due() is None

    def test_a_worker_takes_the_free_words_before_its_own(self, shop: Shop) -> None:
        shop.arrives()
        _, second = committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        shop.clock.pass_by(INLINE_CLAIM)
        session = shop.open()
        deliver_notifications(session, shop.people, shop.context, shop.sender, claimed={second.id})
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]
        assert second.id not in {waiting.id for waiting in shop.look().outbox}

    def test_a_word_waits_while_another_worker_is_at_an_older_one(self, shop: Shop) -> None:
        shop.arrives()
        first, second = committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        session = shop.open()
        deliver_notifications(session, shop.people, shop.context, shop.sender, claimed={second.id})
        assert shop.sender.said == []
        waiting = {word.id: word.due for word in shop.look().outbox}
        assert first.due is not None
        assert waiting[second.id] == Due(first.due.at + timedelta(seconds=1))
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]

    def test_two_workers_at_the_same_outbox_say_each_word_once(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED, NotificationKind.EXPIRY)
        shop.clock.pass_by(INLINE_CLAIM)
        sessions = [shop.open(), shop.open()]
        for session in sessions:
            deliver_notifications(session, shop.people, shop.context, shop.sender)
        assert shop.sender.kinds() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.EXPIRY,
        ]

    def test_a_word_that_somebody_took_first_is_left_to_them(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED)
        shop.clock.pass_by(INLINE_CLAIM)
        late = shop.open()
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter)
        deliver_notifications(late, shop.people, shop.context, shop.sender)
        assert shop.sender.said == []

    def test_a_word_found_while_deciding_anew_is_left_to_whoever_committed_it(self, shop: Shop) -> None:
        """A tap that conflicts with a question reloads, and finds the question on its way."""
        shop.arrives()
        tap = shop.open()
        committed(shop, NotificationKind.SUPPORT_QUESTION)
        change_language(tap, shop.context, update(), "ru")
        deliver_notifications(tap, shop.people, shop.context, shop.sender)
        assert shop.sender.said == []

    def test_a_key_that_the_clock_made_during_a_refresh_is_announced_by_the_clock_alone(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.pass_by(INLINE_CLAIM)
        refresh = shop.open()
        (access,) = shop.look().accesses
        provision_key(shop.open(), shop.fleet, shop.context, access, unasked=True)
        provision_pending(refresh, shop.fleet, shop.context)
        deliver_notifications(refresh, shop.people, shop.context, shop.sender)
        assert shop.sender.said == []
        assert [word.kind for word in shop.look().outbox] == [NotificationKind.KEY_READY]


class TestAWordThatWaitsForAnother:
    """Is not worn out by waiting."""

    def test_waiting_for_another_word_is_no_failed_attempt(self, shop: Shop) -> None:
        """Otherwise a word about money would be parked because the one before it was."""
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        for _ in range(MAX_ATTEMPTS + 3):
            shop.faults.at("say.before", TelegramUnavailable("down"))
        shop.days(1, step=MINUTE)
        assert [item.sort_key.endswith("suspended") for item in shop.index.dead_lettered()] == [True]
        assert shop.sender.kinds() == [NotificationKind.RESUMED]
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1


class TestABlockedBot:
    """403."""

    def test_words_about_keys_and_money_are_kept_for_the_next_contact(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED, NotificationKind.EXPIRY)
        shop.sender.blocked = Unreachable("bot was blocked by the user")
        shop.settles(minutes=5)
        person = shop.look()
        assert not person.user.reachable
        assert [word.kind for word in person.outbox] == [NotificationKind.SUSPENDED, NotificationKind.EXPIRY]
        assert shop.index.next_due() is None, "nobody keeps trying"
        assert shop.meter.counts[Metric.UNDELIVERED] == 2
        shop.sender.blocked = None
        reactivate(shop.open(), shop.context, update())
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.EXPIRY]
        assert shop.look().user.reachable

    def test_reminders_are_dropped(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.REMINDER_DAY, NotificationKind.AFTERCARE)
        shop.sender.blocked = Unreachable("bot was blocked by the user")
        shop.settles(minutes=5)
        assert shop.look().outbox == ()
        shop.sender.blocked = None
        reactivate(shop.open(), shop.context, update())
        shop.settles(minutes=5)
        assert shop.sender.said == []

    def test_a_reminder_is_not_even_tried_for_whoever_blocked_us(self, shop: Shop) -> None:
        shop.arrives()
        person = shop.look()
        shop.people.record_reachable(person, reachable=False)
        committed(shop, NotificationKind.REMINDER_DAY)
        shop.settles(minutes=5)
        assert shop.faults.passed.count("say.before") == 0
        assert shop.look().outbox == ()

    def test_what_was_kept_too_long_is_not_said_when_they_come_back(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED)
        shop.sender.blocked = Unreachable("bot was blocked by the user")
        shop.settles(minutes=2)
        shop.sender.blocked = None
        shop.clock.pass_by(timedelta(days=8))
        reactivate(shop.open(), shop.context, update())
        shop.settles(minutes=2)
        assert shop.sender.said == []
        assert shop.look().outbox == ()


class TestTelegramAsksToWait:
    """429 and 5xx."""

    def test_a_429_moves_the_word_by_retry_after(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED)
        shop.clock.pass_by(INLINE_CLAIM)
        asked_at = shop.clock.now
        shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(minutes=7)))
        shop.minute()
        (word,) = shop.look().outbox
        assert word.due is not None
        assert word.due.at == asked_at + timedelta(minutes=7)
        shop.settles(minutes=6)
        assert shop.sender.said == []
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]
        assert shop.meter.counts[Metric.RETRIED] == 1

    def test_three_hours_without_telegram_lose_nothing(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.EXPIRY)
        for _ in range(60):
            shop.faults.at("say.before", TelegramUnavailable("502"))
        shop.days(3 / 24, step=MINUTE)
        assert shop.index.dead_lettered() == []
        shop.faults.clear()
        shop.days(1 / 24, step=MINUTE)
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]

    def test_a_429_for_one_word_does_not_let_a_later_one_overtake_it(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(minutes=7)))
        shop.settles(minutes=15)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]

    def test_a_word_in_the_tap_that_meets_a_429_comes_with_the_clock(self, shop: Shop) -> None:
        shop.arrives()
        (word,) = committed(shop, NotificationKind.SUSPENDED)
        shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(seconds=5)))
        with pytest.raises(TelegramUnavailable):
            deliver_notifications(shop.open(), shop.people, shop.context, shop.sender, claimed={word.id})
        shop.settles(minutes=1)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]


class TestRepeats:
    """Only when Telegram's answer to a send was lost."""

    def test_a_lost_answer_may_repeat_the_word_and_nothing_else_does(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        shop.faults.at("say.after", TelegramUnavailable("time-out"))
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [
            NotificationKind.SUSPENDED,
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
        ]

    @pytest.mark.parametrize("step", range(12))
    def test_a_crash_anywhere_else_repeats_nothing_and_loses_nothing(self, shop: Shop, step: int) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED)
        shop.clock.pass_by(INLINE_CLAIM)
        shop.faults.crash_at_step(step)
        try:
            shop.minute()
        except Crash:
            shop.queue.waiting.clear()
        answer_lost = shop.faults.passed[-1] in {"say.after", "observe.before"}
        shop.faults.clear()
        shop.settles(minutes=12)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED] * (2 if answer_lost else 1)

    def test_the_same_claim_delivered_twice_by_the_queue_is_worked_once(self, shop: Shop) -> None:
        shop.arrives()
        committed(shop, NotificationKind.SUSPENDED)
        shop.clock.pass_by(INLINE_CLAIM)
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter)
        (item,) = shop.queue.take()
        for _ in range(2):
            run_due(item, shop.people, shop.fleet, shop.context, shop.sender, shop.index)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]

    def test_nobody_without_a_chat_is_written_to(self, shop: Shop) -> None:
        shop.arrives()
        session = shop.open()
        user = replace(session.person.user, chat_id=None)
        word = notification(NotificationKind.SUSPENDED, "ops:1", shop.clock())
        session.commit(
            replace(session.person.with_notifications(word), user=user), Entry("ops:1", "told", shop.clock())
        )
        shop.settles(minutes=3)
        assert shop.sender.said == []
        assert shop.look().outbox == ()
