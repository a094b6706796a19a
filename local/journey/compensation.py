"""The operator's scenario: the VPN stops on all servers, and the people get days for it."""

import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import Actor, Harness
from vpnbot.storage.table import from_text

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SERVERS = ("amsterdam", "frankfurt", "helsinki")


async def an_outage_and_its_compensation(harness: Harness) -> None:
    """The VPN stops on all three servers for two hours; the owner gives days, and Vera reads what she got."""
    say, vera = harness.transcript, await harness.customer("Vera")
    end = _end(harness, vera)
    _cores(harness, "stop")
    say.event("the VPN core stops on all three servers; their panels answer")
    await harness.time_passes(2 * HOUR, "two hours later")
    _cores(harness, "running")
    await harness.time_passes(5 * MINUTE, "the cores run again; five minutes later")
    operator = harness.operator()
    await _opens(operator, SERVERS[0])
    text = operator.person.screen.text
    say.promise("the outage was measured, with its reason", "its VPN core stopped" in text, text)
    await operator.taps("Who")
    say.promise("everybody with a key there is listed", "1 day" in operator.person.screen.text)
    await operator.taps("Back")
    await operator.taps("Compensate")
    say.promise("the owner sees how many get how much", "1 day each" in operator.person.screen.text)
    say.promise("and nothing was given yet", _end(harness, vera) == end)
    await operator.taps("Give")
    await harness.time_passes(3 * MINUTE, "three minutes later")
    say.promise("Vera has a day more", _end(harness, vera) == end + timedelta(days=1), _end(harness, vera))
    vera.reads()
    told = vera.messages_with("VPN was down for")
    say.promise("and reads it once", len(told) == 1, [message.text for message in told])
    await _opens(operator, SERVERS[1])
    text = operator.person.screen.text
    say.promise("the other outage shows who had no key", bool(re.search(r"No other key: [1-9]", text)), text)
    labels = operator.person.screen.labels
    say.promise(
        "but the same hours give no one days again", not [label for label in labels if "Compensate" in label], labels
    )
    await operator.says("/admin")
    await operator.taps("Acts")
    say.promise("one act is in the log", operator.person.screen.text.count("days for an outage") == 1)


async def _opens(operator: Actor, server_id: str) -> None:
    await operator.says("/admin")
    await operator.taps("Outages")
    await operator.taps(next(label for label in operator.person.screen.labels if server_id in label))


def _cores(harness: Harness, state: str) -> None:
    for server_id in SERVERS:
        harness.system.panels.named(server_id).xray_state = state


def _end(harness: Harness, actor: Actor) -> Any:
    return from_text(harness.system.ledger.items(actor.user_id)["SUB"]["body"]["ends_at"])


COMPENSATION_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (an_outage_and_its_compensation,)
