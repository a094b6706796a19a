"""The contract, over each kind of panel. A real one is asked where the environment names it; see operations.md."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.fakes.tokens import Tokens
from tests.integration.panels.conftest import CREDENTIALS, KEY, PERSON, RING, ConnectedPanel
from tests.integration.panels.contract import Kind, PanelContract
from vpnbot.demo.key_value_store import KeyValueStore
from vpnbot.domain.servers.panel_errors import PanelRejected
from vpnbot.domain.servers.server import Server
from vpnbot.panels.demo import DEMO_SERVER, DemoPanel
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels

REAL = {name: os.environ.get(f"THREE_X_UI_{name}", "") for name in ("ADDRESS", "TOKEN", "INBOUND")}


class TestTheDemoPanel(PanelContract):
    """Over the emulated table."""

    @pytest.fixture
    def kind(self, table_name: str) -> Kind:
        """The demo's panel with its one server."""
        assert table_name
        return Kind(DemoPanel(DEMO_SERVER, KeyValueStore()), DEMO_SERVER)


class TestTheFakePanel(PanelContract):
    """Over HTTP."""

    @pytest.fixture
    def kind(self, connected_panel: ConnectedPanel) -> Kind:
        """The adapter on the fake panel, among clients of others."""
        for number in range(250):
            connected_panel.panel.add_foreign_client(f"{'az'[number % 2]}{number}")
        return Kind(connected_panel.adapter(), connected_panel.server)


@pytest.mark.skipif(not all(REAL.values()), reason="no real panel is named by THREE_X_UI_ADDRESS, _TOKEN, _INBOUND")
class TestARealPanel(PanelContract):
    """Over HTTP, on a panel that somebody runs; only clients of this test's own are made, and removed."""

    @pytest.fixture
    def kind(self) -> Iterator[Kind]:
        """The adapter on a real panel."""
        panels = ThreeXUiPanels(Tokens(real=REAL["TOKEN"]))
        pinned = os.environ.get("THREE_X_UI_CERTIFICATE") or None
        inbound_id = int(REAL["INBOUND"])
        bare = Server("real", "", "NL", address=REAL["ADDRESS"], inbound_id=inbound_id, certificate_sha256=pinned)
        server = replace(bare, endpoint=bare.presented(panels.panel(bare).endpoint(inbound_id)))
        yield Kind(panels.panel(server), server)
        for credentials in (CREDENTIALS, RING.credentials(PERSON, KEY.rotated(1))):
            with suppress(PanelRejected):
                panels.panel(bare).remove(credentials.email)
