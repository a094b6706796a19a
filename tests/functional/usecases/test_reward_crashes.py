"""The process ends at any step of a reward: it is given once to each, or taken back once, and the ledgers add up."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from tests.functional.usecases.inviting import (
    FRIEND,
    HOLD,
    INVITER,
    REWARD_DAYS,
    WELCOME_DAYS,
    buys,
    comes,
    days_of,
    gets_back,
    invited,
    ledger_adds_up,
    rewards,
    state_of,
)
from tests.functional.usecases.ordering import PRICE, card, paid_report, places
from vpnbot.domain.invites.reward import RewardState, taken_back
from vpnbot.domain.orders.reports import Source
from vpnbot.usecases.invites.decide_reward import NothingToDecide, decide_reward
from vpnbot.usecases.payments.apply_payment import apply_payment
from vpnbot.usecases.payments.apply_refund import apply_refund

STEPS = 90
"""More than any way has."""


def delivered_again(shop: Shop, do: Callable[[], object]) -> None:
    """Do something that its sender delivers again after a crash."""
    try:
        do()
    except Crash:
        shop.queue.claims.clear()
        do()


def goes_on(shop: Shop, duration: timedelta, step: timedelta = timedelta(minutes=1)) -> None:
    """Let due work go on; another worker takes over from one that ends."""
    end = shop.clock.now + duration
    while shop.clock.now < end:
        try:
            shop.until(end, step=step)
        except Crash:
            shop.queue.claims.clear()


def causes(shop: Shop, user_id: int) -> list[str]:
    """Return the causes about rewards in a person's ledger."""
    return sorted(cause for cause in shop.history(user_id) if cause.startswith("referral:"))


def is_given_once(shop: Shop) -> None:
    """Check that both have their days, once."""
    cause = f"referral:{shop.ring.invite_code(shop.person_id(FRIEND))}"
    assert state_of(shop) is RewardState.GRANTED
    assert (causes(shop, INVITER), causes(shop, FRIEND)) == ([cause], [f"{cause}/welcome"])
    assert days_of(shop, INVITER) == pytest.approx(REWARD_DAYS, abs=0.3)
    assert days_of(shop, FRIEND, welcome=True) == pytest.approx(WELCOME_DAYS, abs=0.3)
    assert shop.look(INVITER).user.invited_paid == 1
    adds_up(shop)


def adds_up(shop: Shop) -> None:
    """Check the ledgers, and that nothing is left to do."""
    assert ledger_adds_up(shop, INVITER)
    assert ledger_adds_up(shop, FRIEND)
    assert (shop.look(INVITER).outbox, shop.look(FRIEND).outbox) == ((), ())
    assert shop.index.dead_lettered() == []


def is_gone_once(shop: Shop, *, given: bool) -> None:
    """Check that nothing of the reward is left, and that it can never be given again."""
    cause = f"referral:{shop.ring.invite_code(shop.person_id(FRIEND))}"
    assert state_of(shop) is None
    assert (days_of(shop, INVITER), days_of(shop, FRIEND, welcome=True)) == (0, 0)
    assert causes(shop, INVITER) == [cause, taken_back(cause)]
    assert shop.look(INVITER).user.invited_paid == 0
    told = [sent.kind for sent in shop.sender.said if sent.person_id == shop.person_id(INVITER)]
    assert ("reward" in told) is given
    adds_up(shop)


def a_first_payment(shop: Shop, step: int) -> int:
    """The payment is applied, and the reward is held with it; after the hold both get their days."""
    rewards(shop)
    shop.on_trial(INVITER)
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    delivered_again(shop, lambda: comes(shop))
    with shop.faults.quiet():
        order = places(shop, user_id=FRIEND)
    report = paid_report(shop, order.id, user_id=FRIEND)
    delivered_again(shop, lambda: apply_payment(report, Source.NOTIFICATION, shop.payments, shop.context))
    assert state_of(shop) is RewardState.HELD
    length = len(shop.faults.passed) - begin
    goes_on(shop, HOLD + timedelta(hours=2), timedelta(hours=1))
    is_given_once(shop)
    return length


def the_end_of_the_hold(shop: Shop, step: int, most: int = 10) -> int:
    """The reward is given: to the one, then to the other."""
    invited(shop)
    rewards(shop, rewards_a_month=most)
    shop.settles(minutes=30)
    shop.until(shop.clock.now + HOLD - timedelta(hours=1))
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    goes_on(shop, timedelta(hours=3), timedelta(minutes=5))
    length = len(shop.faults.passed) - begin
    is_given_once(shop)
    return length


def the_last_of_a_month(shop: Shop, step: int) -> int:
    """The reward takes the last place of a month, and is not asked about when its step is repeated."""
    return the_end_of_the_hold(shop, step, most=1)


def a_refund_after_the_hold(shop: Shop, step: int) -> int:
    """What was given is taken from both."""
    payment_id = invited(shop)
    shop.days(4)
    shop.settles(minutes=30)
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    refund = card(shop).refunds[card(shop).sends_back(payment_id, PRICE)]
    delivered_again(shop, lambda: apply_refund(refund, shop.payments, shop.context))
    goes_on(shop, timedelta(hours=2), timedelta(minutes=5))
    length = len(shop.faults.passed) - begin
    is_gone_once(shop, given=True)
    return length


def a_refund_of_one_that_waits(shop: Shop, step: int) -> int:
    """It was never given, and never will be, also if an owner says yes at the same moment."""
    invited(shop)
    rewards(shop, rewards_a_month=0)
    shop.days(4)
    shop.settles(minutes=30)
    reward, cause = shop.look(FRIEND).reward, update()
    assert reward is not None
    assert reward.state is RewardState.WAITING
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    refund = card(shop).refunds[card(shop).sends_back(reward.payment_id, PRICE)]
    delivered_again(shop, lambda: apply_refund(refund, shop.payments, shop.context))
    with pytest.raises(NothingToDecide):
        delivered_again(shop, lambda: decide_reward(shop.open(FRIEND), shop.context, cause, "admin:1", give=True))
    goes_on(shop, timedelta(hours=2), timedelta(minutes=5))
    length = len(shop.faults.passed) - begin
    is_gone_once(shop, given=False)
    return length


def a_yes(shop: Shop, step: int) -> int:
    """A reward above the number of a month is given after the owner's yes."""
    invited(shop)
    rewards(shop, rewards_a_month=0)
    shop.days(4)
    shop.settles(minutes=30)
    cause = update()
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    delivered_again(shop, lambda: decide_reward(shop.open(FRIEND), shop.context, cause, "admin:1", give=True))
    goes_on(shop, timedelta(hours=2), timedelta(minutes=5))
    length = len(shop.faults.passed) - begin
    is_given_once(shop)
    return length


WAYS = (
    a_first_payment,
    the_end_of_the_hold,
    the_last_of_a_month,
    a_refund_after_the_hold,
    a_refund_of_one_that_waits,
    a_yes,
)
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


@ways
def test_the_crash_tests_cover_every_step(shop: Shop, way: Callable[[Shop, int], int]) -> None:
    assert 4 <= way(shop, 10_000) <= STEPS


@ways
@pytest.mark.parametrize("step", range(STEPS))
def test_a_crash_at_any_step_repeats_and_loses_nothing(
    shop: Shop, way: Callable[[Shop, int], int], step: int
) -> None:
    way(shop, step)


def test_a_refund_between_the_two_steps_takes_the_first_one_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person who has invited has the days, the friend not yet, when the money goes back."""
    from vpnbot.usecases.invites import follow_reward

    payment_id = invited(shop)
    give = follow_reward._give_friend

    def refunded_first(*arguments: object) -> None:
        monkeypatch.setattr(follow_reward, "_give_friend", give)
        gets_back(shop, payment_id)
        give(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(follow_reward, "_give_friend", refunded_first)
    shop.days(4)
    shop.settles(minutes=60)
    is_gone_once(shop, given=True)
    buys(shop)
    assert state_of(shop) is None
