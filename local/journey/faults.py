"""Scenarios with injected faults: the promises are kept nevertheless."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import ONE_ON_EACH, Actor, Harness
from vpnbot.domain.subscriptions.plan import TRIAL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def delivered_again(harness: Harness) -> None:
    """Telegram delivers Emil's tap three times."""
    say, emil = harness.transcript, harness.new_person("Emil")
    await emil.says("/start")
    (update_id,) = (await emil.taps("Try free")).update_ids
    for _ in range(2):
        say.event("Telegram delivers the same tap again")
        harness.system.telegram.deliver_again(update_id)
        await harness.system.settle()
        emil.reads()
    _once(harness, emil, update_id, deliveries=3)


async def crash_before_the_commit(harness: Harness) -> None:
    """The function crashes before Fay's trial is stored."""
    await _crash(harness, harness.new_person("Fay"), "commit.before")


async def crash_after_the_commit(harness: Harness) -> None:
    """The function crashes after Gus's trial is stored and before the bot answers him."""
    await _crash(harness, harness.new_person("Gus"), "commit.after")


async def crash_of_the_worker(harness: Harness) -> None:
    """The worker crashes after it has stored Hal's reminder and before it sends it."""
    say, hal = harness.transcript, await harness.customer("Hal")
    harness.system.crashes.order("due_worker", "commit.after")
    await harness.time_passes(2 * 24 * HOUR + 20 * MINUTE, "two days later the worker crashes during its work")
    hal.reads()
    say.promise("the injected crash happened", not harness.system.crashes.waiting, harness.system.crashes.waiting)
    say.promise("the reminder came once", len(hal.messages_with("VPN switches off on")) == 1)


async def telegram_is_busy(harness: Harness) -> None:
    """Telegram answers 429 when Ida's reminder is due."""
    say, ida = harness.transcript, await harness.customer("Ida")
    harness.system.telegram.faults.next_calls_fail(429, retry_after=30, times=2, method="sendMessage")
    await harness.time_passes(2 * 24 * HOUR + 20 * MINUTE, "two days later Telegram rejects two calls")
    ida.reads()
    say.promise("the reminder came once", len(ida.messages_with("VPN switches off on")) == 1)


async def outage(harness: Harness) -> None:
    """No function runs for three days, during which Kim's trial ends."""
    say, kim = harness.transcript, await harness.customer("Kim")
    await harness.outage(TRIAL.duration + HOUR, "three days and an hour later the functions run again")
    kim.reads()
    say.promise("no stale reminder", not kim.messages_with("VPN switches off"))
    say.promise("she is notified of the end once", len(kim.messages_with("VPN is off")) == 1)


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
    actor.reads()
    say.promise("the injected crash happened", not harness.system.crashes.waiting, harness.system.crashes.waiting)
    statuses = [delivery.status for delivery in harness.system.telegram.journal.deliveries_of(update_id)]
    say.promise("Telegram received the error and delivered the tap again", statuses == [500, 200], statuses)
    _once(harness, actor, update_id, deliveries=2)
    say.promise("the person has a key", bool(actor.messages_with("What shall we connect?")), actor.person.screen.text)


def _once(harness: Harness, actor: Actor, update_id: int, deliveries: int) -> None:
    seen = (harness.deliveries(update_id), harness.decisions(actor, update_id), harness.keys(actor))
    words = f"delivered {deliveries}×, done once, one key on each of three servers"
    harness.transcript.promise(words, seen == (deliveries, 1, ONE_ON_EACH), seen)
