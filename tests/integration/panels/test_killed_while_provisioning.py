"""The process dies at every step of making keys in turn, and each time every panel ends with exactly one client.

The adapter is the real one and so is the HTTP between it and three panels. A step is a request that has not left yet,
a request that has been done with nobody left to hear the answer, and the moments before and after each write of ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from tests.fakes.tokens import Tokens
from tests.integration.panels.on_panels import shop_on
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.panels.three_x_ui.http import PanelHttp

PLACES = ("de", "fi", "nl")


@dataclass
class Deployment:
    """A shop whose keys are made on three panels over HTTP."""

    shop: Shop
    panels: dict[str, FakePanel]

    def clients(self) -> dict[str, list[str]]:
        """Return the keys that each panel has: what apps connect with."""
        return {place: [client.uuid for client in panel.clients.values()] for place, panel in self.panels.items()}

    def down(self, *places: str) -> None:
        """Let these panels answer nobody, and all others everybody."""
        for place, panel in self.panels.items():
            panel.faults.clear()
            if place in places:
                panel.faults.down(times=1000)


@pytest.fixture(scope="module")
def panels() -> Iterator[dict[str, FakePanel]]:
    """Three panels, running."""
    named = {place: FakePanel(place, token=place * 24) for place in PLACES}
    with PanelsInBackground(*named.values()):
        yield named


@pytest.fixture
def make_deployment(
    panels: dict[str, FakePanel], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Deployment]]:
    """Return shops, one after the other, each on panels without clients."""
    three_x_ui = ThreeXUiPanels(Tokens(**{place: panel.token for place, panel in panels.items()}))
    servers = [_server(three_x_ui, place, panel.address) for place, panel in panels.items()]
    worlds: list[Shop] = []
    sent = PanelHttp._sent_once

    def steps(http: PanelHttp, *request: Any) -> tuple[int, bytes]:
        worlds[-1].faults.reached("request.before")
        answer = sent(http, *request)
        worlds[-1].faults.reached("request.after")
        return answer

    monkeypatch.setattr(PanelHttp, "_sent_once", steps)

    def make() -> Deployment:
        shop = shop_on(three_x_ui, *servers)
        worlds.append(shop)
        for panel in panels.values():
            panel.wipe()
            panel.faults.clear()
        return Deployment(shop, panels)

    yield make
    three_x_ui.close()


def _server(three_x_ui: ThreeXUiPanels, place: str, address: str) -> Server:
    bare = Server(place, "", place.upper(), address=address, inbound_id=1)
    return replace(bare, endpoint=bare.presented(three_x_ui.panel(bare).endpoint(1)))


def tap_killed(deployment: Deployment, step: int, cause: str) -> bool:
    """Let the process that answers the tap die at a step; tell whether it came that far."""
    deployment.shop.arrives()
    deployment.shop.faults.crash_at_step(step)
    return died(partial(deployment.shop.tries, cause))


def worker_killed(deployment: Deployment, step: int, cause: str) -> bool:
    """Let a worker die at a step, after all panels were down when the tap came; tell whether one came that far."""
    deployment.down(*PLACES)
    deployment.shop.arrives()
    deployment.shop.tries(cause)
    deployment.down()
    deployment.shop.clock.pass_by(timedelta(seconds=70))
    deployment.shop.faults.crash_at_step(step)
    return died(partial(deployment.shop.settles, minutes=5))


def died(work: Callable[[], object]) -> bool:
    """Tell whether the process was gone before its work was done."""
    try:
        work()
    except Crash:
        return True
    return False


def steps_of(make_deployment: Callable[[], Deployment], killed: Callable[[Deployment, int, str], bool]) -> int:
    """Return how many steps there are until nothing is left to do."""
    return next(step for step in count() if not killed(make_deployment(), step, update()))


def holds_exactly_one_key_on_each(deployment: Deployment) -> Person:
    """Say that every panel has one client, and that it is the one that the person's link shows."""
    person = deployment.shop.look()
    assert {access.server_id for access in person.living_accesses} == set(PLACES)
    assert len(person.accesses) == len(PLACES)
    for access in person.accesses:
        assert access.in_sync, access
        assert access.works, access
        credentials = deployment.shop.ring.credentials(person.id, access.key)
        assert deployment.clients()[access.server_id] == [str(credentials.client_id)]
        client = deployment.panels[access.server_id].clients[access.name]
        assert client.enable
        assert client.inbound_ids == [1]
    assert person.subscription.starts_at is not None
    return person


@pytest.mark.parametrize("redelivered", [True, False], ids=["and Telegram repeats it", "and nobody repeats it"])
def test_killed_in_the_tap(make_deployment: Callable[[], Deployment], redelivered: bool) -> None:
    steps = steps_of(make_deployment, tap_killed)
    assert steps >= 16, "three panels, each asked and read back, and two writes of ours"
    for step in range(steps):
        deployment, cause = make_deployment(), update()
        assert tap_killed(deployment, step, cause)
        if redelivered or not deployment.shop.look().accesses:
            deployment.shop.tries(cause)
        deployment.shop.settles(minutes=10)
        holds_exactly_one_key_on_each(deployment)


def test_killed_in_the_worker(make_deployment: Callable[[], Deployment]) -> None:
    steps = steps_of(make_deployment, worker_killed)
    assert steps >= 16
    for step in range(steps):
        deployment = make_deployment()
        assert worker_killed(deployment, step, update())
        deployment.shop.settles(minutes=30)
        holds_exactly_one_key_on_each(deployment)


def test_killed_again_and_again_at_the_same_step(make_deployment: Callable[[], Deployment]) -> None:
    """A worker that dies over and over at one place gets through as soon as it does not."""
    for step in range(0, steps_of(make_deployment, tap_killed), 3):
        deployment, cause = make_deployment(), update()
        tap_killed(deployment, step, cause)
        for _ in range(4):
            deployment.shop.faults.crash_at_step(step)
            died(partial(deployment.shop.tries, cause))
        deployment.shop.faults.clear()
        deployment.shop.tries(cause)
        deployment.shop.settles(minutes=30)
        holds_exactly_one_key_on_each(deployment)


@pytest.mark.parametrize("dead", PLACES)
def test_one_panel_down_while_the_others_are_killed(make_deployment: Callable[[], Deployment], dead: str) -> None:
    for step in range(2, 14, 2):
        deployment, cause = make_deployment(), update()
        deployment.down(dead)
        assert tap_killed(deployment, step, cause)
        deployment.shop.tries(cause)
        deployment.shop.settles(minutes=10)
        assert deployment.clients()[dead] == []
        assert any(access.works for access in deployment.shop.look().living_accesses), "the others work meanwhile"
        deployment.down()
        deployment.shop.settles(minutes=10)
        holds_exactly_one_key_on_each(deployment)
