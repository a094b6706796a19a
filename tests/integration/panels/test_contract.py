"""The contract for each kind of panel; a real panel is tested if the environment names one (docs/operations.md)."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.fakes.tokens import Tokens
from tests.integration.panels.conftest import CREDENTIALS, OTHER_CREDENTIALS, ConnectedPanel
from tests.integration.panels.contract import PanelContract, PanelUnderTest
from vpnbot.demo.key_value_store import KeyValueStore
from vpnbot.domain.servers.panel_errors import PanelRejected
from vpnbot.domain.servers.server import Server
from vpnbot.panels.demo import DEMO_SERVER, DemoPanel
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels

REAL = {name: os.environ.get(f"THREE_X_UI_{name}", "") for name in ("ADDRESS", "TOKEN", "INBOUND")}


class TestDemoPanel(PanelContract):
    """The demo panel, on the emulated table."""

    @pytest.fixture
    def tested(self, table_name: str) -> PanelUnderTest:
        """The demo panel and its only server."""
        assert table_name
        return PanelUnderTest(DemoPanel(DEMO_SERVER, KeyValueStore()), DEMO_SERVER)


class TestFakePanel(PanelContract):
    """The 3x-ui adapter on the fake panel, over HTTP."""

    @pytest.fixture
    def tested(self, connected_panel: ConnectedPanel) -> PanelUnderTest:
        """The adapter, and 250 foreign clients on the panel."""
        for number in range(250):
            connected_panel.panel.add_foreign_client(f"{'az'[number % 2]}{number}")
        return PanelUnderTest(connected_panel.adapter(), connected_panel.server)


@pytest.mark.skipif(not all(REAL.values()), reason="THREE_X_UI_ADDRESS, _TOKEN and _INBOUND are not set")
class TestRealPanel(PanelContract):
    """The 3x-ui adapter on a real panel; only the clients of this test are created, and they are removed."""

    @pytest.fixture
    def tested(self) -> Iterator[PanelUnderTest]:
        """The adapter, and the server of the real panel."""
        panels = ThreeXUiPanels(Tokens(real=REAL["TOKEN"]))
        pinned = os.environ.get("THREE_X_UI_CERTIFICATE") or None
        inbound_id = int(REAL["INBOUND"])
        bare = Server("real", "", "NL", address=REAL["ADDRESS"], inbound_id=inbound_id, certificate_sha256=pinned)
        server = replace(bare, endpoint=bare.presented(panels.panel(bare).endpoint(inbound_id)))
        yield PanelUnderTest(panels.panel(server), server)
        for credentials in (CREDENTIALS, OTHER_CREDENTIALS):
            with suppress(PanelRejected):
                panels.panel(bare).remove(credentials.email)
