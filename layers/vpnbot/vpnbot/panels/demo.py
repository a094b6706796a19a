"""A panel for the demo: it keeps clients, answers late and goes down like a real one, and carries no traffic.

Its state lies on a shelf of its own, not with the people: what it knows of a client is only what it was told.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, PanelClient, PanelKind, Server, Usage
from vpnbot.errors import PanelUnavailable

TIMEOUT_SECONDS = 5.0
DEMO_SERVER = Server(id="demo", title="Demo", country="NL", kind=PanelKind.DEMO)
_HOST = "demo.invalid"


class KeyValueStore(Protocol):
    """Where a panel's items lie, by partition and key."""

    def get(self, partition: str, key: str) -> Mapping[str, Any] | None: ...

    def list(self, partition: str, prefix: str) -> Mapping[str, Mapping[str, Any]]: ...

    def put(self, partition: str, key: str, body: Mapping[str, Any]) -> None: ...

    def remove(self, partition: str, key: str) -> None: ...


class DemoPanel:
    """Fills the panel port. The item `STATE` orders its weather: `down` and `latency_ms`."""

    def __init__(self, shelf: KeyValueStore, wait: Callable[[float], None] = time.sleep) -> None:
        self._shelf = shelf
        self._wait = wait

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the client be what is wanted.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        state = self._reach(server)
        client = {
            "client_id": str(credentials.client_id),
            "sub_id": credentials.sub_id,
            "enabled": access.wanted is Wanted.ENABLED,
            "devices": access.devices,
            "traffic_limit_bytes": access.panel_limit_bytes,
            "mark": credentials.mark,
        }
        self._shelf.put(_partition(server), f"CLIENT#{credentials.email}", client)
        return None if access.wanted is Wanted.LIMITED else server.presented(_endpoint(state))

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Make the client be gone.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        self._reach(server)
        self._shelf.remove(_partition(server), f"CLIENT#{credentials.email}")

    def remove_named(self, server: Server, name: str) -> None:
        """Make a client be gone by its name.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        self._reach(server)
        self._shelf.remove(_partition(server), f"CLIENT#{name}")

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return no traffic for a client it knows: demo keys carry none.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        self._reach(server)
        client = self._shelf.get(_partition(server), f"CLIENT#{credentials.email}")
        return None if client is None else Usage(used_bytes=0)

    def health(self, server: Server) -> Health:
        """Return how it is."""
        try:
            self._reach(server)
        except PanelUnavailable as error:
            return Health(panel_answers=False, server_runs=False, error=str(error))
        return Health(panel_answers=True, server_runs=True)

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return its clients, all on the first page.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        self._reach(server)
        found = self._shelf.list(_partition(server), "CLIENT#") if page == 1 else {}
        return ClientPage(tuple(_client(key.removeprefix("CLIENT#"), body) for key, body in found.items()), last=True)

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the one way in that leads nowhere.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        self._reach(server)
        return (Inbound(server.inbound_id, "demo", "vless", 443),)

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Return how that presents itself.

        Raises:
            PanelUnavailable: it is down, or slower than the time-out.
        """
        return _endpoint(self._reach(server))

    def _reach(self, server: Server) -> Mapping[str, Any]:
        state = self._shelf.get(_partition(server), "STATE") or {}
        latency_seconds = float(state.get("latency_ms", 0)) / 1000
        if state.get("down"):
            raise PanelUnavailable("the demo panel is down")
        if latency_seconds > 0:
            self._wait(min(latency_seconds, TIMEOUT_SECONDS))
        if latency_seconds > TIMEOUT_SECONDS:
            raise PanelUnavailable("the demo panel did not answer in time")
        return state if "public_key" in state else self._moved_in(server, state)

    def _moved_in(self, server: Server, state: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the server its Reality identity once: any 32 bytes are an X25519 public key."""
        public_key = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        identity = {**state, "public_key": public_key, "short_id": secrets.token_hex(8)}
        self._shelf.put(_partition(server), "STATE", identity)
        return identity


def _endpoint(state: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        host=_HOST,
        port=443,
        public_key=state["public_key"],
        server_name="www.example.com",
        short_id=state["short_id"],
    )


def _client(name: str, body: Mapping[str, Any]) -> PanelClient:
    return PanelClient(
        name=name,
        enabled=bool(body["enabled"]),
        devices=int(body["devices"]),
        traffic_limit_bytes=int(body.get("traffic_limit_bytes", 0)),
        inbound_ids=frozenset({DEMO_SERVER.inbound_id}),
        used_bytes=0,
        mark=str(body.get("mark", "")),
    )


def _partition(server: Server) -> str:
    return f"DEMO_PANEL#{server.id}"
