"""The factory of 3x-ui panels, which share the connections of this process."""

from threading import Lock

from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.http import PanelHttp
from vpnbot.panels.three_x_ui.panel import ThreeXUiPanel
from vpnbot.panels.three_x_ui.requests import Tokens


class ThreeXUiPanels:
    """Keeps one connection pool for each address and pinned certificate. Safe to use from several threads.

    `public_only`: panels at addresses of private networks are not called.
    """

    def __init__(self, tokens: Tokens, *, public_only: bool = False) -> None:
        self._tokens = tokens
        self._public_only = public_only
        self._lock = Lock()
        self._connections: dict[tuple[str, str | None], PanelHttp] = {}

    def panel(self, server: Server) -> ThreeXUiPanel:
        """Return the panel of a server; no request is made."""
        target = (server.address, server.certificate_sha256)
        with self._lock:
            if target not in self._connections:
                self._connections[target] = PanelHttp(*target, public_only=self._public_only)
            return ThreeXUiPanel(server, self._connections[target], self._tokens)

    def close(self) -> None:
        """Close all connections; the next call opens new ones."""
        with self._lock:
            for connection in self._connections.values():
                connection.close()
