"""Ten days of a small shop: people come, connect, buy and ask for money back; on the last day panels fail."""

from contextlib import suppress
from datetime import timedelta

from local.journey.buying import CARD, CRYPTO, STARS, Buyer
from local.journey.harness import ONE_ON_EACH, Harness
from local.journey.transcript import Transcript
from local.system import SUPPORT_CHAT_ID, System

ARRIVALS = (2, 3, 2, 4, 5, 3, 6, 5, 7, 6)
"""How many people come on each day."""
_WAYS = (STARS, CARD, STARS, CRYPTO, CARD)
_HOURS = timedelta(hours=3)


async def ten_days(system: System) -> None:
    """Let the shop run. Two of three people connect an app, half of all buy on the day after."""
    harness, trying = Harness(system, Transcript(lambda _line: None)), list[Buyer]()
    bought = 0
    for day, arrivals in enumerate(ARRIVALS):
        last = day == len(ARRIVALS) - 1
        buying, trying = trying[::2], []
        for number in range(max(arrivals, len(buying))):
            if last and number == 2:
                await _comes_while_panels_fail(harness)
            if last and number == 3:
                system.crashes.order("telegram_webhook", "commit.before")
            if number < arrivals:
                trying.append(await _arrives(harness, f"Person {day}-{number}", connects=number % 3 != 2))
            if number < len(buying):
                await buying[number].buys(_WAYS[bought % len(_WAYS)])
                bought += 1
            await system.advance(_HOURS)
        if day in {4, 7} and buying:
            await _asks_for_refund(system, buying[0])
        for _ in range(8 - max(arrivals, len(buying))):
            await system.advance(_HOURS)


async def _arrives(harness: Harness, name: str, *, connects: bool) -> Buyer:
    person = Buyer(harness.system.person(name), harness.transcript, harness.system)
    await person.says("/start")
    await person.taps("Try free")
    if connects:
        with suppress(LookupError):  # the key may not be made yet
            await harness.app_loads(await person.copies_link())
    return person


async def _asks_for_refund(system: System, buyer: Buyer) -> None:
    await buyer.asks_for_refund()
    operator = Buyer(system.telegram.person_by_id(SUPPORT_CHAT_ID), buyer.transcript, system)
    await operator.chooses("Send")
    await operator.chooses("Yes, send")
    await system.settle()


async def _comes_while_panels_fail(harness: Harness) -> None:
    """Let all panels drop their connections for a while; people who come meanwhile get their keys later."""
    for place in ONE_ON_EACH:
        harness.system.panels.named(place).faults.down(9)
    await _arrives(harness, "Patient", connects=False)
