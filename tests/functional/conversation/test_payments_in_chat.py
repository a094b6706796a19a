"""A person looks at their payments, their receipts, and asks for money back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.provider import FakeProvider
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import BY_CARD, notified, open_shop, pays_in_stars, the_order
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.orders.reports import ReceiptReport
from vpnbot.domain.payments.shop_settings import Receipts
from vpnbot.domain.shop import SHOP

MONTH = "buy:standard:30d"


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


def buys(user: ChatUser, card: FakeProvider, offer: str = MONTH) -> str:
    """Buy, and pay by card; return the id of the payment."""
    user.harness.deliver(user.tap(f"{offer}:yookassa", user.screen.id))
    user.taps("💳 Pay")
    payment_id = card.last()
    card.pays(payment_id)
    notified(user, card, payment_id)
    return payment_id


def wishes(user: ChatUser) -> list[str]:
    """Return the alerts about wishes for refunds."""
    people = user.harness.shop.people
    rows = people.table.rows  # type: ignore[attr-defined]  # the table of the fakes
    return [key for within, key in rows if within == SHOP and "refund_wanted" in key]


class TestHistory:
    """The list of payments, and one of them."""

    def test_without_payments_it_says_so(self, user: ChatUser) -> None:
        open_shop(user.harness)
        user.sends("/payments")
        user.sees("🧾 No payments yet.")
        user.sees_buttons("⭐ Plans / 🏠 Home")

    def test_a_paused_person_is_not_led_to_plans_that_cannot_be_bought(self, user: ChatUser) -> None:
        open_shop(user.harness)
        situations.paused(user)
        user.sends("/payments")
        user.sees("🧾 No payments yet.")
        user.sees_buttons("🏠 Home")

    def test_the_newest_payment_comes_first_with_its_state(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        buys(user, card)
        user.harness.passes(minutes=5)
        user.harness.deliver(user.tap("buy:family:30d:yookassa", user.screen.id))
        user.taps("💳 Pay")
        user.taps("✖️ Cancel")
        user.sends("/payments")
        user.sees_buttons("6\u00a0Mar\u00a02026 · 499\u00a0₽ ✖️ / 6\u00a0Mar\u00a02026 · 299\u00a0₽ ✅ / 🏠 Home")
        user.taps("299 ₽ ✅")
        user.sees("Standard, 1 month", "299 ₽ · Visa •• 4477", "✅ Paid.")
        user.taps("⬅️ Back")
        user.sees("newest first")

    def test_older_payments_are_on_further_pages(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        for _ in range(7):
            buys(user, card)
            user.harness.passes(minutes=1)
        user.sends("/payments")
        first = user.screen.labels
        assert len(first) == 7
        user.taps("➡️ Older")
        paid = "6\u00a0Mar\u00a02026 · 299\u00a0₽ ✅"
        assert [row[0] for row in user.screen.labels[:2]] == [paid] * 2
        user.sees_buttons(f"{paid} / {paid} / ⏫ Newest / 🏠 Home")
        user.taps("⏫ Newest")
        assert user.screen.labels == first

    def test_each_payment_is_listed_once(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        ids = set()
        for _ in range(7):
            buys(user, card)
            user.harness.passes(minutes=1)
        user.sends("/payments")
        for _ in range(2):
            data = [button.callback_data or "" for row in user.screen.buttons for button in row]
            ids |= {each for each in data if each.startswith("order:one")}
            if any("Older" in label for row in user.screen.labels for label in row):
                user.taps("➡️ Older")
        assert len(ids) == 7

    @pytest.mark.parametrize("verb", ["one", "receipt", "show", "paid", "cancel"])
    @pytest.mark.parametrize("order_id", ["", "x", "01JDZ8Q4M27H3K9P5R1S6T8V0W"])
    def test_a_payment_that_does_not_exist_is_not_found(self, user: ChatUser, verb: str, order_id: str) -> None:
        open_shop(user.harness)
        assert user.harness.deliver(user.tap(f"order:{verb}:{order_id}", user.screen.id)).status == 200
        user.sees("We can't find this order.")


class TestReceipts:
    """Where receipts are, and the address that they are sent to."""

    def test_the_address_is_asked_once_and_kept(self, user: ChatUser) -> None:
        card = receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.sees("Where shall the receipt go?")
        user.sends("me@mail.example")
        user.sees("Standard, 1 month: 299 ₽")
        assert "✉️ me@mail.example" in [label for row in user.screen.labels for label in row]
        user.taps("💳 Pay")
        assert the_order(user).contact == "me@mail.example"
        card.pays(card.last())
        notified(user, card, card.last())
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.sees("Standard, 1 month: 299 ₽")

    @pytest.mark.parametrize("wrong", ["me", "a@b@c", "me @mail.example", "@mail.example", "a," * 200 + "@b"])
    def test_a_text_that_is_no_address_is_asked_for_again(self, user: ChatUser, wrong: str) -> None:
        receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.sends(wrong)
        user.sees("This doesn't look like an email address.")
        assert user.person.user.receipt_contact is None
        user.sends_a("photo", [])
        user.sees("This doesn't look like an email address.")
        user.sends("me@mail.example")
        user.sees("Standard, 1 month")

    def test_the_address_can_be_changed_on_the_confirmation(self, user: ChatUser) -> None:
        receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.sends("wrong@mail.example")
        user.taps("✉️ wrong@mail.example")
        user.sees("Receipts go to wrong@mail.example.")
        user.taps("⬅️ Back")
        user.sees("Standard, 1 month")
        user.taps("✉️ wrong@mail.example")
        user.sends("right@mail.example")
        assert user.person.user.receipt_contact == "right@mail.example"
        user.sees("Standard, 1 month")

    def test_without_an_address_only_where_the_shop_has_one(self, user: ChatUser) -> None:
        receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        assert not any("No receipt" in label for row in user.screen.labels for label in row)
        user.harness.deliver(user.tap("contact:none", user.screen.id))
        user.sees("Where shall the receipt go?")
        user.taps("⬅️ Back")
        receipts(user.harness, fallback_contact="shop@mail.example")
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.taps("No receipt by email")
        user.sees("Standard, 1 month")
        user.taps("💳 Pay")
        assert the_order(user).contact == "shop@mail.example"

    def test_a_purchase_in_stars_needs_no_address(self, user: ChatUser) -> None:
        receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:stars", user.screen.id))
        user.sees("Standard, 1 month: 199 ⭐")

    def test_a_lost_conversation_leads_to_the_plans(self, user: ChatUser) -> None:
        receipts(user.harness)
        user.harness.deliver(user.tap("contact:back", user.screen.id))
        user.sees("Which plan?")

    def test_the_receipt_of_stars_is_with_telegram(self, user: ChatUser) -> None:
        open_shop(user.harness, providers=("stars",))
        user.harness.deliver(user.tap(f"{MONTH}:stars", user.screen.id))
        user.taps("Pay")
        pays_in_stars(user)
        user.taps("🧾 Receipt")
        user.sees("Telegram keeps the receipt")
        user.taps("⬅️ Back")
        user.sees("Standard, 1 month", "199 ⭐ · Telegram Stars")

    def test_a_registered_receipt_is_shown_with_its_numbers(self, user: ChatUser) -> None:
        card = receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.sends("me@mail.example")
        user.taps("💳 Pay")
        payment_id = card.last()
        card.pays(payment_id)
        notified(user, card, payment_id)
        user.taps("🧾 Receipt")
        user.sees("🧾 The receipt is on its way to me@mail.example.")
        shop = user.harness.shop
        session = shop.open(user.user_id)
        order = session.recall(the_order(user).id).order(the_order(user).id)
        assert order is not None
        told = replace(order.payments[0], receipt=ReceiptReport("succeeded", "1234567", "92874", "3456"))
        session.commit(session.person.with_order(order.with_payment(told)))
        user.harness.deliver(user.tap(f"order:receipt:{order.id}", user.screen.id))
        user.sees("🧾 The receipt was sent to me@mail.example.", "FN 92874", "FD 1234567", "FPD 3456")

    def test_the_address_is_deleted_and_exported_with_the_rest(self, user: ChatUser) -> None:
        receipts(user.harness)
        user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
        user.sends("me@mail.example")
        user.harness.deliver(user.tap("download", user.screen.id))
        assert any(b"me@mail.example" in (message.document or b"") for message in user.chat)
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        assert user.person.user.receipt_contact is None


def receipts(harness: ChatHarness, fallback_contact: str = "") -> FakeProvider:
    """Sell with receipts by e-mail."""
    card = open_shop(harness, receipts=Receipts.EMAIL, fallback_contact=fallback_contact)
    card.abilities = replace(BY_CARD, receipts=True)
    return card


class TestRefunds:
    """What a person can ask back, and what they read about it."""

    def test_the_question_names_the_amount_and_what_becomes_of_the_time(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        buys(user, card)
        user.harness.passes(days=10)
        user.harness.deliver(user.tap(f"order:one:{the_order(user).id}", user.screen.id))
        user.taps("↩️ Refund")
        user.sees("Return 199.32 ₽ of 299 ₽ for the unused 19 d 23 h? VPN then switches off.")
        user.taps("↩️ Ask for it")
        user.sees("We'll answer here within a day.")
        assert len(wishes(user)) == 1

    def test_asking_again_on_the_same_day_alerts_operators_once(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        buys(user, card)
        for _ in range(2):
            user.harness.deliver(user.tap(f"refund:do:{the_order(user).id}", user.screen.id))
            user.sees("We'll answer here")
        assert len(wishes(user)) == 1

    def test_after_the_time_for_refunds_none_is_offered(self, user: ChatUser) -> None:
        card = open_shop(user.harness, refund_days=5)
        buys(user, card)
        user.harness.passes(days=6)
        order = the_order(user)
        user.harness.deliver(user.tap(f"order:one:{order.id}", user.screen.id))
        assert not any("Refund" in label for row in user.screen.labels for label in row)
        for verb in ("ask", "do"):
            user.harness.deliver(user.tap(f"refund:{verb}:{order.id}", user.screen.id))
            user.sees("can be returned any more")
        assert not wishes(user)

    def test_what_is_used_of_a_payment_in_stars_cannot_be_sent_back_in_part(self, user: ChatUser) -> None:
        open_shop(user.harness, providers=("stars",))
        user.harness.deliver(user.tap(f"{MONTH}:stars", user.screen.id))
        user.taps("Pay")
        pays_in_stars(user)
        user.harness.passes(days=1)
        user.harness.deliver(user.tap(f"order:one:{the_order(user).id}", user.screen.id))
        assert not any("Refund" in label for row in user.screen.labels for label in row)

    def test_a_second_payment_can_be_sent_back_at_once(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        first = buys(user, card)
        twice(user, card, first)
        user.sees("You paid twice; both count")
        user.taps("↩️ Return 299")
        user.sees("↩️ 299 ₽ will be sent back")
        user.harness.passes(minutes=5)
        user.sees("↩️ 299 ₽ sent back; banks take up to three days. VPN until")

    def test_a_second_tap_sends_it_back_once(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        twice(user, card, buys(user, card))
        asked = user.screen
        user.taps("↩️ Return 299")
        user.harness.deliver(user.tap(asked.buttons[1][0].callback_data, asked.id))
        user.sees("will be sent back")
        user.harness.passes(minutes=5)
        assert len(card.refunds) == 1

    def test_after_a_day_a_second_payment_needs_an_operator(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        twice(user, card, buys(user, card))
        user.harness.passes(hours=25)
        user.taps("↩️ Return 299")
        user.sees("we'll send this payment back by hand")
        assert not card.refunds

    def test_a_second_return_within_30_days_leads_to_an_operator(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        first = buys(user, card)
        twice(user, card, first)
        user.taps("↩️ Return 299")
        user.harness.passes(minutes=5)
        twice(user, card, first, "once more")
        user.taps("↩️ Return 299")
        user.sees("This button works once in 30 days, and you've used it.")
        user.sees_buttons("🧾 Payments / 💬 Write to us | 🏠 Home")
        user.harness.passes(minutes=5)
        assert len(card.refunds) == 1

    def test_both_payments_can_stay(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        twice(user, card, buys(user, card))
        user.taps("Keep both")
        assert user.toast == "👍 Both stay."

    @pytest.mark.parametrize("data", ["refund:ask:x", "refund:do:", "refund:second:x:y", "refund:second"])
    def test_callback_data_that_names_nothing_is_answered(self, user: ChatUser, data: str) -> None:
        open_shop(user.harness)
        assert user.harness.deliver(user.tap(data, user.screen.id)).status == 200
        assert not user.harness.quarantine.updates


def twice(user: ChatUser, card: FakeProvider, first: str, again: str = "again") -> None:
    """Let a second payment for the same order arrive, when the first is confirmed and the key is ready."""
    user.harness.passes(minutes=10)
    card.payments[again] = replace(card.payments[first], payment_id=again, paid_at=user.harness.shop.clock())
    notified(user, card, again)


class TestCommands:
    """The commands that Telegram requires of bots with payments."""

    def test_paysupport_says_who_helps(self, user: ChatUser) -> None:
        open_shop(user.harness, answer_hours=48)
        user.sends("/paysupport")
        user.sees("Write to us here; we answer within 48 hours.")
        user.sees_buttons("🧾 Payments / 💬 Write to us | 🏠 Home")

    def test_terms_are_shown(self, user: ChatUser) -> None:
        user.sends("/terms")
        user.sees("Use the VPN lawfully")

    def test_plans_are_shown_or_home_while_nothing_is_sold(self, user: ChatUser) -> None:
        user.sends("/plans")
        user.sees("VPN is off")
        open_shop(user.harness)
        user.sends("/plans")
        user.sees("Which plan?")


def test_time_of_a_conversation_about_the_address_does_not_take_a_command(user: ChatUser) -> None:
    receipts(user.harness)
    user.harness.deliver(user.tap(f"{MONTH}:yookassa", user.screen.id))
    user.sends("/start")
    user.sees("VPN is off")
    user.harness.passes(seconds=timedelta(minutes=1).total_seconds())
    user.sends("me@mail.example")
    user.sees("Pass this on to us?")
