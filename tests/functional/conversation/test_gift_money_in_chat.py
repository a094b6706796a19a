"""The money of a gift goes back, or its buyer keeps the gift after all: what the buyer and the friend read."""

from tests.functional.conversation.gift_steps import buttons, buys, link_of, opens_first_payment, taps_with_name
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import the_order
from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund


def sends_back(buyer: ChatUser, gift: Gift) -> None:
    """Let an operator send the money of a gift back, and let it arrive."""
    asks_for_refund(buyer, gift)
    buyer.harness.passes(minutes=5)


def asks_for_refund(buyer: ChatUser, gift: Gift) -> None:
    """Let an operator begin to send the money of a gift back."""
    shop, order = buyer.harness.shop, the_order(buyer)
    wanted = WantedRefund(gift.id, order.payments[0].id, RefundReason.OPERATOR, "operator")
    request_refund(shop.open(), shop.payments, shop.context, "admin:1", wanted)


def test_a_gift_of_which_the_buyer_wants_the_money_back(
    harness: ChatHarness, buyer: ChatUser, friend: ChatUser
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


def test_a_request_that_waits_for_days_can_be_taken_back(buyer: ChatUser, friend: ChatUser) -> None:
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
    sends_back(buyer, gift)
    buyer.harness.deliver(buyer.tap(stale, buyer.screen.id))
    buyer.sees("the money was sent back")
    friend.sends("/start")
    friend.harness.deliver(friend.tap(stale, friend.screen.id))
    friend.sees("We can't find this gift")


def test_a_gift_whose_money_is_being_sent_offers_nothing(buyer: ChatUser) -> None:
    gift = buys(buyer)
    asks_for_refund(buyer, gift)
    opens_first_payment(buyer)
    buyer.taps("🎁 Show the gift")
    buyer.sees("the money is on its way back")
    buyer.sees_buttons("🧾 Payment / 💬 Write to us | 🏠 Home")


def test_a_gift_that_was_sent_back(buyer: ChatUser, friend: ChatUser) -> None:
    gift = buys(buyer)
    token = link_of(buyer)
    sends_back(buyer, gift)
    buyer.sees("529 ⭐ sent back to your Stars. The gift no longer works.")
    friend.sends(f"/start {token}")
    friend.sees("This gift was returned")


def test_the_friend_reads_that_its_time_was_taken(buyer: ChatUser, friend: ChatUser) -> None:
    gift = buys(buyer)
    friend.sends(f"/start {link_of(buyer)}")
    friend.taps("🎁 Take")
    sends_back(buyer, gift)
    friend.sees("The money for your gift went back to the buyer", "VPN is off.")
    opens_first_payment(buyer)
    buyer.taps("🎁 Show the gift")
    buyer.sees("the money was sent back")
