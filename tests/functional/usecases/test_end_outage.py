"""An outage with many waiting people, and with crashes: the work is bounded, and no promise is lost."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.people import People
from tests.fakes.shop import Shop, update
from tests.functional.usecases.purchases import buys
from tests.functional.usecases.test_watch_server import (
    BROKEN_SERVER,
    MINUTE,
    WORKING_SERVER,
    fails,
    waiting,
    waits,
)
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.scheduling import END_OUTAGE, FOLLOW_DOWNTIME, Due, kind_of
from vpnbot.domain.servers.outage import KEPT_FOR, waiters_of
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.waiters import waiters_partition
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.servers import release_waiters

TAP_STEPS, SLICE_STEPS = 5, 40


def slowly(shop: Shop, each: timedelta) -> Callable[[Person, Notification, datetime], None]:
    """Return a function that sends a notification in so much real time."""
    notify = shop.sender.notify

    def in_time(person: Person, notification: Notification, now: datetime) -> None:
        notify(person, notification, now)
        shop.pace.pause(each)

    return in_time


class TestManyPeopleWait:
    """The clock has one item for a server; the people are notified in slices."""

    COUNT = int(os.environ.get("WAITERS", "1000"))

    def test_all_waiters_are_one_due_item_which_delays_nothing_and_are_notified_at_twenty_a_second(
        self, shop: Shop
    ) -> None:
        """With 1,000 people, or as many as the environment variable WAITERS says: 10,000 take six minutes."""
        for user_id in range(1, self.COUNT + 1):
            shop.arrives(user_id)
            buys(shop, payment=str(user_id), user_id=user_id)
        shop.settles(minutes=6 + self.COUNT // 100)  # until all keys are made
        shop.panel.reported_health = BROKEN_SERVER
        for user_id in range(1, self.COUNT + 1):
            waits(shop, user_id)
        began_at = shop.clock.now
        while shop.clock.now < began_at + timedelta(hours=2):
            shop.clock.advance(MINUTE)
            due = shop.index.due(shop.clock(), 500)
            assert {kind_of(item) for item in due} <= {END_OUTAGE, FOLLOW_DOWNTIME}
            assert len(due) <= 2
            shop.minute()
            following = shop.index.next_due()
            assert following is None or following.due_at > shop.clock() - MINUTE, "nothing is late"
        shop.panel.reported_health = WORKING_SERVER
        back_at = shop.clock.now
        for minute in range(1, 3 + self.COUNT // 800):
            shop.clock.now = max(back_at + minute * MINUTE, shop.clock.now)
            shop.minute()
        told = [sent for sent in shop.sender.said if sent.kind is NotificationKind.SERVER_BACK]
        notified = Counter(sent.person_id for sent in told)
        assert (len(notified), set(notified.values())) == (self.COUNT, {1})
        times = [sent.at for sent in told]
        assert max(times) - back_at <= max(3 * MINUTE, 12 * MINUTE * self.COUNT / 10_000)
        seconds = Counter(at.replace(microsecond=0) for at in times)
        assert max(seconds.values()) <= 22

    def test_a_bug_with_one_person_keeps_only_that_person_waiting(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(1, 11):
            fails(shop, user_id)
        shop.panel.reported_health = WORKING_SERVER
        broken = shop.person_id(5)

        def wanted(person: Person, now: datetime) -> Wanted:
            if person.id == broken:
                raise KeyError("a bug")
            return wanted_state(person, now)

        monkeypatch.setattr(release_waiters, "wanted_state", wanted)
        shop.clock.advance(MINUTE)
        shop.minute()
        assert shop.meter.failed_work == [("OUTAGE", "KeyError")]
        assert len(shop.sender.said) == 9
        monkeypatch.undo()
        shop.settles(minutes=10)
        assert len({sent.person_id for sent in shop.sender.said}) == len(shop.sender.said) == 10

    def test_a_bug_with_one_person_does_not_delay_the_slices_of_the_others(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(1, 101):
            fails(shop, user_id)
        shop.panel.reported_health = WORKING_SERVER
        broken = shop.person_id(5)

        def wanted(person: Person, now: datetime) -> Wanted:
            if person.id == broken:
                raise KeyError("a bug")
            return wanted_state(person, now)

        monkeypatch.setattr(release_waiters, "wanted_state", wanted)
        monkeypatch.setattr(shop.sender, "notify", slowly(shop, timedelta(seconds=10)))
        back_at = shop.clock.now
        for _ in range(60):
            shop.clock.advance(MINUTE)
            shop.minute()
        assert len(shop.sender.said) == 99, "20 slices, of five people each"
        assert shop.meter.failed_work[-1] == ("OUTAGE", "KeyError")
        assert shop.clock.now - back_at < timedelta(hours=2)

    def test_a_person_in_conflict_is_notified_by_the_next_slice(self, shop: Shop) -> None:
        fails(shop)
        shop.panel.reported_health = WORKING_SERVER
        shop.faults.at("commit.before", *(Conflict(str(n)) for n in range(3)))
        shop.clock.advance(MINUTE)
        shop.minute()
        assert shop.sender.said == []
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]


class TestNoPromiseIsLost:
    """Whatever fails between the tap and the notification."""

    @pytest.mark.parametrize("step", range(TAP_STEPS))
    def test_a_crash_at_any_step_of_the_tap_and_a_redelivery_lose_no_promise(self, shop: Shop, step: int) -> None:
        shop.on_trial()
        shop.connects()
        shop.panel.reported_health = BROKEN_SERVER
        cause = update()
        shop.faults.crash_at_step(step)
        with suppress(Crash):
            waits(shop, cause=cause)
        shop.faults.clear()
        waits(shop, cause=cause)
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

    @pytest.mark.parametrize("step", range(SLICE_STEPS))
    def test_a_crash_at_any_step_of_a_slice_loses_no_promise(self, shop: Shop, step: int) -> None:
        for user_id in (1, 2):
            fails(shop, user_id)
        shop.panel.reported_health = WORKING_SERVER
        shop.clock.advance(MINUTE)
        shop.faults.crash_at_step(step)
        with suppress(Crash):
            shop.minute()
        crashed_at = shop.faults.passed[-1]
        shop.faults.clear()
        shop.settles(minutes=30)
        notified = Counter(sent.person_id for sent in shop.sender.said)
        assert len(notified) == 2
        repeated = 1 if crashed_at in {"say.after", "observe.before"} else 0
        assert sum(notified.values()) == 2 + repeated, "a repetition only when the answer to the message was lost"
        assert shop.outages.get("nl") is None

    def test_the_crash_tests_cover_every_step(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.on_trial(2)
        shop.connects(2)
        shop.faults.passed.clear()
        waits(shop)
        assert len(shop.faults.passed) <= TAP_STEPS, len(shop.faults.passed)
        waits(shop, 2)
        shop.clock.advance(MINUTE)
        shop.faults.passed.clear()
        shop.minute()
        assert len(shop.faults.passed) <= SLICE_STEPS, len(shop.faults.passed)

    def test_a_commit_whose_answer_is_lost_is_not_repeated(self, shop: Shop) -> None:
        fails(shop)
        shop.panel.reported_health = WORKING_SERVER
        shop.faults.at("commit.after", AlreadyDecided("the answer to the commit was lost"))
        shop.clock.advance(MINUTE)
        shop.minute()
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

    def test_a_person_who_begins_to_wait_while_the_outage_is_being_closed_is_notified(self, shop: Shop) -> None:
        fails(shop)
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=3)
        shop.clock.advance(KEPT_FOR)
        shop.on_trial(43)
        closing = shop.outages.get("nl")
        assert closing is not None
        waits(shop, 43)
        assert not shop.outages.close(closing)
        shop.settles(minutes=5)
        assert [sent.person_id for sent in shop.sender.said] == [shop.person_id(42), shop.person_id(43)]

    def test_a_row_without_a_promise_is_removed(self, shop: Shop) -> None:
        """A release before a rollback has ended the wait, and did not know the row."""
        fails(shop)
        assert isinstance(shop.people, People)
        stored = shop.people.table.items[shop.person_id()]
        del stored["WATCH#nl"]
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=30)
        assert shop.sender.said == []
        assert not waiting(shop)
        assert shop.outages.get("nl") is None

    def test_a_watch_that_an_earlier_release_stored_is_kept(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.panel.reported_health = BROKEN_SERVER
        old = ServerWatch("nl", shop.clock(), Due(shop.clock() + 5 * MINUTE))
        apply_fact(
            shop.open(),
            shop.context,
            lambda person: Decision(replace(person, watches=(old,)), (Entry(update(), "waits", shop.clock()),)),
        )
        assert not waiting(shop)
        shop.settles(minutes=10)
        assert waiting(shop)
        assert shop.look().watches == (replace(old, due=None),)
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert waiters_partition(waiters_of("nl"), 3) == "WAIT#server-nl#3"
