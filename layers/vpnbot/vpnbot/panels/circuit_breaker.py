"""A circuit breaker around one panel: after a failure, one caller probes it after a pause; all others fail at once.

The state is an item of the catalogue, shared by all processes. A caller may probe if its conditional write of the
state succeeds, so that there is one probe at a time.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.circuit_breaker import Breaker, tripped, with_refused_client
from vpnbot.domain.servers.panel_errors import (
    CLIENT_TROUBLES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
    is_refusal,
)
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, Usage
from vpnbot.usecases.ports import Metric, Metrics, Panel, ServerDirectory

_CORE_TROUBLES = frozenset({PanelTrouble.CORE_STOPPED, PanelTrouble.CORE_UNKNOWN})
"""Troubles of the VPN core that a panel reports; the panel itself accepts calls."""


class CircuitBreaker:
    """Implements the port `Panel`: a panel behind the circuit breaker of the server `server_id`.

    With `pauses` false the panel is called even while the breaker is open, and a failure does not open it.
    """

    def __init__(
        self,
        panel: Panel,
        server_id: str,
        servers: ServerDirectory,
        clock: Callable[[], datetime],
        metrics: Metrics,
        *,
        pauses: bool = True,
    ) -> None:
        self._panel = panel
        self._server_id = server_id
        self._servers = servers
        self._clock = clock
        self._metrics = metrics
        self._pauses = pauses

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Create or change a client, see the port."""
        new = not is_refusal(access.last_error)
        return self._call(lambda: self._panel.apply(credentials, access), client=credentials.email, counts=new)

    def remove(self, name: str) -> None:
        """Remove a client."""
        self._call(lambda: self._panel.remove(name), client=name, counts=False)

    def identify(self) -> None:
        """Check, without sending the token, that a panel answers at the address."""
        self._call(self._panel.identify)

    def usage(self, name: str) -> Usage | None:
        """Return a client's traffic."""
        return self._call(lambda: self._panel.usage(name))

    def client(self, name: str) -> PanelClient | None:
        """Return a client."""
        return self._call(lambda: self._panel.client(name))

    def clients(self) -> Sequence[PanelClient]:
        """Return all clients of the panel."""
        return self._call(self._panel.clients)

    def inbounds(self) -> Sequence[Inbound]:
        """Return the inbounds of the server."""
        return self._call(self._panel.inbounds)

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Read how an app connects to an inbound."""
        return self._call(lambda: self._panel.endpoint(inbound_id))

    def core_runs(self) -> bool:
        """Tell whether the VPN core runs."""
        return self._call(self._panel.core_runs)

    def health(self) -> Health:
        """Return the health of the server; while the breaker is open, its last known trouble. No panel errors."""
        try:
            breaker = self._admitted()
        except PanelNotCalled as error:
            may_run = self._may_run()
            return Health(may_run, may_run, trouble=error.trouble, detail=error.detail)
        try:
            health = self._panel.health()
        except PanelNotCalled as error:  # no request was sent, so nothing new is known about the panel
            return Health(panel_answers=True, server_runs=True, trouble=error.trouble, detail=error.detail)
        if not health.panel_answers:
            self._open(breaker, health.trouble or PanelTrouble.TIMED_OUT, health.detail)
        elif health.trouble is not None and health.trouble not in _CORE_TROUBLES:
            self._open(breaker, health.trouble, health.detail, refuses=True)
        else:
            self._read(breaker)
        return health

    def _may_run(self) -> bool:
        """Tell whether the server may run during the pause."""
        breaker = self._servers.breaker(self._server_id)
        return breaker is not None and breaker.server_may_run

    def _call[T](self, request: Callable[[], T], *, client: str | None = None, counts: bool = True) -> T:
        """Call the panel; `client` is the client that the call changes, None for a call that only reads.

        `counts`: whether a refusal of this client opens the breaker together with those of others. It shows nothing
        new if the panel has refused the client before, or does not remove it.
        """
        breaker = self._admitted()
        try:
            result = request()
        except PanelNotCalled:
            raise  # no request was sent
        except PanelUnavailable as error:
            self._open(breaker, error.trouble, error.detail)
            raise
        except PanelRejected as error:
            if client is None or error.trouble not in CLIENT_TROUBLES:
                self._open(breaker, error.trouble, error.detail, refuses=True)
            elif counts or (breaker is not None and breaker.open):
                self._refused(breaker, client, error)
            raise
        if client is None:
            self._read(breaker)
        else:
            self._close(breaker)
        return result

    def _admitted(self) -> Breaker | None:
        """Allow a call: return the breaker as it is stored for this call, None if there is none.

        Raises:
            PanelNotCalled: the breaker is open, and the pause is not over or another caller probes.
        """
        breaker = self._servers.breaker(self._server_id)
        if breaker is None or not breaker.open or not self._pauses:
            return breaker
        now = self._clock()
        if not breaker.blocks(now):
            probe = breaker.probed(now)
            if self._servers.save_breaker(self._server_id, breaker, probe):
                self._metrics.count(Metric.PANEL_PROBES)
                return probe
            breaker = self._servers.breaker(self._server_id)
            if breaker is None:
                return None  # another caller's probe succeeded meanwhile, and closed the breaker
        raise PanelNotCalled(breaker.trouble, breaker.detail, after=max(breaker.probe_at, now) - now)

    def _open(self, breaker: Breaker | None, trouble: PanelTrouble, detail: str, *, refuses: bool = False) -> None:
        if self._pauses:
            self._metrics.count(Metric.PANEL_FAILURES)
            opened = tripped(breaker, self._clock(), trouble, detail, refuses=refuses)
            self._save_opened(breaker, opened)

    def _refused(self, breaker: Breaker | None, client: str, error: PanelRejected) -> None:
        after = with_refused_client(breaker, self._clock(), client, error.trouble, error.detail)
        known = breaker is not None and not after.open and breaker.refused_clients == after.refused_clients
        if self._pauses and not known:
            self._metrics.count(Metric.PANEL_FAILURES, after.open)
            self._save_opened(breaker, after)

    def _save_opened(self, before: Breaker | None, after: Breaker) -> None:
        """Store failures; the first makes the reconciliation run due, which watches the panel from then on."""
        saved = self._servers.save_breaker(self._server_id, before, after)
        if saved and after.open and not (before and before.open):
            self._servers.make_run_due(self._server_id, self._clock())

    def _read(self, breaker: Breaker | None) -> None:
        """Record a success of a call that only reads: it does not show that the panel changes clients again.

        If the panel has refused several clients, its next reconciliation run, which is due now, tries one that works.
        """
        if breaker is not None and breaker.refuses_clients:
            self._servers.make_run_due(self._server_id, self._clock())
        elif breaker is not None and breaker.open:
            self._close(breaker)

    def _close(self, breaker: Breaker | None) -> None:
        """Record a success; what waits for the panel is made due by its next reconciliation run, which is due now."""
        if breaker is not None and self._servers.save_breaker(self._server_id, breaker, None) and breaker.open:
            self._servers.make_run_due(self._server_id, self._clock())
