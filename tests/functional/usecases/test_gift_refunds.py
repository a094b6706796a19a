"""Money of a gift goes back before and after it is opened: the gift is never opened and sent back at once."""

from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.gifting import (
    BUYER,
    FRIEND,
    buys_gift,
    gift_days,
    gift_now,
    gift_of,
    link,
    opens,
    orders_gift,
    payment_of,
    pays_again,
    wants_back,
)
from tests.functional.usecases.ordering import PRICE, asks_back, card, pays, places, sent_back_elsewhere, stored
from vpnbot.domain.gifts.gift import Gift, GiftRefusal, GiftState
from vpnbot.domain.money import Money
from vpnbot.domain.needs import NeedKind
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.status import Status
from vpnbot.usecases.payments.ask_refund import offered_refund
from vpnbot.usecases.payments.grant_held import acts_for, grant_surplus
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.staff.answer_refund import answer_refund

DAY = timedelta(days=1)


def sends_back(shop: Shop, gift: Gift, money: Money | None = None) -> None:
    """Let a member of the staff send money back, and due work do it."""
    asks_back(shop, stored(shop, gift.id), payment_of(shop, gift), money)
    shop.settles()


def proposed(shop: Shop, gift: Gift) -> Money | None:
    """Return what the staff are offered to send back."""
    session, payment = shop.open(), payment_of(shop, gift)
    order = session.recall(gift.id).order(gift.id)
    assert order is not None
    acts = acts_for(session.person, order, payment.id, shop.payments, shop.context)
    return next((act.money for act in acts if act.act is Act.REFUND), None)


class TestBeforeItIsOpened:
    """All of the money goes back, and the gift is void."""

    def test_its_buyer_can_ask_for_all_of_it_and_it_cannot_be_opened_meanwhile(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        offer = offered_refund(shop.look(), shop.payments, shop.context, stored(shop, gift.id))
        assert offer is not None
        assert (offer.amount, offer.unused) == (PRICE, None)
        wants_back(shop, gift)
        assert opens(shop, link(shop, gift)) is GiftRefusal.HELD
        assert [need.kind for need in shop.staff.needs.waiting()] == [NeedKind.REFUND]
        before = gift_now(shop, gift.id)
        wants_back(shop, gift)
        assert gift_now(shop, gift.id) == before, "a second tap changes nothing"

    def test_the_staff_say_no_and_it_can_be_opened_again(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        answer_refund(shop.open(), shop.gifts, shop.context, update(), "operator", gift.id)
        assert opens(shop, link(shop, gift)) is None

    def test_its_buyer_reads_that_the_link_works_again_after_a_no(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        cause = update()
        for _ in range(2):
            answer_refund(shop.open(), shop.gifts, shop.context, cause, "operator", gift.id)
        answer_refund(shop.open(), shop.gifts, shop.context, update(), "operator", gift.id)
        shop.settles()
        assert shop.sender.kinds() == [Kind.GIFT_BOUGHT, Kind.GIFT_AGAIN]

    def test_a_no_does_not_open_a_gift_whose_money_is_on_its_way(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        asks_back(shop, stored(shop, gift.id), payment_of(shop, gift))
        answer_refund(shop.open(), shop.gifts, shop.context, update(), "operator", gift.id)
        assert opens(shop, link(shop, gift)) is GiftRefusal.HELD

    def test_the_money_is_sent_and_the_gift_is_void(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        assert proposed(shop, gift) == PRICE
        sends_back(shop, gift)
        assert gift_now(shop, gift.id).state is GiftState.VOID
        assert opens(shop, link(shop, gift)) is GiftRefusal.VOID
        assert [refund.money for refund in card(shop).refunds.values()] == [PRICE]
        assert stored(shop, gift.id).status is OrderStatus.REFUNDED
        assert shop.sender.kinds() == [Kind.GIFT_BOUGHT, Kind.REFUNDED]

    def test_it_cannot_be_opened_while_the_staff_send_the_money(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        asks_back(shop, stored(shop, gift.id), payment_of(shop, gift))
        assert opens(shop, link(shop, gift)) is GiftRefusal.HELD

    def test_the_bank_refuses_and_it_can_be_opened_again(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        card(shop).decline_refunds.append("rejected_by_payee")
        sends_back(shop, gift)
        assert gift_now(shop, gift.id).state is GiftState.PAID
        assert opens(shop, link(shop, gift)) is None

    def test_a_part_is_not_sent_back(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        with pytest.raises(NothingToSendBack):
            sends_back(shop, gift, Money(PRICE.amount_minor - 1, "RUB"))
        assert gift_now(shop, gift.id).state is GiftState.PAID

    def test_a_part_that_was_sent_back_elsewhere_makes_it_shorter(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        sent_back_elsewhere(shop, payment_of(shop, gift).id, Money(PRICE.amount_minor // 3, "RUB"))
        assert gift_now(shop, gift.id).offer.duration == 20 * DAY
        assert opens(shop, link(shop, gift)) is None
        assert gift_days(shop, gift) == pytest.approx(20)

    def test_a_surplus_goes_back_alone_and_the_gift_stays(self, shop: Shop) -> None:
        shop.arrives()
        order = orders_gift(shop)
        pays(shop, order, Money(PRICE.amount_minor + 500, "RUB"))
        gift = gift_of(shop, order)
        sends_back(shop, gift, Money(500, "RUB"))
        assert opens(shop, link(shop, gift)) is None

    def test_time_for_a_surplus_is_the_buyers_own_and_goes_with_the_money(self, shop: Shop) -> None:
        shop.arrives()
        order = orders_gift(shop)
        pays(shop, order, Money(PRICE.amount_minor * 2, "RUB"))
        gift = gift_of(shop, order)
        grant_surplus(
            shop.open(), shop.payments, shop.context, update(), "operator", order.id, payment_of(shop, gift).id
        )
        assert gift_days(shop, gift, BUYER) == pytest.approx(30)
        shop.settles()
        sends_back(shop, gift)
        assert gift_days(shop, gift, BUYER) == 0
        assert gift_now(shop, gift.id).state is GiftState.VOID

    def test_one_of_two_gifts_goes_back_and_the_other_stays(self, shop: Shop) -> None:
        first = buys_gift(shop)
        pays_again(shop, stored(shop, first.id))
        second = gift_of(shop, stored(shop, first.id), 1)
        asks_back(shop, stored(shop, first.id), payment_of_second(shop, first))
        shop.settles()
        assert opens(shop, link(shop, first)) is None
        assert gift_now(shop, second.id).state is GiftState.VOID

    def test_a_gift_that_has_expired_is_sent_back_by_the_staff(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.days(366)
        assert offered_refund(shop.look(), shop.payments, shop.context, stored(shop, gift.id)) is None
        assert proposed(shop, gift) == PRICE
        sends_back(shop, gift)
        assert gift_now(shop, gift.id).state is GiftState.VOID


def payment_of_second(shop: Shop, gift: Gift) -> Payment:
    """Return the second payment of an order."""
    return stored(shop, gift.id).payments[-1]


class TestAfterItIsOpened:
    """Only the staff send money back; the friend loses what is left of the gift, and nothing else."""

    def test_its_buyer_cannot_ask(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        assert offered_refund(shop.look(), shop.payments, shop.context, stored(shop, gift.id)) is None
        with pytest.raises(NothingToSendBack):
            wants_back(shop, gift)

    def test_the_staff_are_offered_what_is_left_of_it(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        shop.days(15)
        offered = proposed(shop, gift)
        assert offered is not None
        assert offered.amount_minor == pytest.approx(PRICE.amount_minor / 2, rel=0.01)

    def test_vpn_ends_at_once_if_nothing_else_is_left(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        shop.days(15)
        course = shop.look(FRIEND).subscription.course
        sends_back(shop, gift, proposed(shop, gift))
        friend = shop.look(FRIEND).subscription
        assert friend.status is Status.EXPIRED
        assert friend.course > course
        assert friend.ends_at is not None
        assert friend.ends_at > shop.clock() - DAY, "not before the refund"
        assert [client for client in shop.panel.held.values() if client.enabled] == []
        assert gift_now(shop, gift.id).state is GiftState.VOID
        assert shop.sender.kinds().count(Kind.GIFT_TAKEN) == 1
        assert opens(shop, link(shop, gift)) is GiftRefusal.VOID

    def test_bought_time_of_the_friend_is_not_touched(self, shop: Shop) -> None:
        shop.arrives(FRIEND)
        order = places(shop, user_id=FRIEND)
        pays(shop, order)
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        shop.settles()
        sends_back(shop, gift)
        lots = shop.look(FRIEND).subscription.lots_left(shop.clock())
        assert [lot.id for lot in lots] == [order.id]
        assert sum(lot.seconds for lot in lots) == pytest.approx(30 * 86_400, rel=0.01)

    def test_a_refund_elsewhere_takes_it_too_and_a_part_takes_a_part(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        third = Money(PRICE.amount_minor // 3, "RUB")
        sent_back_elsewhere(shop, payment_of(shop, gift).id, third)
        shop.settles()
        assert gift_days(shop, gift) == pytest.approx(20, abs=0.1)
        assert gift_now(shop, gift.id).state is GiftState.REDEEMED
        sent_back_elsewhere(shop, payment_of(shop, gift).id, Money(PRICE.amount_minor - third.amount_minor, "RUB"))
        shop.settles()
        assert (gift_days(shop, gift), gift_now(shop, gift.id).state) == (0, GiftState.VOID)

    def test_a_friend_who_has_deleted_their_data_has_nothing_to_take(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        delete_data(shop.open(FRIEND), shop.fleet, shop.context, update())
        sends_back(shop, gift)
        assert gift_now(shop, gift.id).state is GiftState.VOID
        assert Kind.GIFT_TAKEN not in shop.sender.kinds()

    def test_the_ledger_of_the_friend_adds_up(self, shop: Shop) -> None:
        shop.on_trial(FRIEND)
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        shop.days(3)
        sends_back(shop, gift)
        rows = list(shop.people.history(shop.person_id(FRIEND)))
        seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
        assert seconds == entitlement_seconds(shop.look(FRIEND).subscription, shop.clock())
