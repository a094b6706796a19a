"""The acts in which something breaks: what was promised holds all the same."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.stage import ONE_ON_EACH, Actor, Stage
from vpnbot.domain.subscriptions.plan import TRIAL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def delivered_again(stage: Stage) -> None:
    """Telegram delivers Emil's tap three times."""
    say, emil = stage.transcript, stage.enters("Emil")
    await emil.says("/start")
    (update_id,) = (await emil.taps("Try free")).update_ids
    for _ in range(2):
        say.scene("Telegram delivers the same tap again")
        stage.system.telegram.deliver_again(update_id)
        await stage.system.settle()
        emil.looks()
    _once(stage, emil, update_id, deliveries=3)


async def crash_before_the_commit(stage: Stage) -> None:
    """The function dies before Fay's trial is written."""
    await _crash(stage, stage.enters("Fay"), "commit.before")


async def crash_after_the_commit(stage: Stage) -> None:
    """The function dies after Gus's trial is written, before he hears of it."""
    await _crash(stage, stage.enters("Gus"), "commit.after")


async def crash_of_the_worker(stage: Stage) -> None:
    """The worker dies after it has decided Hal's reminder."""
    say, hal = stage.transcript, stage.enters("Hal")
    await hal.says("/start")
    await hal.taps("Try free")
    stage.system.crashes.order("due_worker", "commit.after")
    await stage.time_passes(2 * 24 * HOUR + 20 * MINUTE, "two days later the worker dies in the middle of its work")
    hal.looks()
    say.promise("the crash was real", not stage.system.crashes.waiting, stage.system.crashes.waiting)
    say.promise("the reminder came, once", len(hal.unasked("VPN switches off on")) == 1)


async def telegram_is_busy(stage: Stage) -> None:
    """Telegram answers 429 when Ida's reminder is due."""
    say, ida = stage.transcript, stage.enters("Ida")
    await ida.says("/start")
    await ida.taps("Try free")
    stage.system.telegram.faults.next_calls_fail(429, retry_after=30, times=2, method="sendMessage")
    await stage.time_passes(2 * 24 * HOUR + 20 * MINUTE, "two days later Telegram has no time, twice")
    ida.looks()
    say.promise("the reminder came, once", len(ida.unasked("VPN switches off on")) == 1)


async def outage(stage: Stage) -> None:
    """Everything of ours is down for three days while Kim's trial runs out."""
    say, kim = stage.transcript, stage.enters("Kim")
    await kim.says("/start")
    await kim.taps("Try free")
    await stage.breaks_down(TRIAL.duration + HOUR, "three days and an hour later we are back")
    kim.looks()
    say.promise("no stale reminder", not kim.unasked("VPN switches off"))
    say.promise("the end, once", len(kim.unasked("VPN is off")) == 1)


FAULT_ACTS: tuple[Callable[[Stage], Coroutine[Any, Any, None]], ...] = (
    delivered_again,
    crash_before_the_commit,
    crash_after_the_commit,
    crash_of_the_worker,
    telegram_is_busy,
    outage,
)


async def _crash(stage: Stage, actor: Actor, point: str) -> None:
    say = stage.transcript
    await actor.says("/start")
    stage.system.crashes.order("telegram_webhook", point)
    (update_id,) = (await actor.taps("Try free")).update_ids
    await stage.system.settle()
    actor.looks()
    say.promise("the crash was real", not stage.system.crashes.waiting, stage.system.crashes.waiting)
    statuses = [delivery.status for delivery in stage.system.telegram.journal.deliveries_of(update_id)]
    say.promise("Telegram saw it and delivered again", statuses == [500, 200], statuses)
    _once(stage, actor, update_id, deliveries=2)
    say.promise("the person has a key", bool(actor.unasked("What shall we connect?")), actor.person.screen.text)


def _once(stage: Stage, actor: Actor, update_id: int, deliveries: int) -> None:
    seen = (stage.deliveries(update_id), stage.decisions(actor, update_id), stage.keys(actor))
    words = f"delivered {deliveries}×, done once, one key on each of three servers"
    stage.transcript.promise(words, seen == (deliveries, 1, ONE_ON_EACH), seen)
