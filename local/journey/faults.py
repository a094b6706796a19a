"""The acts in which something breaks: what was promised holds all the same."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.stage import Actor, Stage
from vpnbot.domain.plan import TRIAL
from vpnbot.panels.demo import DEMO_SERVER
from vpnbot.storage.table import from_text

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


async def panel_is_down(stage: Stage) -> None:
    """The panel is down when Jon takes his trial."""
    say, jon = stage.transcript, stage.enters("Jon")
    await jon.says("/start")
    _weather(stage, down=True)
    say.scene("the panel goes down")
    await jon.taps("Try free")
    say.promise("he is told that his key is being made", bool(jon.unasked("Making your key")), jon.person.screen.text)
    await stage.time_passes(20 * MINUTE, "twenty minutes later")
    await jon.taps("Refresh")
    _weather(stage, down=False)
    await stage.time_passes(HOUR, "the panel is back; within the hour")
    jon.looks()
    say.promise("the key comes by itself", bool(jon.unasked("Your key is ready")), jon.person.screen.text)
    say.promise("and says that it carries no traffic", "no traffic" in jon.person.screen.text, jon.person.screen.text)
    subscription = stage.system.ledger.items(jon.user_id)["SUB"]["body"]
    lost = stage.system.clock.now() + TRIAL.duration - from_text(subscription["ends_at"])
    say.promise("and his time starts with it", timedelta() <= lost <= HOUR, lost)
    say.promise("one key", stage.system.ledger.keys(jon.user_id) == 1)


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
    panel_is_down,
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
    seen = (
        stage.deliveries(update_id),
        stage.decisions(actor, update_id),
        stage.system.ledger.keys(actor.user_id),
    )
    words = f"delivered {deliveries}×, done once, 1 key"
    stage.transcript.promise(words, seen == (deliveries, 1, 1), seen)


def _weather(stage: Stage, *, down: bool) -> None:
    stage.system.ledger.set_panel(DEMO_SERVER.id, down=down, latency_ms=0)
