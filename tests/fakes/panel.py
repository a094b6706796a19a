"""Panels in memory: clients by server and name, and the ways in which a real panel fails."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.faults import Faults
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.drift import flow_for, inbound_for
from vpnbot.domain.servers.panel_errors import (
    INBOUND_TROUBLES,
    TOKEN_TROUBLES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, Server, Usage


class FaultMode(StrEnum):
    """How the panels answer. SLOW carries out a call, but its answer comes too late."""

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
    flow: str = ""
    expires: bool = False


@dataclass
class Panels:
    """Implements the `Panels` port without circuit breakers.

    Each call raises `trouble`, or `after_pinning` once the certificate named by `trouble` is pinned. Calls to the
    servers `away` time out; those to the servers in `slow` are carried out, but their answers come too late; those to
    the servers in `refusing` and those for the clients in `refused_clients` are rejected. `offered` replaces the
    default inbound. Those of the servers `stopped` report a stopped VPN core. The next call calls `during` once.
    """

    faults: Faults = field(default_factory=Faults)
    fault_mode: FaultMode = FaultMode.FINE
    reported_health: Health = field(default_factory=lambda: Health(panel_answers=True, server_runs=True))
    held: dict[tuple[str, str], Client] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    used_bytes: dict[str, int] = field(default_factory=dict)
    endpoints: dict[tuple[str, int], Endpoint | PanelRejected] = field(default_factory=dict)
    offered: Sequence[Inbound] | None = None
    trouble: PanelUnavailable | PanelRejected | None = None
    after_pinning: PanelUnavailable | PanelRejected | None = None
    away: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    refusing: dict[str, PanelTrouble] = field(default_factory=dict)
    refused_clients: set[str] = field(default_factory=set)
    during: Callable[[], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, server: Server) -> "Panel":
        """Return the panel of a server."""
        return Panel(self, server)

    def without_breaker(self, server: Server) -> "Panel":
        """Return the panel of a server; there is no circuit breaker to pass."""
        return self.of(server)

    def clients_on(self, server_id: str) -> dict[str, Client]:
        """Return the clients of one server by name."""
        return {name: client for (on, name), client in self.held.items() if on == server_id}

    def use(self, server_id: str, used_bytes: int) -> None:
        """Set the used bytes of every client of a server."""
        for client in self.clients_on(server_id).values():
            client.used_bytes = used_bytes

    def enabled(self) -> Iterator[Client]:
        """Return the clients that can connect."""
        return (client for client in self.held.values() if client.enabled)

    def switch_off_depleted(self) -> None:
        """Switch off each client that has used its limit, as a panel does every few seconds."""
        for client in self.held.values():
            client.enabled &= not 0 < client.traffic_limit_bytes <= client.used_bytes


@dataclass(frozen=True)
class Panel:
    """Implements the `Panel` port for one server."""

    all: Panels
    server: Server

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Create or update the client."""
        self._begin("panel.apply.before")
        if credentials.email in self.all.refused_clients:
            raise PanelRejected(PanelTrouble.NAME_CLASH, credentials.email)
        inbound_id, enabled = inbound_for(self.server, access.wanted)
        with self.all.lock:
            key = (self.server.id, credentials.email)
            held = self.all.held
            if key not in held:
                self.all.made.append(key)
            used = held[key].used_bytes if key in held else 0
            limit = access.panel_limit_bytes
            flow = flow_for(self.server, access.wanted)
            held[key] = Client(credentials, enabled, access.devices, limit, inbound_id, used, flow)
        self._end("panel.apply.after")
        if access.wanted is not Wanted.LIMITED:
            return self.server.endpoint
        return self.server.limited_endpoint if self.server.limited_inbound_id is not None else None

    def remove(self, name: str) -> None:
        """Remove the client, if it is there."""
        self._begin("panel.remove.before")
        if name in self.all.refused_clients:
            raise PanelRejected(PanelTrouble.REFUSED, name)
        with self.all.lock:
            self.all.held.pop((self.server.id, name), None)
        self._end("panel.remove.after")

    def identify(self) -> None:
        """Check that the panel answers; troubles of the token or of an inbound are found only with a token."""
        self.all.faults.reached("panel.identify.before")
        trouble = self._trouble()
        if trouble is not None and trouble.trouble not in TOKEN_TROUBLES | INBOUND_TROUBLES:
            raise trouble
        if self.all.fault_mode is FaultMode.DOWN:
            raise PanelUnavailable(PanelTrouble.TIMED_OUT)

    def usage(self, name: str) -> Usage | None:
        """Return the traffic of a client, or None if there is no such client or a test has set no traffic."""
        if self.all.fault_mode is not FaultMode.FINE or self.server.id in self.all.away:
            raise PanelUnavailable(PanelTrouble.TIMED_OUT)
        client = self.all.held.get((self.server.id, name))
        used = self.all.used_bytes.get(self.server.id, client.used_bytes if client else 0)
        return Usage(used) if client and used else None

    def client(self, name: str) -> PanelClient | None:
        """Return a client of the server, or None."""
        self._begin("panel.client.before")
        self.all.switch_off_depleted()
        client = self.all.held.get((self.server.id, name))
        return None if client is None else as_listed(name, client)

    def clients(self) -> Sequence[PanelClient]:
        """Return the server's clients."""
        self._begin("panel.clients.before")
        self.all.switch_off_depleted()
        return [as_listed(name, client) for name, client in self.all.clients_on(self.server.id).items()]

    def inbounds(self) -> Sequence[Inbound]:
        """Return `offered`, or the default inbound."""
        self._begin("panel.inbounds.before")
        default = Inbound(self.server.inbound_id or 1, "VLESS", "vless", 443)
        return self.all.offered if self.all.offered is not None else (default,)

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Return the endpoint that a test has set for an inbound, or a default; raise the error that it has set."""
        self._begin("panel.endpoint.before")
        chosen = self.all.endpoints.get((self.server.id, inbound_id))
        if isinstance(chosen, PanelRejected):
            raise chosen
        return chosen or Endpoint(f"{self.server.id}.example", 443, "k" * 43, "www.example.com", "ab12")

    def core_runs(self) -> bool:
        """Tell whether the VPN core runs."""
        self._begin("panel.core.before")
        return self.server.id not in self.all.stopped and self.all.reported_health.server_runs

    def health(self) -> Health:
        """Return the health that a test has set."""
        trouble = self._trouble()
        if isinstance(trouble, PanelNotCalled):
            raise trouble
        if trouble is not None:
            answers = isinstance(trouble, PanelRejected)
            return Health(answers, answers, trouble=trouble.trouble, detail=trouble.detail)
        if self.server.id in self.all.stopped:
            return Health(panel_answers=True, server_runs=False, trouble=PanelTrouble.CORE_STOPPED)
        return (
            self.all.reported_health
            if self.all.fault_mode is FaultMode.FINE
            else Health(panel_answers=False, server_runs=False)
        )

    def _begin(self, point: str) -> None:
        self.all.faults.reached(point)
        trouble = self._trouble()
        if trouble is not None:
            raise trouble
        if self.all.fault_mode is FaultMode.DOWN:
            raise PanelUnavailable(PanelTrouble.TIMED_OUT)
        if self.all.fault_mode is FaultMode.REFUSING:
            raise PanelRejected(PanelTrouble.NO_INBOUND)
        if self.all.during is not None:
            interrupt, self.all.during = self.all.during, None
            interrupt()

    def _trouble(self) -> PanelUnavailable | PanelRejected | None:
        """Return the error of a call; `trouble` with a certificate ends once that certificate is pinned."""
        if self.server.id in self.all.away:
            return PanelUnavailable(PanelTrouble.TIMED_OUT)
        if self.server.id in self.all.refusing:
            return PanelRejected(self.all.refusing[self.server.id])
        trouble = self.all.trouble
        pinned = trouble is not None and trouble.detail == self.server.certificate_sha256
        return self.all.after_pinning if pinned else trouble

    def _end(self, point: str) -> None:
        self.all.faults.reached(point)
        if self.all.fault_mode is FaultMode.SLOW or self.server.id in self.all.slow:
            raise PanelUnavailable(PanelTrouble.TIMED_OUT)


def as_listed(name: str, client: Client) -> PanelClient:
    """Return a client as the panel lists it."""
    return PanelClient(
        name=name,
        enabled=client.enabled,
        devices=client.devices,
        traffic_limit_bytes=client.traffic_limit_bytes,
        inbound_ids=frozenset({client.inbound_id}),
        used_bytes=client.used_bytes,
        mark=client.credentials.mark,
        client_id=str(client.credentials.client_id),
        sub_id=client.credentials.sub_id,
        flow=client.flow,
        expires=client.expires,
    )
