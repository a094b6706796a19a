"""The keys that a server should have and the clients that its panel has, both sorted by name, in windows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import may_be_ours
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.server import PanelClient, Server
from vpnbot.usecases.ports import Fleet

KEYS_AT_ONCE = 500
"""The most keys in one window; it limits a window if a panel has lost its clients."""


@dataclass(frozen=True, slots=True)
class Window:
    """All keys and clients with names in (`after` of the previous window, `until`].

    `clients` is None if the panel was not called. `next_page` is the panel's page for the next window, from 1.
    `foreign` counts the clients on this page that cannot be ours, by their names.
    """

    until: str
    next_page: int
    last: bool
    keys: Sequence[ExpectedClient]
    clients: Sequence[PanelClient] | None = None
    foreign: int = 0


def windows(fleet: Fleet, server: Server) -> Iterator[Window]:
    """Yield all windows of a server, in the order of the names.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the panel's clients could not be listed.
        StorageUnavailable: the storage did not answer; try again later.
    """
    page, after, last = 1, "", False
    while not last:
        window = compare_page(fleet, server, page, after)
        yield window
        page, after, last = window.next_page, window.until, window.last


def compare_page(fleet: Fleet, server: Server, page: int, after: str) -> Window:
    """Return the window after the name `after` that one page of the panel covers; at most KEYS_AT_ONCE keys.

    The panel's list may change between two pages. A client that is then on neither page is treated as missing, and
    creating it again changes nothing; a client that is on both pages is compared once.

    Raises:
        As `windows`.
    """
    found = fleet.panels.of(server).clients(page)
    ours = [client for client in found.clients if may_be_ours(client.name)]
    end = max(after, ours[-1].name) if ours else after
    keys = fleet.catalogue.expected(server.id, after=after, until=None if found.last else end, limit=KEYS_AT_ONCE)
    if len(keys) == KEYS_AT_ONCE:
        cut = keys[-1].name
        return Window(cut, page, last=False, keys=keys, clients=_within(ours, after, cut))
    clients = _within(ours, after, None if found.last else end)
    return Window(end, page + 1, found.last, keys, clients, foreign=len(found.clients) - len(ours))


def list_page(fleet: Fleet, server_id: str, page: int, after: str) -> Window:
    """Return the window of the next keys after the name `after`, without calling the panel.

    Raises:
        StorageUnavailable: the storage did not answer; try again later.
    """
    keys = fleet.catalogue.expected(server_id, after=after, limit=KEYS_AT_ONCE)
    return Window(keys[-1].name if keys else after, page, len(keys) < KEYS_AT_ONCE, keys)


def listed(fleet: Fleet, server_id: str) -> Iterator[Window]:
    """Yield all windows of a server without calling its panel.

    Raises:
        As `list_page`.
    """
    after, last = "", False
    while not last:
        window = list_page(fleet, server_id, 1, after)
        yield window
        after, last = window.until, window.last


def _within(clients: Sequence[PanelClient], after: str, until: str | None) -> list[PanelClient]:
    return [client for client in clients if client.name > after and (until is None or client.name <= until)]
