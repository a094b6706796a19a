"""What must hold in a random walk once all faults have ended and time has passed."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.fakes.panel import as_listed
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.drift import ExpectedClient, as_wanted
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds

if TYPE_CHECKING:
    from tests.functional.walk.simulation import Simulation


def faults_of(sim: "Simulation", people: list[Person]) -> Iterator[str]:
    """Yield what is not as it should be."""
    for person in people:
        yield from _of_person(sim, person)
    for server in sim.table.servers.values():
        if server.state is not ServerState.DECOMMISSIONED:
            yield from _of_panel(sim, server, people)
    yield from _of_counters(sim, people)


def _of_person(sim: "Simulation", person: Person) -> Iterator[str]:
    now, who = sim.clock(), person.id[:6]
    person = person.as_of(now)
    wanted = wanted_state(person, now)
    for access in person.accesses:
        if not access.in_sync:
            yield f"{who}: the key on {access.server_id} lags: {access}"
        if access.key == person.subscription.key and access.wanted is not Wanted.ABSENT and access.wanted != wanted:
            yield f"{who}: the key on {access.server_id} is to be {access.wanted}, not {wanted}"
        if access.server_id not in sim.table.servers:
            yield f"{who}: a key on {access.server_id}, which is not in the catalogue"
        if access.key != person.subscription.key:
            yield f"{who}: a key of an earlier link on {access.server_id}: {access}"
    if wanted is Wanted.ENABLED:
        yield from _of_entitled(sim, person)
    yield from _of_ledger(sim, person)
    due = [message for message in person.outbox if message.due is not None]
    if due:
        yield f"{who}: still waits for {[message.id for message in due]}"
    if person.questions:
        yield f"{who}: questions wait"
    if person.watches:
        yield f"{who}: waits for a server that works"


def _of_ledger(sim: "Simulation", person: Person) -> Iterator[str]:
    """Yield a difference between the time that the ledger has granted since the last deletion and the lots."""
    with sim.faults.quiet():
        rows = sim.shop.people.history(person.id)
    deleted = max((number for number, row in enumerate(rows, 1) if row["what"] == "deleted"), default=0)
    granted = sum(int(str(row.get("seconds", 0))) for row in rows[deleted:])
    if granted != entitlement_seconds(person.subscription, sim.clock()):
        yield f"{person.id[:6]}: the ledger has {granted} seconds, and there are {person.subscription.lots}"


def _of_entitled(sim: "Simulation", person: Person) -> Iterator[str]:
    who = person.id[:6]
    if person.subscription.waits_for_key or not person.served:
        yield f"{who}: entitled, and no key works: {person.subscription} {person.accesses}"
    plan, opened = person.subscription.plan, [s for s in sim.table.servers.values() if s.state is ServerState.OPEN]
    assert plan is not None
    staying = [access for access in person.living_accesses if access.leaving_at is None]
    if len(staying) < min(plan.keys, len(opened)):
        yield f"{who}: {len(staying)} keys of {plan.keys}, and {len(opened)} servers are open"
    if person.uncounted_keys:
        yield f"{who}: uncounted: {person.uncounted_keys}"


def _of_panel(sim: "Simulation", server: Server, people: list[Person]) -> Iterator[str]:
    clients = dict(sim.shop.panel.clients_on(server.id))
    for person in people:
        for access in person.accesses:
            if access.server_id == server.id and access.wanted is not Wanted.ABSENT:
                client = clients.pop(access.name, None)
                expected = ExpectedClient.of(person.id, access)
                if client is None:
                    yield f"{server.id}: no client for {access}"
                elif not as_wanted(expected, as_listed(access.name, client), server, sim.shop.ring):
                    yield f"{server.id}: {client} is not as {access}"
    yield from (f"{server.id}: {client} should not be there ({name})" for name, client in clients.items())


def _of_counters(sim: "Simulation", people: list[Person]) -> Iterator[str]:
    held: Counter[tuple[str, int]] = Counter(
        (access.server_id, access.capacity_shard)
        for person in people
        for access in person.accesses
        if access.capacity_shard is not None
    )
    with sim.faults.quiet():
        listings = sim.shop.servers.listings()
    for listing in listings:
        for shard in listing.shards:
            keys = held.pop((listing.server.id, shard.number), 0)
            if shard.taken != keys:
                yield f"{listing.server.id}: shard {shard.number} counts {shard.taken}, and has {keys} keys"
    if held:
        yield f"keys in shards that are not there: {held}"


def dead_lettered(sim: "Simulation") -> list[DueItem]:
    """Return the dead-lettered work."""
    return list(sim.shop.index.dead_lettered())
