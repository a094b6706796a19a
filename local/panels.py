"""The fake 3x-ui panels of a local run: three in the catalogue from the start, one for an operator to add."""

import asyncio
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from local.three_x_ui.panel import FakePanel
from local.three_x_ui.state import Client
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels

CAPACITY = 200
"""The largest number of keys on each server."""
_INBOUND_ID = 1
_XRAY_VERSION = "26.7.11"
"""From this version on, an inbound without `minClientVer` accepts only apps built on Xray-core."""


@dataclass(frozen=True, slots=True)
class Location:
    """The location of a panel. With `oldest_client` (`minClientVer`) its inbounds accept every app."""

    server_id: str
    country: str
    oldest_client: str = ""


INITIAL_LOCATIONS = (Location("amsterdam", "NL"), Location("frankfurt", "DE"), Location("helsinki", "FI", "1.8.0"))
SPARE = Location("warsaw", "PL")


@dataclass(frozen=True, slots=True)
class _PanelTokens:
    """The adapter's port for tokens: returns the token that a panel expects."""

    panels: Mapping[str, FakePanel]

    def get(self, server_id: str, *, again: bool = False) -> str:
        return self.panels[server_id].token


class DemoPanels:
    """Runs the panels in the caller's event loop, and finds the clients of a person on them.

    The owner of a client is determined from the proof in its comment alone, so that orphan clients are counted too.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._panels = {location.server_id: _panel(location) for location in (*INITIAL_LOCATIONS, SPARE)}
        self._lost: dict[str, set[str]] = {server_id: set() for server_id in self._panels}
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        """Listen on loopback, each panel on any free port."""
        for panel in self._panels.values():
            await panel.start()

    async def stop(self) -> None:
        """Stop all panels that are running."""
        async with self._one_at_a_time:
            for panel in self._panels.values():
                await panel.stop()

    def named(self, server_id: str) -> FakePanel:
        """Return one panel.

        Raises:
            ValueError: no panel has this name.
        """
        if server_id not in self._panels:
            raise ValueError(f"no such panel: {server_id}; there are {', '.join(self._panels)}")
        return self._panels[server_id]

    def stock(self) -> Sequence[Server]:
        """Return the servers of the initial catalogue, as the real adapter reads them from their panels.

        It blocks until the panels answer, and the panels run in the event loop: call it in a thread.
        """
        with closing(ThreeXUiPanels(_PanelTokens(self._panels))) as panels:
            return [self._read(panels, location) for location in INITIAL_LOCATIONS]

    def standing(self, server_id: str) -> dict[str, Any]:
        """Return a panel's state, its number of clients, and how many wiped clients are not restored yet.

        Raises:
            ValueError: no panel has this name.
        """
        panel = self.named(server_id)
        latency_ms = round(panel.faults.latency_seconds * 1000)
        return {
            "down": not panel.running,
            "latency_ms": latency_ms,
            "clients": len(panel.clients),
            "lost": len(self._lost[server_id] - panel.clients.keys()),
        }

    def clients(self, user_id: int) -> Mapping[str, Sequence[Client]]:
        """Return a person's clients by server, enabled or disabled; servers without one are left out."""
        person_id = self._ring.person_id(user_id)
        found = {
            server_id: [
                client
                for client in panel.clients.values()
                if self._ring.maker(client.email, client.comment) == person_id
            ]
            for server_id, panel in self._panels.items()
        }
        return {server_id: clients for server_id, clients in found.items() if clients}

    def keys(self, user_id: int) -> dict[str, int]:
        """Return the number of a person's clients by server; servers without one are left out."""
        return {server_id: len(clients) for server_id, clients in self.clients(user_id).items()}

    async def set_faults(self, *server_ids: str, down: bool = False, latency_ms: int = 0) -> None:
        """Make panels down, slow or healthy; all of them if none is named.

        Raises:
            ValueError: no panel has this name.
            OSError: another process has taken a panel's port while it was down.
        """
        async with self._one_at_a_time:
            for panel in self._named(server_ids):
                panel.faults.latency_seconds = latency_ms / 1000
                if down:
                    await panel.stop()
                elif not panel.running:
                    await panel.start()

    async def restart(self, *server_ids: str) -> None:
        """Close every connection and restart with all clients; a panel that was down is up afterwards.

        Raises:
            As `set_faults`.
        """
        async with self._one_at_a_time:
            for panel in self._named(server_ids):
                await panel.restart()

    def wipe(self, server_id: str) -> None:
        """Remove every client of a panel, as a reinstallation does.

        Raises:
            ValueError: no panel has this name.
        """
        panel = self.named(server_id)
        self._lost[server_id] |= panel.clients.keys()
        panel.wipe()

    def _named(self, server_ids: Sequence[str]) -> list[FakePanel]:
        return [self.named(server_id) for server_id in server_ids or self._panels]

    def _read(self, panels: ThreeXUiPanels, location: Location) -> Server:
        server = Server(
            id=location.server_id,
            title="",
            country=location.country,
            address=self.named(location.server_id).address,
            inbound_id=_INBOUND_ID,
            capacity=CAPACITY,
        )
        return replace(server, endpoint=server.presented(panels.panel(server).endpoint(_INBOUND_ID)))


def _panel(location: Location) -> FakePanel:
    panel = FakePanel(location.server_id, token=secrets.token_hex(24), base_path=f"/{location.server_id}")
    panel.xray_version = _XRAY_VERSION
    identity = {
        "share_host": f"{location.server_id}.example.com",
        "public_key": urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        "short_ids": (secrets.token_hex(8),),
        "min_client_ver": location.oldest_client,
    }
    for inbound_id in panel.inbounds:
        panel.state.change_inbound(inbound_id, **identity)
    return panel
