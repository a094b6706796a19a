"""Panels behind circuit breakers, which answer as planned."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.fakes.clock import Clock
from tests.fakes.meter import Meter
from tests.fakes.servers import Servers, server
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, Derivation, Key, KeyRing, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, PanelKind, Server, Usage
from vpnbot.panels.registry import PanelRegistry
from vpnbot.usecases.ports import Panel

KEY = Key(1, "5eed")
CREDENTIALS = KeyRing({1: b"first secret, of thirty-two bytes"}).credentials(
    PersonId("p" * 26), KEY, "nl", Derivation.PER_SERVER
)
NAME = CREDENTIALS.email
ACCESS = Access("nl", KEY, Wanted.ENABLED, devices=3)
NL, DE = server("nl"), server("de")
DOWN = PanelUnavailable(PanelTrouble.REFUSED_CONNECTION, "port 2053")


class Plan:
    """What each call to a panel does: raise the error of its server, or return a result. Counts the calls."""

    def __init__(self) -> None:
        self.error: dict[str, Exception] = {}
        self.health = Health(panel_answers=True, server_runs=True)
        self.during_apply: Callable[[], None] | None = None
        self.calls = 0


class PlannedPanel:
    """A panel that behaves as planned."""

    def __init__(self, plan: Plan, server: Server) -> None:
        self._plan = plan
        self._server = server

    def _answer[T](self, answer: T) -> T:
        self._plan.calls += 1
        if self._server.id in self._plan.error:
            raise self._plan.error[self._server.id]
        return answer

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make or update a client."""
        if self._plan.during_apply is not None:
            self._plan.during_apply()
        return self._answer(self._server.endpoint)

    def remove(self, name: str) -> None:
        """Remove a client."""
        self._answer(None)

    def identify(self) -> None:
        """Answer as planned."""
        self._answer(None)

    def usage(self, name: str) -> Usage | None:
        """Return the traffic of a client."""
        return self._answer(Usage(7))

    def client(self, name: str) -> PanelClient | None:
        """Return no client."""
        return self._answer(None)

    def clients(self) -> Sequence[PanelClient]:
        """Return no clients."""
        return self._answer(())

    def inbounds(self) -> tuple[Inbound, ...]:
        """Return no inbounds."""
        return self._answer(())

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Return the endpoint of the server."""
        assert self._server.endpoint is not None
        return self._answer(self._server.endpoint)

    def core_runs(self) -> bool:
        """Answer as planned."""
        return self._answer(self._plan.health.server_runs)

    def health(self) -> Health:
        """Return the planned health."""
        return self._answer(self._plan.health)


class GuardedPanels:
    """Panels behind circuit breakers, in one or several processes, with one catalogue."""

    def __init__(self) -> None:
        self.clock, self.meter, self.servers, self.plan = Clock(), Meter(), Servers(ids=("nl", "de")), Plan()
        self.panels = self.process()

    def process(self) -> PanelRegistry:
        """Return the panels of another process."""
        kinds = {PanelKind.THREE_X_UI: lambda: lambda server: PlannedPanel(self.plan, server)}
        return PanelRegistry(kinds, self.servers, self.clock, self.meter)

    @property
    def panel(self) -> Panel:
        """The panel of one server."""
        return self.panels.of(NL)

    def apply(self, server: Server = NL) -> Endpoint | None:
        """Make a client on a server."""
        return self.panels.of(server).apply(CREDENTIALS, ACCESS)

    def fail(self) -> None:
        """Call a panel that fails."""
        self.plan.error["nl"] = DOWN
        with pytest.raises(PanelUnavailable):
            self.apply()


def refuse(guard: GuardedPanels, client: str) -> None:
    """Let the panel refuse one client."""
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.NAME_CLASH, client)
    with pytest.raises(PanelRejected):
        guard.panel.apply(replace(CREDENTIALS, email=client), ACCESS)
    del guard.plan.error["nl"]
