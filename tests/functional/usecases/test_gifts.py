"""A gift is bought once, opened once, and adds its time to what the person has who opens it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.offers import offer_of
from tests.fakes.shop import Shop, update
from tests.functional.usecases.gifting import (
    BUYER,
    FRIEND,
    STRANGER,
    buys_gift,
    gets_new_link,
    gift_days,
    gift_now,
    gift_of,
    link,
    opens,
    orders_gift,
    pays_again,
)
from tests.functional.usecases.ordering import PRICE, pays, places, stored
from tests.functional.usecases.purchases import MONTH
from vpnbot.domain.gifts.gift import GiftRefusal, GiftState, GiftUnavailable
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import OrderKind, OrderStatus
from vpnbot.domain.payments.gift_opening import OpeningKind, preview_of_gift
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.people.limits import LIMITS, LimitedAct, TooOften
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.statistics.flow import FlowKind
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.status import Status
from vpnbot.usecases.payments.grant_held import grant_held
from vpnbot.usecases.payments.place_order import OrderRequest
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.statistics.figures import todays_figures
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

DAY = timedelta(days=1)
PLUS = replace(MONTH, id="plus", devices=9)


def told(shop: Shop, user_id: int = BUYER) -> list[Kind]:
    """Return what a person has read."""
    return [sent.kind for sent in shop.sender.said if sent.person_id == shop.person_id(user_id)]


class TestBuying:
    """What a payment for a gift makes."""

    def test_it_makes_a_gift_and_no_time_for_its_buyer(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        assert (gift.state, gift.buyer, gift.money) == (GiftState.PAID, shop.person_id(), PRICE)
        assert shop.look().subscription.lots == ()
        order = stored(shop, gift.id)
        assert (order.kind, order.status, order.promised_until) == (OrderKind.GIFT, OrderStatus.PAID, None)

    def test_its_buyer_reads_of_it_at_once(self, shop: Shop) -> None:
        buys_gift(shop)
        shop.settles()
        assert told(shop) == [Kind.GIFT_BOUGHT]

    def test_the_same_order_for_oneself_is_another_order(self, shop: Shop) -> None:
        shop.arrives()
        gift, own = orders_gift(shop), places(shop)
        assert gift.id != own.id
        assert shop.look().open_purchase == own
        assert OrderRequest(own.offer, "card", "en", gift=True).same_as(own, own.account) is False

    def test_a_second_tap_makes_no_second_order(self, shop: Shop) -> None:
        shop.arrives()
        assert orders_gift(shop).id == orders_gift(shop).id

    def test_two_payments_of_one_order_are_two_gifts(self, shop: Shop) -> None:
        first = buys_gift(shop)
        order = stored(shop, first.id)
        assert pays_again(shop, order).outcome is Outcome.TWICE
        second = gift_of(shop, order, 1)
        assert second.id == f"{first.id}+2"
        assert opens(shop, link(shop, first), FRIEND) is None
        assert opens(shop, link(shop, second), STRANGER) is None
        shop.settles()
        assert told(shop)[:2] == [Kind.GIFT_BOUGHT, Kind.GIFT_BOUGHT]

    def test_a_surplus_is_no_part_of_the_gift(self, shop: Shop) -> None:
        shop.arrives()
        order = orders_gift(shop)
        assert pays(shop, order, Money(PRICE.amount_minor + 500, "RUB")).outcome is Outcome.OVER
        assert gift_of(shop, order).money == PRICE

    def test_a_payment_that_comes_late_makes_a_gift(self, shop: Shop) -> None:
        shop.arrives()
        order = orders_gift(shop)
        places(shop)
        assert pays(shop, order).outcome is Outcome.LATE
        assert gift_of(shop, order).state is GiftState.PAID

    def test_a_payment_of_a_paused_buyer_makes_a_gift(self, shop: Shop) -> None:
        shop.arrives()
        order = orders_gift(shop)
        suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
        assert pays(shop, order).outcome is Outcome.HON
        assert opens(shop, link(shop, gift_of(shop, order))) is None

    def test_money_that_was_held_becomes_a_gift_by_its_worth(self, shop: Shop) -> None:
        shop.arrives()
        order = orders_gift(shop)
        half = Money(PRICE.amount_minor // 2, "RUB")
        assert pays(shop, order, half).outcome is Outcome.SHORT
        (payment,) = stored(shop, order.id).payments
        grant_held(shop.open(), shop.payments, shop.context, update(), "operator", order.id, payment.id)
        gift = gift_of(shop, order)
        assert (gift.offer.duration, gift.money) == (15 * DAY, half)
        assert opens(shop, link(shop, gift)) is None
        assert gift_days(shop, gift) == pytest.approx(15)

    def test_it_is_revenue_and_a_sold_gift_once(self, shop: Shop) -> None:
        shop.on_trial()
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        figures = todays_figures(shop.staff.statistics, shop.clock(), timedelta())
        counted = [figures.count(kind) for kind in (FlowKind.PAID, FlowKind.GIFT_SOLD, FlowKind.GIFT_OPENED)]
        assert counted == [1, 1, 1]
        assert figures.revenue() == (PRICE,)
        assert figures.count(FlowKind.PAID, first=True) == 0


class TestOpening:
    """What a gift does to each kind of person, and what the preview says."""

    def _preview(self, shop: Shop, user_id: int = FRIEND) -> tuple[OpeningKind, float]:
        gift = buys_gift(shop)
        now, person = shop.clock(), shop.look(user_id)
        preview, own = preview_of_gift(person, gift, now), person.subscription.lots_left(now)
        assert opens(shop, link(shop, gift), user_id) is None
        after = shop.look(user_id).subscription
        assert (after.plan, round(gift_days(shop, gift, user_id), 6)) == (preview.plan, round(preview.added / DAY, 6))
        if preview.kind in {OpeningKind.ADDED, OpeningKind.CONVERTED}:
            assert tuple(lot for lot in after.lots_left(now) if lot.id != gift.lot) == own, (
                "their own time is untouched"
            )
        if preview.ends_at is not None:
            assert after.ends_at == preview.ends_at
        return preview.kind, round(preview.added / DAY, 6)

    def test_a_new_person_gets_the_plan_and_a_key_at_once(self, shop: Shop) -> None:
        shop.arrives(FRIEND)
        assert self._preview(shop) == (OpeningKind.NEW, 30)
        person = shop.look(FRIEND)
        assert (person.served, person.subscription.status) == (True, Status.ACTIVE)
        assert person.user.trial_used is False

    def test_a_person_on_trial_keeps_what_is_left(self, shop: Shop) -> None:
        shop.on_trial(FRIEND)
        assert self._preview(shop) == (OpeningKind.PLAN, 30)
        assert shop.look(FRIEND).subscription.left(shop.clock()) > 30 * DAY

    def test_a_person_whose_time_is_over_has_vpn_again(self, shop: Shop) -> None:
        shop.on_trial(FRIEND)
        shop.days(5)
        assert self._preview(shop) == (OpeningKind.NEW, 30)
        assert shop.look(FRIEND).served

    def test_bought_time_of_the_same_plan_is_extended(self, shop: Shop) -> None:
        shop.arrives(FRIEND)
        self._buys_own(shop, MONTH)
        assert self._preview(shop) == (OpeningKind.ADDED, 30)

    def test_bought_time_of_another_plan_stays_and_the_gift_becomes_time_of_it(self, shop: Shop) -> None:
        shop.arrives(FRIEND)
        self._buys_own(shop, PLUS, offer_minor=60_000)
        assert self._preview(shop) == (OpeningKind.CONVERTED, 15)

    def _buys_own(self, shop: Shop, plan: object, offer_minor: int | None = None) -> None:
        from vpnbot.domain.keys.key_ring import Key
        from vpnbot.domain.payments.purchase import with_purchase
        from vpnbot.domain.people.ledger import Entry
        from vpnbot.domain.subscriptions.plan import Plan
        from vpnbot.usecases.decide import decide

        assert isinstance(plan, Plan)
        offer, session = offer_of(plan, minor=offer_minor), shop.open(FRIEND)
        key = Key(shop.ring.current, shop.context.new_seed())
        entry = Entry(update(), "bought", shop.clock(), seconds=30 * 86_400)
        decide(
            session,
            entry,
            lambda person: with_purchase(person, "own", offer, offer.price, key, shop.clock()),
            shop.context.metrics,
        )
        shop.settles()

    def test_a_paused_person_gets_it_when_the_pause_ends(self, shop: Shop) -> None:
        shop.on_trial(FRIEND)
        suspend(shop.open(FRIEND), shop.fleet, shop.context, update(), "operator")
        gift = buys_gift(shop)
        assert preview_of_gift(shop.look(FRIEND), gift, shop.clock()).ends_at is None
        assert opens(shop, link(shop, gift)) is None
        shop.days(9)
        resume(shop.open(FRIEND), shop.fleet, shop.context, update(), "operator")
        assert gift_days(shop, gift) == pytest.approx(30)

    def test_a_person_who_has_deleted_their_data_and_returned(self, shop: Shop) -> None:
        shop.on_trial(FRIEND)
        delete_data(shop.open(FRIEND), shop.fleet, shop.context, update())
        shop.arrives(FRIEND)
        gift = buys_gift(shop)
        assert opens(shop, link(shop, gift)) is None
        assert shop.look(FRIEND).served

    def test_the_ledger_adds_up(self, shop: Shop) -> None:
        shop.on_trial(FRIEND)
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        rows = list(shop.people.history(shop.person_id(FRIEND)))
        seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
        assert seconds == entitlement_seconds(shop.look(FRIEND).subscription, shop.clock())

    def test_its_buyer_reads_once_that_it_was_opened(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        opens(shop, link(shop, gift))
        shop.settles()
        assert told(shop) == [Kind.GIFT_BOUGHT, Kind.GIFT_OPENED]
        assert (gift_now(shop, gift.id).told, gift_now(shop, gift.id).due) == (True, None)


class TestRefusals:
    """A link that opens nothing says why."""

    def test_each_reason(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        token = link(shop, gift)
        assert opens(shop, token, BUYER) is GiftRefusal.OWN
        newer = gets_new_link(shop, gift)
        assert opens(shop, token) is GiftRefusal.OLD_LINK
        assert opens(shop, link(shop, newer)) is None
        assert opens(shop, link(shop, newer), STRANGER) is GiftRefusal.OPENED
        assert opens(shop, link(shop, newer)) is None, "a repetition of the same person is no error"
        assert gift_days(shop, gift) == pytest.approx(30)

    def test_after_a_year(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.clock.advance(365 * DAY)
        assert opens(shop, link(shop, gift)) is GiftRefusal.EXPIRED

    @pytest.mark.parametrize("change", ["order", "generation", "proof", "nothing"])
    def test_a_link_that_was_not_made_here(self, shop: Shop, change: str) -> None:
        token = link(shop, buys_gift(shop))
        forged = {
            "order": ("0" if token[0] != "0" else "1") + token[1:],
            "generation": token[:27] + "2" + token[28:],
            "proof": token[:-1] + ("A" if token[-1] != "A" else "B"),
            "nothing": "",
        }[change]
        assert opens(shop, forged) is GiftRefusal.UNKNOWN

    def test_wrong_links_are_counted_and_a_right_one_always_works(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        for _ in range(LIMITS[LimitedAct.CODE].times):
            assert opens(shop, "wrong") is GiftRefusal.UNKNOWN
        with pytest.raises(TooOften):
            opens(shop, "wrong")
        assert opens(shop, link(shop, gift)) is None

    def test_a_new_link_is_only_for_the_buyer_of_a_gift_that_can_be_opened(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.arrives(FRIEND)
        with pytest.raises(GiftUnavailable):
            gets_new_link(shop, gift, FRIEND)
        opens(shop, link(shop, gift))
        with pytest.raises(GiftUnavailable):
            gets_new_link(shop, gift)


class TestTime:
    """What happens to a gift that is not opened."""

    def test_its_buyer_is_reminded_twice_and_reads_that_it_is_over(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.days(6.9)
        assert told(shop) == [Kind.GIFT_BOUGHT]
        shop.days(0.2)
        assert told(shop)[1:] == [Kind.GIFT_REMINDER]
        shop.days(350)
        assert told(shop)[1:] == 2 * [Kind.GIFT_REMINDER]
        assert gift_now(shop, gift.id).state is GiftState.PAID
        shop.days(9)
        assert told(shop)[1:] == [*(2 * [Kind.GIFT_REMINDER]), Kind.GIFT_EXPIRED]
        assert (gift_now(shop, gift.id).state, gift_now(shop, gift.id).due) == (GiftState.EXPIRED, None)

    def test_a_reminder_waits_for_the_hours_of_the_shop_and_is_not_sent_if_the_gift_is_opened_before(
        self, shop: Shop
    ) -> None:
        shop.hours = SendingWindow(10, 21)
        night = shop.clock.now.replace(hour=2, minute=0)
        shop.clock.advance(night + timedelta(days=1) - shop.clock.now)
        opened, waiting = buys_gift(shop), buys_gift(shop)
        shop.until(opened.next_moment + timedelta(hours=1))
        assert gift_now(shop, waiting.id).reminders == 0
        assert opens(shop, link(shop, opened)) is None
        shop.until(opened.next_moment + timedelta(hours=10))
        about = [sent.arguments["gift"] for sent in shop.sender.said if sent.kind is Kind.GIFT_REMINDER]
        assert about == [waiting.id]
        assert gift_now(shop, waiting.id).reminders == 1

    def test_a_gift_outlives_the_data_of_its_buyer(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        delete_data(shop.open(), shop.fleet, shop.context, update())
        shop.days(8)
        assert told(shop)[1:] == []
        assert opens(shop, link(shop, gift)) is None
        shop.settles()
        assert gift_now(shop, gift.id).due is None
