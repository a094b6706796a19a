"""A token is sent only to an address at which a 3x-ui answers without one."""

from dataclasses import replace

import pytest

from tests.fakes.tokens import Tokens
from tests.integration.panels.conftest import TOKEN, ConnectedPanel
from tests.integration.panels.raw_server import RawServer, answering
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.panels.three_x_ui.panel import ThreeXUiPanel


def adapter(address: str) -> ThreeXUiPanel:
    """Return the adapter of a server whose panel should be at this address."""
    return ThreeXUiPanels(Tokens(nl=TOKEN)).panel(Server("nl", "", "NL", address=address, inbound_id=1))


def test_a_panel_is_identified_whether_or_not_its_token_is_stored(connected_panel: ConnectedPanel) -> None:
    connected_panel.adapter(connected_panel.server).identify()
    connected_panel.adapter(replace(connected_panel.server, token_name="none")).identify()


def test_the_certificate_is_checked_first(secure: ConnectedPanel) -> None:
    with pytest.raises(PanelRejected) as failure:
        secure.adapter(replace(secure.server, certificate_sha256=None)).identify()
    assert (failure.value.trouble, failure.value.detail) == (
        PanelTrouble.SELF_SIGNED,
        secure.server.certificate_sha256,
    )
    secure.adapter(secure.server).identify()


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        ("401 Unauthorized", b"", PanelTrouble.WEB_PAGE),
        ("403 Forbidden", b"", PanelTrouble.WEB_PAGE),
        ("404 Not Found", b"", PanelTrouble.WRONG_PATH),
        ("200 OK", b'{"success":true,"obj":{}}', PanelTrouble.WEB_PAGE),
        ("200 OK", b'{"success":false,"msg":"no"}', PanelTrouble.WEB_PAGE),
        ("200 OK", b"hello", PanelTrouble.BROKEN_ANSWER),
        ("500 Oops", b"", PanelTrouble.BROKEN_ANSWER),
    ],
)
def test_a_server_that_answers_everything_alike_is_no_panel(status: str, body: bytes, trouble: PanelTrouble) -> None:
    with answering(f"HTTP/1.1 {status}", body) as server:
        with pytest.raises((PanelRejected, PanelUnavailable)) as failure:
            adapter(server.address).identify()
        assert isinstance(failure.value, PanelRejected | PanelUnavailable)
        assert failure.value.trouble is trouble
        assert_no_token(server)


def assert_no_token(server: RawServer) -> None:
    """Check that requests were made, and that none had a token."""
    assert server.requests
    assert all(TOKEN.encode() not in request for request in server.requests)
    assert all(b"authorization" not in request.lower() for request in server.requests)
