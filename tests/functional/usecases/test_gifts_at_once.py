"""Many processes decide about one gift at the same moment: it is given once, or its money goes back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.gifting import (
    FRIEND,
    STRANGER,
    buys_gift,
    gets_new_link,
    gift_days,
    gift_now,
    keeps,
    link,
    opens,
    payment_of,
    until_decided,
    wants_back,
)
from tests.functional.usecases.ordering import PRICE, asks_back, card, stored
from vpnbot.domain.gifts.gift import Gift, GiftRefusal, GiftRefused, GiftState, GiftUnavailable
from vpnbot.usecases.gifts.open_gift import open_gift
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.ports.gifts import Gifts
from vpnbot.usecases.staff.answer_refund import answer_refund

ROUNDS = 20


@dataclass
class Overtaken:
    """The stored gifts, of which another person opens one after it was read for the decision of the first."""

    gifts: Gifts
    meanwhile: Callable[[], object]
    reads: int = 0

    def get(self, gift_id: str) -> Gift | None:
        """Return a gift; after the second read it is opened."""
        found = self.gifts.get(gift_id)
        self.reads += 1
        if self.reads == 2:
            self.meanwhile()
        return found


class TestOpenings:
    """One gift is given once."""

    def test_forty_people_open_one_gift_and_one_gets_it(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        people = range(100, 140)
        for person in people:
            shop.arrives(person)
        token = link(shop, gift)
        with ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda person: until_decided(lambda: opens(shop, token, person)), people))
        assert sorted(str(answer) for answer in answers) == ["None"] + 39 * ["opened"]
        assert sum(gift_days(shop, gift, person) for person in people) == pytest.approx(30)

    def test_a_person_who_is_overtaken_reads_at_once_that_it_was_opened(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.arrives(FRIEND)
        token = link(shop, gift)
        gifts = Overtaken(shop.gifts, lambda: opens(shop, token, STRANGER))
        with pytest.raises(GiftRefused) as refused:
            open_gift(shop.open(FRIEND), gifts, shop.fleet, shop.context, token)
        assert refused.value.refusal is GiftRefusal.OPENED
        assert gift_days(shop, gift) == 0
        assert gift_days(shop, gift, STRANGER) == pytest.approx(30)

    def test_one_person_opens_it_forty_times_at_once(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.arrives(FRIEND)
        token = link(shop, gift)
        with ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda _: until_decided(lambda: opens(shop, token)), range(40)))
        assert answers == 40 * [None]
        assert gift_days(shop, gift) == pytest.approx(30)

    def test_a_new_link_and_an_opening_at_the_same_moment(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.arrives(FRIEND)
        token = link(shop, gift)

        def renews() -> str:
            try:
                until_decided(lambda: gets_new_link(shop, gift))
            except GiftUnavailable:
                return "too late"
            return "renewed"

        with ThreadPoolExecutor(2) as pool:
            opening = pool.submit(lambda: until_decided(lambda: opens(shop, token)))
            renewing = pool.submit(renews)
            found = (opening.result(), renewing.result())
        assert found in {(None, "too late"), (GiftRefusal.OLD_LINK, "renewed")}
        assert gift_days(shop, gift) == pytest.approx(30 if found[0] is None else 0)


class TestRefunds:
    """Either the gift is opened, or its money goes back, or its time goes with its money."""

    @pytest.mark.parametrize("friend", range(100, 100 + ROUNDS))
    def test_a_refund_and_an_opening_at_the_same_moment_have_one_winner(self, shop: Shop, friend: int) -> None:
        gift = buys_gift(shop)
        shop.arrives(friend)
        token = link(shop, gift)

        def asks() -> bool:
            try:
                until_decided(lambda: wants_back(shop, gift))
            except NothingToSendBack:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            asking = pool.submit(asks)
            opening = pool.submit(lambda: until_decided(lambda: opens(shop, token, friend)))
            asked, refusal = asking.result(), opening.result()
        assert (asked, refusal) in {(True, GiftRefusal.HELD), (False, None)}
        assert gift_days(shop, gift, friend) == pytest.approx(0 if asked else 30)

    def test_a_refund_of_the_staff_and_an_opening_at_the_same_moment_conserve_the_money(self, shop: Shop) -> None:
        """The money goes back in both orders; the time goes with it."""
        gift = buys_gift(shop)
        shop.arrives(FRIEND)
        token, order, payment = link(shop, gift), stored(shop, gift.id), payment_of(shop, gift)
        with ThreadPoolExecutor(2) as pool:
            asking = pool.submit(lambda: until_decided(lambda: asks_back(shop, order, payment)))
            opening = pool.submit(lambda: until_decided(lambda: opens(shop, token)))
            asking.result()
            assert opening.result() in {None, GiftRefusal.HELD}
        shop.settles()
        assert [refund.money for refund in card(shop).refunds.values()] == [PRICE]
        assert (gift_days(shop, gift), gift_now(shop, gift.id).state) == (0, GiftState.VOID)

    @pytest.mark.parametrize("friend", range(100, 100 + ROUNDS // 4))
    def test_the_buyer_keeps_it_while_the_staff_send_the_money(self, shop: Shop, friend: int) -> None:
        """The money is sent in both orders, so the gift is void."""
        gift = buys_gift(shop)
        shop.arrives(friend)
        wants_back(shop, gift)
        order, payment = stored(shop, gift.id), payment_of(shop, gift)

        def keeping() -> bool:
            try:
                until_decided(lambda: keeps(shop, gift))
            except GiftUnavailable:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            asking = pool.submit(lambda: until_decided(lambda: asks_back(shop, order, payment)))
            kept = pool.submit(keeping)
            asking.result()
            kept.result()
        assert opens(shop, link(shop, gift), friend) is GiftRefusal.HELD
        assert gift_now(shop, gift.id).due is None, "the refund is due work, and the gift awaits no answer"
        shop.settles()
        assert [refund.money for refund in card(shop).refunds.values()] == [PRICE]
        assert gift_now(shop, gift.id).state is GiftState.VOID

    @pytest.mark.parametrize("friend", range(100, 100 + ROUNDS // 4))
    def test_the_buyer_keeps_it_while_the_staff_say_no(self, shop: Shop, friend: int) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)

        def keeping() -> None:
            with suppress(GiftUnavailable):
                until_decided(lambda: keeps(shop, gift))

        def answering() -> None:
            answer_refund(shop.open(), shop.gifts, shop.context, update(), "operator", gift.id)

        with ThreadPoolExecutor(2) as pool:
            for each in (pool.submit(keeping), pool.submit(lambda: until_decided(answering))):
                each.result()
        assert list(shop.staff.needs.waiting()) == []
        assert opens(shop, link(shop, gift), friend) is None
