"""Gifts in the chat: one person buys one and sends its link, another one opens it."""

from dataclasses import replace

from tests.functional.conversation.gift_steps import (
    FRIEND,
    begins,
    buttons,
    buys,
    link_of,
    opens_first_payment,
    stored,
    taps_with_name,
)
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import notified, one_plan, open_shop, pays_in_stars, the_order
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.gifts.gift import GiftState
from vpnbot.domain.orders.order import OrderKind
from vpnbot.domain.payments.shop_settings import Receipts, Switch
from vpnbot.domain.people.limits import LIMITS, LimitedAct
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

STRANGER = 78


class TestBuying:
    """The same steps as for oneself, with a mark in each of them."""

    def test_from_the_plans_to_the_link(self, buyer: ChatUser) -> None:
        buyer.sends("/start")
        buyer.taps("⭐ Plans")
        buyer.taps("🎁 Gift")
        buyer.sees("Which plan would you like to give?")
        buyer.taps("Standard")
        buyer.taps("3 months")
        buyer.sees_buttons("Card or SBP · 799\u00a0₽ / Telegram Stars · 529\u00a0⭐ / ⬅️ Back | 🏠 Home")
        buyer.taps("Telegram Stars")
        buyer.sees("Standard, 3 months: 529 ⭐", "You'll get a link for your friend")
        buyer.sees_buttons("Pay 529\u00a0⭐ / 📄 By paying you accept the terms / ⬅️ Back | 🏠 Home")
        buyer.taps("Pay")
        buyer.sees("Left to pay: 🎁 Standard, 3 months, 529 ⭐")
        assert the_order(buyer).kind is OrderKind.GIFT
        pays_in_stars(buyer)
        buyer.sees("Your gift is paid: Standard, 3 months", "until 6 Mar 2027")
        assert stored(buyer).state is GiftState.PAID
        assert not buyer.person.subscription.entitled(buyer.harness.shop.clock())
        taps_with_name(buyer, "🎁 Send the gift")
        buyer.sees("Send this link to your friend")
        buyer.sees_buttons("📤 Share | 📋 Copy link / 🔄 New link / 🧾 Payment / 🧾 Payments | 🏠 Home")
        assert link_of(buyer)
        assert words_in(buyer.screen.text) <= LONGEST_SCREEN_WORDS

    def test_back_stays_with_the_gift_until_it_leads_to_the_plans(self, buyer: ChatUser) -> None:
        begins(buyer)
        seen = [buyer.screen.words]
        for _ in range(4):
            buyer.taps("⬅️ Back")
            seen.append(buyer.screen.words)
        assert [words.split()[0] for words in seen] == ["🎁", "How", "Standard:", "🎁", "⭐"]

    def test_the_terms_and_the_address_for_the_receipt_lead_back_to_the_gift(self, harness: ChatHarness) -> None:
        user = harness.user("en")
        SITUATIONS["expired"](user)
        open_shop(harness, receipts=Receipts.EMAIL)
        card = harness.shop.providers.known["yookassa"]
        card.abilities = replace(card.abilities, receipts=True)
        begins(user, "Card or SBP")
        user.sees("Where shall the receipt go?")
        user.sends("ann@example.com")
        user.sees("🎁 Standard, 3 months: 799 ₽")
        shown = user.screen.text
        user.taps("By paying you accept the terms")
        user.taps("⬅️ Back")
        assert user.screen.text == shown
        assert not any("Auto-renew" in button.text for button in buttons(user))
        user.taps("💳 Pay")
        assert the_order(user).kind is OrderKind.GIFT

    def test_with_one_plan_one_duration_and_one_way_the_button_is_on_the_confirmation(
        self, harness: ChatHarness
    ) -> None:
        user = harness.user("en")
        SITUATIONS["expired"](user)
        open_shop(harness, one_plan(), providers=("stars",))
        user.sends("/start")
        user.taps("⭐ Plans")
        user.taps("🎁 Gift")
        user.sees("🎁 Standard, 1 month: 199 ⭐")
        user.taps("⬅️ Back")
        user.sees("Standard, 1 month: 199 ⭐", "Your time starts")

    def test_a_shop_that_sells_no_gifts_has_no_button_and_takes_no_old_one(self, harness: ChatHarness) -> None:
        user = harness.user("en")
        SITUATIONS["expired"](user)
        open_shop(harness)
        begins(user)
        pay = buttons(user)[0].callback_data
        open_shop(harness, gifts=Switch.OFF)
        harness.deliver(user.tap(pay, user.screen.id))
        user.sees("Here is the current screen")
        assert user.person.orders == ()
        user.taps("⭐ Plans")
        assert not any("Gift" in button.text for button in buttons(user))

    def test_an_unpaid_gift_is_found_again_and_chosen_again_as_a_gift(self, buyer: ChatUser) -> None:
        begins(buyer)
        buyer.taps("Pay")
        buyer.sends("/plans")
        buyer.sees("You have an unpaid order: 🎁 Standard, 3 months")
        buyer.taps("Choose again")
        buyer.sees("Which plan would you like to give?")

    def test_the_payments_show_it_and_lead_to_its_link(self, buyer: ChatUser) -> None:
        buys(buyer)
        buyer.sends("/payments")
        assert "🎁✅" in buttons(buyer)[0].text
        opens_first_payment(buyer)
        taps_with_name(buyer, "🎁 Show the gift")
        assert link_of(buyer)

    def test_a_payment_by_card_that_a_notification_tells_of(self, buyer: ChatUser) -> None:
        begins(buyer, "Card or SBP")
        buyer.taps("💳 Pay")
        card = buyer.harness.shop.providers.known["yookassa"]
        card.pays(card.last())
        notified(buyer, card, card.last())
        buyer.sees("Your gift is paid")


class TestOpening:
    """The friend reads exactly what will happen, and takes it with one tap."""

    def test_a_new_person_has_a_key_after_two_taps(self, buyer: ChatUser, friend: ChatUser) -> None:
        buys(buyer)
        friend.sends(f"/start {link_of(buyer)}")
        friend.sees("You were given Standard, 3 months. Take it?", "Your time starts when your key is ready.")
        assert words_in(friend.screen.text) <= LONGEST_SCREEN_WORDS
        friend.taps("🎁 Take")
        friend.sees("🎁 It's yours!", "Standard until 4 Jun")
        assert friend.person.served
        friend.taps("🔌 Connect")
        buyer.harness.passes(minutes=2)
        buyer.sees("Your friend has opened your gift")
        assert friend.person.user.came_from == "g_"

    def test_what_is_left_stays(self, buyer: ChatUser, friend: ChatUser) -> None:
        SITUATIONS["running"](friend)
        buys(buyer)
        friend.sends(f"/start {link_of(buyer)}")
        friend.sees("It becomes your plan, what you have left stays: VPN until")
        end = friend.screen.words.rsplit("until ", 1)[1]
        friend.taps("🎁 Take")
        friend.sees(end.rstrip("."))

    def test_a_second_delivery_of_the_tap_shows_the_same(self, buyer: ChatUser, friend: ChatUser) -> None:
        buys(buyer)
        friend.sends(f"/start {link_of(buyer)}")
        friend.taps("🎁 Take")
        shown = friend.screen.text
        buyer.harness.again()
        assert friend.screen.text == shown

    def test_a_paused_friend_keeps_it_for_later(self, buyer: ChatUser, friend: ChatUser) -> None:
        SITUATIONS["running"](friend)
        shop = buyer.harness.shop
        suspend(shop.open(FRIEND), shop.fleet, shop.context, "update:1:1000", "operator")
        buys(buyer)
        friend.sends(f"/start {link_of(buyer)}")
        friend.sees("the time waits until the pause ends")
        friend.taps("🎁 Take")
        friend.sees("your time waits")

    def test_the_screen_costs_no_write(self, buyer: ChatUser, friend: ChatUser) -> None:
        friend.sends("/start")
        buys(buyer)
        token = link_of(buyer)
        passed, begin = buyer.harness.shop.faults.passed, len(buyer.harness.shop.faults.passed)
        friend.sends(f"/start {token}")
        assert [step for step in passed[begin:] if "commit" in step or "put" in step] == []


class TestRefusals:
    """Each link that opens nothing has an answer of its own, with a way on."""

    def test_an_opened_gift(self, harness: ChatHarness, buyer: ChatUser, friend: ChatUser) -> None:
        buys(buyer)
        token = link_of(buyer)
        friend.sends(f"/start {token}")
        stale = buttons(friend)[0].callback_data
        stranger = harness.user("en", STRANGER)
        stranger.sends(f"/start {token}")
        stranger.taps("🎁 Take")
        harness.deliver(friend.tap(stale, friend.screen.id))
        friend.sees("This gift is opened already")
        friend.taps("🎁 Try free")
        stranger.sends(f"/start {token}")
        stranger.sees("You've opened this gift already")

    def test_ones_own_gift(self, buyer: ChatUser) -> None:
        buys(buyer)
        token = link_of(buyer)
        buyer.sends(f"/start {token}")
        buyer.sees("This is your own gift")
        taps_with_name(buyer, "🎁 Show the gift")
        assert link_of(buyer) == token

    def test_a_link_that_a_newer_one_has_replaced(self, buyer: ChatUser, friend: ChatUser) -> None:
        buys(buyer)
        old = link_of(buyer)
        buyer.taps("🔄 New link")
        buyer.sees("The old one stops working at once")
        taps_with_name(buyer, "🔄 New link")
        new = link_of(buyer)
        assert buyer.toast == "New link ready. The old one no longer works."
        friend.sends(f"/start {old}")
        friend.sees("Your friend has made a newer link")
        friend.sends(f"/start {new}")
        friend.sees("You were given")

    def test_wrong_links_are_limited(self, buyer: ChatUser, friend: ChatUser) -> None:
        for _ in range(LIMITS[LimitedAct.CODE].times):
            friend.sends("/start g_wrong")
            friend.sees("This link opens no gift")
        friend.sends("/start g_wrong")
        friend.sees("several wrong codes or links", "in 1 h")

    def test_a_gift_that_was_not_opened_in_a_year(self, buyer: ChatUser, friend: ChatUser) -> None:
        buys(buyer)
        token = link_of(buyer)
        buyer.harness.passes(days=8)
        buyer.sees("Your gift hasn't been opened yet")
        buyer.harness.passes(days=360)
        buyer.sees("wasn't opened within a year")
        friend.sends(f"/start {token}")
        friend.sees("has ended")

    def test_a_button_of_a_gift_of_another_person(self, buyer: ChatUser, friend: ChatUser) -> None:
        gift = buys(buyer)
        friend.sends("/start")
        for action in ("show", "ask", "new", "keep"):
            friend.harness.deliver(friend.tap(f"gift:{action}:{gift.id}", friend.screen.id))
            friend.sees("We can't find this gift")
        assert stored(buyer) == gift

    def test_a_friend_who_has_deleted_their_data_can_open_it(self, buyer: ChatUser, friend: ChatUser) -> None:
        buys(buyer)
        token = link_of(buyer)
        SITUATIONS["running"](friend)
        shop = buyer.harness.shop
        delete_data(shop.open(FRIEND), shop.fleet, shop.context, "update:1:1001")
        friend.sends(f"/start {token}")
        friend.taps("🎁 Take")
        friend.sees("It's yours!")
