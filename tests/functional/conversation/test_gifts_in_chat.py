"""Gifts in the chat: one person buys one and sends its link, another one opens it."""

import itertools
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlparse

import pytest
from aiogram.types import InlineKeyboardButton

from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import notified, one_plan, open_shop, pays_in_stars, the_order
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.gifts.gift import Gift, GiftState
from vpnbot.domain.orders.order import OrderKind
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.shop_settings import Receipts, Switch
from vpnbot.domain.people.limits import LIMITS, LimitedAct
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

FRIEND, STRANGER = 77, 78
LINK = re.compile(r"https://t\.me/\w+\?start=(g_[A-Za-z0-9_-]{1,62})$")


@pytest.fixture
def buyer(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended, in a shop that sells."""
    open_shop(harness)
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


@pytest.fixture
def friend(harness: ChatHarness) -> ChatUser:
    return harness.user("en", FRIEND)


def begins(buyer: ChatUser, method: str = "Telegram Stars") -> None:
    """Go to the confirmation of a gift of three months."""
    buyer.sends("/start")
    buyer.taps("⭐ Plans")
    buyer.taps("🎁 Gift")
    buyer.taps("Standard · 2 devices · from")
    buyer.taps("3 months")
    buyer.taps(method)


def taps_with_name(user: ChatUser, label: str) -> None:
    """Tap a button of a message that names the bot, as Telegram's do."""
    (data,) = [button.callback_data for button in buttons(user) if label in button.text]
    bot = {"id": 1, "is_bot": True, "first_name": "Sample", "username": "sample_bot"}
    update = user.tap(data, user.screen.id)
    update["callback_query"]["message"]["from"] = bot
    user.harness.deliver(update)


def buttons(user: ChatUser) -> list[InlineKeyboardButton]:
    """Return the buttons of the newest message."""
    return list(itertools.chain(*user.screen.buttons))


def buys(buyer: ChatUser) -> Gift:
    """Buy a gift in Stars, and show it."""
    begins(buyer)
    buyer.taps("Pay")
    pays_in_stars(buyer)
    taps_with_name(buyer, "🎁 Send the gift")
    return stored(buyer)


def opens_first_payment(buyer: ChatUser) -> None:
    """Show the newest payment."""
    buyer.sends("/payments")
    buyer.taps(buttons(buyer)[0].text.replace("\u00a0", " "))


def stored(buyer: ChatUser) -> Gift:
    """Return the only gift of a person."""
    gift = buyer.harness.shop.gifts.get(the_order(buyer).id)
    assert gift is not None
    return gift


def link_of(buyer: ChatUser) -> str:
    """Return the payload of the link that is shown; the buttons share and copy the same."""
    shown = buyer.screen.text.rsplit("\n", 1)[-1]
    found = LINK.fullmatch(shown)
    assert found is not None, shown
    assert len(found[1]) <= 64
    assert buyer.link("📋 Copy link") == shown
    assert parse_qs(urlparse(buyer.link("📤 Share")).query) == {"url": [shown]}
    return found[1]


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

    def test_a_gift_of_which_the_buyer_wants_the_money_back(
        self, harness: ChatHarness, buyer: ChatUser, friend: ChatUser
    ) -> None:
        buys(buyer)
        token = link_of(buyer)
        buyer.taps("🧾 Payment")
        buyer.taps("↩️ Refund")
        buyer.sees("Return 529 ⭐ for the gift?")
        buyer.taps("↩️ Ask")
        buyer.sees_buttons("🎁 Show the gift / 💬 Write to us | 🏠 Home")
        friend.sends(f"/start {token}")
        friend.sees("This gift is on hold for now")
        opens_first_payment(buyer)
        buyer.taps("🎁 Show the gift")
        buyer.sees("you've asked for the money", "until we answer")
        buyer.sees_buttons("🎁 Keep the gift / 🧾 Payment / 💬 Write to us | 🏠 Home")
        taps_with_name(buyer, "🎁 Keep the gift")
        assert link_of(buyer) == token
        assert buyer.toast == "The link works again."
        harness.again()
        assert link_of(buyer) == token
        friend.sends(f"/start {token}")
        friend.sees("You were given")

    def test_a_request_that_waits_for_days_can_be_taken_back(self, buyer: ChatUser, friend: ChatUser) -> None:
        gift = buys(buyer)
        token = link_of(buyer)
        buyer.taps("🧾 Payment")
        buyer.taps("↩️ Refund")
        buyer.taps("↩️ Ask")
        buyer.harness.passes(days=3, hours=1)
        buyer.sees("We haven't answered about the money for your gift yet: Standard, 3 months.")
        buyer.sees_buttons("🎁 Keep the gift / 🎁 Show the gift / 🏠 Home")
        stale = buttons(buyer)[0].callback_data
        taps_with_name(buyer, "🎁 Keep the gift")
        assert link_of(buyer) == token
        self._sends_back(buyer, gift)
        buyer.harness.deliver(buyer.tap(stale, buyer.screen.id))
        buyer.sees("the money was sent back")
        friend.sends("/start")
        friend.harness.deliver(friend.tap(stale, friend.screen.id))
        friend.sees("We can't find this gift")

    def test_a_gift_whose_money_is_being_sent_offers_nothing(self, buyer: ChatUser) -> None:
        gift = buys(buyer)
        shop, order = buyer.harness.shop, the_order(buyer)
        wanted = WantedRefund(gift.id, order.payments[0].id, RefundReason.OPERATOR, "operator")
        request_refund(shop.open(), shop.payments, shop.context, "admin:1", wanted)
        opens_first_payment(buyer)
        buyer.taps("🎁 Show the gift")
        buyer.sees("the money is on its way back")
        buyer.sees_buttons("🧾 Payment / 💬 Write to us | 🏠 Home")

    def test_a_gift_that_was_sent_back(self, buyer: ChatUser, friend: ChatUser) -> None:
        gift = buys(buyer)
        token = link_of(buyer)
        self._sends_back(buyer, gift)
        buyer.sees("529 ⭐ sent back to your Stars. The gift no longer works.")
        friend.sends(f"/start {token}")
        friend.sees("This gift was returned")

    def test_the_friend_reads_that_its_time_was_taken(self, buyer: ChatUser, friend: ChatUser) -> None:
        gift = buys(buyer)
        friend.sends(f"/start {link_of(buyer)}")
        friend.taps("🎁 Take")
        self._sends_back(buyer, gift)
        friend.sees("The money for your gift went back to the buyer", "VPN is off.")
        opens_first_payment(buyer)
        buyer.taps("🎁 Show the gift")
        buyer.sees("the money was sent back")

    def _sends_back(self, buyer: ChatUser, gift: Gift) -> None:
        shop, order = buyer.harness.shop, the_order(buyer)
        wanted = WantedRefund(gift.id, order.payments[0].id, RefundReason.OPERATOR, "operator")
        request_refund(shop.open(), shop.payments, shop.context, "admin:1", wanted)
        buyer.harness.passes(minutes=5)

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
