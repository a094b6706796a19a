"""A person buys: plan, duration, way to pay, confirmation, payment, and what the bot says afterwards."""

from datetime import timedelta

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import notified, one_plan, open_shop, pays_in_stars, the_order
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable
from vpnbot.domain.people.items import items_of
from vpnbot.domain.plans.sold_plan import SoldDuration
from vpnbot.storage.codec import structured, to_record
from vpnbot.storage.stored_item import Stored
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


def choose(user: ChatUser, method: str = "Card or SBP") -> None:
    """Go to the confirmation of three months of the first plan."""
    user.sends("/start")
    user.taps("⭐ Plans")
    user.taps("Standard · 2 devices · from")
    user.taps("3 months · 799 ₽, save 11 %")
    user.taps(method)


class TestSteps:
    """From the plans to the confirmation, and back."""

    def test_each_step_shows_prices_and_the_last_one_what_the_purchase_does(self, user: ChatUser) -> None:
        open_shop(user.harness)
        user.sends("/start")
        user.taps("⭐ Plans")
        user.sees("⭐ Which plan?")
        user.sees_buttons(
            "Standard · 2 devices · from 299\u00a0₽ / Family · 5 devices · from 499\u00a0₽ / "
            "🎟 Promo code | 🎁 Gift / 🧾 Payments | 🏠 Home"
        )
        user.taps("Family")
        user.sees("Family", "up to 5 devices, unlimited traffic")
        user.taps("1 year · 4,490")
        user.sees("How would you like to pay?")
        user.sees_buttons("Card or SBP · 4,490\u00a0₽ / Telegram Stars · 2,990\u00a0⭐ / ⬅️ Back | 🏠 Home")
        user.taps("Telegram Stars")
        user.sees("Family, 1 year: 2,990 ⭐", "Your time starts when your key is ready.")
        user.sees_buttons("Pay 2,990\u00a0⭐ / 📄 By paying you accept the terms / ⬅️ Back | 🏠 Home")

    def test_back_leads_to_the_step_that_was_shown_before(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        seen = [user.screen.words]
        for _ in range(3):
            user.taps("⬅️ Back")
            seen.append(user.screen.words)
        assert [words.split()[0] for words in seen] == ["Standard,", "How", "Standard:", "⭐"]

    def test_the_terms_lead_back_to_the_purchase(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.taps("🔁 Auto-renew: off")
        shown = user.screen.text
        user.taps("By paying you accept the terms")
        user.sees("Use the VPN lawfully")
        user.taps("⬅️ Back")
        assert user.screen.text == shown
        user.taps("💳 Pay")
        user.sees("Left to pay: Standard, 3 months")
        assert the_order(user).price.currency == "RUB"

    def test_steps_with_one_choice_are_skipped_in_both_directions(self, user: ChatUser) -> None:
        open_shop(user.harness, one_plan(), providers=("stars",))
        user.sends("/start")
        user.taps("⭐ Plans")
        user.sees("Standard, 1 month: 199 ⭐")
        user.taps("⬅️ Back")
        user.sees("VPN is off")

    def test_an_offer_without_a_price_at_a_provider_is_not_offered_there(self, user: ChatUser) -> None:
        roubles = SoldDuration("90d", timedelta(days=90), {"RUB": 79_900})
        open_shop(user.harness, one_plan(roubles))
        user.sends("/start")
        user.taps("⭐ Plans")
        user.sees("Standard, 3 months: 799 ₽")

    def test_the_time_that_is_left_is_added(self, harness: ChatHarness) -> None:
        user = harness.user("en")
        open_shop(harness)
        SITUATIONS["running"](user)
        user.harness.deliver(user.tap("plans", user.screen.id))
        user.sees("stay yours")
        user.taps("Standard")
        user.taps("1 month")
        user.taps("Card")
        user.sees("Your 3 d are added, VPN until 3 Apr")

    def test_a_step_costs_one_read_no_write_and_one_call(self, user: ChatUser) -> None:
        open_shop(user.harness)
        user.sends("/start")
        passed, calls = user.harness.shop.faults.passed, user.harness.telegram.calls
        for label in ("⭐ Plans", "Standard", "3 months", "Card", "⬅️ Back", "⬅️ Back"):
            before = len(passed), len(calls)
            user.taps(label)
            assert passed[before[0] :] == ["query"], label
            assert len(calls) == before[1] + 1, label

    def test_the_diagnosis_of_a_person_without_a_plan_leads_to_the_plans(self, harness: ChatHarness) -> None:
        user = harness.user("en")
        SITUATIONS["trial_used"](user)
        open_shop(harness)
        user.harness.deliver(user.tap("broken", user.screen.id))
        user.sees("You have no active plan. Choose one below")
        user.taps("⭐ Plans")
        user.sees("Which plan?")

    def test_while_nothing_is_sold_the_person_is_put_on_the_list(self, user: ChatUser) -> None:
        user.sends("/start")
        user.taps("🔔 Tell me when plans open")
        assert user.person.user.wants_plans
        assert user.toast == "🔔 We'll tell you once, when plans open."

    def test_a_paused_person_cannot_buy(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        shop = user.harness.shop
        suspend(shop.open(user.user_id), shop.fleet, shop.context, "ops:1", "operator")
        user.taps("💳 Pay")
        user.sees("Access is paused")
        assert not user.person.orders

    @pytest.mark.parametrize(
        "data",
        ["buy:", "buy:x", "buy:standard:x", "buy:standard:90d:x:1", "buy:::::::", "pay:", "pay:x:y:z:1", "pay:a"],
    )
    def test_callback_data_that_names_nothing_shows_a_step(self, user: ChatUser, data: str) -> None:
        open_shop(user.harness)
        user.sends("/start")
        assert user.harness.deliver(user.tap(data, user.screen.id)).status == 200
        assert not user.harness.quarantine.updates
        assert user.screen.labels[-1][-1] == "🏠 Home"
        assert not user.person.orders


class TestOrder:
    """One order, whatever happens between the taps."""

    def test_two_taps_make_one_order(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        confirmation = user.screen
        user.taps("💳 Pay")
        user.sees("⏳ Left to pay: Standard, 3 months, 799 ₽.")
        link = user.link("💳 Pay")
        pay = confirmation.buttons[0][0].callback_data
        user.harness.deliver(user.tap(pay, confirmation.id))
        assert user.link("💳 Pay") == link
        assert len(user.person.orders) == len(card.payments) == 1

    def test_a_tap_delivered_again_makes_no_second_order(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        user.harness.again()
        assert len(user.person.orders) == len(card.payments) == 1

    def test_a_price_that_has_changed_is_shown_before_anything_is_ordered(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        dearer = one_plan(SoldDuration("90d", timedelta(days=90), {"RUB": 99_900}))
        open_shop(user.harness, dearer)
        user.taps("💳 Pay")
        user.sees("The offer has changed", "999 ₽")
        assert not user.person.orders
        user.taps("💳 Pay")
        user.sees("Left to pay", "999 ₽")

    def test_an_offer_that_is_gone_leads_to_what_is_sold(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        open_shop(user.harness, one_plan())
        user.taps("💳 Pay")
        assert not user.person.orders
        user.sees("The offer has changed", "Standard, 1 month")

    def test_an_unpaid_order_is_shown_before_the_plans(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        link = user.link("💳 Pay")
        user.sends("/plans")
        user.sees("You have an unpaid order: Standard, 3 months, 799 ₽.")
        assert user.link("💳 Pay") == link
        user.taps("Choose again")
        user.sees("Which plan?")

    def test_another_choice_cancels_the_first_order(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        choose_again(user)
        states = sorted(order.status for order in user.person.orders)
        assert states == [OrderStatus.AWAITING, OrderStatus.CANCELLED]

    def test_an_order_can_be_cancelled(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        user.taps("✖️ Cancel")
        user.sees("Cancelled. We have seen no payment; if you've paid already, it still counts.")
        user.sees_buttons("⭐ Plans / 🏠 Home")

    def test_an_order_of_another_person_is_not_found(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        other = user.harness.user("en", 43)
        other.sends(f"/start o_{the_order(user).id}")
        other.sees("We can't find this order.")


def choose_again(user: ChatUser) -> None:
    """Buy one month instead of three."""
    user.sends("/plans")
    user.taps("Choose again")
    user.taps("Standard")
    user.taps("1 month")
    user.taps("Card")
    user.taps("💳 Pay")


class TestPayment:
    """What the person reads once the money is there, or is not."""

    def test_a_payment_is_confirmed_by_a_new_message_that_leads_on(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        before = len(user.chat)
        card.pays(card.last())
        notified(user, card, card.last())
        assert len(user.chat) > before
        user.sees("✅ 799 ₽ received.", "Standard until 4 Jun")
        user.taps("🔌 Connect")
        user.sees("What shall we connect?")

    def test_who_says_that_they_have_paid_is_answered_at_once(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        user.taps("🔄 I've paid")
        user.sees("🔎 Your payment hasn't reached us yet")
        user.harness.passes(seconds=11)
        card.pays(card.last())
        user.taps("🔄 I've paid")
        assert the_order(user).status is OrderStatus.PAID
        user.sees("✅ 799 ₽ received.")
        assert any("✅ Paid." in message.words for message in user.chat)

    def test_the_provider_is_asked_at_most_once_in_ten_seconds(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        user.taps("🔄 I've paid")
        card.pays(card.last())
        user.taps("🔄 I've paid")
        user.sees("hasn't reached us yet")
        user.harness.shop.clock.now += timedelta(seconds=10)
        user.taps("🔄 I've paid")
        user.sees("received")

    def test_the_way_back_from_the_payment_page_shows_the_order(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        card.pays(card.last())
        user.sends(f"/start o_{the_order(user).id}")
        user.sees("received")
        assert the_order(user).status is OrderStatus.PAID
        assert user.person.user.came_from is None

    def test_a_new_person_with_the_mark_of_an_order_has_come_from_nowhere(self, harness: ChatHarness) -> None:
        user = harness.user("en")
        user.sends("/start o_01JDZ8Q4M27H3K9P5R1S6T8V0W")
        user.sees("We can't find this order.")
        assert user.person.user.came_from is None

    def test_a_payment_in_stars_is_confirmed_too(self, user: ChatUser) -> None:
        open_shop(user.harness, providers=("stars",))
        user.sends("/plans")
        user.taps("Standard")
        user.taps("1 month")
        user.taps("Pay 199")
        user.sees("Left to pay")
        assert user.link("Pay 199").startswith("https://")
        pays_in_stars(user)
        user.sees("✅ 199 ⭐ received.")

    def test_a_payment_of_another_person_is_confirmed_to_both(self, user: ChatUser) -> None:
        open_shop(user.harness, providers=("stars",))
        user.harness.deliver(user.tap("pay:standard:30d:stars:0", user.screen.id))
        friend = user.harness.user("en", 43)
        friend.sends("/start")
        pays_in_stars(user, by=friend)
        friend.sees("🎁 Your payment of 199 ⭐ counted for another person's order.")
        user.harness.passes(minutes=2)
        assert any("🎁 Another person paid your order of 199 ⭐." in message.words for message in user.chat)
        assert the_order(user).status is OrderStatus.PAID
        assert not friend.person.subscription.lots

    @pytest.mark.parametrize("provider", ["stars", "yookassa"])
    def test_what_a_payment_changes_can_be_stored_and_read(self, user: ChatUser, provider: str) -> None:
        card = open_shop(user.harness)
        user.harness.deliver(user.tap(f"pay:standard:30d:{provider}:0", user.screen.id))
        if provider == "stars":
            pays_in_stars(user)
        else:
            card.pays(card.last())
            notified(user, card, card.last())
        order = the_order(user)
        for item in (order, *items_of(user.person).values()):
            raw = to_record(user.person.id, item).serialize()
            assert structured(Stored.of(raw), type(item)) == item

    def test_a_decline_says_why_and_offers_another_try(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        card.declines(card.last(), "insufficient_funds")
        notified(user, card, card.last())
        user.sees("there isn't enough money. Nothing was charged.")
        user.taps("Again · 799")
        user.sees("Standard, 3 months: 799 ₽")

    def test_an_order_that_is_not_paid_in_time_can_be_placed_again(self, user: ChatUser) -> None:
        card = open_shop(user.harness)
        choose(user)
        user.taps("💳 Pay")
        card.declines(card.last(), "expired_on_confirmation")
        notified(user, card, card.last())
        user.sees("The time to pay is over, and we have seen no payment.")
        user.taps("Again · 799")
        user.sees("Standard, 3 months")


class TestProviderDown:
    """A provider that does not answer, or does not take a payment."""

    def test_the_other_ways_are_offered_and_the_order_is_kept(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.harness.shop.faults.at("yookassa.begin.before", ProviderUnavailable("down"))
        user.taps("💳 Pay")
        user.sees("💤 Card or SBP isn't answering.")
        assert user.screen.labels[0] == ["Telegram Stars · 529\u00a0⭐"]
        assert the_order(user).status is OrderStatus.CREATED
        user.taps("🔄 Refresh")
        user.sees("Left to pay")

    def test_the_person_reads_when_it_answers_again(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.harness.shop.faults.at("yookassa.begin.before", ProviderUnavailable("down"))
        user.taps("💳 Pay")
        user.harness.passes(minutes=3)
        user.sees("✅ Card or SBP works again: you can pay now.")
        user.taps("💳 Pay 799")
        user.sees("Left to pay")

    def test_a_rejected_payment_leads_to_the_other_ways(self, user: ChatUser) -> None:
        open_shop(user.harness)
        choose(user)
        user.harness.shop.faults.at("yookassa.begin.before", ProviderRejected("general_decline"))
        user.taps("💳 Pay")
        user.sees("Card or SBP doesn't take this payment.")
        user.taps("Telegram Stars")
        user.sees("529 ⭐")
