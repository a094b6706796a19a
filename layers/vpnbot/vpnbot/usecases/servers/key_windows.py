"""The keys that a server should have and the clients that its panel has, both sorted by name, in windows."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from vpnbot.domain.keys.key_ring import may_be_ours
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.server import PanelClient
from vpnbot.usecases.ports import Fleet

KEYS_AT_ONCE = 500
"""The number of keys in each window except the last."""
_BY_NAME = attrgetter("name")


@dataclass(frozen=True, slots=True)
class Window:
    """All keys, and all clients that may be ours by their names, after the previous window and up to `until`.

    The last window has no end. `clients` is None if the panel's clients are not known.
    """

    keys: Sequence[ExpectedClient]
    clients: Sequence[PanelClient] | None
    until: str
    last: bool


def windows(fleet: Fleet, server_id: str, clients: Sequence[PanelClient] | None, after: str = "") -> Iterator[Window]:
    """Yield the windows of a server after the name `after`; `clients` is the panel's list, None if it is not known.

    The list is older than the keys: a client that was created in between is treated as missing, and creating it again
    changes nothing.

    Raises:
        StorageUnavailable: the storage did not answer; try again later.
    """
    ours = None if clients is None else sorted((c for c in clients if may_be_ours(c.name)), key=_BY_NAME)
    last = False
    while not last:
        keys = fleet.catalogue.expected(server_id, after=after, limit=KEYS_AT_ONCE)
        last = len(keys) < KEYS_AT_ONCE
        until = keys[-1].name if keys else after
        yield Window(keys, None if ours is None else _within(ours, after, None if last else until), until, last)
        after = until


def _within(clients: Sequence[PanelClient], after: str, until: str | None) -> Sequence[PanelClient]:
    begin = bisect_right(clients, after, key=_BY_NAME)
    end = len(clients) if until is None else bisect_right(clients, until, key=_BY_NAME)
    return clients[begin:end]
