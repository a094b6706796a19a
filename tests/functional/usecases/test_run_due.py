"""A worker begins work only under a claim that lasts long enough, and only when the work is due by its own clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import CLAIM, INLINE_CLAIM, LONGEST_RUN, DueItem
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

END = START + timedelta(days=3)


def claimed_end(shop: Shop) -> DueItem:
    """Start a trial, and return the claim of its end."""
    shop.on_trial()
    shop.until(END - timedelta(seconds=1))
    shop.sender.said.clear()
    shop.clock.now = END
    dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
    return shop.queue.claims.pop()


class TestClaimsThatRunOut:
    """A claim whose rest is shorter than a worker may run is extended before the work begins."""

    def test_a_notification_that_is_sent_at_the_end_of_a_claim_is_sent_once(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
        shop.clock.advance(INLINE_CLAIM)
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        item = shop.queue.claims.pop()
        shop.clock.advance(CLAIM - timedelta(seconds=2))
        shop.sender.during = lambda: self._slow_answer(shop)
        shop.work(item)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]

    def test_a_notification_at_the_end_of_an_inline_claim_is_sent_once(self, shop: Shop) -> None:
        item = claimed_end(shop)
        shop.panel.during = lambda: shop.clock.advance(INLINE_CLAIM - timedelta(seconds=2))
        shop.sender.during = lambda: self._slow_answer(shop)
        shop.work(item)
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]

    def _slow_answer(self, shop: Shop) -> None:
        shop.clock.advance(timedelta(seconds=5))
        shop.minute()

    @pytest.mark.parametrize(("rest", "extended"), [(LONGEST_RUN, False), (LONGEST_RUN - timedelta(seconds=1), True)])
    def test_a_claim_is_extended_only_if_its_rest_is_too_short(
        self, shop: Shop, rest: timedelta, *, extended: bool
    ) -> None:
        item = claimed_end(shop)
        shop.clock.now = item.due_at - rest
        shop.faults.passed.clear()
        shop.work(item)
        assert ("due.claim" in shop.faults.passed) is extended
        assert shop.look().subscription.status is Status.EXPIRED

    def test_a_claim_that_another_worker_has_by_now_is_declined(self, shop: Shop) -> None:
        item = claimed_end(shop)
        shop.clock.advance(CLAIM)
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        shop.faults.passed.clear()
        shop.work(item)
        assert "commit.before" not in shop.faults.passed
        shop.work(shop.queue.claims.pop())
        assert shop.look().subscription.status is Status.EXPIRED


class TestDeliveredTwice:
    """SQS may deliver a message twice at the same time, so that two workers have the same claim."""

    def test_a_notification_whose_claim_two_workers_receive_at_once_is_sent_once(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
        shop.clock.advance(INLINE_CLAIM)
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        item = shop.queue.claims.pop()
        shop.clock.advance(timedelta(seconds=1))
        shop.sender.during = lambda: shop.work(item)
        shop.work(item)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]


class TestClocksThatDiffer:
    """The clocks of two functions differ a little."""

    def test_a_worker_whose_clock_is_half_a_second_behind_waits_that_half_second(self, shop: Shop) -> None:
        item = claimed_end(shop)
        shop.clock.now = END - timedelta(seconds=0.5)
        shop.work(item)
        assert shop.pace.pauses == [timedelta(seconds=0.5)]
        assert shop.look().subscription.status is Status.EXPIRED

    def test_work_that_is_due_much_later_by_the_clock_of_the_worker_stays_due(self, shop: Shop) -> None:
        item = claimed_end(shop)
        shop.clock.now = END - timedelta(seconds=10)
        shop.work(item)
        assert shop.pace.pauses == []
        assert shop.look().subscription.status is Status.TRIAL
        shop.clock.now = END
        shop.minute()
        assert shop.look().subscription.status is Status.EXPIRED


class TestDeliveredAgain:
    """A message that SQS delivers again is the work of a worker that ended without a result."""

    def test_a_lost_worker_counts_as_a_failed_attempt(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.clock.advance(timedelta(minutes=1))
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        item = shop.queue.claims.pop()
        shop.clock.advance(timedelta(minutes=4))
        shop.work(replace(item, redelivered=True))
        due = shop.look().accesses[0].due
        assert due is not None
        assert due.attempts == 3, "the tap, the lost worker, and this worker"
