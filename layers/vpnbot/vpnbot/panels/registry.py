"""Panels of every kind behind one port: each server says which kind its own is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, PanelKind, Server, Usage
from vpnbot.errors import Misconfigured


class Panel(Protocol):
    """What each kind does; the port says what it means."""

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None: ...

    def remove(self, server: Server, credentials: Credentials) -> None: ...

    def remove_named(self, server: Server, name: str) -> None: ...

    def usage(self, server: Server, credentials: Credentials) -> Usage | None: ...

    def health(self, server: Server) -> Health: ...

    def clients(self, server: Server, page: int) -> ClientPage: ...

    def inbounds(self, server: Server) -> Sequence[Inbound]: ...

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint: ...


class PanelRegistry:
    """Fills the port; each kind is made when the first of its servers is asked."""

    def __init__(self, makers: Mapping[PanelKind, Callable[[], Panel]]) -> None:
        self._makers = makers
        self._made: dict[PanelKind, Panel] = {}

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the client be what is wanted."""
        return self._of(server).ensure(server, credentials, access)

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Make the client be gone."""
        self._of(server).remove(server, credentials)

    def remove_named(self, server: Server, name: str) -> None:
        """Make a client be gone by its name."""
        self._of(server).remove_named(server, name)

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the client's traffic."""
        return self._of(server).usage(server, credentials)

    def health(self, server: Server) -> Health:
        """Return how the server is."""
        try:
            panel = self._of(server)
        except Misconfigured as error:
            return Health(panel_answers=False, server_runs=False, error=str(error))
        return panel.health(server)

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return a slice of its clients."""
        return self._of(server).clients(server, page)

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the ways in."""
        return self._of(server).inbounds(server)

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Read how an inbound presents itself."""
        return self._of(server).endpoint(server, inbound_id)

    def _of(self, server: Server) -> Panel:
        maker = self._makers.get(server.kind)
        if maker is None:
            raise Misconfigured("PANEL", f"server {server.id!r} is of the kind {server.kind}, which is not used here")
        if server.kind not in self._made:
            self._made[server.kind] = maker()
        return self._made[server.kind]
