"""Payments with faults: the money counts once, and no more is charged or granted than was agreed."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.crypto_pay.faults import NotificationFault
from local.journey.buying import (
    CARD,
    CRYPTO,
    DEMO,
    STARS,
    Books,
    Buyer,
    buyer_on_trial,
    new_buyer,
    promise_adds_up,
    promise_paid_once,
)
from local.journey.harness import ONE_ON_EACH, Harness
from local.telegram.checkouts import CheckoutState
from local.telegram.payment_faults import PaymentFault
from local.yookassa.faults import FaultKind

MINUTE = timedelta(minutes=1)
_AND_WORKER = ", and the worker after its first commit"


async def paid_while_panels_are_down(harness: Harness) -> None:
    """Tina pays while every panel is down; her time starts when her key is made."""
    say, tina = harness.transcript, new_buyer(harness, "Tina")
    await tina.says("/start")
    await tina.chooses("Try free")
    await harness.time_passes(timedelta(days=40), "forty days later her trial and her link are over")
    used = Books.of(tina).seconds
    link = await tina.orders(CARD)
    await harness.system.panels.set_faults(*ONE_ON_EACH, down=True)
    say.event("every panel goes down")
    await tina.pays(CARD, link)
    say.promise("she hears that her money is here", len(tina.messages_with("received")) == 1)
    await harness.time_passes(timedelta(hours=3), "three hours later")
    await harness.system.panels.set_faults()
    await harness.time_passes(timedelta(hours=1), "the panels work again; an hour later")
    tina.reads()
    promise_paid_once(harness, tina, used=used)


async def notification_lost(harness: Harness) -> None:
    """Uma, Vlad, Wanda and Xenia pay, and no provider notifies."""
    say, system = harness.transcript, harness.system
    buyers = {way: await buyer_on_trial(harness, name) for way, name in _names("Uma", "Vlad", "Wanda", "Xenia")}
    system.telegram.faults.payments.order(PaymentFault.PAYMENT_LOST)
    system.providers.yookassa.faults.order(FaultKind.NOTIFICATION_LOST)
    system.providers.crypto_pay.faults.add(NotificationFault.LOST)
    for way, buyer in buyers.items():
        await buyer.pays(way, await buyer.orders(way), form={"action": "silent"} if way == DEMO else None)
        say.promise(f"{way}: nothing was notified", not buyer.messages_with("received"))
    await harness.time_passes(timedelta(hours=2), "two hours later")
    for buyer in buyers.values():
        buyer.reads()
        promise_paid_once(harness, buyer)


async def notified_twice(harness: Harness) -> None:
    """Yan, Zoe and Ada pay, and each payment is notified twice."""
    system = harness.system
    buyers = {way: await buyer_on_trial(harness, name) for way, name in _names("Yan", "Zoe", "Ada")}
    system.telegram.faults.payments.order(PaymentFault.PAYMENT_TWICE)
    system.telegram.faults.payments.order(PaymentFault.CHECKOUT_TWICE)
    system.providers.yookassa.faults.order(FaultKind.NOTIFICATION_AT_ONCE)
    system.providers.crypto_pay.faults.add(NotificationFault.TWICE)
    for way, buyer in buyers.items():
        await buyer.buys(way)
        promise_paid_once(harness, buyer)


async def killed_after_each_commit(harness: Harness) -> None:
    """The functions are killed after each commit of a purchase, with each provider."""
    say, crashes = harness.transcript, harness.system.crashes
    for way, name in _names("Ben", "Cora", "Dan", "Eva"):
        buyer = await buyer_on_trial(harness, name)
        await buyer.comes_to_confirmation(way)
        say.event("the function is killed after it has stored the order")
        crashes.order("telegram_webhook", "commit.after")
        await buyer.chooses("Pay")
        await harness.system.settle()
        buyer.reads()
        link = await buyer.payment_link()
        function = "telegram_webhook" if way == STARS else "payment_webhook"
        say.event(f"{function} is killed after it has stored the payment" + _AND_WORKER * (way != STARS))
        crashes.order(function, "commit.after")
        if way != STARS:
            crashes.order("due_worker", "commit.after")
        await buyer.pays(way, link, page_fails=way == DEMO)
        await harness.time_passes(20 * MINUTE, "twenty minutes later")
        buyer.reads()
        say.promise("the functions were killed", not crashes.waiting, crashes.waiting)
        promise_paid_once(harness, buyer)


async def a_rouble_short(harness: Harness) -> None:
    """Fred pays a rouble less than the price; an operator gives the time for it."""
    say, fred = harness.transcript, await buyer_on_trial(harness, "Fred")
    before = Books.of(fred).seconds
    await fred.pays(DEMO, await fred.orders(DEMO), form={"action": "less"})
    say.promise(
        "he hears that the money is here and will be sorted out", len(fred.messages_with("Nothing is lost")) == 1
    )
    say.promise("no time is granted", Books.of(fred).seconds == before, Books.of(fred).seconds)
    operator = Buyer(harness.operator().person, say, harness.system)
    operator.reads()
    alerts = [message for message in operator.person.messages if "298\u00a0₽ instead of" in message.text]
    say.promise("the operators get one alert", len(alerts) == 1, alerts)
    await operator.chooses("Give")
    await operator.chooses("Yes, give")
    await harness.system.settle()
    operator.reads()
    fred.reads()
    promise_paid_once(harness, fred, says="Sorted out")


async def paid_twice(harness: Harness) -> None:
    """Greta pays one link twice, and returns the second payment."""
    say, greta = harness.transcript, await buyer_on_trial(harness, "Greta")
    link = await greta.orders(CARD)
    harness.system.providers.yookassa.faults.order(FaultKind.PAID_TWICE)
    await greta.pays(CARD, link)
    books = Books.of(greta)
    say.promise("both payments count", (books.bought_lots, len(books.credited)) == (2, 2), books.credited)
    say.promise("and she can send the second back", len(greta.messages_with("You paid twice")) == 1)
    await greta.chooses("Return 299")
    await harness.time_passes(5 * MINUTE, "five minutes later")
    greta.reads()
    books = Books.of(greta)
    say.promise("one payment is left", (books.bought_lots, books.money_left) == (1, {"RUB": 29900}), books.money_left)
    promise_adds_up(harness, greta, books)


async def paid_after_cancel(harness: Harness) -> None:
    """Hugo cancels his order, and pays all the same."""
    say, hugo = harness.transcript, await buyer_on_trial(harness, "Hugo")
    link = await hugo.orders(CARD)
    await hugo.chooses("Cancel")
    say.promise("the order is cancelled", "still counts" in hugo.person.screen.text, hugo.person.screen.text)
    await hugo.pays(CARD, link)
    promise_paid_once(harness, hugo, says="came late")


async def paid_by_another_person(harness: Harness) -> None:
    """Iris opens the payment links of Jack."""
    say, jack = harness.transcript, await buyer_on_trial(harness, "Jack")
    iris = new_buyer(harness, "Iris")
    link = await jack.orders(STARS)
    checkout = await harness.system.telegram.wallet(iris.user_id).pays(link)
    say.promise("Telegram takes none of her Stars", checkout.state is CheckoutState.DECLINED, checkout.state)
    say.promise("and tells her why", "another person's order" in checkout.error, checkout.error)
    await jack.pays(STARS, link)
    promise_paid_once(harness, jack)


async def paid_after_deletion(harness: Harness) -> None:
    """Kira deletes everything, and then pays a link that she still has."""
    say, kira = harness.transcript, await buyer_on_trial(harness, "Kira")
    link = await kira.orders(CARD)
    await kira.says("/start")
    for words in ("Settings", "My data", "Delete", "Delete everything"):
        await kira.chooses(words)
    await harness.time_passes(MINUTE, "a minute later")
    await kira.pays(CARD, link)
    await harness.time_passes(10 * MINUTE, "ten minutes later")
    books = Books.of(kira)
    say.promise("her payment is sent back", not books.money_left and bool(books.credited), books.entries)
    payment_id = link.rpartition("/")[2]
    made = harness.system.providers.yookassa.shop.refunds.values()
    refunds = [refund.money.amount_minor for refund in made if refund.payment_id == payment_id]
    say.promise("by YooKassa, in full, once", refunds == [29900], refunds)
    say.promise("no panel has a key of hers", not harness.keys(kira), harness.keys(kira))


PAYMENT_FAULT_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    paid_while_panels_are_down,
    notification_lost,
    notified_twice,
    killed_after_each_commit,
    a_rouble_short,
    paid_twice,
    paid_after_cancel,
    paid_by_another_person,
    paid_after_deletion,
)


def _names(*names: str) -> list[tuple[str, str]]:
    return list(zip((STARS, CARD, CRYPTO, DEMO), names, strict=False))
