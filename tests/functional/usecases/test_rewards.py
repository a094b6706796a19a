"""The reward of an invitation: earned by the first payment, held, given to both, or left to an owner."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.gifting import gift_now, orders_gift
from tests.functional.usecases.inviting import (
    FRIEND,
    HOLD,
    INVITER,
    REWARD_DAYS,
    WELCOME_DAYS,
    after_the_hold,
    buys,
    comes,
    days_of,
    gets_back,
    invited,
    leaves,
    ledger_adds_up,
    rewards,
    state_of,
    told,
    waits,
)
from tests.functional.usecases.ordering import PRICE, applies, card, paid_report, places
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.invites.decide_reward import NothingToDecide, decide_reward
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund


class TestFirstContact:
    """Who has invited is known of the first contact alone."""

    def test_who_has_invited_is_kept_apart_from_the_source(self, shop: Shop) -> None:
        shop.arrives(INVITER)
        comes(shop)
        user = shop.look(FRIEND).user
        assert (user.came_from, user.invited_by) == ("r", shop.person_id(INVITER))
        assert shop.people.invited_by(shop.person_id(INVITER)) == 1

    def test_a_known_person_and_a_person_who_returns_come_by_no_invitation(self, shop: Shop) -> None:
        shop.arrives(INVITER)
        comes(shop, by=None)
        comes(shop)
        assert shop.look(FRIEND).user.invited_by is None
        leaves(shop, FRIEND)
        comes(shop)
        user = shop.look(FRIEND).user
        assert (user.known, user.came_from, user.invited_by) == (True, None, None)
        assert shop.people.invited_by(shop.person_id(INVITER)) == 0

    def test_a_person_does_not_invite_themselves(self, shop: Shop) -> None:
        comes(shop, friend=INVITER, by=INVITER)
        assert shop.look(INVITER).user.invited_by is None

    def test_the_counters_go_with_the_data_of_who_has_invited(self, shop: Shop) -> None:
        shop.arrives(INVITER)
        for friend in range(100, 120):
            comes(shop, friend=friend)
        assert shop.people.invited_by(shop.person_id(INVITER)) == 20
        leaves(shop, INVITER)
        assert shop.people.invited_by(shop.person_id(INVITER)) == 0


def test_a_gift_earns_nothing_and_the_first_own_payment_after_it_does(shop: Shop) -> None:
    rewards(shop)
    shop.on_trial(INVITER)
    shop.clock.advance(timedelta(minutes=1))
    comes(shop)
    order = orders_gift(shop, FRIEND)
    applies(shop, paid_report(shop, order.id, user_id=FRIEND))
    assert gift_now(shop, order.id).buyer == shop.person_id(FRIEND)
    assert state_of(shop) is None
    after_the_hold(shop)
    assert (days_of(shop, INVITER), days_of(shop, FRIEND, welcome=True)) == (0, 0)
    buys(shop)
    assert state_of(shop) is RewardState.HELD


class TestEarning:
    """One payment in a lifetime earns a reward: the first real one that is large enough."""

    def test_both_get_their_days_after_the_hold(self, shop: Shop) -> None:
        invited(shop)
        assert state_of(shop) is RewardState.HELD
        shop.days(HOLD / timedelta(days=1) - 0.1)
        assert (days_of(shop, INVITER), told(shop, INVITER)) == (0, [])
        shop.days(0.2)
        shop.settles(minutes=20)
        assert state_of(shop) is RewardState.GRANTED
        assert days_of(shop, INVITER) == pytest.approx(REWARD_DAYS, abs=0.2)
        assert days_of(shop, FRIEND, welcome=True) == pytest.approx(WELCOME_DAYS, abs=0.2)
        assert (told(shop, INVITER), told(shop, FRIEND)) == ([Kind.REWARD], [Kind.WELCOME])
        user = shop.look(INVITER).user
        assert (user.invited_paid, user.invited_seconds) == (1, REWARD_DAYS * 86_400)
        assert shop.look(INVITER).served, "the person who has invited has a key again"
        assert ledger_adds_up(shop, INVITER)
        assert ledger_adds_up(shop, FRIEND)

    def test_a_second_payment_earns_nothing(self, shop: Shop) -> None:
        invited(shop)
        after_the_hold(shop)
        buys(shop)
        after_the_hold(shop)
        assert shop.look(INVITER).user.invited_paid == 1
        assert told(shop, INVITER) == [Kind.REWARD]

    def test_nothing_is_earned_while_invitations_are_off(self, shop: Shop) -> None:
        rewards(shop, invites=Switch.OFF)
        shop.on_trial(INVITER)
        comes(shop)
        buys(shop)
        assert state_of(shop) is None

    def test_a_payment_below_the_least_earns_nothing_and_a_larger_one_later_does(self, shop: Shop) -> None:
        rewards(shop, reward_minimum=PRICE.amount_minor // 100 + 1)
        shop.on_trial(INVITER)
        comes(shop)
        buys(shop)
        assert state_of(shop) is None
        rewards(shop, reward_minimum=PRICE.amount_minor // 100)
        buys(shop)
        assert state_of(shop) is RewardState.HELD

    def test_a_payment_that_is_held_earns_nothing(self, shop: Shop) -> None:
        rewards(shop)
        shop.on_trial(INVITER)
        comes(shop)
        buys(shop, money=Money(PRICE.amount_minor - 100, PRICE.currency))
        assert state_of(shop) is None

    def test_a_payment_by_another_person_earns_nothing(self, shop: Shop) -> None:
        rewards(shop)
        shop.on_trial(INVITER)
        comes(shop)
        order = places(shop, user_id=FRIEND)
        report = replace(paid_report(shop, order.id, user_id=FRIEND), payer=777)
        applies(shop, report)
        assert shop.look(FRIEND).subscription.status is Status.ACTIVE
        assert state_of(shop) is None

    def test_a_code_that_was_made_up_brings_nothing(self, shop: Shop) -> None:
        rewards(shop)
        comes(shop, by=999)
        buys(shop)
        assert state_of(shop) is RewardState.HELD
        after_the_hold(shop)
        assert state_of(shop) is None
        assert days_of(shop, FRIEND, welcome=True) == 0
        assert shop.look(999).user.version == 0, "nothing is stored about a person who does not exist"

    def test_the_reward_waits_while_the_money_is_being_sent_back(self, shop: Shop) -> None:
        payment_id = invited(shop)
        card(shop).refunds_stay_pending = True
        reward = shop.look(FRIEND).reward
        assert reward is not None
        wanted = WantedRefund(reward.order_id, payment_id, RefundReason.OPERATOR, "operator")
        request_refund(shop.open(FRIEND), shop.payments, shop.context, update(), wanted)
        after_the_hold(shop)
        assert state_of(shop) is RewardState.HELD
        card(shop).refunds_succeed()
        shop.days(2)
        assert state_of(shop) is None
        assert (told(shop, INVITER), told(shop, FRIEND)) == ([], [])


class TestTooMany:
    """Above the number of a month an owner decides."""

    def _many(self, shop: Shop, number: int, most: int) -> list[int]:
        rewards(shop, rewards_a_month=most)
        shop.on_trial(INVITER)
        friends = list(range(100, 100 + number))
        for friend in friends:
            comes(shop, friend=friend)
            buys(shop, friend)
        after_the_hold(shop)
        return friends

    def test_the_one_above_waits(self, shop: Shop) -> None:
        friends = self._many(shop, 4, 3)
        states = [state_of(shop, friend) for friend in friends]
        assert sorted(states, key=str) == [RewardState.GRANTED] * 3 + [RewardState.WAITING]
        (waiting,) = [friend for friend in friends if state_of(shop, friend) is RewardState.WAITING]
        assert waits(shop) == [shop.person_id(waiting)]
        assert shop.look(INVITER).user.invited_paid == 3
        shop.days(40)
        assert state_of(shop, waiting) is RewardState.WAITING, "it is never given without a yes"

    def test_a_yes_gives_it(self, shop: Shop) -> None:
        friends = self._many(shop, 2, 1)
        (waiting,) = [friend for friend in friends if state_of(shop, friend) is RewardState.WAITING]
        cause = update()
        decide_reward(shop.open(waiting), shop.context, cause, "admin:1", give=True)
        decide_reward(shop.open(waiting), shop.context, cause, "admin:1", give=True)
        shop.settles(minutes=20)
        assert state_of(shop, waiting) is RewardState.GRANTED
        assert (shop.look(INVITER).user.invited_paid, waits(shop)) == (2, [])
        with pytest.raises(NothingToDecide):
            decide_reward(shop.open(waiting), shop.context, update(), "admin:1", give=False)

    def test_a_no_ends_it(self, shop: Shop) -> None:
        friends = self._many(shop, 2, 1)
        (waiting,) = [friend for friend in friends if state_of(shop, friend) is RewardState.WAITING]
        decide_reward(shop.open(waiting), shop.context, update(), "admin:1", give=False)
        shop.settles(minutes=20)
        assert (state_of(shop, waiting), waits(shop)) == (None, [])
        assert shop.look(INVITER).user.invited_paid == 1

    def test_a_refund_takes_it_from_the_list(self, shop: Shop) -> None:
        friends = self._many(shop, 2, 1)
        (waiting,) = [friend for friend in friends if state_of(shop, friend) is RewardState.WAITING]
        reward = shop.look(waiting).reward
        assert reward is not None
        gets_back(shop, reward.payment_id)
        assert waits(shop) == []
        shop.settles(minutes=20)
        assert state_of(shop, waiting) is None
        assert told(shop, INVITER) == [Kind.REWARD]

    def test_after_a_month_there_is_a_place_again(self, shop: Shop) -> None:
        self._many(shop, 1, 1)
        shop.days(31)
        comes(shop, friend=300)
        buys(shop, 300)
        after_the_hold(shop)
        assert state_of(shop, 300) is RewardState.GRANTED

    def test_a_return_does_not_begin_the_month_again(self, shop: Shop) -> None:
        self._many(shop, 1, 1)
        leaves(shop, INVITER)
        shop.settles(minutes=20)
        shop.arrives(INVITER)
        comes(shop, friend=300)
        buys(shop, 300)
        after_the_hold(shop)
        assert state_of(shop, 300) is RewardState.WAITING
