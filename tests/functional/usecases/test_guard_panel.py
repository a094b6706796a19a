"""A dead panel costs one probe, and not every update; whoever asks meanwhile is told at once."""

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
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, Server, Usage
from vpnbot.errors import Misconfigured, PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.panels.guarded_panel import GuardedPanel
from vpnbot.usecases.ports import Metric

KEY = Key(1, "5eed")
CREDENTIALS = KeyRing({1: b"first secret, of thirty-two bytes"}).credentials(PersonId("p" * 26), KEY)
ACCESS = Access("nl", KEY, Wanted.ENABLED, devices=3)
NL, DE = server("nl"), server("de")
DOWN = PanelUnavailable("it refuses connections")


class Moody:
    """A panel that does what it is told to: raise something, or answer."""

    def __init__(self) -> None:
        self.mood: dict[str, Exception] = {}
        self.health_now = Health(panel_answers=True, server_runs=True)
        self.asked = 0

    def _answer[T](self, server: Server, answer: T) -> T:
        self.asked += 1
        if server.id in self.mood:
            raise self.mood[server.id]
        return answer

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make a key."""
        return self._answer(server, server.endpoint)

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Remove a key."""
        self._answer(server, None)

    def remove_named(self, server: Server, name: str) -> None:
        """Remove a key by its name."""
        self._answer(server, None)

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return traffic."""
        return self._answer(server, Usage(7))

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return clients."""
        return self._answer(server, ClientPage((), last=True))

    def inbounds(self, server: Server) -> tuple[Inbound, ...]:
        """Return ways in."""
        return self._answer(server, ())

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Return a way in."""
        assert server.endpoint is not None
        return self._answer(server, server.endpoint)

    def health(self, server: Server) -> Health:
        """Return how it is."""
        self.asked += 1
        return self.health_now


class Guard:
    """A guarded panel, or several of them in several processes, around one catalogue."""

    def __init__(self) -> None:
        self.clock, self.meter, self.servers, self.moody = Clock(), Meter(), Servers(ids=("nl", "de")), Moody()
        self.panel = self.process()

    def process(self) -> GuardedPanel:
        """Return the panel as another process has it."""
        return GuardedPanel(self.moody, self.servers, self.clock, self.meter)

    def ensure(self, where: Server = NL) -> Endpoint | None:
        """Make a key."""
        return self.panel.ensure(where, CREDENTIALS, ACCESS)

    def fail(self) -> None:
        """Let the panel fail once."""
        self.moody.mood["nl"] = DOWN
        with pytest.raises(PanelUnavailable):
            self.ensure()


@pytest.fixture
def guard() -> Guard:
    """A guarded panel."""
    return Guard()


def test_while_it_answers_nothing_stands_between(guard: Guard) -> None:
    assert guard.ensure() == NL.endpoint
    assert guard.panel.usage(NL, CREDENTIALS) == Usage(7)
    assert guard.servers.breakers == {}


def test_after_one_failure_nobody_asks_until_its_rest_is_over(guard: Guard) -> None:
    guard.fail()
    for _ in range(100):
        with pytest.raises(PanelNotCalled) as resting:
            guard.process().ensure(NL, CREDENTIALS, ACCESS)
    assert guard.moody.asked == 1
    assert resting.value.after == timedelta(seconds=10)
    assert str(DOWN) in str(resting.value)
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 1


def test_the_others_are_asked_as_ever(guard: Guard) -> None:
    guard.fail()
    assert guard.ensure(DE) == DE.endpoint


def test_after_the_rest_one_asks_and_all_others_wait_for_what_it_hears(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    held = guard.servers.breakers["nl"]
    asked_by_another: list[Exception] = []

    def meanwhile(server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        with pytest.raises(PanelNotCalled) as resting:
            guard.process().usage(NL, CREDENTIALS)
        asked_by_another.append(resting.value)
        return server.endpoint

    guard.moody.ensure = meanwhile  # type: ignore[method-assign]  # what happens while one asks
    guard.moody.mood.clear()
    assert guard.ensure() == NL.endpoint
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
    guard.moody.mood.clear()
    assert guard.ensure() == NL.endpoint


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
    guard.moody.mood.clear()
    with pytest.raises(PanelNotCalled):
        guard.ensure()
    guard.clock.pass_by(timedelta(seconds=30))
    assert guard.ensure() == NL.endpoint


def test_a_panel_that_refuses_has_answered(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    guard.moody.mood["nl"] = PanelRejected("no such inbound")
    with pytest.raises(PanelRejected):
        guard.ensure()
    assert guard.servers.breakers == {}


def test_what_is_missing_on_our_side_says_nothing_about_the_panel(guard: Guard) -> None:
    guard.fail()
    guard.clock.pass_by(timedelta(seconds=10))
    guard.moody.mood["nl"] = Misconfigured("nl", "no token")
    with pytest.raises(Misconfigured):
        guard.ensure()
    assert guard.servers.breakers["nl"].failures == 1


def test_where_nobody_was_asked_nothing_is_held_against_the_panel(guard: Guard) -> None:
    guard.moody.mood["nl"] = PanelNotCalled("its token could not be read")
    for _ in range(2):
        with pytest.raises(PanelNotCalled, match="token"):
            guard.ensure()
    assert guard.servers.breakers == {}
    assert guard.moody.asked == 2
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda panel: panel.ensure(NL, CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED)),
        lambda panel: panel.remove(NL, CREDENTIALS),
        lambda panel: panel.remove_named(NL, "name"),
        lambda panel: panel.usage(NL, CREDENTIALS),
        lambda panel: panel.clients(NL, 1),
    ],
    ids=["ensure", "remove", "remove_named", "usage", "clients"],
)
def test_every_kind_of_call_trips_it_and_is_held_back(guard: Guard, ask: Callable[[GuardedPanel], object]) -> None:
    guard.moody.mood["nl"] = DOWN
    with pytest.raises(PanelUnavailable):
        ask(guard.panel)
    with pytest.raises(PanelNotCalled):
        ask(guard.panel)
    assert guard.moody.asked == 1


def test_an_operator_who_looks_always_gets_through(guard: Guard) -> None:
    guard.fail()
    guard.moody.mood.clear()
    assert guard.panel.endpoint(NL, 1) == NL.endpoint
    assert guard.panel.inbounds(NL) == ()


@pytest.mark.parametrize("answers", [True, False])
def test_an_operator_who_examines_it_mends_what_answers_and_leaves_the_rest_as_it_is(
    guard: Guard, answers: bool
) -> None:
    guard.fail()
    tripped, asked = dict(guard.servers.breakers), guard.moody.asked
    guard.moody.health_now = Health(panel_answers=answers, server_runs=answers)
    assert guard.panel.examine(NL) == guard.moody.health_now
    assert guard.moody.asked == asked + 1, "however long it is to rest"
    assert guard.servers.breakers == ({} if answers else tripped)


def test_while_it_rests_the_trouble_that_was_seen_is_told(guard: Guard) -> None:
    guard.moody.health_now = Health(False, False, error="it timed out", trouble=PanelTrouble.TIMED_OUT)
    guard.panel.health(NL)
    assert guard.panel.health(NL).trouble is PanelTrouble.TIMED_OUT
    with pytest.raises(PanelNotCalled) as resting:
        guard.ensure()
    assert resting.value.trouble is PanelTrouble.TIMED_OUT


def test_asking_how_a_server_is_trips_and_mends_as_any_other_call(guard: Guard) -> None:
    guard.moody.health_now = Health(panel_answers=False, server_runs=False, error="it timed out")
    assert guard.panel.health(NL).error == "it timed out"
    asked = guard.moody.asked
    resting = guard.panel.health(NL)
    assert (resting.panel_answers, resting.error) == (False, "it timed out")
    assert guard.moody.asked == asked
    guard.clock.pass_by(timedelta(seconds=10))
    guard.moody.health_now = Health(panel_answers=True, server_runs=True)
    assert guard.panel.health(NL).well
    assert guard.servers.breakers == {}
