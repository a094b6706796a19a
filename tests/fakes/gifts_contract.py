"""The storage contract for gifts: shared items that decisions about several people replace."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import commit, entry, met
from tests.fakes.offers import offer_of
from tests.fakes.shop import Shop
from vpnbot.domain.gifts.gift import GIFT_KEY, Gift, GiftState, new_gift, replacing
from vpnbot.domain.money import Money
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.errors import AlreadyDecided, Conflict, ReplacedMeanwhile

PLAN = Plan("pro", timedelta(days=30), devices=5, titles={"en": "Pro"})
GIFT = new_gift("01KJ8Y3B00ZZZZZZZZZZZZZZZZ", "ab" * 16, offer_of(PLAN), Money(30_000, "RUB"), START)
FULL = replace(
    GIFT,
    id=f"{GIFT.id}+2",
    state=GiftState.REVOKING,
    generation=7,
    redeemer="cd" * 16,
    redeemed_at=START,
    back_minor=500,
    reminders=2,
    told=True,
    refund_requests=2,
    refund_reminders=3,
    due=Due(START + timedelta(days=1)),
)


class TestGifts:
    """A gift is written with a decision about a person, if it is as it was read."""

    @pytest.mark.parametrize("gift", [GIFT, FULL, replace(GIFT, due=None)])
    def test_a_gift_is_read_as_it_was_written_and_counts_its_changes(self, shop: Shop, gift: Gift) -> None:
        session = shop.open()
        met(session)
        assert shop.gifts.get(gift.id) is None
        commit(session, replacing(gift))
        assert shop.gifts.get(gift.id) == replace(gift, version=1)
        changed = replace(gift, version=1, generation=9, due=None)
        commit(session, replacing(changed))
        assert shop.gifts.get(gift.id) == replace(changed, version=2)

    def test_a_gift_that_was_changed_meanwhile_is_not_replaced_and_nothing_is_committed(self, shop: Shop) -> None:
        session, other = shop.open(), shop.open(77)
        met(session)
        met(other)
        commit(session, replacing(GIFT))
        commit(session, replacing(replace(GIFT, version=1, state=GiftState.HELD)))
        for stale in (GIFT, replace(GIFT, version=1, state=GiftState.REDEEMED)):
            with pytest.raises(ReplacedMeanwhile) as caught:
                other.commit(other.person, entry("update:1:9"), effects=[replacing(stale)])
            assert (caught.value.partition, caught.value.key) == (GIFT.partition, GIFT_KEY)
        assert shop.gifts.get(GIFT.id) == replace(GIFT, version=2, state=GiftState.HELD)
        assert not other.decided("update:1:9")

    def test_a_gift_that_does_not_exist_is_not_changed(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        with pytest.raises(ReplacedMeanwhile):
            commit(session, replacing(replace(GIFT, version=3)))
        assert shop.gifts.get(GIFT.id) is None

    def test_the_reason_of_the_ledger_and_of_the_person_win(self, shop: Shop) -> None:
        session, stale = shop.open(), shop.open()
        met(session)
        stale.reload()
        commit(session, replacing(GIFT))
        with pytest.raises(Conflict) as caught:
            commit(stale, replacing(GIFT))
        assert not isinstance(caught.value, ReplacedMeanwhile)
        with pytest.raises(AlreadyDecided):
            session.commit(session.person, entry("update:1:1"), effects=[replacing(GIFT)])

    def test_its_due_work_is_listed_until_nothing_is_due(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        commit(session, replacing(GIFT))
        assert GIFT.due is not None
        (item,) = [each for each in shop.index.due(GIFT.due.at, 10) if each.sort_key == GIFT_KEY]
        assert (item.partition, item.due_at) == (GIFT.partition, GIFT.due.at)
        commit(session, replacing(replace(GIFT, version=1, due=None)))
        assert [each for each in shop.index.due(GIFT.due.at, 10) if each.sort_key == GIFT_KEY] == []
