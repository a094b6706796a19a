"""What a server should have beside what its panel has: two sorted lists, window by window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import may_be_ours
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.server import PanelClient, Server
from vpnbot.usecases.ports import Fleet

KEYS_AT_ONCE = 500
"""A window holds no more keys of ours, however few clients a panel has left."""


@dataclass(frozen=True, slots=True)
class Window:
    """All names in (after, until] on both sides; `clients` None: the panel was not asked.

    `next_page` is the panel's page to go on with. `foreign` counts clients on this page that cannot be ours.
    """

    until: str
    next_page: int
    last: bool
    keys: Sequence[ExpectedClient]
    clients: Sequence[PanelClient] | None = None
    foreign: int = 0


def windows(fleet: Fleet, server: Server) -> Iterator[Window]:
    """Yield all of them.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the panel cannot be looked at.
        StorageUnavailable: try again.
    """
    page, after, last = 1, "", False
    while not last:
        window = compare_page(fleet, server, page, after)
        yield window
        page, after, last = window.next_page, window.until, window.last


def compare_page(fleet: Fleet, server: Server, page: int, after: str) -> Window:
    """Return the window that ends with the last name of ours on a page of the panel, or with as many as it holds.

    Clients come and go between two pages. One that is seen on neither is taken for missing, and making it once more
    changes nothing; one that is seen twice is looked at once.

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
    """Return what follows as our own list has it, without a look at the panel.

    Raises:
        StorageUnavailable: try again.
    """
    keys = fleet.catalogue.expected(server_id, after=after, limit=KEYS_AT_ONCE)
    return Window(keys[-1].name if keys else after, page, len(keys) < KEYS_AT_ONCE, keys)


def _within(clients: Sequence[PanelClient], after: str, until: str | None) -> list[PanelClient]:
    return [client for client in clients if client.name > after and (until is None or client.name <= until)]
