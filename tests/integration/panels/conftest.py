"""Fixtures: a fake 3x-ui panel that runs on loopback, and the adapter that calls it over HTTP."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from local.three_x_ui.tls import self_signed
from tests.fakes.tokens import Tokens
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, Derivation, Key, KeyRing, PersonId
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.panels.three_x_ui.panel import ThreeXUiPanel

TOKEN = "t" * 48
RING = KeyRing({1: b"first secret, of thirty-two bytes"})
PERSON, KEY = PersonId("ab" * 16), Key(1, "5eed" * 8)
CREDENTIALS, OTHER_CREDENTIALS = (
    RING.credentials(PERSON, key, "nl", Derivation.PER_SERVER) for key in (KEY, KEY.rotated(1))
)
NAME = CREDENTIALS.email
ACCESS = Access(
    "nl",
    KEY,
    Wanted.ENABLED,
    devices=2,
    traffic_limit_bytes=50_000_000_000,
    name=NAME,
    derivation=Derivation.PER_SERVER,
)


@dataclass
class ConnectedPanel:
    """A running fake panel, the factory of adapters, and the panel's server with the endpoint of its inbound."""

    panel: FakePanel
    running: PanelsInBackground
    tokens: Tokens
    panels: ThreeXUiPanels
    server: Server

    def adapter(self, server: Server | None = None) -> ThreeXUiPanel:
        """Return the adapter for a server, by default for the server of the fake panel."""
        return self.panels.panel(server or self.server)

    def apply(self, wanted: Wanted = Wanted.ENABLED, credentials: Credentials = CREDENTIALS) -> None:
        """Apply a wanted state to the sample key."""
        self.adapter().apply(credentials, replace(ACCESS, wanted=wanted))

    def close(self) -> None:
        """Close the connections."""
        self.panels.close()

    def routes(self) -> list[str]:
        """Return the paths of the requests below the API's path, with NAME for the name of the sample client."""
        return [call.path.partition("/panel/api/")[2].replace(NAME, "NAME") for call in self.panel.calls]


def connected(panel: FakePanel, running: PanelsInBackground) -> ConnectedPanel:
    """Return a running panel with its adapters, and read the endpoint of inbound 1."""
    tokens = Tokens(nl=TOKEN)
    panels = ThreeXUiPanels(tokens)
    bare = Server("nl", "", "NL", address=panel.address, inbound_id=1)
    server = replace(bare, endpoint=bare.presented(panels.panel(bare).endpoint(1)))
    panel.calls.clear()
    return ConnectedPanel(panel, running, tokens, panels, server)


@pytest.fixture
def connected_panel() -> Iterator[ConnectedPanel]:
    """A healthy panel without TLS."""
    panel = FakePanel("nl", token=TOKEN)
    with PanelsInBackground(panel) as running, closing(connected(panel, running)) as connected_panel:
        yield connected_panel


@pytest.fixture
def secure() -> Iterator[ConnectedPanel]:
    """A panel with a self-signed certificate that the operator has pinned."""
    identity = self_signed()
    panel = FakePanel("nl", token=TOKEN, tls=identity)
    with PanelsInBackground(panel) as running:
        bare = Server("nl", "", "NL", address=panel.address, inbound_id=1, certificate_sha256=identity.fingerprint)
        tokens = Tokens(nl=TOKEN)
        with closing(ConnectedPanel(panel, running, tokens, ThreeXUiPanels(tokens), bare)) as connected_panel:
            yield replace(connected_panel, server=replace(bare, endpoint=connected_panel.adapter().endpoint(1)))
