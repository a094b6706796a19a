"""A panel in memory: clients by server and email, and all the ways in which a real one lets us down."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.faults import Faults
from vpnbot.domain.access import Access, Wanted
from vpnbot.domain.keys import Credentials
from vpnbot.domain.server import Health, Server, Usage
from vpnbot.domain.share_link import Endpoint
from vpnbot.errors import Misconfigured, PanelRefused, PanelUnavailable


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


@dataclass
class Panel:
    """Satisfies the port. `during` is called inside each write, where another worker may come in between."""

    faults: Faults = field(default_factory=Faults)
    mood: Mood = Mood.FINE
    health_told: Health = field(default_factory=lambda: Health(panel_answers=True, server_runs=True))
    clients: dict[tuple[str, str], Client] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    used_bytes: dict[str, int] = field(default_factory=dict)
    during: Callable[[], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint:
        """Make or update the client."""
        self._begin("panel.ensure.before")
        with self._lock:
            key = (server.id, credentials.email)
            if key not in self.clients:
                self.made.append(key)
            self.clients[key] = Client(credentials, access.wanted is Wanted.ENABLED, access.devices)
        self._end("panel.ensure.after")
        return Endpoint(f"{server.id}.example", 443, "k" * 43, "www.example.com", "ab12")

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Remove the client, if it is there."""
        self._begin("panel.remove.before")
        with self._lock:
            self.clients.pop((server.id, credentials.email), None)
        self._end("panel.remove.after")

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the traffic of a client it knows."""
        if self.mood is not Mood.FINE:
            raise PanelUnavailable("the panel does not answer")
        used = self.used_bytes.get(server.id)
        return None if used is None or (server.id, credentials.email) not in self.clients else Usage(used)

    def health(self, server: Server) -> Health:
        """Return the planted health."""
        return self.health_told if self.mood is Mood.FINE else Health(panel_answers=False, server_runs=False)

    def enabled(self) -> Iterator[Client]:
        """Return the clients that can connect."""
        return (client for client in self.clients.values() if client.enabled)

    def _begin(self, point: str) -> None:
        self.faults.reached(point)
        if self.mood is Mood.DOWN:
            raise PanelUnavailable("the panel does not answer")
        if self.mood is Mood.REFUSING:
            raise PanelRefused("no inbound of this name")
        if self.during is not None:
            interrupt, self.during = self.during, None
            interrupt()

    def _end(self, point: str) -> None:
        self.faults.reached(point)
        if self.mood is Mood.SLOW:
            raise PanelUnavailable("the panel's answer did not come in time")


@dataclass
class Servers:
    """The catalogue: as many servers as a test wants."""

    ids: list[str] = field(default_factory=lambda: ["nl"])

    def get(self, server_id: str) -> Server:
        """Return a server of the catalogue."""
        if server_id not in self.ids:
            raise Misconfigured(server_id, "no such server; add it again")
        return Server(server_id, f"Server {server_id}", server_id.upper())

    def placed(self) -> list[Server]:
        """Return where a new key goes."""
        if not self.ids:
            raise Misconfigured("servers", "add one")
        return [self.get(server_id) for server_id in self.ids]
