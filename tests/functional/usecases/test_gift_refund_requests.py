"""A buyer asks for the money of a gift: the staff answer, or are reminded, or the buyer takes the request back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.gifting import (
    BUYER,
    FRIEND,
    buys_gift,
    gift_now,
    gift_of,
    keeps,
    link,
    opens,
    orders_gift,
    payment_of,
    pays_again,
    wants_back,
)
from tests.functional.usecases.ordering import (
    PRICE,
    alerts_ever,
    asks_back,
    card,
    deletes,
    pays,
    sent_back_elsewhere,
    stored,
)
from vpnbot.domain.gifts.gift import (
    MOST_REFUND_REQUESTS,
    REFUND_REMINDED_AFTER,
    Gift,
    GiftRefusal,
    GiftState,
    GiftUnavailable,
)
from vpnbot.domain.needs import NeedKind
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.errors import TelegramUnavailable, Unreachable
from vpnbot.usecases import read_gifts
from vpnbot.usecases.payments.ask_refund import offered_refund
from vpnbot.usecases.payments.deliver_alert import described
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.people.change_profile import reactivate
from vpnbot.usecases.ports.gifts import Gifts
from vpnbot.usecases.staff.answer_refund import answer_refund

INTERVAL = REFUND_REMINDED_AFTER / timedelta(days=1)


def reminders(shop: Shop) -> int:
    """Return how often the staff were reminded."""
    return [message.kind for _, message in shop.questions.alerts].count(AlertKind.REFUND_UNANSWERED)


def waiting(shop: Shop) -> list[str]:
    """Return the payments about which the staff have to answer."""
    return [need.payment for need in shop.staff.needs.waiting() if need.kind is NeedKind.REFUND]


def answers(shop: Shop, gift: Gift) -> None:
    """Let a member of the staff say no."""
    answer_refund(shop.open(), shop.gifts, shop.context, update(), "operator", gift.id)


class TestWithoutAnAnswer:
    """The staff are reminded until they answer; the buyer reads of it once."""

    def test_the_staff_are_reminded_again_and_again_and_the_buyer_is_told_once(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        shop.days(INTERVAL - 0.1)
        assert (reminders(shop), shop.sender.kinds()) == (0, [Kind.GIFT_BOUGHT])
        shop.days(0.3)
        assert (reminders(shop), shop.sender.kinds()) == (1, [Kind.GIFT_BOUGHT, Kind.GIFT_WAITS])
        shop.days(3 * INTERVAL)
        assert (reminders(shop), shop.sender.kinds()) == (4, [Kind.GIFT_BOUGHT, Kind.GIFT_WAITS])
        kind, about = alerts_ever(shop)[-1]
        assert (kind, about["order"], about["amount"]) == (AlertKind.REFUND_UNANSWERED, gift.id, "30000 RUB")
        assert opens(shop, link(shop, gift)) is GiftRefusal.HELD
        answers(shop, gift)
        shop.days(2 * INTERVAL)
        assert reminders(shop) == 4
        assert opens(shop, link(shop, gift)) is None

    def test_both_are_told_only_in_the_hours_of_the_shop(self, shop: Shop) -> None:
        shop.hours = SendingWindow(10, 21)
        night = shop.clock.now.replace(hour=2, minute=0)
        shop.clock.advance(night + timedelta(days=1) - shop.clock.now)
        gift = buys_gift(shop)
        wants_back(shop, gift)
        shop.days(INTERVAL + 0.1)
        assert reminders(shop) == 0
        shop.days(0.4)
        assert (reminders(shop), shop.sender.kinds()[-1]) == (1, Kind.GIFT_WAITS)

    def test_the_reminder_offers_to_send_the_money_and_is_not_sent_after_the_answer(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        shop.support_chat_id = None
        shop.days(INTERVAL + 0.2)
        item = next(item for item in shop.index.due(shop.clock() + timedelta(days=1), 50) if "unans" in item.sort_key)
        alert = shop.alerts.get(item.sort_key)
        assert alert is not None
        message = described(alert, shop.payments, shop.context, shop.staff)
        assert message is not None
        assert dict(message.acts) == {Act.REFUND: "30000 RUB"}
        keeps(shop, gift)
        assert described(alert, shop.payments, shop.context, shop.staff) is None

    def test_the_staff_who_send_the_money_are_reminded_no_more(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        card(shop).refunds_stay_pending = True
        asks_back(shop, stored(shop, gift.id), payment_of(shop, gift))
        assert gift_now(shop, gift.id).due is None
        shop.days(2 * INTERVAL)
        assert reminders(shop) == 0
        with pytest.raises(GiftUnavailable):
            keeps(shop, gift)

    def test_after_its_year_the_gift_has_ended_and_the_money_can_still_be_sent(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.until(gift.ends_at - timedelta(days=5), step=timedelta(days=1))
        settings = shop.sales.settings
        before = settings.load(fresh=True)
        settings.observe(before, replace(before, refund_days=400))
        settings.load(fresh=True)
        wants_back(shop, gift)
        shop.days(5.5)
        assert gift_now(shop, gift.id).state is GiftState.EXPIRED
        assert (reminders(shop), shop.sender.kinds()[-1]) == (1, Kind.GIFT_EXPIRED)
        asks_back(shop, stored(shop, gift.id), payment_of(shop, gift))
        shop.settles()
        assert gift_now(shop, gift.id).state is GiftState.VOID
        assert [refund.money for refund in card(shop).refunds.values()] == [PRICE]

    def test_a_buyer_who_has_deleted_their_data_is_not_told(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.settles()
        wants_back(shop, gift)
        deletes(shop)
        shop.days(INTERVAL + 0.2)
        assert (reminders(shop), shop.sender.kinds()) == (1, [Kind.GIFT_BOUGHT])
        answers(shop, gift)
        shop.settles()
        assert opens(shop, link(shop, gift)) is None
        assert shop.sender.kinds() == [Kind.GIFT_BOUGHT]


class TestWhatWaitsForItsBuyer:
    """A message that could not be sent says how the gift is when it is read, not how it was."""

    @pytest.fixture(params=["blocked", "throttled"])
    def unread(self, shop: Shop, request: pytest.FixtureRequest) -> Gift:
        """A gift whose buyer was told that there is no answer, but could not be reached."""
        gift = buys_gift(shop)
        shop.settles()
        wants_back(shop, gift)
        blocked = request.param == "blocked"
        shop.sender.blocked = Unreachable("blocked") if blocked else TelegramUnavailable("wait")
        shop.days(INTERVAL + 0.2)
        assert [message.kind for message in shop.look().outbox] == [Kind.GIFT_WAITS]
        return gift

    def reads(self, shop: Shop) -> list[Kind]:
        """Let the buyer come back; return the kinds of what they read then."""
        read = len(shop.sender.said)
        shop.sender.blocked = None
        reactivate(shop.open(), shop.context, update())
        shop.days(0.5)
        return shop.sender.kinds()[read:]

    def test_while_there_is_no_answer_the_buyer_reads_so(self, shop: Shop, unread: Gift) -> None:
        shop.days(INTERVAL)
        assert self.reads(shop) == [Kind.GIFT_WAITS]
        assert gift_now(shop, unread.id).awaits_answer

    def test_after_an_answer_only_that_is_read(self, shop: Shop, unread: Gift) -> None:
        answers(shop, unread)
        assert self.reads(shop) == [Kind.GIFT_AGAIN]

    def test_a_buyer_who_keeps_the_gift_reads_nothing_of_it(self, shop: Shop, unread: Gift) -> None:
        keeps(shop, unread)
        assert self.reads(shop) == []

    def test_after_the_gift_was_opened_only_that_is_read(self, shop: Shop, unread: Gift) -> None:
        answers(shop, unread)
        assert opens(shop, link(shop, unread)) is None
        shop.days(0.1)
        assert self.reads(shop) == [Kind.GIFT_OPENED]

    def test_after_the_money_was_sent_only_that_is_read(self, shop: Shop, unread: Gift) -> None:
        asks_back(shop, stored(shop, unread.id), payment_of(shop, unread))
        shop.days(0.1)
        assert self.reads(shop) == [Kind.REFUNDED]

    def test_after_the_money_was_sent_without_us_only_that_is_read(self, shop: Shop, unread: Gift) -> None:
        sent_back_elsewhere(shop, payment_of(shop, unread).id)
        assert self.reads(shop) == [Kind.REFUNDED]

    def test_one_who_asks_again_does_not_read_that_the_link_works(self, shop: Shop, unread: Gift) -> None:
        answers(shop, unread)
        wants_back(shop, unread)
        assert self.reads(shop) == []

    def test_what_is_about_another_gift_stays(self, shop: Shop, unread: Gift) -> None:
        other = buys_gift(shop)
        wants_back(shop, other)
        keeps(shop, other)
        assert self.reads(shop) == [Kind.GIFT_WAITS, Kind.GIFT_BOUGHT]

    def test_a_reminder_that_was_not_read_is_gone_when_the_gift_is_opened(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        shop.settles()
        shop.sender.blocked = Unreachable("blocked")
        shop.until(gift.next_moment + timedelta(hours=1))
        assert [message.kind for message in shop.look().outbox] == [Kind.GIFT_REMINDER]
        assert opens(shop, link(shop, gift)) is None
        shop.days(0.1)
        assert self.reads(shop) == [Kind.GIFT_OPENED]


class TestMeanwhile:
    """The gift changes between the look at it and the decision."""

    @pytest.mark.parametrize("meanwhile", ["opened", "asked for"])
    def test_the_buyer_reads_what_is_true_and_no_error(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, meanwhile: str
    ) -> None:
        gift = buys_gift(shop)
        read = read_gifts.gift_of

        def late(gifts: Gifts, order: Order, payment_id: str) -> Gift | None:
            monkeypatch.undo()
            if meanwhile == "opened":
                assert opens(shop, link(shop, gift)) is None
            else:
                wants_back(shop, gift)
            return read(gifts, order, payment_id)

        monkeypatch.setattr("vpnbot.usecases.payments.ask_refund.gift_of", late)
        if meanwhile == "opened":
            with pytest.raises(NothingToSendBack):
                wants_back(shop, gift)
            assert gift_now(shop, gift.id).state is GiftState.REDEEMED
        else:
            wants_back(shop, gift)
            assert gift_now(shop, gift.id).awaits_answer
            assert waiting(shop) == [payment_of(shop, gift).id]


class TestTakenBack:
    """The buyer keeps the gift: the same link works, and the staff have nothing to decide."""

    def test_the_link_works_and_nothing_waits(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        cause = update()
        kept = keeps(shop, gift, cause=cause)
        assert (kept.state, kept.due) == (GiftState.PAID, gift.due)
        assert keeps(shop, gift, cause=cause) == kept, "a second delivery changes nothing"
        assert waiting(shop) == []
        shop.days(INTERVAL)
        assert reminders(shop) == 0
        assert opens(shop, link(shop, gift)) is None

    @pytest.mark.parametrize("told", [True, False], ids=["the staff have read of it", "at once"])
    def test_the_staff_read_last_that_there_is_nothing_to_do(self, shop: Shop, told: bool) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        if told:
            shop.settles()
        keeps(shop, gift)
        shop.settles()
        wanted = [AlertKind.REFUND_WANTED] if told else []
        assert [kind for kind, _ in alerts_ever(shop)] == [*wanted, AlertKind.REFUND_WITHDRAWN]

    def test_it_is_reminded_of_as_before(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        shop.days(INTERVAL + 0.2)
        keeps(shop, gift)
        shop.until(gift.next_moment + timedelta(hours=1))
        assert shop.sender.kinds()[1:] == [Kind.GIFT_WAITS, Kind.GIFT_REMINDER]

    def test_the_money_can_be_asked_for_again_on_the_same_day_and_three_times_in_all(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        for _ in range(MOST_REFUND_REQUESTS):
            wants_back(shop, gift)
            assert opens(shop, link(shop, gift)) is GiftRefusal.HELD
            assert waiting(shop) == [payment_of(shop, gift).id]
            keeps(shop, gift)
        assert offered_refund(shop.look(), shop.payments, shop.context, stored(shop, gift.id)) is None
        with pytest.raises(NothingToSendBack):
            wants_back(shop, gift)
        assert opens(shop, link(shop, gift)) is None

    @pytest.mark.parametrize("state", ["paid", "opened", "sent back"])
    def test_only_a_gift_that_waits_for_an_answer_is_kept(self, shop: Shop, state: str) -> None:
        gift = buys_gift(shop)
        if state == "opened":
            opens(shop, link(shop, gift))
        if state == "sent back":
            asks_back(shop, stored(shop, gift.id), payment_of(shop, gift))
            shop.settles()
        before = gift_now(shop, gift.id)
        with pytest.raises(GiftUnavailable):
            keeps(shop, gift)
        assert gift_now(shop, gift.id) == before

    def test_another_person_keeps_nothing(self, shop: Shop) -> None:
        gift = buys_gift(shop)
        wants_back(shop, gift)
        shop.arrives(FRIEND)
        with pytest.raises(GiftUnavailable):
            keeps(shop, gift, FRIEND)
        assert gift_now(shop, gift.id).awaits_answer

    def test_the_other_gift_of_an_order_that_was_paid_twice_still_waits(self, shop: Shop) -> None:
        shop.arrives(BUYER)
        order = orders_gift(shop)
        pays(shop, order)
        pays_again(shop, order)
        first, second = gift_of(shop, order), gift_of(shop, order, 1)
        wants_back(shop, first)
        wants_back(shop, first)
        assert [gift_now(shop, each.id).awaits_answer for each in (first, second)] == [True, True]
        wants_back(shop, first)  # both are asked for already
        keeps(shop, second)
        assert waiting(shop) == [payment_of(shop, first).id]
        keeps(shop, first)
        assert waiting(shop) == []
