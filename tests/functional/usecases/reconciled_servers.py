"""A shop with servers, reconciliation runs over them, and where a person's keys are."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from tests.fakes.clock import START
from tests.fakes.panel import Client
from tests.fakes.servers import server
from tests.fakes.shop import USER_ID, Shop
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import RECONCILE_SERVER, Due
from vpnbot.domain.servers.reconciliation import INTERVAL, ReconciliationRun
from vpnbot.domain.servers.server import Server, ServerState


def entry(cause: str) -> Entry:
    """Return a ledger entry of an operator."""
    return Entry(cause, "changed", START, "operator")


def with_servers(shop: Shop, *ids: str, capacity: int = 80) -> Shop:
    """Return the shop with these servers and no other."""
    shop.servers.ids = []
    for server_id in ids:
        add_server(shop, server_id, capacity)
    return shop


def add_server(shop: Shop, server_id: str, capacity: int = 80) -> None:
    """Add a server; its first reconciliation run is due after `INTERVAL`."""
    first = ReconciliationRun(server_id, shop.clock(), due=Due(shop.clock() + INTERVAL))
    shop.servers.add(server(server_id, capacity=capacity), entry(f"add:{server_id}"), first)


def reconcile_now(shop: Shop, server_id: str = "nl", *, settle: bool = True) -> ReconciliationRun:
    """Make the next slice of a server's reconciliation run now; `settle`: also the due work that follows from it."""
    shop.servers.make_run_due(server_id, shop.clock())
    shop.minute()
    ended = shop.servers.reconciliation_run(server_id)
    assert ended is not None
    if settle:
        for _ in range(3):
            shop.clock.advance(timedelta(minutes=1))
            shop.minute()
    return ended


def slice_now(shop: Shop) -> ReconciliationRun:
    """Let a worker do the slice of the reconciliation run that is due, and no other work; return the run."""
    (item,) = [item for item in shop.index.due(shop.clock(), 1000) if item.prefix == RECONCILE_SERVER.prefix]
    claim = shop.index.claim(item, shop.clock())
    assert claim is not None
    shop.work(claim)
    run = shop.servers.reconciliation_run(item.sort_key.partition("#")[2])
    assert run is not None
    return run


def change(shop: Shop, server_id: str, **fields: object) -> Server:
    """Change fields of a server, as an operator does."""
    before = shop.servers.get(server_id)
    after = replace(before, **fields)  # type: ignore[arg-type]  # fields of Server
    shop.servers.replace(before, after, entry(f"change:{server_id}:{before.version}"))
    return shop.servers.get(server_id)


def drain(shop: Shop, server_id: str, state: ServerState = ServerState.DRAINING) -> Server:
    """Drain a server, or declare it decommissioned."""
    return change(shop, server_id, state=state)


def on_panels(shop: Shop, user_id: int = USER_ID) -> list[str]:
    """Return the servers on whose panels the person has a client."""
    names = {access.name for access in shop.look(user_id).accesses}
    return sorted(server_id for server_id, name in shop.panel.held if name in names)


def in_link(shop: Shop, user_id: int = USER_ID) -> list[str]:
    """Return the servers whose keys the person's link contains."""
    return sorted(access.server_id for access in shop.look(user_id).offered_accesses if access.works)


def taken(shop: Shop, server_id: str) -> int:
    """Return how many keys take capacity on a server."""
    (listing,) = [listing for listing in shop.servers.listings() if listing.server.id == server_id]
    return listing.taken


def with_credentials(client: Client, **changes: object) -> Client:
    """Return a client with other credentials, as an administrator of the panel can set them."""
    return replace(client, credentials=replace(client.credentials, **changes))  # type: ignore[arg-type]  # its fields


CHANGED_BY_HAND: Mapping[str, Callable[[Client], Client]] = {
    "disabled": lambda client: replace(client, enabled=False),
    "more devices": lambda client: replace(client, devices=99),
    "traffic limit": lambda client: replace(client, traffic_limit_bytes=1),
    "other inbound": lambda client: replace(client, inbound_id=7),
    "other flow": lambda client: replace(client, flow="none"),
    "no flow": lambda client: replace(client, flow=""),
    "an end date": lambda client: replace(client, expires=True),
    "other user id": lambda client: with_credentials(client, client_id=UUID(int=7)),
    "other subscription id": lambda client: with_credentials(client, sub_id="another"),
    "other mark": lambda client: with_credentials(client, mark="a note of the operator"),
    "no mark": lambda client: with_credentials(client, mark=""),
}
"""What an administrator of a panel can change in a client so that its key does not work, or not as sold."""
