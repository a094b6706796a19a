"""The reward of an invitation: earned by the first payment, held, given to both, and taken back after a refund."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from tests.functional.usecases.gifting import gift_now, orders_gift
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
    leaves,
    ledger_adds_up,
    rewards,
    state_of,
)
from tests.functional.usecases.ordering import PRICE, applies, card, paid_report, places
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.money import Money
from vpnbot.domain.needs import NeedKind
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.invites import follow_reward
from vpnbot.usecases.invites.decide_reward import NothingToDecide, decide_reward
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund

PART = Money(PRICE.amount_minor // 10, PRICE.currency)
MOST = Money(PRICE.amount_minor * 8 // 10, PRICE.currency)
"""What leaves less than the least payment, which is a third of the price."""


def told(shop: Shop, user_id: int) -> list[Kind]:
    """Return what a person was told about rewards."""
    mark = shop.person_id(user_id)
    kinds = {Kind.REWARD, Kind.WELCOME, Kind.REWARD_TAKEN}
    return [sent.kind for sent in shop.sender.said if sent.person_id == mark and sent.kind in kinds]


def waits(shop: Shop) -> list[str]:
    """Return the people whose reward waits for an owner."""
    return [need.person for need in shop.staff.needs.waiting(limit=50) if need.kind is NeedKind.REWARD]


def after_the_hold(shop: Shop) -> None:
    """Let the hold pass, and what follows it."""
    shop.days((HOLD + timedelta(hours=1)) / timedelta(days=1))
    shop.settles(minutes=20)


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

    def test_nobody_invites_themselves(self, shop: Shop) -> None:
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

    def test_a_code_that_was_made_up_brings_nothing_to_anybody(self, shop: Shop) -> None:
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


def _crashes(*_: object) -> None:
    raise Crash


def code_of(shop: Shop) -> str:
    """Return the invite code of the friend, which names the reward."""
    return shop.ring.invite_code(shop.person_id(FRIEND))


class TestDeletions:
    """Both may delete their data and return at any moment."""

    def test_the_reward_survives_the_deletion_of_the_friend(self, shop: Shop) -> None:
        invited(shop)
        leaves(shop, FRIEND)
        after_the_hold(shop)
        assert days_of(shop, INVITER) == pytest.approx(REWARD_DAYS, abs=0.2)
        assert shop.look(FRIEND).subscription.lots == ()

    def test_who_has_invited_and_left_gets_nothing_and_the_friend_does(self, shop: Shop) -> None:
        invited(shop)
        leaves(shop, INVITER)
        after_the_hold(shop)
        assert shop.look(INVITER).subscription.lots == ()
        assert days_of(shop, FRIEND, welcome=True) == pytest.approx(WELCOME_DAYS, abs=0.2)

    def test_a_deletion_between_the_two_steps_gives_no_reward_twice(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The cause stays in the history of a deleted person, for the step that is repeated after the return."""
        invited(shop)
        with monkeypatch.context() as patch:
            patch.setattr(follow_reward, "_give_friend", _crashes)
            shop.clock.advance(HOLD)
            with suppress(Crash):
                shop.minute()
        shop.queue.claims.clear()
        assert state_of(shop) is RewardState.GRANTING
        assert shop.look(INVITER).user.invited_paid == 1
        leaves(shop, INVITER)
        with shop.faults.quiet():
            shop.people.erase_history(shop.person_id(INVITER), shop.clock(), shop.clock() + timedelta(days=9))
        shop.arrives(INVITER)
        shop.days(1)
        assert state_of(shop) is RewardState.GRANTED
        assert (days_of(shop, INVITER), shop.look(INVITER).user.invited_paid) == (0, 0)

    def test_the_mark_of_the_first_payment_survives(self, shop: Shop) -> None:
        invited(shop)
        after_the_hold(shop)
        leaves(shop, FRIEND)
        shop.arrives(FRIEND)
        assert shop.look(FRIEND).user.has_paid


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
