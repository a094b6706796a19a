"""Find out whether a panel that has refused several clients refuses all: one key that works is applied again."""

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.drift import ExpectedClient, as_wanted
from vpnbot.domain.servers.server import Server
from vpnbot.usecases.ports import Fleet
from vpnbot.usecases.servers.key_windows import Window

MOST_PROBES = 3
"""The most keys that are applied again while the panel accepts none of them."""


def key_to_probe(window: Window, server: Server, fleet: Fleet) -> ExpectedClient | None:
    """Return a key to apply again, whose client is as it should be; None if there is no need, or no such key.

    No new key is placed on a server whose panel has refused several clients. So without this, a success that shows
    that it accepts others might never come.
    """
    breaker = fleet.catalogue.breaker(server.id)
    if breaker is None or not breaker.refuses_clients:
        return None
    clients, ring = {client.name: client for client in window.clients or ()}, fleet.ring()
    enabled = [key for key in window.keys if key.wanted is Wanted.ENABLED and key.name in clients]
    good = [key for key in enabled if as_wanted(key, clients[key.name], server, ring)]
    working = [key for key in good if key.in_sync]
    probes = len(good) - len(working)
    return working[0] if working and probes < MOST_PROBES else None
