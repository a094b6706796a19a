"""Leave a panel alone that does not answer: one asks for all, once in a while, and everybody else is told at once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.circuit_breaker import Breaker, tripped
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, Server, Usage
from vpnbot.errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.usecases.ports import Metric, Metrics, Panel, ServerDirectory


class GuardedPanel:
    """The panel port with a circuit breaker for each server, shared by all who read the catalogue."""

    def __init__(
        self, panel: Panel, servers: ServerDirectory, clock: Callable[[], datetime], metrics: Metrics
    ) -> None:
        self._panel = panel
        self._servers = servers
        self._clock = clock
        self._metrics = metrics

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the client be what is wanted."""
        return self._guarded(server, lambda: self._panel.ensure(server, credentials, access))

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Make the client be gone."""
        self._guarded(server, lambda: self._panel.remove(server, credentials))

    def remove_named(self, server: Server, name: str) -> None:
        """Make a client be gone by its name."""
        self._guarded(server, lambda: self._panel.remove_named(server, name))

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the client's traffic."""
        return self._guarded(server, lambda: self._panel.usage(server, credentials))

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return a slice of the panel's clients."""
        return self._guarded(server, lambda: self._panel.clients(server, page))

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the ways in. Only an operator asks, and wants to know how it is right now."""
        return self._panel.inbounds(server)

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Read how an inbound presents itself. Whoever asks wants to know how it is right now."""
        return self._panel.endpoint(server, inbound_id)

    def examine(self, server: Server) -> Health:
        """Return how the server is right now. A panel that answers need not rest any longer."""
        try:
            health = self._panel.health(server)
        except PanelNotCalled as resting:
            return Health(panel_answers=True, server_runs=True, error=str(resting))
        if health.panel_answers:
            self._mend(server, self._servers.breaker(server.id))
        return health

    def health(self, server: Server) -> Health:
        """Return how the server is; while its panel rests, what is known of it."""
        try:
            breaker = self._admitted(server)
        except PanelNotCalled as resting:
            return Health(panel_answers=False, server_runs=False, error=str(resting), trouble=resting.trouble)
        try:
            health = self._panel.health(server)
        except PanelNotCalled as resting:  # nobody was asked, so that nothing is known against it
            return Health(panel_answers=True, server_runs=True, error=str(resting))
        if health.panel_answers:
            self._mend(server, breaker)
        else:
            self._trip(server, breaker, health.error or "no answer", health.trouble)
        return health

    def _guarded[T](self, server: Server, ask: Callable[[], T]) -> T:
        breaker = self._admitted(server)
        try:
            answer = ask()
        except PanelNotCalled:
            raise  # nobody was asked
        except PanelUnavailable as error:
            self._trip(server, breaker, str(error), error.trouble)
            raise
        except PanelRejected:
            self._mend(server, breaker)  # whatever it said, it has answered
            raise
        self._mend(server, breaker)
        return answer

    def _admitted(self, server: Server) -> Breaker | None:
        """Return the breaker as whoever may ask now holds it; None when the panel answered last time."""
        breaker = self._servers.breaker(server.id)
        if breaker is None:
            return None
        now = self._clock()
        if not breaker.rests(now):
            taken = breaker.probed(now)
            if self._servers.save_breaker(server.id, breaker, taken):
                self._metrics.count(Metric.PANEL_PROBES)
                return taken
            breaker = self._servers.breaker(server.id)
            if breaker is None:
                return None  # somebody else has asked meanwhile, and was answered
        raise PanelNotCalled(breaker.error, after=max(breaker.probe_at, now) - now, trouble=breaker.trouble)

    def _trip(self, server: Server, breaker: Breaker | None, error: str, trouble: PanelTrouble | None) -> None:
        self._metrics.count(Metric.PANEL_FAILURES)
        self._servers.save_breaker(server.id, breaker, tripped(breaker, self._clock(), error, trouble))

    def _mend(self, server: Server, breaker: Breaker | None) -> None:
        if breaker is not None:
            self._servers.save_breaker(server.id, breaker, None)
