"""The health of a panel: which troubles mean that keys do not work, and which affect only the adapter."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from urllib3.exceptions import SSLError

from tests.integration.panels.conftest import TOKEN, ConnectedPanel
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.http import Answer, PanelHttp


def _inbound_off(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.state.change_inbound(1, enable=False)
    return connected_panel.server


def _inbound_without_reality(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.state.change_inbound(1, reality=False)
    return connected_panel.server


def _inbound_of_another_protocol(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.state.change_inbound(1, protocol="trojan")
    return connected_panel.server


def _inbound_missing(connected_panel: ConnectedPanel) -> Server:
    del connected_panel.panel.state.inbounds[1]
    return connected_panel.server


def _xray_stopped(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.xray_state = "stop"
    return connected_panel.server


def _unknown_host(connected_panel: ConnectedPanel) -> Server:
    return replace(connected_panel.server, address="https://panel.invalid")


def _wrong_token(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.token = f"not {TOKEN}"
    return connected_panel.server


def _old_panel(connected_panel: ConnectedPanel) -> Server:
    connected_panel.panel.version = "3.4.9"
    return connected_panel.server


def _wrong_path(connected_panel: ConnectedPanel) -> Server:
    return replace(connected_panel.server, address=f"{connected_panel.panel.address}/elsewhere")


def _plain_http(connected_panel: ConnectedPanel) -> Server:
    return replace(connected_panel.server, address=connected_panel.panel.address.replace("http:", "https:"))


type Fault = Callable[[ConnectedPanel], Server]

SERVER_DOES_NOT_RUN: dict[Fault, PanelTrouble] = {
    _inbound_off: PanelTrouble.INBOUND_OFF,
    _inbound_without_reality: PanelTrouble.INBOUND_SECURITY,
    _inbound_of_another_protocol: PanelTrouble.INBOUND_UNUSABLE,
    _inbound_missing: PanelTrouble.NO_INBOUND,
    _xray_stopped: PanelTrouble.CORE_STOPPED,
    _unknown_host: PanelTrouble.UNKNOWN_HOST,
}
ONLY_THE_ADAPTER_FAILS: dict[Fault, PanelTrouble] = {
    _wrong_token: PanelTrouble.WRONG_TOKEN,
    _old_panel: PanelTrouble.OLD_PANEL,
    _wrong_path: PanelTrouble.WRONG_PATH,
    _plain_http: PanelTrouble.NOT_TLS,
}


@pytest.mark.parametrize("fault", SERVER_DOES_NOT_RUN, ids=lambda fault: fault.__name__)
def test_a_trouble_with_which_keys_cannot_work_means_the_server_does_not_run(
    connected_panel: ConnectedPanel, fault: Fault
) -> None:
    health = connected_panel.adapter(fault(connected_panel)).health()
    assert (health.server_runs, health.healthy, health.trouble) == (False, False, SERVER_DOES_NOT_RUN[fault])


@pytest.mark.parametrize("fault", ONLY_THE_ADAPTER_FAILS, ids=lambda fault: fault.__name__)
def test_a_panel_that_rejects_the_adapter_does_not_make_its_server_unhealthy(
    connected_panel: ConnectedPanel, fault: Fault
) -> None:
    health = connected_panel.adapter(fault(connected_panel)).health()
    assert (health.server_runs, health.healthy, health.trouble) == (True, False, ONLY_THE_ADAPTER_FAILS[fault])


def test_a_token_without_permission_does_not_make_the_server_unhealthy(
    connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PanelHttp, "_sent_once", lambda *_: Answer(403, {}, b""))
    health = connected_panel.adapter().health()
    assert (health.server_runs, health.trouble) == (True, PanelTrouble.NO_SCOPE)


@pytest.mark.parametrize("pinned", [None, ":".join(["AB"] * 32)], ids=["self-signed", "another pinned"])
def test_an_untrusted_certificate_does_not_make_the_server_unhealthy(
    secure: ConnectedPanel, pinned: str | None
) -> None:
    health = secure.adapter(replace(secure.server, certificate_sha256=pinned)).health()
    assert (health.panel_answers, health.server_runs, health.healthy) == (True, True, False)
    assert health.detail == secure.server.certificate_sha256, "the fingerprint that the operator can pin"


def test_an_unknown_host_is_a_temporary_trouble(connected_panel: ConnectedPanel) -> None:
    with pytest.raises(PanelUnavailable) as failure:
        connected_panel.adapter(_unknown_host(connected_panel)).inbounds()
    assert failure.value.trouble is PanelTrouble.UNKNOWN_HOST


@pytest.mark.parametrize("letter_case", [str.upper, str.lower])
def test_an_interrupted_handshake_is_not_reported_as_a_changed_certificate(
    secure: ConnectedPanel, monkeypatch: pytest.MonkeyPatch, letter_case: Callable[[str], str]
) -> None:
    """A restarting panel interrupts the handshake; afterwards it presents the pinned certificate."""
    assert secure.server.certificate_sha256 is not None

    def interrupt(*_: object) -> Answer:
        raise SSLError("EOF occurred in violation of protocol")

    monkeypatch.setattr(PanelHttp, "_sent_once", interrupt)
    with pytest.raises(PanelUnavailable) as failure:
        secure.adapter(
            replace(secure.server, certificate_sha256=letter_case(secure.server.certificate_sha256))
        ).inbounds()
    assert failure.value.trouble is PanelTrouble.BROKEN_ANSWER
