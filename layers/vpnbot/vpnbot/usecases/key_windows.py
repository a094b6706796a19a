"""What a server should have beside what its panel has: two sorted lists, window by window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vpnbot.domain.drift import Expected
from vpnbot.domain.server import PanelClient, Server
from vpnbot.usecases.ports import Shop

_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Window:
    """All names in (after, until] on both sides; `clients` None: the panel was not asked."""

    until: str
    last: bool
    keys: Sequence[Expected]
    clients: Sequence[PanelClient] | None = None


def windows(shop: Shop, server: Server) -> Iterator[Window]:
    """Yield all of them, one page of the panel each.

    Raises:
        PanelUnavailable, PanelRefused, Misconfigured: the panel cannot be looked at.
        StorageUnavailable: try again.
    """
    page, after, last = 1, "", False
    while not last:
        window = compared(shop, server, page, after)
        yield window
        page, after, last = page + 1, window.until, window.last


def compared(shop: Shop, server: Server, page: int, after: str) -> Window:
    """Return the window that ends with the last name on a page of the panel.

    Clients come and go between two pages. One that is seen on neither is taken for missing, and making it once more
    changes nothing; one that is seen twice is looked at once.

    Raises:
        As `windows`.
    """
    found = shop.panel.clients(server, page)
    until = max(after, found.clients[-1].name.lower() if found.clients else "")
    keys = tuple(_keys(shop, server.id, after, None if found.last else until))
    return Window(until, found.last, keys, [client for client in found.clients if client.name.lower() > after])


def listed(shop: Shop, server_id: str, after: str) -> Window:
    """Return what follows as our own list has it, without a look at the panel.

    Raises:
        StorageUnavailable: try again.
    """
    keys = shop.servers.expected(server_id, after=after, limit=_KEYS_AT_ONCE)
    return Window(keys[-1].name if keys else after, len(keys) < _KEYS_AT_ONCE, keys)


def _keys(shop: Shop, server_id: str, after: str, until: str | None) -> Iterator[Expected]:
    while True:
        some = shop.servers.expected(server_id, after=after, until=until, limit=_KEYS_AT_ONCE)
        yield from some
        if len(some) < _KEYS_AT_ONCE:
            return
        after = some[-1].name
