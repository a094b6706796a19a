"""What should be on a panel beside what is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import PanelClient, Server


class DriftKind(StrEnum):
    """How a panel differs from our records."""

    MISSING = "missing"
    DIFFERENT = "different"
    ORPHAN = "stray"


@dataclass(frozen=True, slots=True)
class ExpectedClient:
    """One of our clients as the list of a server's keys has it; the list may lag behind by a moment.

    `presented` tells short what its link says of the server (`digest`); `leaving` that it has begun to leave it.
    """

    person_id: PersonId
    key_tag: str
    name: str
    wanted: Wanted
    devices: int
    traffic_limit_bytes: int
    in_sync: bool
    counter_bytes: int
    presented: str
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. A stray is nobody's of whom we know; whether we made it its mark tells."""

    kind: DriftKind
    name: str
    expected: ExpectedClient | None = None
    actual: PanelClient | None = None


def drifts(expected: Sequence[ExpectedClient], actual: Sequence[PanelClient], server: Server) -> Iterator[Drift]:
    """Yield the differences. What is being changed just now, or is to go, is its own work's to mend."""
    on_panel: Mapping[str, PanelClient] = {client.name: client for client in actual}
    for client in expected:
        found = on_panel.get(client.name)
        if not client.in_sync or client.wanted is Wanted.ABSENT:
            continue
        if found is None:
            yield Drift(DriftKind.MISSING, client.name, client)
        elif not _as_wanted(client, found, server):
            yield Drift(DriftKind.DIFFERENT, client.name, client, found)
    known = {client.name for client in expected}
    yield from (Drift(DriftKind.ORPHAN, c.name, actual=c) for c in actual if c.name not in known and c.mark)


def _as_wanted(expected: ExpectedClient, actual: PanelClient, server: Server) -> bool:
    inbound_id, enabled = inbound_for(server, expected.wanted)
    return (
        actual.enabled == enabled
        and actual.devices == expected.devices
        and actual.traffic_limit_bytes == expected.traffic_limit_bytes
        and inbound_id in actual.inbound_ids
        and not (managed_inbounds(server) - {inbound_id}) & actual.inbound_ids
    )


def managed_inbounds(server: Server) -> frozenset[int]:
    """Return the inbounds that we put keys into, or have."""
    limited = server.limited_inbound_id
    return frozenset({server.inbound_id, *server.former_inbound_ids} | ({limited} if limited is not None else set()))


def inbound_for(server: Server, wanted: Wanted) -> tuple[int, bool]:
    """Return the inbound where a key belongs, and whether it is switched on there."""
    if wanted is Wanted.LIMITED and server.limited_inbound_id is not None:
        return server.limited_inbound_id, True
    return server.inbound_id, wanted is Wanted.ENABLED


def digest(endpoint: Endpoint | None) -> str:
    """Return a short word that changes whenever an endpoint does."""
    if endpoint is None:
        return ""
    return f"{crc32(repr(endpoint).encode()):08x}"
