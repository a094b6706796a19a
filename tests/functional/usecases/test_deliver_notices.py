"""The outbox: in order, by one worker at a time, until Telegram has it or it is no longer true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import Mood
from tests.fakes.world import World, update
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


def committed(world: World, *topics: NotificationKind) -> list[Notification]:
    """Commit words to be said, a second apart, as a decision would, and crash before saying them."""
    notices = []
    for kind in topics:
        session, cause = world.open(), update()
        word = notification(kind, cause, world.clock())
        session.commit(session.person.with_notifications(word), Entry(cause, "told", world.clock()))
        notices.append(word)
        world.clock.pass_by(timedelta(seconds=1))
    return notices


class TestWordsComeInOrder:
    """Oldest first, one worker at a time."""

    def test_what_waits_is_said_oldest_first(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED, NotificationKind.EXPIRY)
        world.settles(minutes=3)
        assert world.messenger.topics() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.EXPIRY,
        ]
        assert world.look().outbox == ()
        assert world.index.next_due() is None

    def test_a_worker_takes_the_free_words_before_its_own(self, world: World) -> None:
        world.arrives()
        _, second = committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        world.clock.pass_by(INLINE_CLAIM)
        session = world.open()
        deliver_notifications(session, world.people, world.context, world.messenger, claimed={second.id})
        assert world.messenger.topics() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]
        assert second.id not in {waiting.id for waiting in world.look().outbox}

    def test_a_word_waits_while_another_worker_is_at_an_older_one(self, world: World) -> None:
        world.arrives()
        first, second = committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        session = world.open()
        deliver_notifications(session, world.people, world.context, world.messenger, claimed={second.id})
        assert world.messenger.said == []
        waiting = {word.id: word.due for word in world.look().outbox}
        assert first.due is not None
        assert waiting[second.id] == Due(first.due.at + timedelta(seconds=1))
        world.settles(minutes=3)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]

    def test_two_workers_at_the_same_outbox_say_each_word_once(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED, NotificationKind.EXPIRY)
        world.clock.pass_by(INLINE_CLAIM)
        sessions = [world.open(), world.open()]
        for session in sessions:
            deliver_notifications(session, world.people, world.context, world.messenger)
        assert world.messenger.topics() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.EXPIRY,
        ]

    def test_a_word_that_somebody_took_first_is_left_to_them(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED)
        world.clock.pass_by(INLINE_CLAIM)
        late = world.open()
        dispatch_due(world.index, world.queue, world.clock, world.meter)
        deliver_notifications(late, world.people, world.context, world.messenger)
        assert world.messenger.said == []

    def test_a_word_found_while_deciding_anew_is_left_to_whoever_committed_it(self, world: World) -> None:
        """A tap that conflicts with a question reloads, and finds the question on its way."""
        world.arrives()
        tap = world.open()
        committed(world, NotificationKind.SUPPORT_QUESTION)
        change_language(tap, world.context, update(), "ru")
        deliver_notifications(tap, world.people, world.context, world.messenger)
        assert world.messenger.said == []

    def test_a_key_that_the_clock_made_during_a_refresh_is_announced_by_the_clock_alone(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        world.clock.pass_by(INLINE_CLAIM)
        refresh = world.open()
        (access,) = world.look().accesses
        provision_key(world.open(), world.fleet, world.context, access, unasked=True)
        provision_pending(refresh, world.fleet, world.context)
        deliver_notifications(refresh, world.people, world.context, world.messenger)
        assert world.messenger.said == []
        assert [word.kind for word in world.look().outbox] == [NotificationKind.KEY_READY]


class TestAWordThatWaitsForAnother:
    """Is not worn out by waiting."""

    def test_waiting_for_another_word_is_no_failed_attempt(self, world: World) -> None:
        """Otherwise a word about money would be parked because the one before it was."""
        world.arrives()
        committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        for _ in range(MAX_ATTEMPTS + 3):
            world.faults.at("say.before", TelegramUnavailable("down"))
        world.days(1, step=MINUTE)
        assert [item.sort_key.endswith("suspended") for item in world.index.parked()] == [True]
        assert world.messenger.topics() == [NotificationKind.RESUMED]
        assert world.meter.counts[Metric.PARKED] == 1


class TestABlockedBot:
    """403."""

    def test_words_about_keys_and_money_are_kept_for_the_next_contact(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED, NotificationKind.EXPIRY)
        world.messenger.blocked = Unreachable("bot was blocked by the user")
        world.settles(minutes=5)
        person = world.look()
        assert not person.user.reachable
        assert [word.kind for word in person.outbox] == [NotificationKind.SUSPENDED, NotificationKind.EXPIRY]
        assert world.index.next_due() is None, "nobody keeps trying"
        assert world.meter.counts[Metric.UNDELIVERED] == 2
        world.messenger.blocked = None
        reactivate(world.open(), world.context, update())
        world.settles(minutes=2)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED, NotificationKind.EXPIRY]
        assert world.look().user.reachable

    def test_reminders_are_dropped(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.REMINDER_DAY, NotificationKind.AFTERCARE)
        world.messenger.blocked = Unreachable("bot was blocked by the user")
        world.settles(minutes=5)
        assert world.look().outbox == ()
        world.messenger.blocked = None
        reactivate(world.open(), world.context, update())
        world.settles(minutes=5)
        assert world.messenger.said == []

    def test_a_reminder_is_not_even_tried_for_whoever_blocked_us(self, world: World) -> None:
        world.arrives()
        person = world.look()
        world.people.record_reachable(person, reachable=False)
        committed(world, NotificationKind.REMINDER_DAY)
        world.settles(minutes=5)
        assert world.faults.passed.count("say.before") == 0
        assert world.look().outbox == ()

    def test_what_was_kept_too_long_is_not_said_when_they_come_back(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED)
        world.messenger.blocked = Unreachable("bot was blocked by the user")
        world.settles(minutes=2)
        world.messenger.blocked = None
        world.clock.pass_by(timedelta(days=8))
        reactivate(world.open(), world.context, update())
        world.settles(minutes=2)
        assert world.messenger.said == []
        assert world.look().outbox == ()


class TestTelegramAsksToWait:
    """429 and 5xx."""

    def test_a_429_moves_the_word_by_retry_after(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED)
        world.clock.pass_by(INLINE_CLAIM)
        asked_at = world.clock.now
        world.faults.at("say.before", TelegramUnavailable("429", after=timedelta(minutes=7)))
        world.minute()
        (word,) = world.look().outbox
        assert word.due is not None
        assert word.due.at == asked_at + timedelta(minutes=7)
        world.settles(minutes=6)
        assert world.messenger.said == []
        world.settles(minutes=2)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED]
        assert world.meter.counts[Metric.RETRIED] == 1

    def test_three_hours_without_telegram_lose_nothing(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.EXPIRY)
        for _ in range(60):
            world.faults.at("say.before", TelegramUnavailable("502"))
        world.days(3 / 24, step=MINUTE)
        assert world.index.parked() == []
        world.faults.clear()
        world.days(1 / 24, step=MINUTE)
        assert world.messenger.topics() == [NotificationKind.EXPIRY]

    def test_a_429_for_one_word_does_not_let_a_later_one_overtake_it(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        world.faults.at("say.before", TelegramUnavailable("429", after=timedelta(minutes=7)))
        world.settles(minutes=15)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]

    def test_a_word_in_the_tap_that_meets_a_429_comes_with_the_clock(self, world: World) -> None:
        world.arrives()
        (word,) = committed(world, NotificationKind.SUSPENDED)
        world.faults.at("say.before", TelegramUnavailable("429", after=timedelta(seconds=5)))
        with pytest.raises(TelegramUnavailable):
            deliver_notifications(world.open(), world.people, world.context, world.messenger, claimed={word.id})
        world.settles(minutes=1)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED]


class TestRepeats:
    """Only when Telegram's answer to a send was lost."""

    def test_a_lost_answer_may_repeat_the_word_and_nothing_else_does(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED, NotificationKind.RESUMED)
        world.faults.at("say.after", TelegramUnavailable("time-out"))
        world.settles(minutes=10)
        assert world.messenger.topics() == [
            NotificationKind.SUSPENDED,
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
        ]

    @pytest.mark.parametrize("step", range(12))
    def test_a_crash_anywhere_else_repeats_nothing_and_loses_nothing(self, world: World, step: int) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED)
        world.clock.pass_by(INLINE_CLAIM)
        world.faults.crash_at_step(step)
        try:
            world.minute()
        except Crash:
            world.queue.waiting.clear()
        answer_lost = world.faults.passed[-1] in {"say.after", "observe.before"}
        world.faults.clear()
        world.settles(minutes=12)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED] * (2 if answer_lost else 1)

    def test_the_same_claim_delivered_twice_by_the_queue_is_worked_once(self, world: World) -> None:
        world.arrives()
        committed(world, NotificationKind.SUSPENDED)
        world.clock.pass_by(INLINE_CLAIM)
        dispatch_due(world.index, world.queue, world.clock, world.meter)
        (item,) = world.queue.take()
        for _ in range(2):
            run_due(item, world.people, world.fleet, world.context, world.messenger, world.index)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED]

    def test_nobody_without_a_chat_is_written_to(self, world: World) -> None:
        world.arrives()
        session = world.open()
        user = replace(session.person.user, chat_id=None)
        word = notification(NotificationKind.SUSPENDED, "ops:1", world.clock())
        session.commit(
            replace(session.person.with_notifications(word), user=user), Entry("ops:1", "told", world.clock())
        )
        world.settles(minutes=3)
        assert world.messenger.said == []
        assert world.look().outbox == ()
