"""The reward of an invitation when one of the two people deletes their data, and perhaps returns."""

from contextlib import suppress
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop
from tests.functional.usecases.inviting import (
    FRIEND,
    HOLD,
    INVITER,
    REWARD_DAYS,
    WELCOME_DAYS,
    after_the_hold,
    days_of,
    invited,
    leaves,
    state_of,
)
from vpnbot.domain.invites.reward import RewardState
from vpnbot.usecases.invites import follow_reward


def _crashes(*_: object) -> None:
    raise Crash


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
