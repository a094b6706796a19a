"""A shop with servers over which rounds are made."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.servers import server
from tests.fakes.shop import Shop
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.reconciliation import INTERVAL, ReconciliationRun
from vpnbot.domain.servers.server import Server, ServerState


def entry(cause: str) -> Entry:
    """Return an operator's decision."""
    return Entry(cause, "changed", START, "operator")


def with_servers(shop: Shop, *ids: str, capacity: int = 80) -> Shop:
    """Return the world with these servers and no other."""
    shop.servers.ids = []
    for server_id in ids:
        add_server(shop, server_id, capacity)
    return shop


def add_server(shop: Shop, server_id: str, capacity: int = 80) -> None:
    """Let the operator add a server, the first round over it due half an hour from now."""
    first = ReconciliationRun(server_id, shop.clock(), due=Due(shop.clock() + INTERVAL))
    shop.servers.add(server(server_id, capacity=capacity), entry(f"add:{server_id}"), first)


def reconcile_now(shop: Shop, server_id: str = "nl", *, settle: bool = True) -> ReconciliationRun:
    """Let the next round over a server be made right now, and what it leaves to the clock be done."""
    shop.servers.hasten_run(server_id, shop.clock())
    shop.minute()
    ended = shop.servers.reconciliation_run(server_id)
    assert ended is not None
    if settle:
        for _ in range(3):
            shop.clock.pass_by(timedelta(minutes=1))
            shop.minute()
    return ended


def change(shop: Shop, server_id: str, **fields: object) -> Server:
    """Let the operator change a server."""
    before = shop.servers.get(server_id)
    after = replace(before, **fields)  # type: ignore[arg-type]  # fields of Server
    shop.servers.replace(before, after, entry(f"change:{server_id}:{before.version}"))
    return shop.servers.get(server_id)


def drain(shop: Shop, server_id: str, state: ServerState = ServerState.DRAINING) -> Server:
    """Let the operator empty a server."""
    return change(shop, server_id, state=state)
