"""Scenarios in which panels are down or lose all clients: the other keys work, the missing ones are made later."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.harness import ONE_ON_EACH, Harness
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.storage.table import from_text

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def all_panels_are_down(harness: Harness) -> None:
    """All three panels are down when Jon takes his trial."""
    say, jon = harness.transcript, harness.new_person("Jon")
    await jon.says("/start")
    await harness.system.panels.set_faults(down=True)
    say.event("all panels go down")
    await jon.taps("Try free")
    say.promise(
        "he sees that his key is being made", bool(jon.messages_with("Making your key")), jon.person.screen.text
    )
    await harness.time_passes(20 * MINUTE, "twenty minutes later")
    await jon.taps("Refresh")
    say.promise("no panel has a key of his", not harness.keys(jon), harness.keys(jon))
    await harness.system.panels.set_faults()
    await harness.time_passes(HOUR, "the panels are back; within the hour")
    jon.reads()
    ready = jon.messages_with("Your key is ready")
    say.promise("the key is made later, and he is notified once", len(ready) == 1, jon.person.screen.text)
    subscription = harness.system.ledger.items(jon.user_id)["SUB"]["body"]
    delay = harness.system.clock.now() + TRIAL.duration - from_text(subscription["ends_at"])
    say.promise("and his trial starts with it", timedelta() <= delay <= HOUR, delay)
    say.promise("one key on each of three servers", harness.keys(jon) == ONE_ON_EACH, harness.keys(jon))


async def one_panel_is_down(harness: Harness) -> None:
    """One of three panels is down when Lia takes her trial."""
    say, lia = harness.transcript, harness.new_person("Lia")
    await lia.says("/start")
    await harness.system.panels.set_faults("helsinki", down=True)
    say.event("the panel in Helsinki goes down")
    await lia.taps("Try free")
    say.promise("she is connected at once", bool(lia.messages_with("What shall we connect?")), lia.person.screen.text)
    two = {"amsterdam": 1, "frankfurt": 1}
    say.promise("with one key on each of the other two servers", harness.keys(lia) == two, harness.keys(lia))
    link = await lia.copies_link()
    links = await harness.share_links(link)
    say.promise("and her app loads both", len(links) == 2, links)
    count = len(lia.person.messages)
    await harness.time_passes(20 * MINUTE, "twenty minutes later")
    say.promise("the third key is not made while its panel is down", harness.keys(lia) == two, harness.keys(lia))
    await harness.system.panels.set_faults("helsinki")
    await harness.time_passes(HOUR, "the panel is back; within the hour")
    say.promise("the third key is made later", harness.keys(lia) == ONE_ON_EACH, harness.keys(lia))
    longer = await harness.share_links(link)
    say.promise("her app loads it with the others", len(longer) == 3 and set(links) < set(longer), longer)
    say.promise("and she got no second message", len(lia.person.messages) == count, lia.person.messages[-1].text)


async def a_panel_loses_all_clients(harness: Harness) -> None:
    """A panel is reinstalled while Max has a key on it."""
    say, max_ = harness.transcript, await harness.customer("Max")
    link = await max_.copies_link()
    links = await harness.share_links(link)
    count = len(max_.person.messages)
    panel = harness.system.panels.named("frankfurt")
    before = {client.email: client.uuid for client in panel.clients.values()}
    harness.system.panels.wipe("frankfurt")
    say.event("the panel in Frankfurt loses every client")
    say.promise("his key there is lost", "frankfurt" not in harness.keys(max_), harness.keys(max_))
    say.promise("his link is unchanged", await harness.share_links(link) == links)
    await harness.time_passes(HOUR, "the next reconciliation run is due within half an hour")
    after = {client.email: client.uuid for client in panel.clients.values()}
    say.promise("every key is restored without a change", after == before, (before, after))
    clients = harness.system.panels.clients(max_.user_id)
    on = {server: [client.enable for client in found] for server, found in clients.items()}
    say.promise(
        "his keys are enabled, one on each of three servers", on == {server: [True] for server in ONE_ON_EACH}, on
    )
    say.promise("his link is still the same", await harness.share_links(link) == links)
    say.promise("and no message was sent", len(max_.person.messages) == count, max_.person.messages[-1].text)


PANEL_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (
    all_panels_are_down,
    one_panel_is_down,
    a_panel_loses_all_clients,
)
