"""A person's paid time ends; some days later they are offered a discount, and come back for it."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.buying import DEMO, Buyer, buyer_on_trial
from local.journey.harness import Harness

DAY = timedelta(days=1)
LISTED, REDUCED = "299", "209.30"
"""The price of a month in roubles, and what is left of it after 30 percent."""


async def a_discount_brings_a_person_back(harness: Harness) -> None:
    """Kira buys a month and lets it end. Three days later she reads of a discount, and pays less."""
    say, kira = harness.transcript, await buyer_on_trial(harness, "Kira")
    await kira.buys(DEMO)
    await harness.time_passes(33 * DAY + timedelta(hours=1), "until the trial and the month are over")
    kira.reads()
    say.promise("she reads that VPN is off", len(kira.messages_with("VPN is off")) == 1)
    await harness.time_passes(3 * DAY - timedelta(hours=2), "nearly three days later")
    kira.reads()
    say.promise("nothing is offered yet", not kira.messages_with("have you back"))
    await harness.time_passes(timedelta(hours=3), "after three days")
    kira.reads()
    say.promise("she is offered a discount once", len(kira.messages_with("have you back")) == 1)
    await kira.says("/start")
    say.promise("home says that it counts", "−30\u00a0% until" in kira.person.screen.text, kira.person.screen.text)
    await _comes_back(kira)
    await harness.time_passes(4 * DAY, "when the discount would be over")
    kira.reads()
    say.promise("no second one came", len(kira.messages_with("have you back")) == 1)


async def _comes_back(kira: Buyer) -> None:
    say = kira.transcript
    await kira.comes_to_confirmation(DEMO)
    text = kira.person.screen.text
    say.promise("the confirmation has both prices", LISTED in text and REDUCED in text, text)
    await kira.chooses("Pay")
    await kira.pays(DEMO, await kira.payment_link())
    await kira.says("/start")
    say.promise("VPN is on again", "VPN is on" in kira.person.screen.text, kira.person.screen.text)
    await kira.chooses("Plans")
    text = kira.person.screen.text
    say.promise("and the discount is used up", "30\u00a0%" not in text, text)


WINBACK_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (a_discount_brings_a_person_back,)
