"""A panel that does not answer costs one probe, and not a call for every update; all other callers fail at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import Clock
from tests.fakes.meter import Meter
from tests.fakes.servers import Servers, server
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, Key, KeyRing, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, PanelKind, Server, Usage
from vpnbot.errors import Misconfigured
from vpnbot.panels.registry import PanelRegistry
from vpnbot.usecases.ports import Metric, Panel

KEY = Key(1, "5eed")
CREDENTIALS = KeyRing({1: b"first secret, of thirty-two bytes"}).credentials(PersonId("p" * 26), KEY)
NAME = CREDENTIALS.email
ACCESS = Access("nl", KEY, Wanted.ENABLED, devices=3)
NL, DE = server("nl"), server("de")
DOWN = PanelUnavailable(PanelTrouble.REFUSED_CONNECTION, "port 2053")


class Plan:
    """What all panels are to do: raise an error, by server, or answer. Counts calls."""

    def __init__(self) -> None:
        self.error: dict[str, Exception] = {}
        self.health = Health(panel_answers=True, server_runs=True)
        self.during_apply: Callable[[], None] | None = None
        self.calls = 0


class PlannedPanel:
    """A panel that does what the plan says."""

    def __init__(self, plan: Plan, server: Server) -> None:
        self._plan = plan
        self._server = server

    def _answer[T](self, answer: T) -> T:
        self._plan.calls += 1
        if self._server.id in self._plan.error:
            raise self._plan.error[self._server.id]
        return answer

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make a client."""
        if self._plan.during_apply is not None:
            self._plan.during_apply()
        return self._answer(self._server.endpoint)

    def remove(self, name: str) -> None:
        """Remove a client."""
        self._answer(None)

    def usage(self, name: str) -> Usage | None:
        """Return traffic."""
        return self._answer(Usage(7))

    def clients(self, page: int) -> ClientPage:
        """Return clients."""
        return self._answer(ClientPage((), last=True))

    def inbounds(self) -> tuple[Inbound, ...]:
        """Return inbounds."""
        return self._answer(())

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Return an endpoint."""
        assert self._server.endpoint is not None
        return self._answer(self._server.endpoint)

    def health(self) -> Health:
        """Return how it is."""
        return self._answer(self._plan.health)


class Guard:
    """Panels behind circuit breakers, in one process or several, around one catalogue."""

    def __init__(self) -> None:
        self.clock, self.meter, self.servers, self.plan = Clock(), Meter(), Servers(ids=("nl", "de")), Plan()
        self.panels = self.process()

    def process(self) -> PanelRegistry:
        """Return the panels as another process has them."""
        kinds = {PanelKind.THREE_X_UI: lambda: lambda server: PlannedPanel(self.plan, server)}
        return PanelRegistry(kinds, self.servers, self.clock, self.meter)

    @property
    def panel(self) -> Panel:
        """The panel of one server, as any caller gets it."""
        return self.panels.of(NL)

    def apply(self, where: Server = NL) -> Endpoint | None:
        """Make a client."""
        return self.panels.of(where).apply(CREDENTIALS, ACCESS)

    def fail(self) -> None:
        """Let the panel fail once."""
        self.plan.error["nl"] = DOWN
        with pytest.raises(PanelUnavailable):
            self.apply()


@pytest.fixture
def guard() -> Guard:
    """A guarded panel."""
    return Guard()


def test_while_it_answers_nothing_stands_between(guard: Guard) -> None:
    assert guard.apply() == NL.endpoint
    assert guard.panel.usage(NAME) == Usage(7)
    assert guard.servers.breakers == {}


def test_after_one_failure_nobody_asks_until_its_rest_is_over(guard: Guard) -> None:
    guard.fail()
    for _ in range(100):
        with pytest.raises(PanelNotCalled) as resting:
            guard.process().of(NL).apply(CREDENTIALS, ACCESS)
    assert guard.plan.calls == 1
    assert resting.value.after == timedelta(seconds=10)
    assert str(DOWN) in str(resting.value)
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 1


def test_the_others_are_asked_as_ever(guard: Guard) -> None:
    guard.fail()
    assert guard.apply(DE) == DE.endpoint


def test_after_the_rest_one_asks_and_all_others_wait_for_what_it_hears(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    held = guard.servers.breakers["nl"]
    asked_by_another: list[Exception] = []

    def meanwhile() -> None:
        with pytest.raises(PanelNotCalled) as resting:
            guard.process().of(NL).usage(NAME)
        asked_by_another.append(resting.value)

    guard.plan.during_apply = meanwhile
    guard.plan.error.clear()
    assert guard.apply() == NL.endpoint
    assert len(asked_by_another) == 1
    assert held is not None
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_PROBES] == 1


def test_one_who_learns_only_by_asking_that_it_answers_again_is_let_through(guard: Guard) -> None:
    """A process may know half a minute longer of a breaker that another one has mended."""
    guard.fail()
    mended = guard.servers.breakers.pop("nl")
    looks = iter([mended])
    guard.servers.breaker = lambda server_id: next(looks, None)  # type: ignore[method-assign]  # old news first
    guard.clock.pass_by(timedelta(seconds=10))
    guard.plan.error.clear()
    assert guard.apply() == NL.endpoint


def test_each_vain_probe_makes_the_rest_longer(guard: Guard) -> None:
    rests = []
    for _ in range(4):
        guard.fail()
        rests.append(guard.servers.breakers["nl"].probe_at - guard.clock())
        guard.clock.pass_by(rests[-1])
    assert rests == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 80)]


def test_one_who_died_asking_is_followed_by_another(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    breaker = guard.servers.breakers["nl"]
    guard.servers.breakers["nl"] = breaker.probed(guard.clock())
    guard.plan.error.clear()
    with pytest.raises(PanelNotCalled):
        guard.apply()
    guard.clock.pass_by(timedelta(seconds=30))
    assert guard.apply() == NL.endpoint


def test_a_panel_that_refuses_has_answered(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.NO_INBOUND)
    with pytest.raises(PanelRejected):
        guard.apply()
    assert guard.servers.breakers == {}


def test_what_is_missing_on_our_side_says_nothing_about_the_panel(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    guard.plan.error["nl"] = Misconfigured("nl", "no token")
    with pytest.raises(Misconfigured):
        guard.apply()
    assert guard.servers.breakers["nl"].failures == 1


def test_where_nobody_was_asked_nothing_is_held_against_the_panel(guard: Guard) -> None:
    guard.plan.error["nl"] = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE)
    for _ in range(2):
        with pytest.raises(PanelNotCalled, match="token"):
            guard.apply()
    assert guard.servers.breakers == {}
    assert guard.plan.calls == 2
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda panel: panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED)),
        lambda panel: panel.remove(NAME),
        lambda panel: panel.usage(NAME),
        lambda panel: panel.clients(1),
        lambda panel: panel.inbounds(),
        lambda panel: panel.endpoint(1),
    ],
    ids=["apply", "remove", "usage", "clients", "inbounds", "endpoint"],
)
def test_every_kind_of_call_trips_it_and_is_held_back(guard: Guard, ask: Callable[[Panel], object]) -> None:
    guard.plan.error["nl"] = DOWN
    with pytest.raises(PanelUnavailable):
        ask(guard.panel)
    with pytest.raises(PanelNotCalled):
        ask(guard.panel)
    assert guard.plan.calls == 1


def test_a_caller_who_skips_the_pause_always_gets_through_and_an_answer_closes_the_breaker(guard: Guard) -> None:
    guard.fail()
    guard.plan.error.clear()
    assert guard.panels.without_pause(NL).inbounds() == ()
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_PROBES] == 0


def test_a_failure_of_a_caller_who_skips_the_pause_makes_nobody_else_wait(guard: Guard) -> None:
    guard.plan.error["nl"] = DOWN
    for _ in range(2):
        with pytest.raises(PanelUnavailable) as failure:
            guard.panels.without_pause(NL).endpoint(1)
        assert failure.value is DOWN
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0
    guard.fail()
    opened = dict(guard.servers.breakers)
    with pytest.raises(PanelUnavailable):
        guard.panels.without_pause(NL).inbounds()
    assert guard.servers.breakers == opened


@pytest.mark.parametrize("answers", [True, False])
def test_a_health_check_without_pause_closes_the_breaker_of_a_panel_that_answers_and_no_other(
    guard: Guard, answers: bool
) -> None:
    guard.fail()
    guard.plan.error.clear()
    opened, calls = dict(guard.servers.breakers), guard.plan.calls
    guard.plan.health = Health(panel_answers=answers, server_runs=answers)
    assert guard.panels.without_pause(NL).health() == guard.plan.health
    assert guard.plan.calls == calls + 1, "however long the pause is"
    assert guard.servers.breakers == ({} if answers else opened)


@pytest.mark.parametrize("pauses", [True, False])
def test_a_health_check_without_a_request_is_no_evidence(guard: Guard, pauses: bool) -> None:
    guard.plan.error["nl"] = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE)
    health = (guard.panels.of(NL) if pauses else guard.panels.without_pause(NL)).health()
    assert (health.panel_answers, health.server_runs, health.problem) == (True, True, PanelTrouble.TOKEN_UNREADABLE)
    assert guard.servers.breakers == {}


def test_during_the_pause_the_trouble_that_was_met_is_reported(guard: Guard) -> None:
    guard.plan.health = Health(False, False, trouble=PanelTrouble.BROKEN_ANSWER, detail="HTTP 502")
    guard.panel.health()
    health = guard.panel.health()
    assert (health.trouble, health.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    with pytest.raises(PanelNotCalled) as pause:
        guard.apply()
    assert (pause.value.trouble, pause.value.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")


def test_asking_how_a_server_is_trips_and_mends_as_any_other_call(guard: Guard) -> None:
    guard.plan.health = Health(panel_answers=False, server_runs=False)
    assert guard.panel.health() == guard.plan.health
    asked = guard.plan.calls
    resting = guard.panel.health()
    assert (resting.panel_answers, resting.problem) == (False, PanelTrouble.TIMED_OUT)
    assert guard.plan.calls == asked
    guard.clock.pass_by(timedelta(seconds=10))
    guard.plan.health = Health(panel_answers=True, server_runs=True)
    assert guard.panel.health().healthy
    assert guard.servers.breakers == {}
