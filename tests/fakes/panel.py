"""A panel in memory: clients by server and email, and all the ways in which a real one lets us down."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.faults import Faults
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.drift import inbound_for
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, PanelClient, Server, Usage
from vpnbot.errors import PanelRejected, PanelUnavailable


class Mood(StrEnum):
    """How the panel answers. SLOW does what it is asked, but its answer comes too late."""

    FINE = "fine"
    DOWN = "down"
    SLOW = "slow"
    REFUSING = "refusing"


@dataclass
class Client:
    """A client as the panel keeps it."""

    credentials: Credentials
    enabled: bool
    devices: int
    traffic_limit_bytes: int = 0
    inbound_id: int = 1
    used_bytes: int = 0


@dataclass
class Panel:
    """Satisfies the port. `during` is called inside each write, where another worker may come in between.

    `trouble` is met by whoever asks it anything, silence by whoever asks about one of the servers `away`; `offered`
    are its ways in, if not the usual one.
    """

    faults: Faults = field(default_factory=Faults)
    mood: Mood = Mood.FINE
    health_told: Health = field(default_factory=lambda: Health(panel_answers=True, server_runs=True))
    held: dict[tuple[str, str], Client] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    used_bytes: dict[str, int] = field(default_factory=dict)
    endpoints: dict[tuple[str, int], Endpoint] = field(default_factory=dict)
    page_size: int = 200
    offered: Sequence[Inbound] | None = None
    trouble: PanelUnavailable | PanelRejected | None = None
    after_pinning: PanelUnavailable | PanelRejected | None = None
    away: set[str] = field(default_factory=set)
    during: Callable[[], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make or update the client."""
        self._begin("panel.ensure.before", server)
        inbound_id, enabled = inbound_for(server, access.wanted)
        with self._lock:
            key = (server.id, credentials.email)
            if key not in self.held:
                self.made.append(key)
            used = self.held[key].used_bytes if key in self.held else 0
            limit = access.panel_limit_bytes
            self.held[key] = Client(credentials, enabled, access.devices, limit, inbound_id, used)
        self._end("panel.ensure.after")
        if access.wanted is not Wanted.LIMITED:
            return server.endpoint
        return server.limited_endpoint if server.limited_inbound_id is not None else None

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Remove the client, if it is there."""
        self._begin("panel.remove.before", server)
        with self._lock:
            self.held.pop((server.id, credentials.email), None)
        self._end("panel.remove.after")

    def remove_named(self, server: Server, name: str) -> None:
        """Remove a client by its name."""
        self._begin("panel.remove.before", server)
        with self._lock:
            self.held.pop((server.id, name), None)
        self._end("panel.remove.after")

    def clients_on(self, server_id: str) -> dict[str, Client]:
        """Return the clients of one server by name."""
        return {name: client for (on, name), client in self.held.items() if on == server_id}

    def use(self, server_id: str, used_bytes: int) -> None:
        """Let every client of a server have used so much."""
        for client in self.clients_on(server_id).values():
            client.used_bytes = used_bytes

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return a slice of a server's clients."""
        self._begin("panel.clients.before", server)
        self._switch_off_depleted()
        everybody = sorted(self.clients_on(server.id).items(), key=lambda named: _as_sqlite_sorts(named[0]))
        some = everybody[(page - 1) * self.page_size : page * self.page_size]
        return ClientPage(
            tuple(_as_listed(name, client) for name, client in some), last=page * self.page_size >= len(everybody)
        )

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the one way in."""
        self._begin("panel.inbounds.before", server)
        return self.offered if self.offered is not None else (Inbound(server.inbound_id or 1, "VLESS", "vless", 443),)

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Return how it presents itself."""
        self._begin("panel.endpoint.before", server)
        told = self.endpoints.get((server.id, inbound_id))
        return told or Endpoint(f"{server.id}.example", 443, "k" * 43, "www.example.com", "ab12")

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the traffic of a client it knows."""
        if self.mood is not Mood.FINE or server.id in self.away:
            raise PanelUnavailable("the panel does not answer")
        used = self.used_bytes.get(server.id)
        return None if used is None or (server.id, credentials.email) not in self.held else Usage(used)

    def health(self, server: Server) -> Health:
        """Return the planted health."""
        trouble = self._trouble_with(server)
        if trouble is not None:
            answers = isinstance(trouble, PanelRejected)
            return Health(answers, answers, error=str(trouble), trouble=trouble.trouble, detail=trouble.detail)
        return self.health_told if self.mood is Mood.FINE else Health(panel_answers=False, server_runs=False)

    def examine(self, server: Server) -> Health:
        """Return the same, right now."""
        return self.health(server)

    def enabled(self) -> Iterator[Client]:
        """Return the clients that can connect."""
        return (client for client in self.held.values() if client.enabled)

    def _switch_off_depleted(self) -> None:
        """Do what a panel does every few seconds: whoever has used what they may is off until told otherwise."""
        for client in self.held.values():
            client.enabled &= not 0 < client.traffic_limit_bytes <= client.used_bytes

    def _begin(self, point: str, server: Server) -> None:
        self.faults.reached(point)
        trouble = self._trouble_with(server)
        if trouble is not None:
            raise trouble
        if self.mood is Mood.DOWN:
            raise PanelUnavailable("the panel does not answer")
        if self.mood is Mood.REFUSING:
            raise PanelRejected("no inbound of this name")
        if self.during is not None:
            interrupt, self.during = self.during, None
            interrupt()

    def _trouble_with(self, server: Server) -> PanelUnavailable | PanelRejected | None:
        """Return the planted trouble; one with a certificate is none once the certificate is pinned."""
        if server.id in self.away:
            return PanelUnavailable("the panel does not answer")
        pinned = self.trouble is not None and self.trouble.detail == server.certificate_sha256
        return self.after_pinning if pinned else self.trouble

    def _end(self, point: str) -> None:
        self.faults.reached(point)
        if self.mood is Mood.SLOW:
            raise PanelUnavailable("the panel's answer did not come in time")


def _as_sqlite_sorts(name: str) -> str:
    """Lower a name as SQLite does, by which a panel sorts: ASCII letters only."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _as_listed(name: str, client: Client) -> PanelClient:
    return PanelClient(
        name=name,
        enabled=client.enabled,
        devices=client.devices,
        traffic_limit_bytes=client.traffic_limit_bytes,
        inbound_ids=frozenset({client.inbound_id}),
        used_bytes=client.used_bytes,
        mark=client.credentials.mark,
    )
