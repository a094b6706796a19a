"""The circuit breaker: it probes a panel that does not answer from time to time; all other calls fail at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import Clock
from tests.fakes.meter import Meter
from tests.fakes.servers import Servers, server
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, Derivation, Key, KeyRing, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, PanelKind, Server, Usage
from vpnbot.errors import Misconfigured
from vpnbot.panels.registry import PanelRegistry
from vpnbot.usecases.ports import Metric, Panel

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


@pytest.fixture
def guard() -> GuardedPanels:
    """Panels of two servers, with closed circuit breakers."""
    return GuardedPanels()


def test_calls_pass_while_the_panel_answers(guard: GuardedPanels) -> None:
    assert guard.apply() == NL.endpoint
    assert guard.panel.usage(NAME) == Usage(7)
    assert guard.servers.breakers == {}


def test_after_one_failure_no_process_calls_the_panel_during_the_pause(guard: GuardedPanels) -> None:
    guard.fail()
    for _ in range(100):
        with pytest.raises(PanelNotCalled) as not_called:
            guard.process().of(NL).apply(CREDENTIALS, ACCESS)
    assert guard.plan.calls == 1
    assert not_called.value.after == timedelta(seconds=10)
    assert str(DOWN) in str(not_called.value)
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 1


def test_panels_of_other_servers_are_still_called(guard: GuardedPanels) -> None:
    guard.fail()
    assert guard.apply(DE) == DE.endpoint


def test_after_the_pause_one_process_probes_and_the_others_do_not_call(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    opened = guard.servers.breakers["nl"]
    errors_of_another: list[Exception] = []

    def call_meanwhile() -> None:
        with pytest.raises(PanelNotCalled) as not_called:
            guard.process().of(NL).usage(NAME)
        errors_of_another.append(not_called.value)

    guard.plan.during_apply = call_meanwhile
    guard.plan.error.clear()
    assert guard.apply() == NL.endpoint
    assert len(errors_of_another) == 1
    assert opened is not None
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_PROBES] == 1


def test_a_process_with_a_stale_breaker_calls_a_panel_that_answers_again(guard: GuardedPanels) -> None:
    """A process may have a cached open breaker for half a minute after another process has closed it."""
    guard.fail()
    stale = guard.servers.breakers.pop("nl")
    reads = iter([stale])
    guard.servers.breaker = lambda server_id: next(reads, None)  # type: ignore[method-assign]  # stale first
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.error.clear()
    assert guard.apply() == NL.endpoint


def test_each_failed_probe_doubles_the_pause(guard: GuardedPanels) -> None:
    pauses = []
    for _ in range(4):
        guard.fail()
        pauses.append(guard.servers.breakers["nl"].probe_at - guard.clock())
        guard.clock.advance(pauses[-1])
    assert pauses == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 80)]


def test_another_process_probes_after_one_that_crashed_during_its_probe(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    breaker = guard.servers.breakers["nl"]
    guard.servers.breakers["nl"] = breaker.probed(guard.clock())
    guard.plan.error.clear()
    with pytest.raises(PanelNotCalled):
        guard.apply()
    guard.clock.advance(timedelta(seconds=30))
    assert guard.apply() == NL.endpoint


def test_a_panel_that_refuses_every_call_opens_the_breaker_and_takes_no_new_keys(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.WRONG_TOKEN)
    with pytest.raises(PanelRejected):
        guard.panel.clients()
    assert guard.servers.breakers["nl"].refuses
    (nl,) = [listing for listing in guard.servers.listings() if listing.server.id == "nl"]
    assert nl.has_capacity
    assert nl.refuses
    with pytest.raises(PanelNotCalled):
        guard.apply()


def test_a_refusal_in_the_health_check_opens_the_breaker_and_a_stopped_core_does_not(guard: GuardedPanels) -> None:
    guard.plan.health = Health(True, False, trouble=PanelTrouble.CORE_STOPPED)
    guard.panel.health()
    assert guard.servers.breakers == {}
    guard.plan.health = Health(True, True, trouble=PanelTrouble.NO_SCOPE)
    guard.panel.health()
    assert guard.servers.breakers["nl"].refuses


def refuse(guard: GuardedPanels, client: str) -> None:
    """Let the panel refuse one client."""
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.NAME_CLASH, client)
    with pytest.raises(PanelRejected):
        guard.panel.apply(replace(CREDENTIALS, email=client), ACCESS)
    del guard.plan.error["nl"]


def test_a_panel_that_refuses_one_client_is_still_called(guard: GuardedPanels) -> None:
    for _ in range(10):
        refuse(guard, "v_1")
    refuse(guard, "v_2")
    assert not guard.servers.breakers["nl"].open
    assert all(not listing.refuses and not listing.failing for listing in guard.servers.listings())
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0
    guard.apply()
    assert guard.servers.breakers == {}


def test_a_panel_that_refuses_one_client_after_the_other_opens_the_breaker(guard: GuardedPanels) -> None:
    refuse(guard, "v_1")
    refuse(guard, "v_2")
    guard.panel.clients()
    refuse(guard, "v_3")
    assert guard.servers.breakers["nl"].refuses, "that it can be read does not show that it changes clients"
    guard.clock.advance(timedelta(seconds=10))
    guard.panel.clients()
    assert guard.servers.breakers["nl"].open
    guard.clock.advance(timedelta(seconds=30))
    guard.apply()
    assert guard.servers.breakers == {}


def test_clients_that_a_panel_does_not_remove_do_not_open_the_breaker(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.REFUSED, "database is locked")
    for name in ("v_1", "v_2", "v_3", "v_4"):
        with pytest.raises(PanelRejected):
            guard.panel.remove(name)
    assert guard.servers.breakers == {}


def test_a_panel_that_answers_again_but_refuses_one_client_closes_the_breaker(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    refuse(guard, "v_1")
    assert not guard.servers.breakers["nl"].open


def test_a_breaker_that_opens_makes_the_reconciliation_run_due_once(guard: GuardedPanels) -> None:
    later = guard.clock() + timedelta(minutes=20)
    guard.servers.put_run(ReconciliationRun("nl", guard.clock(), due=Due(later)))
    guard.fail()
    found = guard.servers.reconciliation_run("nl")
    assert found is not None
    assert found.due == Due(guard.clock())
    guard.servers.put_run(ReconciliationRun("nl", guard.clock(), due=Due(later)))
    guard.clock.advance(timedelta(seconds=10))
    guard.fail()
    found = guard.servers.reconciliation_run("nl")
    assert found is not None
    assert found.due == Due(later)


def test_a_breaker_that_closes_makes_the_reconciliation_run_due(guard: GuardedPanels) -> None:
    run = ReconciliationRun("nl", guard.clock(), due=Due(guard.clock() + timedelta(minutes=20)))
    guard.fail()
    guard.servers.put_run(run)
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.error.clear()
    guard.apply()
    found = guard.servers.reconciliation_run("nl")
    assert found is not None
    assert found.due == Due(guard.clock())


def test_a_wrong_setting_leaves_the_breaker_as_it_is(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.error["nl"] = Misconfigured("nl", "no token")
    with pytest.raises(Misconfigured):
        guard.apply()
    assert guard.servers.breakers["nl"].failures == 1


def test_an_error_before_the_request_does_not_open_the_breaker(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE)
    for _ in range(2):
        with pytest.raises(PanelNotCalled, match="token"):
            guard.apply()
    assert guard.servers.breakers == {}
    assert guard.plan.calls == 2
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda panel: panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED)),
        lambda panel: panel.remove(NAME),
        lambda panel: panel.usage(NAME),
        lambda panel: panel.client(NAME),
        lambda panel: panel.clients(),
        lambda panel: panel.inbounds(),
        lambda panel: panel.endpoint(1),
    ],
    ids=["apply", "remove", "usage", "client", "clients", "inbounds", "endpoint"],
)
def test_every_kind_of_call_opens_the_breaker_and_is_then_not_made(
    guard: GuardedPanels, call: Callable[[Panel], object]
) -> None:
    guard.plan.error["nl"] = DOWN
    with pytest.raises(PanelUnavailable):
        call(guard.panel)
    with pytest.raises(PanelNotCalled):
        call(guard.panel)
    assert guard.plan.calls == 1


def test_a_call_without_breaker_is_made_during_it_and_an_answer_closes_the_breaker(guard: GuardedPanels) -> None:
    guard.fail()
    guard.plan.error.clear()
    assert guard.panels.without_breaker(NL).inbounds() == ()
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_PROBES] == 0


def test_a_failed_call_without_breaker_does_not_change_the_breaker(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = DOWN
    for _ in range(2):
        with pytest.raises(PanelUnavailable) as failure:
            guard.panels.without_breaker(NL).endpoint(1)
        assert failure.value is DOWN
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0
    guard.fail()
    opened = dict(guard.servers.breakers)
    with pytest.raises(PanelUnavailable):
        guard.panels.without_breaker(NL).inbounds()
    assert guard.servers.breakers == opened


@pytest.mark.parametrize("answers", [True, False])
def test_a_health_check_without_breaker_closes_the_breaker_only_if_the_panel_answers(
    guard: GuardedPanels, answers: bool
) -> None:
    guard.fail()
    guard.plan.error.clear()
    opened, calls = dict(guard.servers.breakers), guard.plan.calls
    guard.plan.health = Health(panel_answers=answers, server_runs=answers)
    assert guard.panels.without_breaker(NL).health() == guard.plan.health
    assert guard.plan.calls == calls + 1, "the call is made during the pause"
    assert guard.servers.breakers == ({} if answers else opened)


@pytest.mark.parametrize("pauses", [True, False])
def test_a_health_check_that_sent_no_request_does_not_change_the_breaker(guard: GuardedPanels, pauses: bool) -> None:
    guard.plan.error["nl"] = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE)
    health = (guard.panels.of(NL) if pauses else guard.panels.without_breaker(NL)).health()
    assert (health.panel_answers, health.server_runs, health.problem) == (True, True, PanelTrouble.TOKEN_UNREADABLE)
    assert guard.servers.breakers == {}


def test_during_the_pause_the_last_trouble_is_reported(guard: GuardedPanels) -> None:
    guard.plan.health = Health(False, False, trouble=PanelTrouble.BROKEN_ANSWER, detail="HTTP 502")
    guard.panel.health()
    health = guard.panel.health()
    assert (health.trouble, health.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    with pytest.raises(PanelNotCalled) as pause:
        guard.apply()
    assert (pause.value.trouble, pause.value.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")


@pytest.mark.parametrize(
    ("health", "may_run"),
    [
        (Health(True, True, trouble=PanelTrouble.WRONG_TOKEN), True),
        (Health(True, False, trouble=PanelTrouble.NO_INBOUND), False),
        (Health(False, False, trouble=PanelTrouble.WEB_PAGE), False),
    ],
    ids=["the token is refused", "the inbound is gone", "another program answers"],
)
def test_the_pause_changes_nothing_about_whether_the_server_may_run(
    guard: GuardedPanels, health: Health, may_run: bool
) -> None:
    guard.plan.health = health
    assert guard.panel.health() == health
    during_pause = guard.panel.health()
    assert (during_pause.panel_answers, during_pause.server_runs) == (may_run, may_run)
    assert during_pause.problem is health.trouble


def test_a_health_check_opens_and_closes_the_breaker_as_any_other_call(guard: GuardedPanels) -> None:
    guard.plan.health = Health(panel_answers=False, server_runs=False)
    assert guard.panel.health() == guard.plan.health
    calls = guard.plan.calls
    during_pause = guard.panel.health()
    assert (during_pause.panel_answers, during_pause.problem) == (False, PanelTrouble.TIMED_OUT)
    assert guard.plan.calls == calls
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.health = Health(panel_answers=True, server_runs=True)
    assert guard.panel.health().healthy
    assert guard.servers.breakers == {}
