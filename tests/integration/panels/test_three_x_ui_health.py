"""What trouble with a panel means: some of it the people behind it notice, some of it only we do."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from urllib3.exceptions import SSLError

from tests.integration.panels.conftest import TOKEN, ConnectedPanel
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.http import PanelHttp


def _off(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.state.change_inbound(1, enable=False)
    return connected_panel.server


def _unusable(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.state.change_inbound(1, reality=False)
    return connected_panel.server


def _gone(connected_panel: ConnectedPanel) -> Server:
    del connected_panel.panel.state.inbounds[1]
    return connected_panel.server


def _stopped(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.xray_state = "stop"
    return connected_panel.server


def _unknown(connected_panel: ConnectedPanel) -> Server:
    return replace(connected_panel.server, address="https://panel.invalid")


def _token(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.token = f"not {TOKEN}"
    return connected_panel.server


def _old(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.version = "3.0.9"
    return connected_panel.server


def _path(connected_panel: ConnectedPanel) -> Server:
    return replace(connected_panel.server, address=f"{connected_panel.panel.address}/elsewhere")


def _plain_http(connected_panel: ConnectedPanel) -> Server:
    return replace(connected_panel.server, address=connected_panel.panel.address.replace("http:", "https:"))


type Happened = Callable[[ConnectedPanel], Server]

NOBODY_GETS_THROUGH: dict[Happened, PanelTrouble] = {
    _off: PanelTrouble.INBOUND_OFF,
    _unusable: PanelTrouble.INBOUND_UNUSABLE,
    _gone: PanelTrouble.NO_INBOUND,
    _stopped: PanelTrouble.CORE_STOPPED,
    _unknown: PanelTrouble.UNKNOWN_HOST,
}
ONLY_WE_DO_NOT: dict[Happened, PanelTrouble] = {
    _token: PanelTrouble.WRONG_TOKEN,
    _old: PanelTrouble.OLD_PANEL,
    _path: PanelTrouble.WRONG_PATH,
    _plain_http: PanelTrouble.NOT_TLS,
}


@pytest.mark.parametrize("happened", NOBODY_GETS_THROUGH, ids=lambda happened: happened.__name__)
def test_where_keys_cannot_work_the_server_does_not_run(connected_panel: ConnectedPanel, happened: Happened) -> None:
    health = connected_panel.adapter(happened(connected_panel)).health()
    assert (health.server_runs, health.healthy, health.trouble) == (False, False, NOBODY_GETS_THROUGH[happened])


@pytest.mark.parametrize("happened", ONLY_WE_DO_NOT, ids=lambda happened: happened.__name__)
def test_a_panel_that_will_not_have_us_says_nothing_against_its_server(
    connected_panel: ConnectedPanel, happened: Happened
) -> None:
    health = connected_panel.adapter(happened(connected_panel)).health()
    assert (health.server_runs, health.healthy, health.trouble) == (True, False, ONLY_WE_DO_NOT[happened])


def test_a_token_that_is_not_allowed_enough_says_nothing_against_the_server(
    connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PanelHttp, "_sent_once", lambda *_: (403, b""))
    health = connected_panel.adapter().health()
    assert (health.server_runs, health.trouble) == (True, PanelTrouble.NO_SCOPE)


@pytest.mark.parametrize("pinned", [None, ":".join(["AB"] * 32)], ids=["nobody signed it", "another was pinned"])
def test_a_certificate_that_we_do_not_trust_says_nothing_against_the_server(
    secure: ConnectedPanel, pinned: str | None
) -> None:
    health = secure.adapter(replace(secure.server, certificate_sha256=pinned)).health()
    assert (health.panel_answers, health.server_runs, health.healthy) == (True, True, False)
    assert health.detail == secure.server.certificate_sha256, "what there is to pin"


def test_a_host_that_nobody_knows_just_now_may_be_known_later(connected_panel: ConnectedPanel) -> None:
    with pytest.raises(PanelUnavailable) as failure:
        connected_panel.adapter(_unknown(connected_panel)).inbounds()
    assert failure.value.trouble is PanelTrouble.UNKNOWN_HOST


@pytest.mark.parametrize("written", [str.upper, str.lower])
def test_a_handshake_that_breaks_is_no_other_certificate(
    secure: ConnectedPanel, monkeypatch: pytest.MonkeyPatch, written: Callable[[str], str]
) -> None:
    """A panel that restarts cuts it short, and shows the very certificate that is pinned to whoever looks again."""
    assert secure.server.certificate_sha256 is not None

    def breaks(*_: object) -> tuple[int, bytes]:
        raise SSLError("EOF occurred in violation of protocol")

    monkeypatch.setattr(PanelHttp, "_sent_once", breaks)
    with pytest.raises(PanelUnavailable) as failure:
        secure.adapter(
            replace(secure.server, certificate_sha256=written(secure.server.certificate_sha256))
        ).inbounds()
    assert failure.value.trouble is PanelTrouble.BROKEN_ANSWER
