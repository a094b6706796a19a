"""The operator's scenario: one server is added and another is drained while customers stay connected."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import ONE_ON_EACH, Actor, Harness
from local.panels import SPARE

HOUR = timedelta(hours=1)
_ROUNDS_AT_MOST = 12


async def a_server_comes_and_another_is_emptied(harness: Harness) -> None:
    """The operator adds a panel in Warsaw, empties Frankfurt, and thinks better of it while Nina's trial runs."""
    say, nina, operator = harness.transcript, harness.enters("Nina"), harness.operator()
    await nina.says("/start")
    await nina.taps("Try free")
    link, said = await nina.copies_link(), len(nina.person.messages)
    links = await harness.share_links(link)
    await _adds_the_spare_panel(harness, operator)
    await _empties(operator, "frankfurt")
    await harness.time_passes(HOUR, "within the hour")
    say.promise(
        "her app finds a key in Warsaw", any(SPARE.server_id in one for one in await harness.share_links(link))
    )
    four = {**ONE_ON_EACH, SPARE.server_id: 1}
    say.promise("while the old key still works", harness.keys(nina) == four, harness.keys(nina))
    await _everybody_leaves(harness, "frankfurt", "a day later every app has loaded its link again")
    moved = {server: 1 for server in four if server != "frankfurt"}
    say.promise("the old key is gone", harness.keys(nina) == moved, harness.keys(nina))
    say.promise("no key is left in Frankfurt", not harness.system.panels.named("frankfurt").clients)
    await operator.says("/servers")
    await operator.taps("frankfurt")
    await operator.taps("Open again")
    await _empties(operator, "pl")
    await _everybody_leaves(harness, SPARE.server_id, "another day later")
    say.promise("she is back where she was", harness.keys(nina) == ONE_ON_EACH, harness.keys(nina))
    say.promise("with the link she had, and its keys", set(await harness.share_links(link)) == set(links))
    told = [message.text for message in nina.person.messages[said:]]
    say.promise("and was told nothing of it", not any("key" in text or "server" in text for text in told), told)
    await operator.says("/servers")
    await operator.taps("pl")
    await operator.taps("Remove")
    await operator.taps("Remove it")
    say.promise(
        "Warsaw is gone from the servers", bool(operator.unasked("pl is removed")), operator.person.screen.text
    )


async def _adds_the_spare_panel(harness: Harness, operator: Actor) -> None:
    say, panel = harness.transcript, harness.system.panels.named(SPARE.server_id)
    await operator.says("/servers")
    await operator.taps("Add a server")
    await operator.says(panel.address)
    say.promise("the panel's token is asked for", bool(operator.unasked("API token")), operator.person.screen.text)
    await operator.says_in_confidence(panel.token, "the panel's token")
    left = [message.text for message in operator.person.messages if panel.token in message.text]
    say.promise("its message is deleted at once", not left, left)
    kept = str(harness.system.ledger.items(operator.user_id))
    say.promise("and nothing remembers it but the operator's safe", panel.token not in kept)
    await operator.taps("Reality · 443")
    await operator.says(SPARE.country)
    await operator.taps("200")
    say.promise("Reality's parameters are shown", "www.example.com" in operator.person.screen.text)
    await operator.taps("Add it")
    say.promise("the server is added", bool(operator.unasked("pl is added")), operator.person.screen.text)


async def _everybody_leaves(harness: Harness, server_id: str, words: str) -> None:
    """Let a day pass, and as long as the rounds over the server need: on one machine that jumps they are few."""
    await harness.time_passes(25 * HOUR, words)
    for _ in range(_ROUNDS_AT_MOST):
        if not harness.system.panels.named(server_id).clients:
            break
        await harness.system.advance(HOUR / 4)
    await harness.system.settle()


async def _empties(operator: Actor, server_id: str) -> None:
    await operator.says("/servers")
    await operator.taps(server_id)
    await operator.taps("Empty it")
    await operator.taps("Move everybody")


OPERATOR_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    a_server_comes_and_another_is_emptied,
)
