"""The demo panel: it stores clients, can be slow or down, and its keys carry no traffic.

Its state is stored apart from the people's items: like a real panel, it knows only what a call has sent.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, PanelKind, Server, Usage

TIMEOUT_SECONDS = 5.0
DEMO_SERVER = Server(id="demo", title="Demo", country="NL", kind=PanelKind.DEMO)
_HOST = "demo.invalid"


class KeyValueStore(Protocol):
    """The store of the demo panel's items, by partition and key."""

    def get(self, partition: str, key: str) -> Mapping[str, Any] | None: ...

    def list(self, partition: str, prefix: str) -> Mapping[str, Mapping[str, Any]]: ...

    def put(self, partition: str, key: str, body: Mapping[str, Any]) -> None: ...

    def remove(self, partition: str, key: str) -> None: ...


class DemoPanel:
    """Implements the port `Panel` for a demo server. The item `STATE` controls it: `down` and `latency_ms`.

    Each method except `health` raises PanelUnavailable while the panel is down or slower than TIMEOUT_SECONDS.
    """

    def __init__(self, server: Server, store: KeyValueStore, wait: Callable[[float], None] = time.sleep) -> None:
        self._server = server
        self._partition = f"DEMO_PANEL#{server.id}"
        self._store = store
        self._wait = wait

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Create or change a client, see the port."""
        state = self._called()
        client = {
            "client_id": str(credentials.client_id),
            "sub_id": credentials.sub_id,
            "enabled": access.wanted is Wanted.ENABLED,
            "devices": access.devices,
            "traffic_limit_bytes": access.panel_limit_bytes,
            "mark": credentials.mark,
        }
        self._store.put(self._partition, f"CLIENT#{credentials.email}", client)
        return None if access.wanted is Wanted.LIMITED else self._server.presented(_endpoint(state))

    def remove(self, name: str) -> None:
        """Remove a client; no error if there is no client of this name."""
        self._called()
        self._store.remove(self._partition, f"CLIENT#{name}")

    def identify(self) -> None:
        """Check that the panel answers."""
        self._called()

    def usage(self, name: str) -> Usage | None:
        """Return a usage of 0 for a client that exists: demo keys carry no traffic."""
        self._called()
        client = self._store.get(self._partition, f"CLIENT#{name}")
        return None if client is None else Usage(used_bytes=0)

    def client(self, name: str) -> PanelClient | None:
        """Return a client, or None if there is no client of this name."""
        self._called()
        body = self._store.get(self._partition, f"CLIENT#{name}")
        return None if body is None else _client(name, body)

    def clients(self) -> Sequence[PanelClient]:
        """Return all clients."""
        self._called()
        found = self._store.list(self._partition, "CLIENT#")
        return [_client(key.removeprefix("CLIENT#"), body) for key, body in found.items()]

    def inbounds(self) -> Sequence[Inbound]:
        """Return the only inbound."""
        self._called()
        return (Inbound(self._server.inbound_id, "demo", "vless", 443),)

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Return the endpoint of the only inbound."""
        return _endpoint(self._called())

    def core_runs(self) -> bool:
        """Tell whether the VPN core runs: it does while the panel answers."""
        self._called()
        return True

    def health(self) -> Health:
        """Return the health of the panel. Raises no panel error."""
        try:
            self._called()
        except PanelUnavailable as error:
            return Health(panel_answers=False, server_runs=False, trouble=error.trouble, detail=error.detail)
        return Health(panel_answers=True, server_runs=True)

    def _called(self) -> Mapping[str, Any]:
        """Wait as long as the state says, and return the state.

        Raises:
            PanelUnavailable: the panel is down, or slower than the time-out.
        """
        state = self._store.get(self._partition, "STATE") or {}
        latency_seconds = float(state.get("latency_ms", 0)) / 1000
        if state.get("down"):
            raise PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)
        if latency_seconds > 0:
            self._wait(min(latency_seconds, TIMEOUT_SECONDS))
        if latency_seconds > TIMEOUT_SECONDS:
            raise PanelUnavailable(PanelTrouble.TIMED_OUT)
        return state if "public_key" in state else self._with_identity(state)

    def _with_identity(self, state: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create and store the server's Reality parameters once; any 32 bytes are an X25519 public key."""
        public_key = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        identity = {**state, "public_key": public_key, "short_id": secrets.token_hex(8)}
        self._store.put(self._partition, "STATE", identity)
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
        client_id=str(body["client_id"]),
        sub_id=str(body["sub_id"]),
    )
