"""What time brings: each word once, in order, while it is still true; keys off at the end, gone with the link."""

from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.panel import Mood
from tests.fakes.world import World, update
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import WorkKind
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import Conflict
from vpnbot.usecases.people.change_profile import mute_reminders
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription

END = START + timedelta(days=3)
LINK_END = END + timedelta(days=30)
HOUR = timedelta(hours=1)
WHOLE_STORY = [
    NotificationKind.REMINDER_DAY,
    NotificationKind.REMINDER_HOURS,
    NotificationKind.EXPIRY,
    NotificationKind.AFTERCARE,
]


def told_at(world: World) -> list[tuple[NotificationKind, datetime]]:
    return [(said.kind, said.at) for said in world.messenger.said]


class TestTheTrialsStory:
    """Reminders, the end, a word after, the end of the link."""

    def test_each_word_comes_once_and_at_its_time(self, world: World) -> None:
        world.on_trial()
        world.connects()
        world.days(40)
        assert told_at(world) == [
            (NotificationKind.REMINDER_DAY, END - 24 * HOUR),
            (NotificationKind.REMINDER_HOURS, END - 3 * HOUR),
            (NotificationKind.EXPIRY, END),
            (NotificationKind.AFTERCARE, END + 24 * HOUR),
        ]

    def test_whoever_has_not_connected_is_offered_help_twice(self, world: World) -> None:
        world.on_trial()
        world.until(END - 25 * HOUR)
        assert told_at(world) == [
            (NotificationKind.NOT_CONNECTED_HOUR, END - 71 * HOUR),
            (NotificationKind.NOT_CONNECTED_DAY, END - 48 * HOUR),
        ]

    def test_traffic_is_as_good_a_sign_as_a_loaded_link(self, world: World) -> None:
        world.on_trial()
        session = world.open()
        session.observe(session.person.accesses[0], session.person.accesses[0].with_counter(1))
        world.until(END - 25 * HOUR)
        assert told_at(world) == []

    def test_whoever_connects_after_an_hour_is_left_in_peace(self, world: World) -> None:
        world.on_trial()
        world.until(END - 70 * HOUR)
        world.connects()
        world.until(END - 25 * HOUR)
        assert told_at(world) == [(NotificationKind.NOT_CONNECTED_HOUR, END - 71 * HOUR)]

    def test_the_clock_expires_the_trial_and_switches_the_key_off(self, world: World) -> None:
        world.on_trial()
        world.until(END - HOUR)
        assert len(list(world.panel.enabled())) == 1
        world.until(END)
        assert world.look().subscription.status is Status.EXPIRED
        assert list(world.panel.enabled()) == []
        assert len(world.panel.held) == 1, "kept for a renewal"
        assert world.meter.counts[Metric.EXPIRED] == 1

    def test_the_key_is_removed_when_its_link_ends(self, world: World) -> None:
        world.on_trial()
        world.until(LINK_END)
        person = world.look()
        assert world.panel.held == {}
        assert person.accesses == ()
        assert person.subscription.key is None
        assert person.subscription.due is None
        assert world.index.next_due() is None

    def test_a_panel_that_is_down_at_the_end_hears_of_it_later(self, world: World) -> None:
        world.on_trial()
        world.panel.mood = Mood.DOWN
        world.until(END + HOUR)
        assert world.look().subscription.status is Status.EXPIRED
        assert len(list(world.panel.enabled())) == 1
        world.panel.mood = Mood.FINE
        world.settles(minutes=65)
        assert list(world.panel.enabled()) == []

    def test_a_key_that_was_never_made_is_not_made_after_the_link_ended(self, world: World) -> None:
        world.on_trial()
        world.panel.mood = Mood.DOWN
        world.until(LINK_END + HOUR)
        assert world.look().accesses[0].wanted is Wanted.ABSENT

    def test_whoever_muted_reminders_hears_only_of_the_end(self, world: World) -> None:
        world.on_trial()
        mute_reminders(world.open(), world.context, update())
        world.days(6)
        assert world.messenger.topics() == [NotificationKind.EXPIRY]

    def test_the_ledger_names_each_moment_after_its_nominal_time_however_late_it_was_noticed(
        self, world: World
    ) -> None:
        world.on_trial()
        world.clock.now = END + timedelta(minutes=17)
        world.minute()
        events = [cause for cause in world.history() if not cause.startswith(("update", "event:key_ready"))]
        assert set(events) == {
            f"event:first_hour:{END - 71 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:first_day:{END - 48 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:reminder_day:{END - 24 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:reminder_hours:{END - 3 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
            f"event:expiry:{END:%Y-%m-%dT%H:%M:%SZ}",
        }


class TestNothingStaleIsSaid:
    """However long we were away."""

    def test_after_a_three_day_outage_only_the_expiry_is_told(self, world: World) -> None:
        world.on_trial()
        world.clock.pass_by(timedelta(days=6))
        world.settles(minutes=10)
        assert world.messenger.topics() == [NotificationKind.EXPIRY]
        world.days(20)
        assert world.messenger.topics() == [NotificationKind.EXPIRY]

    def test_after_thirty_three_days_nothing_is_told_and_everything_is_done(self, world: World) -> None:
        world.on_trial()
        world.clock.now = LINK_END + HOUR
        world.settles(minutes=10)
        assert world.messenger.said == []
        assert world.look().subscription.status is Status.EXPIRED
        assert world.panel.held == {}

    @pytest.mark.parametrize("hours_late", [20.9, 21, 22])
    def test_a_day_reminder_is_told_until_the_next_one_is_due(self, world: World, hours_late: float) -> None:
        world.on_trial()
        world.clock.now = END - 24 * HOUR + timedelta(hours=hours_late)
        world.minute()
        assert world.messenger.topics() == [
            NotificationKind.REMINDER_DAY if hours_late < 21 else NotificationKind.REMINDER_HOURS
        ]

    def test_a_reminder_that_waited_in_the_outbox_too_long_is_dropped(self, world: World) -> None:
        world.on_trial()
        world.clock.now = END - 24 * HOUR
        world.faults.at("say.before", Crash())
        with pytest.raises(Crash):
            world.minute()
        world.queue.waiting.clear()
        world.clock.now = END - HOUR
        world.minute()
        assert world.messenger.topics() == [NotificationKind.REMINDER_HOURS]
        assert world.look().outbox == ()


class TestEachMomentIsDecidedOnce:
    """However many workers look at it, wherever they crash."""

    def test_two_workers_on_the_same_picture_tell_it_once(self, world: World) -> None:
        world.on_trial()
        world.clock.now = END
        sessions = [world.open(), world.open()]
        for session in sessions:
            assert advance_subscription(session, world.context).subscription.status is Status.EXPIRED
        assert [notice.kind for notice in world.look().outbox] == [NotificationKind.EXPIRY]
        assert world.meter.counts[Metric.DUPLICATES] == 1
        assert world.meter.counts[Metric.EXPIRED] == 1

    @pytest.mark.parametrize("step", range(14))
    def test_a_crash_at_any_step_of_the_expiry_is_made_up_for(self, world: World, step: int) -> None:
        world.on_trial()
        world.clock.now = END + timedelta(minutes=1)
        world.faults.crash_at_step(step)
        crashed = False
        try:
            world.minute()
        except Crash:
            crashed = True
        world.queue.waiting.clear()
        world.faults.clear()
        world.settles(minutes=15)
        person = world.look()
        assert crashed
        assert person.subscription.status is Status.EXPIRED
        assert list(world.panel.enabled()) == []
        assert set(world.messenger.topics()) == {NotificationKind.EXPIRY}
        assert person.outbox == ()
        assert len(world.messenger.said) <= 2

    def test_a_conflict_is_looked_at_again_and_three_leave_it_to_the_clock(self, world: World) -> None:
        world.on_trial()
        world.clock.now = END
        world.faults.at("commit.before", Conflict("1"), Conflict("2"))
        assert advance_subscription(world.open(), world.context).subscription.status is Status.EXPIRED
        world.clock.now = END + 24 * HOUR
        world.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        with pytest.raises(Conflict):
            advance_subscription(world.open(), world.context)
        assert world.meter.counts[Metric.CONFLICTS] == 5

    def test_a_worker_that_loses_to_conflicts_puts_the_work_off_and_finishes_it(self, world: World) -> None:
        world.on_trial()
        world.clock.now = END
        world.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        world.minute()
        assert world.look().subscription.status is Status.TRIAL
        world.settles(minutes=3)
        assert world.look().subscription.status is Status.EXPIRED

    def test_nothing_has_passed_means_nothing_is_written(self, world: World) -> None:
        world.on_trial()
        before = world.look()
        assert advance_subscription(world.open(), world.context) == before
        assert world.faults.passed[-1] != "commit.after"

    def test_the_next_moment_is_always_on_the_list(self, world: World) -> None:
        world.on_trial()
        for due_at in (
            END - 71 * HOUR,
            END - 48 * HOUR,
            END - 24 * HOUR,
            END - 3 * HOUR,
            END,
            END + 24 * HOUR,
            LINK_END,
        ):
            following = world.index.next_due()
            assert following is not None
            assert following.kind is WorkKind.ADVANCE_SUBSCRIPTION
            assert following.due_at == due_at
            world.until(due_at)
