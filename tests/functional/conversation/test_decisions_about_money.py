"""Operators decide about money with the buttons of an alert: asked once, done once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.operating import GROUP, alerts, pays, tap_in_group, taps_in_group
from tests.functional.conversation.selling import BY_CARD, notified, open_shop, the_order
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

OTHER_ADMIN = 8
NB = "\u00a0"
SHORT = Money(20_000, "RUB")


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two administrators and an operators' chat."""
    return ChatHarness(admin_ids=frozenset({ADMIN, OTHER_ADMIN}))


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


@pytest.fixture
def card(harness: ChatHarness) -> FakeProvider:
    """A shop that sells by card."""
    return open_shop(harness)


class TestHeldMoney:
    """Money that no rule can grant is granted or sent back by an operator."""

    def test_give_days_asks_once_and_grants_once_whoever_taps(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        admin, other = user.harness.user("en", ADMIN), user.harness.user("en", OTHER_ADMIN)
        taps_in_group(admin, "Give")
        question = alerts(user.harness)[-1]
        assert "Give 20 d 1 h for 200 ₽?" in question.words
        yes = question.buttons[0][0].callback_data
        before = user.harness.shop.clock()
        tap_in_group(admin, yes, question.id)
        user.harness.again()
        tap_in_group(other, yes, question.id)
        assert "Decided already." in alerts(user.harness)[-1].words
        user.harness.passes(minutes=1)
        user.sees("200 ₽")
        order, ends_at = the_order(user), user.person.subscription.ends_at
        assert (order.status, order.due) == (OrderStatus.PAID, None)
        assert ends_at is not None
        given = timedelta(seconds=30 * 86_400 * 20_000 // 29_900)
        assert timedelta() <= ends_at - before - given < timedelta(minutes=3)
        causes = [cause for cause in user.harness.shop.history(user.user_id) if cause.startswith("admin:4242:")]
        assert len(causes) == 1
        assert user.harness.shop.meter.revenues == {"RUB": SHORT.amount_minor}

    def test_send_back_returns_all_of_it(self, user: ChatUser, card: FakeProvider) -> None:
        payment = pays(user, card, SHORT)
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, "Send")
        assert "Nothing is granted for it." in alerts(user.harness)[-1].words
        taps_in_group(admin, "Yes")
        assert "200 ₽ is on its way back." in alerts(user.harness)[-1].words
        user.harness.again()
        assert "Decided already." in alerts(user.harness)[-1].words
        user.harness.passes(minutes=2)
        (refund,) = card.refunds.values()
        assert (refund.payment_id, refund.money) == (payment, SHORT)
        user.sees("200 ₽")
        assert user.harness.shop.meter.revenues == {}
        assert the_order(user).status is OrderStatus.REFUNDED

    def test_back_shows_the_order_and_changes_nothing(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, "Give")
        taps_in_group(admin, "Back")
        shown = alerts(user.harness)[-1]
        assert "⏸ Payment of 200 ₽: waits for your decision" in shown.words
        assert len(shown.labels) == 2
        assert the_order(user).status is OrderStatus.HELD

    def test_another_currency_is_worth_what_the_plan_costs_in_it(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, Money(100, "XTR"))
        labels = alerts(user.harness)[-1].labels
        assert labels[0] == ["🎁 Give 15\u00a0d\u00a01\u00a0h for it"], "of 199 Stars for 30 days"

    def test_a_currency_without_a_price_is_worth_the_offer(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, Money(100, "JPY"))
        assert alerts(user.harness)[-1].labels[0] == ["🎁 Give 30\u00a0d for it"]

    def test_operators_are_reminded_every_day_until_they_decide(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        user.harness.passes(days=2, hours=1)
        reminders = [alert for alert in alerts(user.harness) if "still waits" in alert.words]
        assert len(reminders) == 2
        assert reminders[0].labels == [["🎁 Give 20\u00a0d\u00a01\u00a0h for it"], [f"↩️ Send 200{NB}₽ back"]]

    def test_time_of_a_grant_can_be_refunded(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, "Give")
        taps_in_group(admin, "Yes")
        user.harness.passes(minutes=2)
        taps_in_group(admin, "Send")
        assert "The unused time of this purchase ends" in alerts(user.harness)[-1].words
        taps_in_group(admin, "Yes")
        user.harness.passes(minutes=2)
        assert not user.person.subscription.entitled(user.harness.shop.clock())


class TestOtherActs:
    """Surplus, refunds that a person asks for, refunds by hand, and people who are paused."""

    def test_a_surplus_is_sent_back_and_the_time_stays(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, Money(35_000, "RUB"))
        ends_at = user.person.subscription.ends_at
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, f"Send 51{NB}₽ back")
        taps_in_group(admin, "Yes")
        user.harness.passes(minutes=2)
        (refund,) = card.refunds.values()
        assert refund.money == Money(5_100, "RUB")
        assert user.person.subscription.ends_at == ends_at

    def test_a_surplus_that_cannot_be_sent_back_alone_becomes_time_once(
        self, user: ChatUser, card: FakeProvider
    ) -> None:
        card.abilities = replace(BY_CARD, refunds=Refunds.WHOLE)
        pays(user, card, Money(35_000, "RUB"))
        before = user.person.subscription.ends_at
        admin, other = user.harness.user("en", ADMIN), user.harness.user("en", OTHER_ADMIN)
        assert ["🎁 Give 5\u00a0d\u00a02\u00a0h for the surplus"] in alerts(user.harness)[-1].labels
        taps_in_group(admin, "for the surplus")
        question = alerts(user.harness)[-1]
        assert "Give 5 d 2 h for the 51 ₽ beyond the price?" in question.words
        yes = question.buttons[0][0].callback_data
        tap_in_group(admin, yes, question.id)
        assert "Given: 5 d 2 h." in alerts(user.harness)[-1].words
        user.harness.again()
        tap_in_group(other, yes, question.id)
        assert "Decided already." in alerts(user.harness)[-1].words
        user.harness.passes(minutes=2)
        user.sees("🎁 The 51 ₽ that you paid beyond the price became time: Standard until")
        after = user.person.subscription.ends_at
        assert before is not None
        assert after is not None
        assert after - before == timedelta(seconds=30 * 86_400 * 5_100 // 29_900)
        assert card.refunds == {}

    def test_a_person_asks_for_money_back_and_the_operator_sends_it(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card)
        user.harness.passes(minutes=5)
        order = the_order(user)
        user.harness.deliver(user.tap(f"refund:do:{order.id}", user.screen.id))
        user.harness.passes(minutes=1)
        admin = user.harness.user("en", ADMIN)
        alert = alerts(user.harness)[-1]
        assert "asks for 298" in alert.words
        assert [row[0][:1] for row in alert.labels] == ["↩", "💬"]
        assert (taps_in_group(admin, "Answer").method or {})["text"].startswith("Reply to this message")
        taps_in_group(admin, "Send 298")
        taps_in_group(admin, "Yes")
        user.harness.passes(minutes=2)
        assert len(card.refunds) == 1
        user.sees("298")

    def test_a_reply_to_an_alert_reaches_the_person(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        alert = alerts(user.harness)[-1]
        admin = user.harness.user("en", ADMIN)
        original = {"message_id": alert.id, "date": 1, "chat": GROUP, "text": alert.words}
        user.harness.deliver(admin.message(chat=GROUP, reply_to_message=original, text="What happened?"))
        user.sees("What happened?")

    def test_what_the_provider_cannot_send_the_operator_sends_by_hand(
        self, user: ChatUser, card: FakeProvider
    ) -> None:
        card.abilities = replace(BY_CARD, refunds=Refunds.NONE)
        pays(user, card, SHORT)
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, "Send")
        taps_in_group(admin, "Yes")
        user.harness.passes(minutes=2)
        assert card.refunds == {}
        alert = alerts(user.harness)[-1]
        assert "please send 200 ₽ back by hand" in alert.words
        assert alert.labels == [[f"✅ I sent 200{NB}₽ by hand"]]
        taps_in_group(admin, "I sent")
        taps_in_group(admin, "Yes, I sent")
        user.harness.again()
        user.harness.passes(minutes=2)
        order = the_order(user)
        assert [payment.state for payment in order.payments] == [PaymentState.RETURNED]
        user.sees("200 ₽")

    def test_the_operator_is_reminded_of_what_is_to_be_sent_by_hand(self, user: ChatUser, card: FakeProvider) -> None:
        card.abilities = replace(BY_CARD, refunds=Refunds.NONE)
        pays(user, card)
        order = the_order(user)
        user.harness.deliver(user.tap(f"refund:do:{order.id}", user.screen.id))
        user.harness.passes(minutes=1)
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, "Send 29")
        taps_in_group(admin, "Yes")
        user.harness.passes(days=2, hours=1)
        reminders = [alert for alert in alerts(user.harness) if "still has to be sent back by hand" in alert.words]
        assert len(reminders) == 2
        taps_in_group(admin, "I sent")
        taps_in_group(admin, "Yes, I sent")
        user.harness.passes(minutes=2)
        known = len(alerts(user.harness))
        user.harness.passes(days=2)
        assert len(alerts(user.harness)) == known

    def test_a_paused_person_who_has_paid_is_let_on(self, user: ChatUser, card: FakeProvider) -> None:
        user.harness.deliver(user.tap("buy:standard:30d:yookassa", user.screen.id))
        user.taps("💳 Pay")
        session = user.harness.shop.open(user.user_id)
        suspend(session, user.harness.shop.fleet, user.harness.shop.context, "admin:1", "admin")
        card.pays(card.last())
        user.harness.passes(minutes=10)
        alert = alerts(user.harness)[-1]
        assert "access is paused" in alert.words
        admin = user.harness.user("en", ADMIN)
        taps_in_group(admin, "End the pause")
        taps_in_group(admin, "Yes, end the pause")
        assert not user.person.paused
        user.harness.passes(minutes=2)
        assert user.person.subscription.entitled(user.harness.shop.clock())


class TestWhoMayDecide:
    """Only administrators do, also where others are in the same chat."""

    def test_a_member_of_the_chat_who_is_no_administrator_changes_nothing(
        self, user: ChatUser, card: FakeProvider
    ) -> None:
        pays(user, card, SHORT)
        before = alerts(user.harness)
        stranger = user.harness.user("en", 99)
        assert taps_in_group(stranger, "Give").status == 200
        assert alerts(user.harness) == before

    def test_a_customer_who_forges_a_button_changes_nothing(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        data = alerts(user.harness)[-1].buttons[0][0].callback_data or ""
        user.harness.deliver(user.tap(data.replace("money:a", "money:d"), user.screen.id))
        assert the_order(user).status is OrderStatus.HELD

    def test_a_button_in_another_group_changes_nothing(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        data = alerts(user.harness)[-1].buttons[0][0].callback_data or ""
        admin = user.harness.user("en", ADMIN)
        elsewhere = {"message_id": 1, "date": 1, "chat": {"id": -77, "type": "group", "title": "x"}, "text": "…"}
        update = admin.tap(data.replace("money:a", "money:d"), 1, message=elsewhere)
        assert user.harness.deliver(update).method == {"method": "answerCallbackQuery", "callback_query_id": "777"}
        assert the_order(user).status is OrderStatus.HELD

    @pytest.mark.parametrize("data", ["money:", "money:zz:x:y", "money:ag:" + "A" * 45 + ":12345", "money:ag:é:1"])
    def test_a_malformed_button_is_answered(self, user: ChatUser, data: str) -> None:
        assert tap_in_group(user.harness.user("en", ADMIN), data, 1000).status == 200


class TestAutomaticReturns:
    """Money is sent back without an operator, but only so often a day: a mistake must not empty the account."""

    def test_beyond_the_limit_of_a_day_money_is_kept_until_an_operator_sends_it(self, harness: ChatHarness) -> None:
        card = open_shop(harness, returns_a_day=1)
        payments = [pays_after_deletion(harness.user("en", user_id), card) for user_id in (42, 43)]
        harness.passes(minutes=3)
        assert [refund.payment_id for refund in card.refunds.values()] == payments[:1]
        assert "on its way back" in alerts(harness)[0].words
        assert "today's limit of automatic returns" in alerts(harness)[1].words
        assert alerts(harness)[1].labels == [[f"↩️ Send 299{NB}₽ back"]], "the person has deleted their data"
        admin = harness.user("en", ADMIN)
        taps_in_group(admin, "Send")
        taps_in_group(admin, "Yes")
        harness.passes(minutes=2)
        assert [refund.payment_id for refund in card.refunds.values()] == payments

    def test_the_next_day_money_is_sent_back_again(self, harness: ChatHarness) -> None:
        card = open_shop(harness, returns_a_day=1)
        pays_after_deletion(harness.user("en", 42), card)
        harness.passes(days=1)
        pays_after_deletion(harness.user("en", 43), card)
        harness.passes(minutes=3)
        assert len(card.refunds) == 2

    def test_a_payment_that_is_reported_twice_counts_once(self, harness: ChatHarness) -> None:
        card = open_shop(harness, returns_a_day=2)
        first = harness.user("en", 42)
        notified(first, card, pays_after_deletion(first, card))
        pays_after_deletion(harness.user("en", 43), card)
        harness.passes(minutes=3)
        assert len(card.refunds) == 2


def pays_after_deletion(user: ChatUser, card: FakeProvider) -> str:
    """Buy, delete all data, and pay all the same; return the id of the payment."""
    user.sends("/start")
    user.harness.deliver(user.tap("buy:standard:30d:yookassa", user.screen.id))
    user.taps("💳 Pay")
    user.harness.deliver(user.tap("delete_all", user.screen.id))
    payment_id = card.last()
    card.pays(payment_id)
    notified(user, card, payment_id)
    return payment_id
