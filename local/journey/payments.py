"""What is bought in the chat, with each provider: purchase, renewal in advance, change of plan, refund."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.buying import (
    CARD,
    CRYPTO,
    DEMO,
    STARS,
    Books,
    Buyer,
    buyer_on_trial,
    promise_adds_up,
    promise_paid_once,
)
from local.journey.harness import Harness

DAY = timedelta(days=1)


async def stars_from_trial_to_refund(harness: Harness) -> None:
    """Paul buys with Telegram Stars, renews, changes his plan, and gets money back."""
    await _from_trial_to_refund(harness, await buyer_on_trial(harness, "Paul"), STARS)


async def card_from_trial_to_refund(harness: Harness) -> None:
    """Quentin buys with a card, renews, changes his plan, and gets money back."""
    await _from_trial_to_refund(harness, await buyer_on_trial(harness, "Quentin"), CARD)


async def crypto_from_trial_to_refund(harness: Harness) -> None:
    """Rosa buys with Crypto Pay, renews, changes her plan, and an operator sends money back by hand."""
    await _from_trial_to_refund(harness, await buyer_on_trial(harness, "Rosa"), CRYPTO)


async def demo_from_trial_to_refund(harness: Harness) -> None:
    """Sam buys with the demo provider, renews, changes his plan, and gets money back."""
    await _from_trial_to_refund(harness, await buyer_on_trial(harness, "Sam"), DEMO)


async def _from_trial_to_refund(harness: Harness, buyer: Buyer, way: str) -> None:
    say = harness.transcript
    await buyer.buys(way)
    promise_paid_once(harness, buyer)
    after_purchase = Books.of(buyer)
    await buyer.buys(way)
    promise_paid_once(harness, buyer, payments=2)
    longer = Books.of(buyer).seconds_of_subscription - after_purchase.seconds_of_subscription
    say.promise("the renewal in advance adds thirty days", longer == 30 * 24 * 3600, longer)
    await buyer.comes_to_confirmation(way, "Family")
    confirmed = buyer.person.screen.text
    say.promise("the confirmation says what becomes of the time left", "become" in confirmed, confirmed)
    await buyer.chooses("Pay")
    await buyer.pays(way, await buyer.payment_link())
    promise_paid_once(harness, buyer, payments=3)
    await buyer.says("/start")
    say.promise("the new plan holds", "up to 5 devices" in buyer.person.screen.text, buyer.person.screen.text)
    before = Books.of(buyer)
    await buyer.asks_for_refund()
    buyer.reads()
    operator = Buyer(harness.operator().person, say, harness.system)
    operator.reads()
    await operator.chooses("Send")
    await operator.chooses("Yes, send")
    await operator.system.settle()
    if way == CRYPTO:
        operator.reads()
        await operator.chooses("by hand")
        await operator.chooses("Yes, I sent")
    await harness.time_passes(timedelta(minutes=5), "five minutes later")
    operator.reads()
    buyer.reads()
    books = Books.of(buyer)
    say.promise("the refund is notified once", len(buyer.messages_with("sent back")) == 1)
    currency = "XTR" if way == STARS else "RUB"
    returned = before.money_left.get(currency, 0) - books.money_left.get(currency, 0)
    say.promise("the ledger has the refund", returned == (329 if way == STARS else 49900), returned)
    say.promise("the time that the payment bought is gone", books.bought_lots == 2, books.bought_lots)
    promise_adds_up(harness, buyer, books)


async def renewed_automatically(harness: Harness) -> None:
    """Lena and Max turn auto-renew on; a month later both are charged once, and Lena then turns it off."""
    say = harness.transcript
    lena, max_ = await buyer_on_trial(harness, "Lena"), await buyer_on_trial(harness, "Max")
    await lena.pays(CARD, await lena.orders(CARD, renews=True))
    await max_.pays(STARS, await max_.orders(STARS, renews=True))
    await harness.time_passes(31 * DAY, "thirty-one days later")
    for buyer in (lena, max_):
        buyer.reads()
    say.promise("the card's charge was announced once", len(lena.messages_with("we'll charge")) == 1)
    say.promise("and Telegram's, too", len(max_.messages_with("Telegram will take")) == 1)
    await harness.time_passes(2 * DAY, "two days later")
    for buyer in (lena, max_):
        buyer.reads()
        books = Books.of(buyer)
        say.promise(
            "charged twice in all: once by the person, once as agreed", len(books.credited) == 2, books.credited
        )
        say.promise("one message says so", len(buyer.messages_with("Renewed for")) == 1)
        promise_adds_up(harness, buyer, books)
    await lena.says("/start")
    for words in ("Plans", "Payments", "Auto-renew", "Turn off"):
        await lena.chooses(words)
    await harness.time_passes(40 * DAY, "forty days later")
    lena.reads()
    say.promise("nothing more was charged to her", len(Books.of(lena).credited) == 2, Books.of(lena).credited)
    say.promise("and her time ended", len(lena.messages_with("VPN is off")) == 1)


PAYMENT_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    stars_from_trial_to_refund,
    card_from_trial_to_refund,
    crypto_from_trial_to_refund,
    demo_from_trial_to_refund,
    renewed_automatically,
)
