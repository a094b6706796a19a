"""A server that tests add as an operator does."""

from tests.fakes.shop import Shop, update
from vpnbot.domain.servers.server import Server
from vpnbot.usecases.servers.add_server import add_server

NEW = Server("de", "", "DE", address="https://de.example.com/x", inbound_id=1, capacity=50)


def add(shop: Shop, server: Server = NEW, cause: str = "") -> Server:
    """Add a server as an operator."""
    return add_server(shop.fleet, shop.context, server, cause or update(), "operator")
