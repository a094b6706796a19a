"""`python -m ops server …` against a panel over HTTP: the output, and what is stored."""

from collections.abc import Iterator

import boto3
import pytest
from typer.testing import Result

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from local.three_x_ui.tls import self_signed
from ops.people import container_of
from tests.integration.customers import DEMO, starts_trial
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line

TOKEN = "t" * 48


@pytest.fixture
def panel() -> Iterator[FakePanel]:
    """A healthy panel that is running."""
    panel = FakePanel("nl", token=TOKEN)
    with PanelsInBackground(panel):
        yield panel


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    """A deployed bot without servers."""
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        operator.deploy()
        yield operator


def add(
    operator: OperatorCommandLine, panel: FakePanel, *options: str, token: str = TOKEN, name: str = "nl1"
) -> Result:
    """Run `server add`; the token is typed."""
    required = ("--address", f"{panel.address}/panel/", "--country", "nl", "--capacity", "100")
    return operator.run("server", "add", name, *required, *options, typed=f"{token}\n")


def tokens() -> list[str]:
    """Return the names of the servers whose tokens are stored."""
    found = boto3.client("ssm").get_parameters_by_path(Path="/vpnbot-demo/panels")["Parameters"]
    return [parameter["Name"].rpartition("/")[2] for parameter in found]


class TestAdd:
    """`server add`."""

    def test_the_endpoint_is_shown_and_the_server_gets_keys(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        result = add(operator, panel, "--inbound", "1", "--yes")
        assert result.exit_code == 0, result.output
        assert "Reality: " in result.output
        assert "nl1 is added and gets new keys from now on." in result.output
        assert TOKEN not in result.output
        assert tokens() == ["nl1"]
        assert "✔ nl1" in operator.run("server", "list").output
        starts_trial(1)
        assert len(panel.clients) == 1

    def test_without_an_inbound_the_inbounds_are_listed_and_nothing_is_stored(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        result = add(operator, panel)
        assert result.exit_code == 1
        assert "Choose one of its inbounds with --inbound:" in result.output
        assert "cannot be used (inbound_unusable)" in result.output
        assert tokens() == []
        assert "There are no servers yet" in operator.run("server", "list").output

    def test_without_confirmation_nothing_is_stored(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        result = operator.run(
            *("server", "add", "nl1", "--address", panel.address, "--country", "NL", "--capacity", "9"),
            *("--inbound", "1"),
            typed=f"{TOKEN}\nn\n",
        )
        assert result.exit_code == 1
        assert tokens() == []

    def test_a_wrong_token_is_reported_with_advice(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        result = add(operator, panel, "--inbound", "1", token="wrong")
        assert result.exit_code == 2
        assert "rejects this token. Make a new one" in result.output
        assert "python -m ops --stage demo server token" in result.output
        assert tokens() == []

    def test_a_self_signed_certificate_is_shown_and_can_be_pinned(self, operator: OperatorCommandLine) -> None:
        identity = self_signed()
        panel = FakePanel("nl", token=TOKEN, tls=identity)
        with PanelsInBackground(panel):
            rejected = add(operator, panel, "--inbound", "1", "--yes")
            assert rejected.exit_code == 2
            assert f"({identity.fingerprint})" in rejected.output
            assert "--trust-certificate" in rejected.output
            pinned = add(operator, panel, "--inbound", "1", "--yes", "--trust-certificate", identity.fingerprint)
            assert pinned.exit_code == 0, pinned.output

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--address", "http://nl.example.com", "--country", "NL"), "must begin with https://"),
            (("--address", "https://a:b@nl.example.com", "--country", "NL"), "leave out the user name and password"),
            (("--address", "hello", "--country", "NL"), "copy it from your browser"),
            (("--address", "https://nl.example.com", "--country", "Holland"), "the country is a two-letter code"),
        ],
    )
    def test_invalid_input_is_reported(
        self, operator: OperatorCommandLine, options: tuple[str, ...], message: str
    ) -> None:
        result = operator.run("server", "add", "nl1", *options, "--capacity", "10", typed="x\n")
        assert result.exit_code == 2
        assert message in result.output

    def test_an_invalid_name_is_reported(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        assert "1 to 24 letters" in add(operator, panel, name="NL 1").output

    def test_a_name_that_is_in_use_is_rejected_and_its_token_is_kept(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        add(operator, panel, "--inbound", "1", "--yes")
        result = add(operator, panel, "--inbound", "1", "--yes", token="another")
        assert (result.exit_code, "already" in result.output) == (2, True)
        assert container_of(DEMO).fleet.tokens.get("nl1") == TOKEN

    def test_a_panel_that_is_already_a_server_is_rejected(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        add(operator, panel, "--inbound", "1", "--yes")
        result = add(operator, panel, "--inbound", "2", "--yes", name="nl2")
        assert (result.exit_code, "is server nl1 already" in result.output) == (2, True)
        assert tokens() == ["nl1"]


def test_the_doctor_names_a_panel_whose_certificate_has_changed(operator: OperatorCommandLine) -> None:
    pinned, renewed = self_signed(), self_signed()
    panel = FakePanel("nl", token=TOKEN, tls=pinned)
    with PanelsInBackground(panel):
        added = add(operator, panel, "--inbound", "1", "--yes", "--trust-certificate", pinned.fingerprint)
        assert added.exit_code == 0, added.output
        assert "✔ server nl1 is healthy" in operator.run("doctor").output
    panel.renew_certificate(renewed)
    with PanelsInBackground(panel):
        panel.calls.clear()
        result = operator.run("doctor")
    finding = f"✘ server nl1: The panel shows another certificate than before. ({renewed.fingerprint})"
    line, _, advice = result.output[result.output.index(finding) :].partition("\n    → ")
    assert line.endswith("pin it with --trust-certificate.")
    assert advice.startswith("python -m ops --stage demo server show nl1")
    assert result.exit_code == 1
    assert panel.calls == [], "no token is sent to a stranger"


class TestAddedServer:
    """The commands for a server that was added."""

    @pytest.fixture(autouse=True)
    def added(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        """Add one server."""
        assert add(operator, panel, "--inbound", "1", "--yes").exit_code == 0

    def test_show_prints_the_current_health(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        result = operator.run("server", "show", "nl1")
        assert result.exit_code == 0, result.output
        assert "0/100 keys" in result.output
        assert "The panel is healthy." in result.output
        panel.xray_state = "stop"
        unhealthy = operator.run("server", "show", "nl1")
        assert (unhealthy.exit_code, "Xray does not run" in unhealthy.output) == (1, True)

    def test_change_updates_only_the_given_fields(self, operator: OperatorCommandLine) -> None:
        result = operator.run(
            "server", "change", "nl1", "--title", "Fast one", "--capacity", "8", "--limited-inbound", "2"
        )
        assert result.exit_code == 0, result.output
        assert "only Telegram, for ended plans" in result.output
        assert "Fast one · 0/8 keys" in operator.run("server", "list").output
        assert operator.run("server", "change", "nl1").exit_code == 2

    def test_a_server_cannot_get_the_address_of_another_server(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        other = FakePanel("fi", token=TOKEN)
        with PanelsInBackground(other):
            add(operator, other, "--inbound", "1", "--yes", name="fi1")
            result = operator.run("server", "change", "fi1", "--address", panel.address)
        assert (result.exit_code, "is server nl1 already" in result.output) == (2, True)
        assert container_of(DEMO).fleet.catalogue.get("fi1").address == other.address

    def test_refresh_reads_new_inbound_parameters(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        assert "Nothing has changed." in operator.run("server", "refresh", "nl1").output
        panel.state.change_inbound(1, server_names=("www.other.example",))
        assert "www.other.example" in operator.run("server", "refresh", "nl1").output

    def test_a_token_is_stored_only_if_the_panel_accepts_it(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        assert operator.run("server", "token", "nl1", typed="wrong\n").exit_code == 2
        assert container_of(DEMO).fleet.tokens.get("nl1") == TOKEN
        panel.token = "n" * 48
        assert operator.run("server", "token", "nl1", typed=f"{'n' * 48}\n").exit_code == 0
        assert operator.run("server", "show", "nl1").exit_code == 0

    def test_a_server_is_drained_reopened_and_removed(self, operator: OperatorCommandLine) -> None:
        assert "its keys are moved" in operator.run("server", "drain", "nl1").output
        assert "! nl1" in operator.run("server", "list").output
        assert "nl1 gets new keys again" in operator.run("server", "reopen", "nl1").output
        assert "nl1 is removed." in operator.run("server", "remove", "nl1").output
        assert tokens() == []

    def test_a_server_with_keys_is_not_removed(self, operator: OperatorCommandLine) -> None:
        starts_trial(1)
        result = operator.run("server", "remove", "nl1")
        assert (result.exit_code, "drain it first" in result.output) == (2, True)
        removed = operator.run("server", "remove", "nl1", "--panel-is-gone")
        assert "The keys of nl1 are being moved" in removed.output
        assert operator.run("server", "drain", "nl1").exit_code == 2
        reopened = operator.run("server", "reopen", "nl1")
        assert (reopened.exit_code, "nl1 is decommissioned" in reopened.output) == (2, True)
        assert "gets new keys again" in operator.run("server", "reopen", "nl1", "--panel-is-back").output

    def test_rebuild_server_creates_the_clients_of_a_reinstalled_panel_again(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        for user_id in range(1, 4):
            starts_trial(user_id)
        before = {name: client.uuid for name, client in panel.clients.items()}
        panel.wipe()
        panel.add_foreign_client("alice")
        shown = operator.run("rebuild-server", "nl1")
        assert shown.exit_code == 0, shown.output
        assert "3 keys belong on this server: 0 are in sync" in shown.output
        assert "1 other clients on the panel are left unchanged" in shown.output
        assert list(panel.clients) == ["alice"], "without --apply nothing is changed"
        applied = operator.run("rebuild-server", "nl1", "--apply")
        assert applied.exit_code == 0, applied.output
        assert "3 keys are made, 0 failed" in applied.output
        assert {name: client.uuid for name, client in panel.clients.items() if name != "alice"} == before

    def test_the_doctor_reports_the_health_of_the_server(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        assert "✔ server nl1 is healthy: 0 of 100 keys" in operator.run("doctor").output
        panel.xray_version = "26.7.11"
        assert "accepts only apps built on Xray-core" in operator.run("doctor").output
        panel.xray_version = "26.7.10"
        panel.state.limits_devices = False
        assert "a key works on any number of devices: fail2ban does not run" in operator.run("doctor").output
        usable = panel.inbounds[1]
        panel.state.change_inbound(1, posted={"network": "ws", "security": "none"})
        assert "This inbound uses ws." in operator.run("doctor").output
        panel.state.inbounds[1] = usable
        panel.xray_state = "stop"
        assert "✘ server nl1: Xray does not run" in operator.run("doctor").output
        operator.run("server", "drain", "nl1")
        assert "every server is full" in operator.run("doctor").output

    def test_the_doctor_names_a_panel_that_cannot_be_used(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        panel.token = "another-token-was-made-in-the-panel"
        assert "✘ server nl1: The panel rejects this token" in operator.run("doctor").output
        panel.token = TOKEN
        usable = panel.inbounds[1]
        del panel.state.inbounds[1]
        assert "✘ server nl1: The panel has no such inbound any more." in operator.run("doctor").output
        panel.state.inbounds[1] = usable
        panel.faults.down(times=99)
        result = operator.run("doctor")
        assert "✘ server nl1: Unexpected answer from the panel. (the connection broke)" in result.output
        assert result.exit_code == 1
        panel.faults.clear()
        assert "✔ server nl1 is healthy" in operator.run("doctor").output

    def test_an_unknown_server_is_reported(self, operator: OperatorCommandLine) -> None:
        assert "there is no server of this name" in operator.run("server", "show", "fr1").output


def test_outside_demo_a_panel_on_this_machine_is_neither_called_nor_added(
    monkeypatch: pytest.MonkeyPatch, panel: FakePanel
) -> None:
    with open_command_line(monkeypatch, "production") as operator:
        operator.run("configure")
        operator.deploy(Panel="three_x_ui", SupportUrl="https://t.me/support")
        result = add(operator, panel, "--inbound", "1", "--yes")
        assert result.exit_code == 2
        assert "reachable in a private network only" in result.stderr
        assert "there are no servers" in operator.run("doctor").output


def test_the_doctor_reports_a_production_stack_without_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, "production") as operator:
        operator.run("configure")
        operator.deploy(Panel="three_x_ui", SupportUrl="https://t.me/support")
        assert "✘ there are no servers: no customer can get a key" in operator.run("doctor").output
