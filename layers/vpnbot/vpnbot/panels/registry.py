"""The registry of the kinds of panels; it returns the panel of a server.

Each kind has a factory that returns the panel of a server. `docs/panels.md` says what a new kind needs.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from vpnbot.domain.servers.server import PanelKind, Server
from vpnbot.errors import Misconfigured
from vpnbot.panels.circuit_breaker import CircuitBreaker
from vpnbot.usecases.ports import Metrics, Panel, PanelTokens, ServerDirectory

if TYPE_CHECKING:
    from vpnbot.panels.demo import KeyValueStore

type PanelFactory = Callable[[Server], Panel]
"""Returns the panel of a server; called for every use of a panel, so it must not make a request."""


def panel_kinds(
    tokens: PanelTokens, demo_store: "KeyValueStore | None", *, public_only: bool = True
) -> Mapping[PanelKind, Callable[[], PanelFactory]]:
    """Return a function for each kind that builds its factory; called once, when a panel of the kind is first needed.

    Imports of a kind are inside its function, because they take time at a cold start. `demo_store` is the store of
    the demo panels' clients; None if this deployment has no demo panels. `public_only`: no panel at an address of a
    private network is called, as everywhere but in stage demo.
    """
    return {
        PanelKind.THREE_X_UI: lambda: _three_x_ui(tokens, public_only=public_only),
        PanelKind.DEMO: lambda: _demo(demo_store),
    }


class PanelRegistry:
    """Implements the port `Panels`: calls the factory of a server's kind, and adds the circuit breaker."""

    def __init__(
        self,
        kinds: Mapping[PanelKind, Callable[[], PanelFactory]],
        servers: ServerDirectory,
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._kinds = kinds
        self._factories: dict[PanelKind, PanelFactory] = {}
        self._lock = Lock()
        self._servers = servers
        self._clock = clock
        self._metrics = metrics

    def of(self, server: Server) -> Panel:
        """Return the server's panel behind its circuit breaker."""
        return self._panel(server, pauses=True)

    def without_breaker(self, server: Server) -> Panel:
        """Return the server's panel, which is called even while its circuit breaker is open."""
        return self._panel(server, pauses=False)

    def _panel(self, server: Server, *, pauses: bool) -> Panel:
        panel = self._factory(server.kind)(server)
        return CircuitBreaker(panel, server.id, self._servers, self._clock, self._metrics, pauses=pauses)

    def _factory(self, kind: PanelKind) -> PanelFactory:
        with self._lock:  # several threads use panels, and share the connections of a factory
            if kind not in self._factories:
                self._factories[kind] = self._kinds[kind]()
            return self._factories[kind]


def _three_x_ui(tokens: PanelTokens, *, public_only: bool) -> PanelFactory:
    from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels

    return ThreeXUiPanels(tokens, public_only=public_only).panel


def _demo(store: "KeyValueStore | None") -> PanelFactory:
    if store is None:
        raise Misconfigured("PANEL", "there is a demo server, but demo panels are not used in this deployment")
    from vpnbot.panels.demo import DemoPanel

    return lambda server: DemoPanel(server, store)
