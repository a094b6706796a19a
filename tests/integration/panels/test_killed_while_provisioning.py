"""The process is killed at each step of provisioning keys, and every panel still ends with exactly one client.

The 3x-ui adapter calls three panels over HTTP. The steps are the points before and after each request to a panel and
before and after each commit.
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
from vpnbot.panels.three_x_ui.http import Answer, PanelHttp

SERVER_IDS = ("de", "fi", "nl")


@dataclass
class Deployment:
    """A shop that creates keys on three panels over HTTP."""

    shop: Shop
    panels: dict[str, FakePanel]

    def clients(self) -> dict[str, list[str]]:
        """Return the UUIDs of the clients by panel: apps connect with them."""
        return {
            server_id: [client.uuid for client in panel.clients.values()] for server_id, panel in self.panels.items()
        }

    def down(self, *server_ids: str) -> None:
        """Make these panels close every connection, and all others answer."""
        for server_id, panel in self.panels.items():
            panel.faults.clear()
            if server_id in server_ids:
                panel.faults.down(times=1000)


@pytest.fixture(scope="module")
def panels() -> Iterator[dict[str, FakePanel]]:
    """Three running panels."""
    named = {server_id: FakePanel(server_id, token=server_id * 24) for server_id in SERVER_IDS}
    with PanelsInBackground(*named.values()):
        yield named


@pytest.fixture
def make_deployment(
    panels: dict[str, FakePanel], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Deployment]]:
    """Return a function that makes a new shop and removes all clients from the panels."""
    three_x_ui = ThreeXUiPanels(Tokens(**{server_id: panel.token for server_id, panel in panels.items()}))
    servers = [_server(three_x_ui, server_id, panel.address) for server_id, panel in panels.items()]
    shops: list[Shop] = []
    sent = PanelHttp._sent_once

    def steps(http: PanelHttp, *request: Any) -> Answer:
        shops[-1].faults.reached("request.before")
        answer = sent(http, *request)
        shops[-1].faults.reached("request.after")
        return answer

    monkeypatch.setattr(PanelHttp, "_sent_once", steps)

    def make() -> Deployment:
        shop = shop_on(three_x_ui, *servers)
        shops.append(shop)
        for panel in panels.values():
            panel.wipe()
            panel.faults.clear()
        return Deployment(shop, panels)

    yield make
    three_x_ui.close()


def _server(three_x_ui: ThreeXUiPanels, server_id: str, address: str) -> Server:
    bare = Server(server_id, "", server_id.upper(), address=address, inbound_id=1)
    return replace(bare, endpoint=bare.presented(three_x_ui.panel(bare).endpoint(1)))


def tap_killed(deployment: Deployment, step: int, cause: str) -> bool:
    """Kill the process that handles the tap at a step; tell whether it reached the step."""
    deployment.shop.arrives()
    deployment.shop.faults.crash_at_step(step)
    return was_killed(partial(deployment.shop.tries, cause))


def worker_killed(deployment: Deployment, step: int, cause: str) -> bool:
    """Kill a worker at a step, after all panels were down during the tap; tell whether it reached the step."""
    deployment.down(*SERVER_IDS)
    deployment.shop.arrives()
    deployment.shop.tries(cause)
    deployment.down()
    deployment.shop.clock.advance(timedelta(seconds=70))
    deployment.shop.faults.crash_at_step(step)
    return was_killed(partial(deployment.shop.settles, minutes=5))


def was_killed(work: Callable[[], object]) -> bool:
    """Tell whether the process was killed before it finished."""
    try:
        work()
    except Crash:
        return True
    return False


def number_of_steps(make_deployment: Callable[[], Deployment], killed: Callable[[Deployment, int, str], bool]) -> int:
    """Return how many steps the process has when it is not killed."""
    return next(step for step in count() if not killed(make_deployment(), step, update()))


def assert_one_client_on_each_panel(deployment: Deployment) -> Person:
    """Assert that every panel has one client, and that it is the client of the person's key there."""
    person = deployment.shop.look()
    assert {access.server_id for access in person.living_accesses} == set(SERVER_IDS)
    assert len(person.accesses) == len(SERVER_IDS)
    for access in person.accesses:
        assert access.in_sync, access
        assert access.works, access
        credentials = access.credentials(deployment.shop.ring, person.id)
        assert deployment.clients()[access.server_id] == [str(credentials.client_id)]
        client = deployment.panels[access.server_id].clients[access.name]
        assert client.enable
        assert client.inbound_ids == [1]
    assert person.subscription.starts_at is not None
    return person


@pytest.mark.parametrize("redelivered", [True, False], ids=["redelivered", "not redelivered"])
def test_a_tap_killed_at_any_step_leaves_one_client_per_panel(
    make_deployment: Callable[[], Deployment], redelivered: bool
) -> None:
    steps = number_of_steps(make_deployment, tap_killed)
    assert steps >= 16, "two requests to each of three panels and two commits, two steps each"
    for step in range(steps):
        deployment, cause = make_deployment(), update()
        assert tap_killed(deployment, step, cause)
        if redelivered or not deployment.shop.look().accesses:
            deployment.shop.tries(cause)
        deployment.shop.settles(minutes=10)
        assert_one_client_on_each_panel(deployment)


def test_a_worker_killed_at_any_step_leaves_one_client_per_panel(
    make_deployment: Callable[[], Deployment],
) -> None:
    steps = number_of_steps(make_deployment, worker_killed)
    assert steps >= 16
    for step in range(steps):
        deployment = make_deployment()
        assert worker_killed(deployment, step, update())
        deployment.shop.settles(minutes=30)
        assert_one_client_on_each_panel(deployment)


def test_repeated_kills_at_one_step_leave_one_client_per_panel(make_deployment: Callable[[], Deployment]) -> None:
    """A process that was killed several times at one step succeeds as soon as it is not killed."""
    for step in range(0, number_of_steps(make_deployment, tap_killed), 3):
        deployment, cause = make_deployment(), update()
        tap_killed(deployment, step, cause)
        for _ in range(4):
            deployment.shop.faults.crash_at_step(step)
            was_killed(partial(deployment.shop.tries, cause))
        deployment.shop.faults.clear()
        deployment.shop.tries(cause)
        deployment.shop.settles(minutes=30)
        assert_one_client_on_each_panel(deployment)


@pytest.mark.parametrize("dead", SERVER_IDS)
def test_kills_while_one_panel_is_down_leave_one_client_per_panel(
    make_deployment: Callable[[], Deployment], dead: str
) -> None:
    for step in range(2, 14, 2):
        deployment, cause = make_deployment(), update()
        deployment.down(dead)
        assert tap_killed(deployment, step, cause)
        deployment.shop.tries(cause)
        deployment.shop.settles(minutes=10)
        assert deployment.clients()[dead] == []
        assert any(access.works for access in deployment.shop.look().living_accesses), (
            "keys on the other panels work meanwhile"
        )
        deployment.down()
        deployment.shop.settles(minutes=10)
        assert_one_client_on_each_panel(deployment)
