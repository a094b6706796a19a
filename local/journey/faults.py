"""Scenarios with injected faults: the promises hold nevertheless."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import ONE_ON_EACH, Actor, Harness
from vpnbot.domain.subscriptions.plan import TRIAL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def delivered_again(harness: Harness) -> None:
    """Telegram delivers Emil's tap three times."""
    say, emil = harness.transcript, harness.enters("Emil")
    await emil.says("/start")
    (update_id,) = (await emil.taps("Try free")).update_ids
    for _ in range(2):
        say.scene("Telegram delivers the same tap again")
        harness.system.telegram.deliver_again(update_id)
        await harness.system.settle()
        emil.looks()
    _once(harness, emil, update_id, deliveries=3)


async def crash_before_the_commit(harness: Harness) -> None:
    """The function dies before Fay's trial is written."""
    await _crash(harness, harness.enters("Fay"), "commit.before")


async def crash_after_the_commit(harness: Harness) -> None:
    """The function dies after Gus's trial is written, before he hears of it."""
    await _crash(harness, harness.enters("Gus"), "commit.after")


async def crash_of_the_worker(harness: Harness) -> None:
    """The worker dies after it has decided Hal's reminder."""
    say, hal = harness.transcript, harness.enters("Hal")
    await hal.says("/start")
    await hal.taps("Try free")
    harness.system.crashes.order("due_worker", "commit.after")
    await harness.time_passes(2 * 24 * HOUR + 20 * MINUTE, "two days later the worker dies in the middle of its work")
    hal.looks()
    say.promise("the crash was real", not harness.system.crashes.waiting, harness.system.crashes.waiting)
    say.promise("the reminder came, once", len(hal.unasked("VPN switches off on")) == 1)


async def telegram_is_busy(harness: Harness) -> None:
    """Telegram answers 429 when Ida's reminder is due."""
    say, ida = harness.transcript, harness.enters("Ida")
    await ida.says("/start")
    await ida.taps("Try free")
    harness.system.telegram.faults.next_calls_fail(429, retry_after=30, times=2, method="sendMessage")
    await harness.time_passes(2 * 24 * HOUR + 20 * MINUTE, "two days later Telegram has no time, twice")
    ida.looks()
    say.promise("the reminder came, once", len(ida.unasked("VPN switches off on")) == 1)


async def outage(harness: Harness) -> None:
    """Everything of ours is down for three days while Kim's trial runs out."""
    say, kim = harness.transcript, harness.enters("Kim")
    await kim.says("/start")
    await kim.taps("Try free")
    await harness.breaks_down(TRIAL.duration + HOUR, "three days and an hour later we are back")
    kim.looks()
    say.promise("no stale reminder", not kim.unasked("VPN switches off"))
    say.promise("the end, once", len(kim.unasked("VPN is off")) == 1)


FAULT_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    delivered_again,
    crash_before_the_commit,
    crash_after_the_commit,
    crash_of_the_worker,
    telegram_is_busy,
    outage,
)


async def _crash(harness: Harness, actor: Actor, point: str) -> None:
    say = harness.transcript
    await actor.says("/start")
    harness.system.crashes.order("telegram_webhook", point)
    (update_id,) = (await actor.taps("Try free")).update_ids
    await harness.system.settle()
    actor.looks()
    say.promise("the crash was real", not harness.system.crashes.waiting, harness.system.crashes.waiting)
    statuses = [delivery.status for delivery in harness.system.telegram.journal.deliveries_of(update_id)]
    say.promise("Telegram saw it and delivered again", statuses == [500, 200], statuses)
    _once(harness, actor, update_id, deliveries=2)
    say.promise("the person has a key", bool(actor.unasked("What shall we connect?")), actor.person.screen.text)


def _once(harness: Harness, actor: Actor, update_id: int, deliveries: int) -> None:
    seen = (harness.deliveries(update_id), harness.decisions(actor, update_id), harness.keys(actor))
    words = f"delivered {deliveries}×, done once, one key on each of three servers"
    harness.transcript.promise(words, seen == (deliveries, 1, ONE_ON_EACH), seen)
