"""Versions of 3x-ui, what its administrators set themselves, and what a health check costs."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from tests.fakes.clock import START
from tests.integration.panels.conftest import ACCESS, CREDENTIALS, NAME, TOKEN, ConnectedPanel, connected
from tests.integration.panels.on_panels import shop_on
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.panels.three_x_ui.http import Answer, PanelHttp
from vpnbot.usecases.servers.inspect_panel import probe_panel

SUPPORTED = ["3.5.0", "v3.5.1", "3.6.0", "3.10.2-beta", "4.0", "dev-a1b2c3d"]
TOO_OLD = ["2.8.11", "3.1.0", "3.3.1", "v3.4.9", None]
SET_BY_ADMINISTRATORS = {
    "limitHwid": 3,
    "group": "friends",
    "resetDay": 5,
    "resetMax": 2,
    "trafficReset": "monthly",
    "trafficResetDay": 15,
}


def as_after_a_cold_start(connected_panel: ConnectedPanel) -> ConnectedPanel:
    """Return the panel for a process that has not called it before."""
    return replace(connected_panel, panels=ThreeXUiPanels(connected_panel.tokens))


class TestVersions:
    """A panel that is too old is told to update before a client is added."""

    @pytest.mark.parametrize("version", SUPPORTED)
    def test_a_supported_panel_is_used(self, connected_panel: ConnectedPanel, version: str) -> None:
        connected_panel.panel.version = version
        with closing(as_after_a_cold_start(connected_panel)) as fresh:
            assert fresh.adapter().health().healthy
            fresh.apply()
        assert list(connected_panel.panel.clients) == [NAME]

    @pytest.mark.parametrize("version", TOO_OLD)
    def test_nothing_is_added_to_a_panel_that_is_too_old(
        self, connected_panel: ConnectedPanel, version: str | None
    ) -> None:
        connected_panel.panel.version = version
        with closing(as_after_a_cold_start(connected_panel)) as fresh:
            for call in (fresh.apply, lambda: fresh.adapter().endpoint(1)):
                with pytest.raises(PanelRejected) as failure:
                    call()
                assert (failure.value.trouble, failure.value.detail) == (PanelTrouble.OLD_PANEL, version or "")
            assert fresh.adapter().health().trouble is PanelTrouble.OLD_PANEL
        assert [call.method for call in connected_panel.panel.calls] == ["GET"] * len(connected_panel.panel.calls)

    def test_a_key_on_a_panel_that_is_too_old_can_still_be_ended(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        connected_panel.panel.version = "3.4.0"
        with closing(as_after_a_cold_start(connected_panel)) as fresh:
            ended = replace(ACCESS, wanted=Wanted.DISABLED).failed("timed out", Due(START))
            fresh.adapter().apply(CREDENTIALS, ended)
            assert not connected_panel.panel.clients[NAME].enable
            fresh.adapter().remove(NAME)
        assert connected_panel.panel.clients == {}

    def test_the_version_is_asked_for_once_in_each_process(self, connected_panel: ConnectedPanel) -> None:
        with closing(as_after_a_cold_start(connected_panel)) as fresh:
            fresh.apply()
            connected_panel.panel.wipe()
            fresh.apply()
        assert connected_panel.routes() == ["server/status", *["clients/add", "clients/get/NAME"] * 2]

    def test_a_panel_that_has_just_started_is_asked_again_later(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.xray_state = None
        with closing(as_after_a_cold_start(connected_panel)) as fresh:
            for call in (fresh.apply, lambda: fresh.adapter().endpoint(1)):
                with pytest.raises(PanelUnavailable) as failure:
                    call()
                assert failure.value.trouble is PanelTrouble.CORE_UNKNOWN
            health = fresh.adapter().health()
        assert (health.panel_answers, health.server_runs, health.trouble) == (True, True, PanelTrouble.CORE_UNKNOWN)

    def test_a_core_whose_version_is_not_known_yet_has_its_own_trouble(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.xray_version = "Unknown"
        with pytest.raises(PanelUnavailable) as failure:
            connected_panel.adapter().endpoint(1)
        assert failure.value.trouble is PanelTrouble.CORE_UNKNOWN
        assert connected_panel.adapter().health().healthy, "keys work"


class TestFieldsOfAdministrators:
    """What an administrator sets on a client of ours survives our updates."""

    def test_they_survive_every_change_of_a_key(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        connected_panel.panel.clients[NAME].administrators = dict(SET_BY_ADMINISTRATORS)
        for wanted in (Wanted.DISABLED, Wanted.ENABLED):
            connected_panel.apply(wanted)
            assert connected_panel.panel.clients[NAME].administrators == SET_BY_ADMINISTRATORS
        connected_panel.adapter().apply(CREDENTIALS, replace(ACCESS, devices=7))
        assert connected_panel.panel.clients[NAME].limit_ip == 7
        assert connected_panel.panel.clients[NAME].administrators == SET_BY_ADMINISTRATORS

    def test_the_fake_panel_resets_what_an_update_leaves_out(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        client = connected_panel.panel.clients[NAME]
        client.administrators = dict(SET_BY_ADMINISTRATORS)
        connected_panel.panel.state.update(NAME, {"email": NAME})
        assert client.administrators != SET_BY_ADMINISTRATORS


class TestHealthCheck:
    """A health check reads little, however many clients the panel has."""

    @pytest.fixture
    def large(self) -> Iterator[ConnectedPanel]:
        """A panel with 2,000 clients."""
        panel = FakePanel("nl", token=TOKEN)
        for number in range(2000):
            panel.add_foreign_client(f"client-{number}")
        with PanelsInBackground(panel) as running, closing(connected(panel, running)) as connected_panel:
            yield connected_panel

    def test_its_size_does_not_grow_with_the_clients(
        self, large: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sizes: list[int] = []
        sent = PanelHttp._sent_once

        def measured(http: PanelHttp, request: Any) -> Answer:
            answer = sent(http, request)
            sizes.append(len(answer.content))
            return answer

        monkeypatch.setattr(PanelHttp, "_sent_once", measured)
        assert large.adapter().health().healthy
        assert large.routes() == [
            "server/status",
            "clients/list/paged",
            "inbounds/options",
            "server/fail2banStatus",
        ]
        assert sum(sizes) < 5_000
        large.adapter().endpoint(1)
        assert max(sizes) > 500_000, "the inbound itself lists all its clients"

    @pytest.mark.parametrize("limits", [True, False])
    def test_it_tells_whether_devices_are_limited(self, connected_panel: ConnectedPanel, limits: bool) -> None:
        connected_panel.panel.state.limits_devices = limits
        health = connected_panel.adapter().health()
        assert (health.limits_devices, health.healthy) == (limits, True)

    def test_a_panel_that_does_not_tell_is_healthy(
        self, connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = PanelHttp._sent_once

        def without_the_route(http: PanelHttp, request: Any) -> Answer:
            return Answer(404, {}, b"") if "fail2ban" in request.path else sent(http, request)

        monkeypatch.setattr(PanelHttp, "_sent_once", without_the_route)
        health = connected_panel.adapter().health()
        assert (health.limits_devices, health.healthy) == (True, True)


class TestAddresses:
    """The endpoint has the address that the panel itself names."""

    def test_a_row_of_hosts_is_read(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.state.add_hosts({"inboundIds": [1], "hosts": ["cdn.example.com:8443"]})
        endpoint = connected_panel.adapter().endpoint(1)
        assert (endpoint.host, endpoint.port) == ("cdn.example.com", 8443)

    def test_the_address_of_the_node_is_read_for_an_inbound_on_a_node(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.state.change_inbound(1, share_host=None, node=(7, "node.example.com"))
        assert connected_panel.adapter().endpoint(1).host == "node.example.com"

    def test_a_panel_whose_base_path_ends_in_panel_is_found(self) -> None:
        panel = FakePanel("nl", token=TOKEN, base_path="/my/panel")
        with PanelsInBackground(panel) as running, closing(connected(panel, running)) as connected_panel:
            shop = shop_on(connected_panel.panels)
            stripped = replace(connected_panel.server, address=panel.address.removesuffix("/panel"))
            assert probe_panel(shop.fleet, stripped).server.address == panel.address
            elsewhere = replace(connected_panel.server, address=f"{panel.address}/other")
            with pytest.raises(PanelRejected) as failure:
                probe_panel(shop.fleet, elsewhere)
            assert failure.value.trouble is PanelTrouble.WRONG_PATH


def test_a_server_whose_inbound_is_not_chosen_yet_can_be_healthy(connected_panel: ConnectedPanel) -> None:
    bare = Server("nl", "", "NL", address=connected_panel.panel.address)
    assert connected_panel.adapter(bare).health().healthy
