"""A refund takes the reward of an invitation back: what is left of the days of both, and nothing else."""

from tests.fakes.shop import Shop
from tests.functional.usecases.inviting import (
    FRIEND,
    INVITER,
    REWARD_DAYS,
    WELCOME_DAYS,
    after_the_hold,
    buys,
    code_of,
    comes,
    days_of,
    gets_back,
    invited,
    ledger_adds_up,
    rewards,
    state_of,
    told,
)
from tests.functional.usecases.ordering import PRICE
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.subscriptions.subscription import Status

PART = Money(PRICE.amount_minor // 10, PRICE.currency)
MOST = Money(PRICE.amount_minor * 8 // 10, PRICE.currency)
"""What leaves less than the least payment, which is a third of the price."""


class TestTakingBack:
    """A refund takes the reward along: without a trace while it is held, else what is left of the days."""

    def test_a_refund_during_the_hold_removes_the_reward_and_the_next_payment_may_earn_it(self, shop: Shop) -> None:
        payment_id = invited(shop)
        gets_back(shop, payment_id)
        assert state_of(shop) is None
        assert not shop.look(FRIEND).user.has_paid
        after_the_hold(shop)
        assert (told(shop, INVITER), told(shop, FRIEND)) == ([], [])
        buys(shop)
        after_the_hold(shop)
        assert state_of(shop) is RewardState.GRANTED

    def test_a_part_that_leaves_enough_changes_nothing(self, shop: Shop) -> None:
        payment_id = invited(shop)
        gets_back(shop, payment_id, PART)
        after_the_hold(shop)
        assert state_of(shop) is RewardState.GRANTED
        gets_back(shop, payment_id, PART)
        shop.settles(minutes=20)
        assert state_of(shop) is RewardState.GRANTED

    def test_a_surplus_that_goes_back_changes_nothing(self, shop: Shop) -> None:
        rewards(shop, reward_minimum=200)
        shop.on_trial(INVITER)
        comes(shop)
        payment_id = buys(shop, money=Money(2 * PRICE.amount_minor, PRICE.currency))
        gets_back(shop, payment_id, PRICE)
        assert state_of(shop) is RewardState.HELD
        gets_back(shop, payment_id, Money(PRICE.amount_minor // 2, PRICE.currency))
        assert state_of(shop) is None

    def test_a_part_that_leaves_too_little_takes_the_reward(self, shop: Shop) -> None:
        payment_id = invited(shop)
        gets_back(shop, payment_id, MOST)
        assert state_of(shop) is None

    def test_after_the_hold_what_is_left_of_the_days_is_taken_from_both(self, shop: Shop) -> None:
        payment_id = invited(shop)
        after_the_hold(shop)
        shop.days(1)
        left = days_of(shop, INVITER)
        assert 0 < left < REWARD_DAYS
        others = sum(
            lot.seconds
            for lot in shop.look(INVITER).subscription.lots_left(shop.clock())
            if not lot.id.startswith("referral:")
        )
        gets_back(shop, payment_id)
        shop.settles(minutes=20)
        assert (days_of(shop, INVITER), days_of(shop, FRIEND, welcome=True)) == (0, 0)
        person = shop.look(INVITER)
        if others == 0:
            assert person.subscription.status is Status.EXPIRED
        assert told(shop, INVITER) == [Kind.REWARD, Kind.REWARD_TAKEN]
        assert told(shop, FRIEND) == [Kind.WELCOME, Kind.REWARD_TAKEN]
        assert person.user.invited_paid == 0
        assert state_of(shop) is None
        assert shop.look(FRIEND).user.has_paid, "a reward is earned once in a lifetime"
        assert ledger_adds_up(shop, INVITER)
        assert ledger_adds_up(shop, FRIEND)
        buys(shop)
        assert state_of(shop) is None

    def test_days_given_and_taken_before_messages_are_sent_are_told_to_neither_of_them(self, shop: Shop) -> None:
        payment = invited(shop)
        shop.hours = SendingWindow(20, 23)  # the days are given at noon
        after_the_hold(shop)
        assert days_of(shop, INVITER) > REWARD_DAYS - 1
        assert days_of(shop, FRIEND, welcome=True) > WELCOME_DAYS - 1
        gets_back(shop, payment)
        shop.settles(minutes=20)
        assert (days_of(shop, INVITER), days_of(shop, FRIEND, welcome=True)) == (0, 0)
        shop.days(2)
        assert told(shop, INVITER) == told(shop, FRIEND) == []

    def test_nothing_but_the_reward_is_taken_and_no_end_is_before_now(self, shop: Shop) -> None:
        payment_id = invited(shop)
        after_the_hold(shop)
        buys(shop, INVITER)
        bought = shop.look(INVITER).subscription
        shop.days(4)
        gets_back(shop, payment_id)
        shop.settles(minutes=20)
        now, subscription = shop.clock(), shop.look(INVITER).subscription
        assert subscription.ends_at is not None
        assert subscription.ends_at > now
        paid = [lot for lot in subscription.lots_left(now) if lot.paid is not None]
        used = sum(lot.seconds for lot in bought.lots if lot.paid is not None) - sum(lot.seconds for lot in paid)
        assert 0 <= used <= 20 * 60, "bought time runs only since the reward has gone"

    def test_a_reward_that_is_used_up_takes_nothing_and_nothing_is_told(self, shop: Shop) -> None:
        payment_id = invited(shop)
        after_the_hold(shop)
        shop.days(40)
        buys(shop, INVITER)
        shop.settles(minutes=20)
        end = shop.look(INVITER).subscription.ends_at
        gets_back(shop, payment_id)
        shop.settles(minutes=20)
        assert shop.look(INVITER).subscription.ends_at == end
        assert told(shop, INVITER) == [Kind.REWARD]

    def test_with_nothing_left_the_end_is_now_in_the_same_commit(self, shop: Shop) -> None:
        payment_id = invited(shop)
        shop.days(4)
        shop.settles(minutes=20)
        before = shop.look(INVITER).subscription
        assert [lot.id for lot in before.lots_left(shop.clock())] == [f"referral:{code_of(shop)}"]
        gets_back(shop, payment_id)
        shop.settles(minutes=20)
        after = shop.look(INVITER).subscription
        assert after.status is Status.EXPIRED
        assert after.course > before.course
        assert after.ends_at is not None
        assert after.ends_at <= shop.clock()
        assert not [client for client in shop.panel.held.values() if client.enabled]
