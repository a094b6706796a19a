"""A payment provider that is down: taps do not wait for it, and each person who waits reads once when it is back."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.buying import CARD, Buyer, buyer_on_trial, promise_paid_once
from local.journey.harness import Harness
from local.yookassa.faults import Fault, FaultKind

MINUTE = timedelta(minutes=1)
_PAYMENTS = "POST payments"


async def provider_down(harness: Harness) -> None:
    """Ida and Jonas want to pay by card while YooKassa is down."""
    say, faults = harness.transcript, harness.system.providers.yookassa.faults
    operator = Buyer(harness.operator().person, say, harness.system)
    ida, jonas = await buyer_on_trial(harness, "Ida"), await buyer_on_trial(harness, "Jonas")
    down = Fault(FaultKind.ERROR_UNDONE, times=1_000_000, on=_PAYMENTS)
    faults.order(down)
    say.event("YooKassa makes no payments any more")
    await _taps_pay(ida)
    await harness.time_passes(5 * MINUTE, "five minutes later")
    operator.reads()
    say.promise("the operators read of it once", len(operator.messages_with("isn't answering")) == 1)
    left = down.times
    await _taps_pay(jonas)
    words, labels = jonas.person.screen.text, " ".join(jonas.person.screen.labels)
    say.promise("his tap is answered without a request to YooKassa", down.times == left, left - down.times)
    say.promise("he reads that it isn't answering, and sees other ways", "Stars" in labels, words)
    await harness.time_passes(timedelta(hours=2), "two hours later")
    say.promise("no message says yet that it works", not ida.messages_with("works again"), ida.person.screen.text)
    faults.waiting.remove(down)
    await harness.time_passes(6 * MINUTE, "YooKassa makes payments again; six minutes later")
    operator.reads()
    say.promise("the operators read that it is back, once", len(operator.messages_with("answers again")) == 1)
    for buyer in (ida, jonas):
        buyer.reads()
        told = len(buyer.messages_with("works again"))
        say.promise(f"{buyer.name} reads once that it can be paid", told == 1, told)
        await buyer.chooses("Pay")
        await buyer.pays(CARD, await buyer.payment_link())
        promise_paid_once(harness, buyer)


async def _taps_pay(buyer: Buyer) -> None:
    await buyer.comes_to_confirmation(CARD)
    await buyer.chooses("Pay")


PROVIDER_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (provider_down,)
