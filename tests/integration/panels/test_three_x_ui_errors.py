"""Faults of a 3x-ui panel: one client per key, no lost change, and an error that names the trouble."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from tests.integration.panels.conftest import ACCESS, CREDENTIALS, NAME, TOKEN, ConnectedPanel, connected
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.errors import Misconfigured
from vpnbot.panels.three_x_ui import http

FAULTS: dict[str, Callable[[FakePanel], None]] = {
    "closes connections": lambda panel: panel.faults.down(times=4),
    "answers with an empty body": lambda panel: panel.faults.empty_body(on="clients/add"),
    "answers with HTML": lambda panel: panel.faults.not_json(),
    "answers 500 after acting": lambda panel: panel.faults.error_after_acting(on="clients/add"),
    "restarts between adding and reading": lambda panel: panel.faults.restart_after_add(),
    "reads an empty body": lambda panel: panel.faults.empty_body(on="clients/get"),
}


def replace_server(connected_panel: ConnectedPanel, **changes: object) -> ConnectedPanel:
    return replace(connected_panel, server=replace(connected_panel.server, **changes))  # type: ignore[arg-type]  # fields of Server


class TestFaults:
    """After a fault, the next attempt leaves exactly one client."""

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_fault_is_temporary_and_the_retry_leaves_one_client(
        self, connected_panel: ConnectedPanel, fault: str
    ) -> None:
        FAULTS[fault](connected_panel.panel)
        with pytest.raises(PanelUnavailable):
            connected_panel.apply()
        connected_panel.panel.faults.clear()
        connected_panel.apply()
        assert list(connected_panel.panel.clients) == [NAME]
        assert connected_panel.panel.clients[NAME].uuid == str(CREDENTIALS.client_id)

    def test_a_slow_panel_times_out_within_six_seconds(
        self, connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert http.REQUEST_SECONDS <= 6
        monkeypatch.setattr(http, "REQUEST_SECONDS", 0.2)
        connected_panel.panel.faults.slow(2, on="clients/add")
        with pytest.raises(PanelUnavailable) as failure:
            connected_panel.apply()
        assert failure.value.trouble is PanelTrouble.TIMED_OUT
        assert len(connected_panel.panel.calls) == 0, "a request that timed out is not repeated at once"

    def test_a_request_whose_answer_was_lost_is_repeated_once(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.faults.lost_answer(on="clients/add")
        connected_panel.apply()
        assert list(connected_panel.panel.clients) == [NAME]
        assert [call.status for call in connected_panel.panel.calls][:2] == [0, 200]

    def test_a_stopped_panel_is_reported(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.running.run(connected_panel.panel.stop())
        with pytest.raises(PanelUnavailable) as failure:
            connected_panel.apply()
        assert failure.value.trouble in {PanelTrouble.REFUSED_CONNECTION, PanelTrouble.BROKEN_ANSWER}
        with pytest.raises(PanelUnavailable) as failure:
            connected_panel.apply()
        assert failure.value.trouble is PanelTrouble.REFUSED_CONNECTION
        connected_panel.running.run(connected_panel.panel.start())
        connected_panel.apply()
        assert list(connected_panel.panel.clients) == [NAME]

    def test_a_reinstalled_panel_gets_the_same_key_again(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        before = connected_panel.panel.clients[NAME].uuid
        connected_panel.panel.wipe()
        connected_panel.apply()
        assert connected_panel.panel.clients[NAME].uuid == before

    def test_a_deletion_whose_answer_was_lost_succeeds(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        connected_panel.panel.faults.lost_answer(on="clients/del")
        connected_panel.adapter().remove(NAME)
        assert connected_panel.panel.clients == {}


class TestPeculiarities:
    """Behaviour of the real panel that the adapter must handle."""

    def test_creating_a_key_takes_two_calls(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        assert connected_panel.routes() == ["clients/add", "clients/get/NAME"]

    def test_an_add_that_does_not_change_the_client_is_followed_by_a_full_update(
        self, connected_panel: ConnectedPanel
    ) -> None:
        connected_panel.apply()
        connected_panel.adapter().apply(CREDENTIALS, replace(ACCESS, devices=7))
        client = connected_panel.panel.clients[NAME]
        assert (client.limit_ip, client.enable, client.total_bytes) == (7, True, 50_000_000_000)
        assert (client.sub_id, client.comment) == (CREDENTIALS.sub_id, CREDENTIALS.mark)

    def test_a_client_that_was_changed_on_the_panel_is_restored(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.apply()
        client = connected_panel.panel.clients[NAME]
        client.uuid, client.enable, client.comment, client.expiry_ms = "another", False, "", 1
        connected_panel.apply()
        client = connected_panel.panel.clients[NAME]
        assert (client.uuid, client.enable, client.expiry_ms) == (str(CREDENTIALS.client_id), True, 0)
        assert client.comment == CREDENTIALS.mark

    def test_a_client_leaves_only_the_other_inbound_of_the_server(self, connected_panel: ConnectedPanel) -> None:
        limited = replace_server(
            connected_panel, limited_inbound_id=2, limited_endpoint=connected_panel.server.endpoint
        )
        limited.apply()
        connected_panel.panel.state.attach(NAME, [3])
        limited.apply(Wanted.LIMITED)
        assert connected_panel.panel.clients[NAME].inbound_ids == [2, 3]
        assert connected_panel.panel.clients[NAME].enable, "it stays enabled on the limited inbound"
        limited.apply()
        assert connected_panel.panel.clients[NAME].inbound_ids == [1, 3]

    @pytest.mark.parametrize("language", ["en", "ru", "fa"])
    def test_troubles_are_recognized_in_every_language_of_the_panel(self, language: str) -> None:
        panel = FakePanel("nl", token=TOKEN, language=language)
        with PanelsInBackground(panel) as running:
            with closing(connected(panel, running)) as connected_panel:
                connected_panel.adapter().remove(NAME)
                panel.add_foreign_client(NAME)
                with pytest.raises(PanelRejected) as failure:
                    connected_panel.apply()
            assert failure.value.trouble is PanelTrouble.NAME_CLASH
            assert panel.clients[NAME].sub_id != CREDENTIALS.sub_id, "the foreign client is not changed"

    def test_a_client_of_the_same_name_in_capitals_is_in_the_way(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.add_foreign_client(NAME.upper())
        with pytest.raises(PanelRejected) as failure:
            connected_panel.apply()
        assert (failure.value.trouble, failure.value.detail) == (PanelTrouble.NAME_CLASH, NAME)

    def test_inbounds_and_foreign_clients_are_never_written(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.add_foreign_client("alice")
        before = replace(connected_panel.panel.clients["alice"])
        for wanted in (Wanted.ENABLED, Wanted.DISABLED, Wanted.LIMITED, Wanted.ENABLED):
            connected_panel.apply(wanted)
        connected_panel.adapter().remove(NAME)
        assert connected_panel.panel.clients == {"alice": before}
        written = {call.path for call in connected_panel.panel.calls if call.method == "POST"}
        assert all("/clients/" in path for path in written)


class TestTroubles:
    """Each mistake of an operator is reported as its own trouble."""

    def trouble(self, connected_panel: ConnectedPanel, server: Server | None = None) -> PanelTrouble | None:
        with pytest.raises((PanelRejected, PanelUnavailable)) as failure:
            connected_panel.adapter(server or connected_panel.server).inbounds()
        assert isinstance(failure.value, (PanelRejected, PanelUnavailable))
        return failure.value.trouble

    def test_a_wrong_token_is_reported_and_a_newly_stored_one_is_used(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.token = "n" * 48
        assert self.trouble(connected_panel) is PanelTrouble.WRONG_TOKEN
        assert connected_panel.tokens.fresh_reads == 1
        connected_panel.tokens.put("nl", "n" * 48)
        connected_panel.apply()

    def test_a_wrong_path_and_an_old_panel_are_distinguished(self, connected_panel: ConnectedPanel) -> None:
        wrong_path = replace(connected_panel.server, address=connected_panel.panel.address + "/wrong")
        assert self.trouble(connected_panel, wrong_path) is PanelTrouble.WRONG_PATH
        old = FakePanel("old", token=TOKEN, old=True, version=None)
        with PanelsInBackground(old):
            assert connected_panel.adapter(_at(connected_panel, old)).health().trouble is PanelTrouble.OLD_PANEL
            with pytest.raises(PanelRejected) as failure:
                connected_panel.adapter(_at(connected_panel, old)).apply(CREDENTIALS, ACCESS)
            assert failure.value.trouble is PanelTrouble.OLD_PANEL

    def test_an_old_version_is_in_the_detail_of_the_health(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.version = "3.0.9"
        assert connected_panel.adapter().health().detail == "3.0.9"

    def test_an_unknown_host_is_reported(self, connected_panel: ConnectedPanel) -> None:
        assert (
            self.trouble(connected_panel, replace(connected_panel.server, address="https://panel.invalid"))
            is PanelTrouble.UNKNOWN_HOST
        )

    def test_https_to_a_panel_without_tls_is_reported(self, connected_panel: ConnectedPanel) -> None:
        wrong = replace(connected_panel.server, address=connected_panel.panel.address.replace("http:", "https:"))
        assert self.trouble(connected_panel, wrong) is PanelTrouble.NOT_TLS

    @pytest.mark.parametrize(
        ("inbound_id", "trouble"), [(99, PanelTrouble.NO_INBOUND), (3, PanelTrouble.INBOUND_UNUSABLE)]
    )
    def test_a_missing_or_unusable_inbound_is_reported(
        self, connected_panel: ConnectedPanel, inbound_id: int, trouble: PanelTrouble
    ) -> None:
        with pytest.raises(PanelRejected) as failure:
            connected_panel.adapter().endpoint(inbound_id)
        assert failure.value.trouble is trouble

    def test_a_disabled_inbound_is_reported(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.state.change_inbound(1, enable=False)
        with pytest.raises(PanelRejected) as failure:
            connected_panel.adapter().endpoint(1)
        assert failure.value.trouble is PanelTrouble.INBOUND_OFF
        assert connected_panel.adapter().health().trouble is PanelTrouble.INBOUND_OFF

    def test_an_inbound_that_was_deleted_is_reported_when_a_key_is_applied(
        self, connected_panel: ConnectedPanel
    ) -> None:
        with pytest.raises(PanelRejected) as failure:
            replace_server(connected_panel, inbound_id=99).apply()
        assert failure.value.trouble is PanelTrouble.NO_INBOUND

    def test_the_error_for_a_server_without_an_endpoint_says_what_to_do(
        self, connected_panel: ConnectedPanel
    ) -> None:
        with pytest.raises(Misconfigured, match="server refresh nl"):
            replace_server(connected_panel, endpoint=None).apply()

    def test_the_error_has_the_fingerprint_of_a_self_signed_certificate(self, secure: ConnectedPanel) -> None:
        unpinned = replace(secure.server, certificate_sha256=None)
        with pytest.raises(PanelRejected) as failure:
            secure.adapter(unpinned).inbounds()
        assert failure.value.trouble is PanelTrouble.SELF_SIGNED
        assert failure.value.detail == secure.server.certificate_sha256
        secure.apply()
        assert list(secure.panel.clients) == [NAME]

    def test_no_token_is_sent_to_a_panel_with_another_certificate(self, secure: ConnectedPanel) -> None:
        secure.panel.calls.clear()
        pinned = replace(secure.server, certificate_sha256=":".join(["AB"] * 32))
        with pytest.raises(PanelRejected) as failure:
            secure.adapter(pinned).inbounds()
        assert failure.value.trouble is PanelTrouble.CERTIFICATE_CHANGED
        assert failure.value.detail == secure.server.certificate_sha256
        assert secure.panel.calls == []


class TestHealth:
    """The health of the server behind a panel."""

    @pytest.mark.parametrize(("state", "runs"), [("running", True), ("stop", False), ("error", False), (None, True)])
    def test_health_reports_whether_xray_runs(
        self, connected_panel: ConnectedPanel, state: str | None, runs: bool
    ) -> None:
        connected_panel.panel.xray_state = state
        health = connected_panel.adapter().health()
        assert (health.panel_answers, health.server_runs) == (True, runs)
        if state is not None:
            assert connected_panel.adapter().core_runs() is runs

    @pytest.mark.parametrize(
        ("core", "least", "every_app"),
        [("26.7.10", "", True), ("26.7.11", "", False), ("v27.1", "", False), ("26.7.11", "1.8.0", True)],
    )
    def test_health_and_endpoint_report_whether_every_app_is_accepted(
        self, connected_panel: ConnectedPanel, core: str, least: str, every_app: bool
    ) -> None:
        connected_panel.panel.xray_version = core
        connected_panel.panel.state.change_inbound(1, min_client_ver=least)
        endpoint = connected_panel.adapter().endpoint(1)
        assert endpoint.accepts_every_app is every_app
        known = replace(connected_panel.server, endpoint=endpoint)
        assert connected_panel.adapter(known).health().accepts_every_app is every_app

    def test_a_rejected_token_does_not_mean_that_the_server_is_down(self, connected_panel: ConnectedPanel) -> None:
        connected_panel.panel.token = "another"
        health = connected_panel.adapter().health()
        assert (health.panel_answers, health.server_runs, health.healthy) == (True, True, False)
        assert health.trouble is PanelTrouble.WRONG_TOKEN


def _at(connected_panel: ConnectedPanel, panel: FakePanel) -> Server:
    return replace(connected_panel.server, address=panel.address)
