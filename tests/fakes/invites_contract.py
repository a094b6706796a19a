"""The contract of the storage of invitations: who came is counted, and a reward is an item of the person."""

from dataclasses import replace

from tests.fakes.contract import REWARD, entry
from tests.fakes.shop import Shop, update
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.people.ensure_user import ensure_user

INVITER, FIRST_FRIEND = 42, 500


class TestInvitations:
    """Each first contact by an invitation is counted once, for the person who has invited."""

    def test_who_came_is_counted_once_each_until_the_data_are_deleted(self, shop: Shop) -> None:
        inviter = shop.arrives(INVITER).id
        assert shop.people.invited_by(inviter) == 0
        for friend in range(FIRST_FRIEND, FIRST_FRIEND + 6):
            for _ in range(2):
                ensure_user(shop.open(friend), shop.context, update(), friend, "en", "r", inviter)
        assert shop.people.invited_by(inviter) == 6
        assert shop.people.invited_by(shop.person_id(FIRST_FRIEND)) == 0
        delete_data(shop.open(INVITER), shop.fleet, shop.context, update())
        assert shop.people.invited_by(inviter) == 0

    def test_a_reward_is_stored_changed_and_removed_with_the_person(self, shop: Shop) -> None:
        shop.arrives(FIRST_FRIEND)
        session = shop.open(FIRST_FRIEND)
        session.commit(replace(session.person, reward=REWARD), entry("payment:1"))
        assert shop.open(FIRST_FRIEND).person.reward == REWARD
        session = shop.open(FIRST_FRIEND)
        session.commit(replace(session.person, reward=REWARD.granted()), entry("referral:1/welcome"))
        assert shop.open(FIRST_FRIEND).person.reward == REWARD.granted()
        delete_data(shop.open(FIRST_FRIEND), shop.fleet, shop.context, update())
        assert shop.open(FIRST_FRIEND).person.reward == REWARD.granted(), "it survives a deletion"
        session = shop.open(FIRST_FRIEND)
        session.commit(replace(session.person, reward=None), entry("referral:1/clawback"))
        assert shop.open(FIRST_FRIEND).person.reward is None
