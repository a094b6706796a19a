"""The storage contract for the chats with a menu of their own, and for the work that sets the profile."""

from datetime import timedelta

from tests.fakes.contract import entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.bot_profile import PROFILE, PROFILE_KEY, profile_work
from vpnbot.domain.scheduling import LONGEST_RUN, DueItem


class TestBotProfile:
    """Chats are listed once, and a change makes the work due that is claimed or done."""

    def test_chats_are_listed_once_until_they_are_removed(self, shop: Shop) -> None:
        rows = shop.staff.menus
        for chat_id in (42, -100_500, 42):
            rows.add(chat_id)
        session = shop.open()
        met(session)
        session.commit(session.person, entry("update:1:2"), effects=(profile_work(shop.clock()),))
        assert sorted(rows.listed()) == [-100_500, 42]
        rows.remove(42)
        rows.remove(42)
        assert list(rows.listed()) == [-100_500]

    def test_a_change_makes_the_work_due_again_and_its_earlier_claim_ends(self, shop: Shop) -> None:
        session, work = shop.open(), profile_work(shop.clock())
        met(session)
        session.commit(session.person, entry("update:1:2"), effects=(work,))
        due = DueItem(PROFILE, PROFILE_KEY, shop.clock() + LONGEST_RUN)
        assert due in shop.index.due(shop.clock() + LONGEST_RUN, 10)
        claim = shop.index.claim(due, shop.clock() + LONGEST_RUN)
        assert claim is not None
        later = shop.clock() + timedelta(minutes=2)
        session.commit(session.person, entry("update:1:3"), effects=(profile_work(later),))
        shop.index.done(claim)
        assert DueItem(PROFILE, PROFILE_KEY, later + LONGEST_RUN) in shop.index.due(later + LONGEST_RUN, 10)
