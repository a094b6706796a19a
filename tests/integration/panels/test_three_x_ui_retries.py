"""The requests for one key: as few as possible, and a client that may exist is looked up before it is added."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes.clock import START
from tests.integration.panels.conftest import ACCESS, CREDENTIALS, NAME, ConnectedPanel
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.scheduling import Due

ADD, GET, UPDATE = "clients/add", "clients/get/NAME", "clients/update/NAME"

type Attempt = Callable[[ConnectedPanel, Access], Access]

MAY_EXIST: dict[str, Attempt] = {
    "created, but missing in a reconciliation run": lambda connected_panel, key: key.applied(
        1, connected_panel.server.endpoint
    ).marked_out_of_sync(START),
    "the answer of the panel timed out": lambda _, key: key.failed("timed out", Due(START)),
    "the worker crashed": lambda _, key: replace(key, due=Due(START, attempts=1).claimed(START)),
}


@pytest.fixture(params=MAY_EXIST)
def attempted(request: pytest.FixtureRequest, connected_panel: ConnectedPanel) -> Access:
    """A key whose client may exist on the panel."""
    return MAY_EXIST[request.param](connected_panel, ACCESS)


def test_the_first_attempt_adds_the_client_without_a_lookup(connected_panel: ConnectedPanel) -> None:
    connected_panel.adapter().apply(CREDENTIALS, ACCESS)
    assert connected_panel.routes() == [ADD, GET]


def test_a_client_that_exists_is_not_added_again(connected_panel: ConnectedPanel, attempted: Access) -> None:
    connected_panel.apply()
    connected_panel.panel.calls.clear()
    connected_panel.adapter().apply(CREDENTIALS, attempted)
    assert connected_panel.routes() == ([GET, UPDATE, GET] if attempted.found_different else [GET])


def test_a_client_that_exists_with_other_values_is_updated(
    connected_panel: ConnectedPanel, attempted: Access
) -> None:
    connected_panel.apply()
    connected_panel.panel.calls.clear()
    connected_panel.adapter().apply(CREDENTIALS, replace(attempted, devices=7))
    assert connected_panel.routes()[:2] == [GET, UPDATE]
    assert ADD not in connected_panel.routes()
    assert connected_panel.panel.clients[NAME].limit_ip == 7


def test_a_client_that_does_not_exist_is_added(connected_panel: ConnectedPanel, attempted: Access) -> None:
    connected_panel.adapter().apply(CREDENTIALS, attempted)
    assert connected_panel.routes() == [GET, ADD, GET]
    assert connected_panel.panel.clients[NAME].uuid == str(CREDENTIALS.client_id)


@pytest.mark.parametrize("wanted", [Wanted.ENABLED, Wanted.DISABLED])
def test_the_traffic_limit_is_set_on_the_panel(connected_panel: ConnectedPanel, wanted: Wanted) -> None:
    connected_panel.apply(wanted)
    assert connected_panel.panel.clients[NAME].total_bytes == ACCESS.traffic_limit_bytes


def test_a_client_on_the_limited_inbound_has_no_traffic_limit(connected_panel: ConnectedPanel) -> None:
    limited = replace(
        connected_panel,
        server=replace(
            connected_panel.server, limited_inbound_id=2, limited_endpoint=connected_panel.server.endpoint
        ),
    )
    limited.apply()
    limited.panel.use_traffic(NAME, down=10**12)
    limited.apply(Wanted.LIMITED)
    client = limited.panel.state.client(NAME)
    assert (client.inbound_ids, client.enable, client.total_bytes) == ([2], True, 0)
