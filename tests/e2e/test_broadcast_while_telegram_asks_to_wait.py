"""Telegram asks to wait during a broadcast: nothing is sent before its time, and all other work goes on."""

import asyncio
from datetime import timedelta

import pytest

from local.journey.buying import CARD, Buyer, buyer_on_trial
from local.journey.harness import Harness
from local.journey.transcript import Transcript
from local.telegram.journal import Call
from local.telegram.screen import SeenMessage
from tests.e2e.broadcast_harness import TEXT, BroadcastRun, broadcast_run
from vpnbot.domain.broadcasts.broadcast import State
from vpnbot.domain.payments.shop_settings import DEFAULT_BROADCAST_RATE
from vpnbot.usecases.audience.walk import THREADS

pytestmark = pytest.mark.slow

PEOPLE = 150
WAITS = (1, 35, 400)
IN_FLIGHT = timedelta(seconds=1)
"""Calls that were on their way when Telegram asked to wait are answered within this time."""
MINUTE = timedelta(minutes=1)
TAP_WAITS = timedelta(seconds=35)
NOTICED = IN_FLIGHT + timedelta(seconds=1)
"""A broadcast reads once a second whether another call of the bot was asked to wait."""
EDIT = "editMessageText"


def calls(run: BroadcastRun) -> list[Call]:
    """Return the calls that sent, or tried to send, the message of the broadcast."""
    made = run.system.telegram.journal.calls_of("sendMessage")
    return [call for call in made if call.arguments.get("text") == TEXT]


def refusals(run: BroadcastRun) -> list[Call]:
    """Return the calls for the broadcast that Telegram has answered with 429."""
    return [call for call in calls(run) if call.status == 429]


async def sends_until_asked(run: BroadcastRun, times: int) -> None:
    """Move virtual time until Telegram has asked to wait so many times."""
    while len(refusals(run)) < times:
        await run.system.advance(MINUTE)


async def asked(run: BroadcastRun, times: int) -> None:
    """Wait until Telegram has asked to wait so many times."""
    while len(refusals(run)) < times:
        await run.system.telegram.feed.changed.wait(60)


async def asks_to_wait(run: BroadcastRun) -> None:
    """Let Telegram ask to wait after each quarter of the people."""
    for number, seconds in enumerate(WAITS, 1):
        await run.tried(PEOPLE * number // 4)
        run.system.telegram.faults.next_calls_fail(429, retry_after=seconds, method="sendMessage")
        await asked(run, number)


def test_after_429_nothing_is_sent_before_its_time_and_taps_and_payments_are_answered() -> None:
    async def scenario() -> None:
        async with broadcast_run(PEOPLE) as run:
            harness = Harness(run.system, Transcript(lambda _: None))
            buyer = await buyer_on_trial(harness, "Rita")
            link = await buyer.orders(CARD, "Standard", "1 month")
            await run.starts()
            run.begins()
            sending = asyncio.create_task(sends_until_asked(run, len(WAITS)))
            asking = asyncio.create_task(asks_to_wait(run))

            await asking
            await sending
            tried = len(calls(run))
            await taps_meanwhile(run, buyer)
            await buyer.pays(CARD, link)
            await run.system.advance(2 * MINUTE)
            assert len(buyer.messages_with("received")) == 1, "within two minutes"
            assert len(calls(run)) == tried, "and the broadcast still waits"

            found = await run.until(State.DONE)
            assert max(run.copies().values()) == 1
            assert int(found["figures"]["sent"]) == len(run.copies())
            nothing_too_early(run)
            sent = [call.at.timestamp() for call in calls(run) if call.ok]
            assert most_in_a_second(sent) <= DEFAULT_BROADCAST_RATE * 1.1 + THREADS, (
                "those delayed on their way included"
            )

    asyncio.run(scenario())


def test_a_429_to_a_tap_pauses_the_broadcast_and_the_tap_and_a_payment_are_answered() -> None:
    async def scenario() -> None:
        async with broadcast_run(PEOPLE) as run:
            harness = Harness(run.system, Transcript(lambda _: None))
            buyer = await buyer_on_trial(harness, "Rita")
            link = await buyer.orders(CARD, "Standard", "1 month")
            await buyer.person.sends("/start")
            home = buyer.person.screen
            await run.starts()
            run.begins()
            tapping = asyncio.create_task(tap_asked_to_wait(run, buyer, home))
            while not tapping.done():
                await run.system.advance(MINUTE)
            update_id, refusal = await tapping
            first, *_ = run.system.telegram.journal.deliveries_of(update_id)
            assert first.status == 503, "Telegram delivers the update again"
            before = buyer.messages_with("received")

            await buyer.pays(CARD, link)
            await run.system.advance(2 * MINUTE)
            assert len(buyer.messages_with("received")) == len(before) + 1, "within two minutes"
            assert run.system.telegram.journal.deliveries_of(update_id)[-1].status == 200
            assert buyer.person.screen.button("Language") or buyer.messages_with("Language")

            found = await run.until(State.DONE)
            assert max(run.copies().values()) == 1
            assert int(found["figures"]["sent"]) == len(run.copies())
            assert refusals(run) == [], "only the tap was refused"
            waited = [call.at for call in calls(run) if call.at > refusal.at + NOTICED]
            assert waited, "it goes on"
            assert min(waited) >= refusal.at + TAP_WAITS

    asyncio.run(scenario())


async def tap_asked_to_wait(run: BroadcastRun, buyer: Buyer, home: SeenMessage) -> tuple[int, Call]:
    """Tap *Settings* in the middle of the broadcast while Telegram asks to wait; return the update and the refusal.

    The operator's progress is changed with the same method; if it was refused instead, the next tap is.
    """
    await run.tried(PEOPLE // 4)
    while True:
        run.system.telegram.faults.next_calls_fail(429, retry_after=int(TAP_WAITS.total_seconds()), method=EDIT)
        (update_id,) = (await buyer.person.taps("Settings", on=home)).update_ids
        for call in run.system.telegram.journal.calls_of(EDIT):
            if call.status == 429 and int(str(call.arguments["chat_id"])) == buyer.person.user_id:
                return update_id, call


async def taps_meanwhile(run: BroadcastRun, buyer: Buyer) -> None:
    """A tap while the broadcast waits is answered with one read and one call.

    A process reads what it keeps for half a minute, such as the settings of the shop, with its first tap. Virtual
    time does not move here, so a second tap that the same process answers finds it kept.
    """
    answered: set[str] = set()
    while True:
        (update_id,) = await buyer.person.sends("/start")
        assert run.system.telegram.journal.deliveries_of(update_id)[0].status == 200
        (reading,) = run.system.meter.of_update(update_id)
        if reading.environment in answered:
            break
        answered.add(reading.environment)
    assert (reading.cost.reads, reading.cost.telegram_calls) == (1, 1)


def nothing_too_early(run: BroadcastRun) -> None:
    """Check the time of each call after each 429."""
    for refusal, seconds in zip(refusals(run), WAITS, strict=True):
        later = [call.at for call in calls(run) if call.at > refusal.at + IN_FLIGHT]
        assert min(later) >= refusal.at + timedelta(seconds=seconds), seconds


def most_in_a_second(times: list[float]) -> int:
    """Return the largest number of times within a second, wherever it begins."""
    ordered = sorted(times)
    return max(sum(first <= time < first + 1 for time in ordered) for first in ordered)
