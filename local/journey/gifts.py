"""A person buys a plan for a friend: the link opens it once, and the money goes back before and after that."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.buying import DEMO, STARS, Books, Buyer, buyer_on_trial, promise_adds_up
from local.journey.harness import ONE_ON_EACH, Harness

MINUTES = timedelta(minutes=5)
DAY = timedelta(days=1)
_MINUTES_WORTH = 100
"""In the smallest unit; a month costs about 30,000."""


async def a_gift_is_opened_once_and_its_money_goes_back(harness: Harness) -> None:
    """Greta gives Hans a month; Ida comes too late. The team sends Greta's money back, and the time goes with it."""
    say, greta = harness.transcript, await buyer_on_trial(harness, "Greta")
    old = await _buys_gift(greta, DEMO)
    say.promise("the link is one of the bot's", old.startswith("g_") and len(old) <= 64, old)
    await greta.chooses("New link")
    await greta.chooses("New link")
    link = await _link(greta)
    hans = await _opens_link(harness, "Hans", old)
    say.promise("the old link is dead", "newer link" in hans.person.screen.text, hans.person.screen.text)
    await hans.says(f"/start {link}")
    offer = hans.person.screen.text.replace("\u00a0", " ")
    say.promise("he reads what it is", "You were given Standard, 1 month" in offer, offer)
    ida = await _opens_link(harness, "Ida", link)
    await hans.chooses("Take")
    say.promise("he has it", "It's yours" in hans.person.screen.text, hans.person.screen.text)
    say.promise("one key on each of three servers", harness.keys(hans) == ONE_ON_EACH, harness.keys(hans))
    promise_adds_up(harness, hans)
    await ida.chooses("Take")
    say.promise("she is too late", "opened already" in ida.person.screen.text, ida.person.screen.text)
    await harness.system.settle()
    greta.reads()
    say.promise("Greta reads of it, without a name", len(greta.messages_with("opened your gift")) == 1)
    await _team_finds(harness, greta)
    operator = _operator(harness)
    await operator.chooses("Orders")
    await operator.taps(operator.person.screen.labels[0])
    say.promise("the team sees that it is opened", "The gift is opened" in operator.person.screen.text)
    await operator.chooses("Send")
    say.promise("the question is about the gift", "The gift ends then" in operator.person.screen.text)
    await operator.chooses("Yes, send")
    await harness.time_passes(MINUTES, "five minutes after the refund")
    greta.reads()
    hans.reads()
    left = Books.of(greta).money_left
    say.promise("her money is back, but for the minutes that were used", sum(left.values()) < _MINUTES_WORTH, left)
    say.promise("he reads that its time is gone", len(hans.messages_with("so its time is taken off")) == 1)
    await hans.says("/start")
    say.promise("and VPN is off", "VPN is off" in hans.person.screen.text, hans.person.screen.text)


async def a_gift_is_held_while_its_money_is_asked_for(harness: Harness) -> None:
    """Klara asks for the money of a gift, keeps the gift after all, and asks again; then the team sends the money."""
    say, klara = harness.transcript, await buyer_on_trial(harness, "Klara")
    link = await _buys_gift(klara, STARS)
    await klara.asks_for_refund()
    leo = await _opens_link(harness, "Leo", link)
    say.promise("it cannot be opened meanwhile", "on hold" in leo.person.screen.text, leo.person.screen.text)
    await harness.time_passes(3 * DAY + MINUTES, "three days without an answer")
    klara.reads()
    operator = _operator(harness)
    operator.reads()
    say.promise("the team is reminded", len(operator.messages_with("still waits for your answer")) == 1)
    say.promise("and she reads of it once", len(klara.messages_with("We haven't answered about the money")) == 1)
    await klara.chooses("Keep the gift")
    say.promise("the same link works again", await _link(klara) == link)
    await leo.says(f"/start {link}")
    say.promise("he could take it", "Take it?" in leo.person.screen.text, leo.person.screen.text)
    await klara.asks_for_refund()
    operator.reads()
    await operator.chooses("Send")
    await operator.chooses("Yes, send")
    await harness.time_passes(MINUTES, "five minutes after the refund")
    klara.reads()
    say.promise("her money is back", not Books.of(klara).money_left, Books.of(klara).money_left)
    await leo.chooses("Take")
    say.promise("and the gift is void", "was returned" in leo.person.screen.text, leo.person.screen.text)
    await klara.opens_payment()
    await klara.chooses("Show the gift")
    say.promise("as she reads, too", "the money was sent back" in klara.person.screen.text, klara.person.screen.text)


async def _buys_gift(buyer: Buyer, way: str) -> str:
    """Buy a month for a friend, and return the payload of the link."""
    await buyer.says("/start")
    for words in ("Plans", "Gift", "Standard", "1 month", way, "Pay"):
        await buyer.chooses(words)
    await buyer.pays(way, await buyer.payment_link())
    await buyer.chooses("Send the gift")
    return await _link(buyer)


async def _link(buyer: Buyer) -> str:
    return (await buyer.taps("Copy link")).copied.partition("start=")[2]


async def _opens_link(harness: Harness, name: str, payload: str) -> Buyer:
    friend = Buyer(harness.new_person(name).person, harness.transcript, harness.system)
    await friend.says(f"/start {payload}")
    return friend


async def _team_finds(harness: Harness, person: Buyer) -> None:
    operator = _operator(harness)
    await operator.says("/admin")
    await operator.chooses("Find")
    await operator.says(str(person.user_id))


def _operator(harness: Harness) -> Buyer:
    return Buyer(harness.operator().person, harness.transcript, harness.system)


GIFT_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    a_gift_is_opened_once_and_its_money_goes_back,
    a_gift_is_held_while_its_money_is_asked_for,
)
