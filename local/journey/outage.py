"""A day on which everything is down: afterwards all is done without a hand, and nothing outdated is said."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import ONE_ON_EACH, Harness
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.storage.table import from_text

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EVERY_CALL = 1_000_000


async def everything_is_down_for_a_day(harness: Harness) -> None:
    """Everything is down for a day: workers, queue, secrets, Telegram, two panels, and the token of the third."""
    say, system = harness.transcript, harness.system
    nora = await harness.customer("Nora")
    await harness.time_passes(TRIAL.duration - 12 * HOUR, "twelve hours before the end of her trial")
    nora.reads()
    oleg, helsinki = harness.new_person("Oleg"), system.panels.named("helsinki")
    token, helsinki.token = helsinki.token, "revoked"
    await system.panels.set_faults("amsterdam", "frankfurt", down=True)
    say.event("two panels go down, and the third accepts its token no more")
    await oleg.says("/start")
    await oleg.taps("Try free")
    say.promise("Oleg sees that his key is being made", bool(oleg.messages_with("Making your key")))
    system.aws.unavailable |= {"sqs", "ssm"}
    system.telegram.faults.next_calls_fail(502, times=EVERY_CALL)
    system.run_workers(enabled=False)
    said = len(nora.person.messages)
    for hour in range(24):
        if hour in {8, 16}:
            system.run_workers(enabled=True)
            system.aws.unavailable.discard("sqs")
        await system.outage(HOUR)
        if hour == 8:
            system.run_workers(enabled=False)
    say.event("a day later; Nora's trial has ended meanwhile, and workers ran for an hour without success")
    say.promise("nothing was given up", not system.due.dead_lettered(), system.due.dead_lettered())
    helsinki.token = token
    system.aws.unavailable.clear()
    system.telegram.faults.clear()
    await system.panels.set_faults()
    await harness.time_passes(90 * MINUTE, "everything works again; an hour and a half later")
    nora.reads()
    new = [message.text for message in nora.person.messages[said:]]
    say.promise("Nora hears once that VPN is off, and no outdated reminder", _only(new, "VPN is off"), new)
    clients = system.panels.clients(nora.user_id)
    off = {server: [client.enable for client in found] for server, found in clients.items()}
    say.promise("every panel has switched her key off", off == {server: [False] for server in ONE_ON_EACH}, off)
    oleg.reads()
    say.promise("Oleg's key is made, and he is notified once", len(oleg.messages_with("Your key is ready")) == 1)
    say.promise("one key on each of three servers", harness.keys(oleg) == ONE_ON_EACH, harness.keys(oleg))
    ends_at = from_text(system.ledger.items(oleg.user_id)["SUB"]["body"]["ends_at"])
    delay = system.clock.now() + TRIAL.duration - ends_at
    say.promise("and his trial starts with it", timedelta() <= delay <= 2 * HOUR, delay)
    say.promise("nothing is left for an operator", not system.due.dead_lettered(), system.due.dead_lettered())


def _only(texts: list[str], words: str) -> bool:
    return len(texts) == 1 and words in texts[0]


OUTAGE_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (everything_is_down_for_a_day,)
