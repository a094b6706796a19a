"""The operator finds people, and adds and drains servers while customers stay connected."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import ONE_ON_EACH, Actor, Harness
from local.panels import SPARE

HOUR = timedelta(hours=1)
_MOST_WAITS = 48
"""Quarters of an hour: apps have a day to load a new key, from a run that a jump of time may make 5 h late."""


async def add_a_server_and_drain_another(harness: Harness) -> None:
    """The operator adds a server in Warsaw and drains Frankfurt, then undoes both, during Nina's trial."""
    say, nina, operator = harness.transcript, await harness.customer("Nina"), harness.operator()
    link, count = await nina.copies_link(), len(nina.person.messages)
    links = await harness.share_links(link)
    await _add_the_spare_panel(harness, operator)
    await _drain(operator, "frankfurt")
    await harness.time_passes(HOUR, "within the hour")
    say.promise(
        "her app loads a key in Warsaw", any(SPARE.server_id in one for one in await harness.share_links(link))
    )
    four = {**ONE_ON_EACH, SPARE.server_id: 1}
    say.promise("and her old key still exists", harness.keys(nina) == four, harness.keys(nina))
    await _wait_until_drained(harness, "frankfurt", "a day later every app has loaded its link again")
    moved = {server: 1 for server in four if server != "frankfurt"}
    say.promise("the old key is gone", harness.keys(nina) == moved, harness.keys(nina))
    say.promise("no key is left in Frankfurt", not harness.system.panels.named("frankfurt").clients)
    await operator.says("/servers")
    await operator.taps("frankfurt")
    await operator.taps("Open again")
    await _drain(operator, "pl")
    await _wait_until_drained(harness, "pl", "another day later")
    say.promise(
        "she has one key on each of the first three servers", harness.keys(nina) == ONE_ON_EACH, harness.keys(nina)
    )
    say.promise("with the same link, and the same keys in it", set(await harness.share_links(link)) == set(links))
    received = [message.text for message in nina.person.messages[count:]]
    no_notification = not any("key" in text or "server" in text for text in received)
    say.promise("and she received no message about it", no_notification, received)
    await operator.says("/servers")
    await operator.taps("pl")
    await operator.taps("Remove")
    await operator.taps("Remove it")
    say.promise(
        "Warsaw is no longer among the servers",
        bool(operator.messages_with("pl is removed")),
        operator.person.screen.text,
    )


async def a_person_is_chosen(harness: Harness) -> None:
    """The operator finds two people in Telegram's own list: one has used the bot, the other has not."""
    say, olga, operator = harness.transcript, await harness.customer("Olga"), harness.operator()
    stranger = harness.new_person("Sam")
    for person in (olga, stranger):
        await operator.says("/admin")
        await operator.taps("🔎 Find")
        await operator.taps("👤 Choose")
        await operator.picks("Choose a person", person)
        left = harness.system.telegram.conversations.reply_keyboards.get(operator.user_id)
        say.promise("the buttons below the input are gone", left is None, left)
        if person is olga:
            say.promise("the card is shown", bool(operator.messages_with(f"id {olga.user_id}")))
    say.promise("of a stranger it is said", bool(operator.messages_with("never opened the bot")))
    await operator.taps("🔎 Again")


async def _add_the_spare_panel(harness: Harness, operator: Actor) -> None:
    say, panel = harness.transcript, harness.system.panels.named(SPARE.server_id)
    await operator.says("/servers")
    await operator.taps("Add a server")
    await operator.says(panel.address)
    say.promise(
        "the panel's token is asked for", bool(operator.messages_with("API token")), operator.person.screen.text
    )
    await operator.says_secret(panel.token, "the panel's token")
    left = [message.text for message in operator.person.messages if panel.token in message.text]
    say.promise("its message is deleted at once", not left, left)
    kept = str(harness.system.ledger.items(operator.user_id))
    say.promise("and the operator's stored items do not contain it", panel.token not in kept)
    await operator.taps("Reality · 443")
    await operator.says(SPARE.country)
    await operator.taps("200")
    await operator.taps("Add it")
    say.promise("the server is added", bool(operator.messages_with("pl is added")), operator.person.screen.text)
    await operator.taps("ℹ️ Details")
    say.promise("Reality's parameters are shown", "www.example.com" in operator.person.screen.text)


async def _wait_until_drained(harness: Harness, server_id: str, words: str) -> None:
    """Let a day pass, then advance until the reconciliation runs have moved all keys: a jump stops for few runs.

    A key is moved when its client is removed from the panel and then its item from the table.
    """
    await harness.time_passes(25 * HOUR, words)
    for _ in range(_MOST_WAITS):
        if not harness.system.ledger.keys_on(server_id):
            break
        await harness.system.advance(HOUR / 4)
    left = harness.system.ledger.keys_on(server_id)
    harness.transcript.promise(f"no key of {server_id} is stored any more", not left, left)


async def _drain(operator: Actor, server_id: str) -> None:
    await operator.says("/servers")
    await operator.taps(server_id)
    await operator.taps("Empty it")
    await operator.taps("Move everybody")


OPERATOR_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    a_person_is_chosen,
    add_a_server_and_drain_another,
)
