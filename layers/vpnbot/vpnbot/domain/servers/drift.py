"""Drift: the differences between the stored keys of a server and the clients on its panel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, Derivation, Key, KeyRing, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import PanelClient, Server


class DriftKind(StrEnum):
    """The kinds of drift. ORPHAN: a client that no stored key needs."""

    MISSING = "missing"
    DIFFERENT = "different"
    ORPHAN = "stray"


@dataclass(frozen=True, slots=True)
class ExpectedClient:
    """The client that a stored key should have on the panel, from the index of a server's keys, which may lag.

    `traffic_limit_bytes` 0 means no limit. A key that is not `in_sync` lags behind: the panel does not have its
    wanted state; `failed` says that an attempt to apply it has failed. `presented` is the digest of the endpoint that
    the link shows; `leaving` says that a move to another server has begun. `key` and `derivation` give the client's
    credentials; `key` is None in an index entry that an earlier release wrote.
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
    failed: bool = False
    key: Key | None = None
    derivation: Derivation = Derivation.SHARED

    @classmethod
    def of(cls, person_id: PersonId, access: Access) -> "ExpectedClient":
        """Return the client that an access should have."""
        return cls(
            person_id=person_id,
            key_tag=access.key.tag,
            name=access.name,
            wanted=access.wanted,
            devices=access.devices,
            traffic_limit_bytes=access.panel_limit_bytes,
            in_sync=access.in_sync,
            counter_bytes=access.counter_bytes,
            presented=digest(access.endpoint),
            leaving=access.leaving_at is not None,
            failed=access.attempt_failed,
            key=access.key,
            derivation=access.derivation,
        )

    def credentials(self, ring: KeyRing, server_id: str) -> Credentials | None:
        """Return the client's credentials; None if the index or the ring does not give them."""
        if self.key is None or self.key.secret_version not in ring.versions:
            return None
        return ring.credentials(self.person_id, self.key, server_id, self.derivation)


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `expected` is None for an orphan, `actual` is None for a missing client."""

    kind: DriftKind
    name: str
    expected: ExpectedClient | None = None
    actual: PanelClient | None = None


def drifts(
    expected: Sequence[ExpectedClient], actual: Sequence[PanelClient], server: Server, ring: KeyRing
) -> Iterator[Drift]:
    """Yield the differences. Keys that are out of sync or to be removed are left out: due work applies them.

    A client without a comment is never an orphan: vpnbot writes a mark into the comment of its clients.
    """
    by_name: Mapping[str, PanelClient] = {client.name: client for client in actual}
    for client in expected:
        found = by_name.get(client.name)
        if not client.in_sync or client.wanted is Wanted.ABSENT:
            continue
        if found is None:
            yield Drift(DriftKind.MISSING, client.name, client)
        elif not as_wanted(client, found, server, ring):
            yield Drift(DriftKind.DIFFERENT, client.name, client, found)
    known = {client.name for client in expected}
    yield from (Drift(DriftKind.ORPHAN, c.name, actual=c) for c in actual if c.name not in known and c.mark)


def as_wanted(expected: ExpectedClient, actual: PanelClient, server: Server, ring: KeyRing) -> bool:
    """Tell whether a client has everything that makes its key work; what the panel does not tell counts as right."""
    inbound_id, enabled = inbound_for(server, expected.wanted)
    return (
        _as_derived(expected.credentials(ring, server.id), actual)
        and actual.flow in {None, flow_for(server, expected.wanted)}
        and not actual.expires
        and actual.enabled == enabled
        and actual.devices == expected.devices
        and actual.traffic_limit_bytes == expected.traffic_limit_bytes
        and inbound_id in actual.inbound_ids
        and not (managed_inbounds(server) - {inbound_id}) & actual.inbound_ids
    )


def _as_derived(credentials: Credentials | None, actual: PanelClient) -> bool:
    if credentials is None:
        return True
    return (
        actual.client_id in {None, str(credentials.client_id)}
        and actual.sub_id in {None, credentials.sub_id}
        and actual.mark == credentials.mark
    )


def managed_inbounds(server: Server) -> frozenset[int]:
    """Return the ids of the inbounds that have our clients now, or had them before."""
    limited = server.limited_inbound_id
    return frozenset({server.inbound_id, *server.former_inbound_ids} | ({limited} if limited is not None else set()))


def inbound_for(server: Server, wanted: Wanted) -> tuple[int, bool]:
    """Return the id of the inbound for a key in this state, and whether the client is enabled there."""
    if wanted is Wanted.LIMITED and server.limited_inbound_id is not None:
        return server.limited_inbound_id, True
    return server.inbound_id, wanted is Wanted.ENABLED


def flow_for(server: Server, wanted: Wanted) -> str:
    """Return the flow of a client in this state; empty if it has none, or the inbound's endpoint is not known."""
    limited = server.limited_endpoint if inbound_for(server, wanted)[0] == server.limited_inbound_id else None
    endpoint = limited or server.endpoint
    return "" if endpoint is None else endpoint.flow


def digest(endpoint: Endpoint | None) -> str:
    """Return eight hexadecimal digits that change whenever the endpoint does; empty for none."""
    if endpoint is None:
        return ""
    return f"{crc32(repr(endpoint).encode()):08x}"
