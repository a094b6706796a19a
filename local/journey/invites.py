"""A person invites a friend, who pays for the first time: both get days, which go with the money."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.buying import DEMO, Buyer, buyer_on_trial
from local.journey.harness import Harness

DAY = timedelta(days=1)


async def a_friend_brings_days_to_both(harness: Harness) -> None:
    """Irma invites Jakob, who buys. After three days both get a week; then he gets his money back."""
    say, irma = harness.transcript, await buyer_on_trial(harness, "Irma")
    await irma.says("/start")
    await irma.chooses("Invite friends")
    link = (await irma.taps("Copy")).copied
    code = link.partition("start=")[2]
    say.promise("the link is one of the bot's", link.startswith("https://t.me/") and code.startswith("r_"), link)
    await irma.taps("QR")
    say.promise("a QR code came as a picture", bool(irma.person.messages[-1].photo))
    jakob = Buyer(harness.new_person("Jakob").person, say, harness.system)
    await jakob.says(f"/start {code}")
    await jakob.chooses("Try free")
    await jakob.buys(DEMO)
    await harness.time_passes(2 * DAY, "two days later")
    irma.reads()
    say.promise("nothing is given while the payment may go back", not irma.messages_with("Your friend paid"))
    await harness.time_passes(DAY + timedelta(hours=1), "after three days")
    irma.reads()
    jakob.reads()
    say.promise("she reads of her days once", len(irma.messages_with("Your friend paid: +7 days")) == 1)
    say.promise("and he of his", len(jakob.messages_with("+7 days for coming by")) == 1)
    await irma.says("/start")
    say.promise("her VPN is on again", "VPN is on" in irma.person.screen.text, irma.person.screen.text)
    await irma.chooses("Invite friends")
    counts = irma.person.screen.text
    say.promise("and the friend is counted", "Came: 1 · paid: 1 · days earned: 7" in counts, counts)
    await jakob.asks_for_refund()
    operator = Buyer(harness.operator().person, say, harness.system)
    operator.reads()
    await operator.chooses("Send")
    await operator.chooses("Yes, send")
    await operator.system.settle()
    await harness.time_passes(timedelta(minutes=5), "five minutes after the refund")
    irma.reads()
    say.promise("she reads that her days are gone", len(irma.messages_with("bonus for the invitation")) == 1)
    await irma.says("/start")
    say.promise("and VPN is off", "VPN is off" in irma.person.screen.text, irma.person.screen.text)


INVITE_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (a_friend_brings_days_to_both,)
