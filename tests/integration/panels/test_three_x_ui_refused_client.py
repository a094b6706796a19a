"""One client that a panel refuses: made again where that mends it, off at its end, and no fault of the server."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from local.three_x_ui.state import Rejection
from tests.integration.panels.conftest import ACCESS, CREDENTIALS, NAME, ConnectedPanel
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.panel_errors import CLIENT_TROUBLES, PanelRejected, PanelTrouble

REASONS = ["record not found", "UNIQUE constraint failed: clients.email", "database is locked", "Duplicate subId: x"]


def refuse_updates(connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """Let the panel refuse every change of a client that it has."""

    def refused(email: str, body: Mapping[str, Any]) -> None:
        raise Rejection(f"{reason}: {email}" if reason.endswith("email") else reason)

    monkeypatch.setattr(connected_panel.panel.state, "update", refused)


def test_a_client_whose_record_is_lost_is_made_again(
    connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected_panel.apply()
    connected_panel.panel.clients[NAME].uuid = "another"
    refuse_updates(connected_panel, monkeypatch, "record not found")
    # An add sets no limits, so that the new client differs from what is wanted if it has any.
    unlimited = replace(ACCESS, devices=0, traffic_limit_bytes=None, applied_revision=1)
    with monkeypatch.context() as patch:
        patch.setattr(connected_panel.panel.state, "update", _first_refused(connected_panel))
        connected_panel.adapter().apply(CREDENTIALS, unlimited)
    client = connected_panel.panel.clients[NAME]
    assert (client.uuid, client.enable) == (str(CREDENTIALS.client_id), True)


def _first_refused(connected_panel: ConnectedPanel) -> Any:
    before = connected_panel.panel.clients[NAME]

    def update(email: str, body: Mapping[str, Any]) -> None:
        if connected_panel.panel.clients.get(email) is before:
            raise Rejection("record not found")
        type(connected_panel.panel.state).update(connected_panel.panel.state, email, body)

    return update


@pytest.mark.parametrize("reason", REASONS[1:])
def test_a_refusal_is_one_of_the_client_and_its_access_stays(
    connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    connected_panel.apply()
    before = replace(connected_panel.panel.clients[NAME])
    refuse_updates(connected_panel, monkeypatch, reason)
    with pytest.raises(PanelRejected) as failure:
        connected_panel.adapter().apply(CREDENTIALS, replace(ACCESS, devices=7, applied_revision=1))
    assert failure.value.trouble in CLIENT_TROUBLES
    assert failure.value.detail
    assert connected_panel.panel.clients[NAME] == before


@pytest.mark.parametrize("wanted", [Wanted.DISABLED, Wanted.LIMITED])
@pytest.mark.parametrize("reason", REASONS)
def test_a_client_that_the_panel_refuses_is_off_at_its_end(
    connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch, reason: str, wanted: Wanted
) -> None:
    connected_panel.apply()
    refuse_updates(connected_panel, monkeypatch, reason)
    ended = replace(ACCESS, wanted=wanted, wanted_revision=2, applied_revision=1)
    assert connected_panel.adapter().apply(CREDENTIALS, ended) is None
    assert not any(client.enable for client in connected_panel.panel.clients.values())


def test_a_foreign_client_of_the_same_name_is_not_removed_at_the_end(connected_panel: ConnectedPanel) -> None:
    connected_panel.panel.add_foreign_client(NAME)
    assert connected_panel.adapter().apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED)) is None
    assert list(connected_panel.panel.clients) == [NAME]


def test_an_add_that_finds_no_record_names_the_inbound_only_if_that_is_missing(
    connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(body: Mapping[str, Any]) -> None:
        raise Rejection("record not found")

    monkeypatch.setattr(connected_panel.panel.state, "add", refused)
    with pytest.raises(PanelRejected) as failure:
        connected_panel.apply()
    assert failure.value.trouble is PanelTrouble.REFUSED
    del connected_panel.panel.state.inbounds[1]
    with pytest.raises(PanelRejected) as failure:
        connected_panel.apply()
    assert failure.value.trouble is PanelTrouble.NO_INBOUND
