"""What a panel is asked for one key: as little as can be, and never to add twice what it may have already."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes.clock import START
from tests.integration.panels.conftest import ACCESS, CREDENTIALS, NAME, ConnectedPanel
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.scheduling import Due

ADD, LOOK = "clients/add", "clients/get/NAME"

type Happened = Callable[[ConnectedPanel, Access], Access]

MAY_BE_THERE: dict[str, Happened] = {
    "it was made, and the round has missed it": lambda connected_panel, key: key.applied(
        1, connected_panel.server.endpoint
    ).marked_out_of_sync(START),
    "the panel's answer came too late": lambda _, key: key.failed("timed out", Due(START)),
    "a worker has died over it": lambda _, key: replace(key, due=Due(START).claimed(START)),
}


@pytest.fixture(params=MAY_BE_THERE)
def tried(request: pytest.FixtureRequest, connected_panel: ConnectedPanel) -> Access:
    """A key of which nobody knows whether the panel has it."""
    return MAY_BE_THERE[request.param](connected_panel, ACCESS)


def test_a_key_that_was_never_tried_is_added_without_a_look(connected_panel: ConnectedPanel) -> None:
    connected_panel.adapter().apply(CREDENTIALS, ACCESS)
    assert connected_panel.routes() == [ADD, LOOK]


def test_a_key_that_is_there_is_not_added_again(connected_panel: ConnectedPanel, tried: Access) -> None:
    connected_panel.apply()
    connected_panel.panel.calls.clear()
    connected_panel.adapter().apply(CREDENTIALS, tried)
    assert connected_panel.routes() == [LOOK]


def test_a_key_that_is_there_otherwise_is_changed(connected_panel: ConnectedPanel, tried: Access) -> None:
    connected_panel.apply()
    connected_panel.panel.calls.clear()
    connected_panel.adapter().apply(CREDENTIALS, replace(tried, devices=7))
    assert connected_panel.routes()[:2] == [LOOK, "clients/update/NAME"]
    assert ADD not in connected_panel.routes()
    assert connected_panel.panel.clients[NAME].limit_ip == 7


def test_a_key_that_is_not_there_is_added(connected_panel: ConnectedPanel, tried: Access) -> None:
    connected_panel.adapter().apply(CREDENTIALS, tried)
    assert connected_panel.routes() == [LOOK, ADD, LOOK]
    assert connected_panel.panel.clients[NAME].uuid == str(CREDENTIALS.client_id)


@pytest.mark.parametrize("wanted", [Wanted.ENABLED, Wanted.DISABLED])
def test_a_limit_of_traffic_is_the_panels_too(connected_panel: ConnectedPanel, wanted: Wanted) -> None:
    connected_panel.apply(wanted)
    assert connected_panel.panel.clients[NAME].total_bytes == ACCESS.traffic_limit_bytes


def test_where_only_telegram_can_be_reached_there_is_no_limit_to_cut_it_off(connected_panel: ConnectedPanel) -> None:
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
