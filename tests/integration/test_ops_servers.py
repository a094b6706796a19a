"""`python -m ops server …` against a panel over real HTTP, in the words that an operator reads."""

from collections.abc import Iterator

import boto3
import pytest
from typer.testing import Result

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from local.three_x_ui.tls import self_signed
from ops.deployment import Target
from ops.people import container_of
from tests.integration.operator_command_line import OperatorCommandLine, opened
from vpnbot.settings import Stage
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.subscriptions.start_trial import start_trial

TOKEN = "t" * 48
DEMO = Target(Stage.DEMO, "vpnbot-demo")


@pytest.fixture
def panel() -> Iterator[FakePanel]:
    """A healthy panel."""
    panel = FakePanel("nl", token=TOKEN)
    with PanelsInBackground(panel):
        yield panel


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    """A deployed bot without servers."""
    with opened(monkeypatch) as operator:
        operator.runs("configure")
        operator.deploy()
        yield operator


def add(operator: OperatorCommandLine, panel: FakePanel, *more: str, token: str = TOKEN, name: str = "nl1") -> Result:
    """Add a server, typing the token."""
    options = ("--address", f"{panel.address}/panel/", "--country", "nl", "--capacity", "100")
    return operator.runs("server", "add", name, *options, *more, typing=f"{token}\n")


def trial(user_id: int) -> None:
    """Let somebody take the trial."""
    container = container_of(DEMO)
    session = container.people.open(container.fleet.ring().person_id(user_id))
    ensure_user(session, container.context, f"update:1:{user_id}", user_id, "en", None)
    start_trial(session, container.fleet, container.context, container.settings.trial, f"update:2:{user_id}")


def tokens() -> list[str]:
    """Return the servers whose tokens are kept."""
    found = boto3.client("ssm").get_parameters_by_path(Path="/vpnbot-demo/panels")["Parameters"]
    return [parameter["Name"].rpartition("/")[2] for parameter in found]


class TestAdding:
    """From an address and a token to a server."""

    def test_what_was_found_is_shown_and_the_server_is_there(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        result = add(operator, panel, "--inbound", "1", "--yes")
        assert result.exit_code == 0, result.output
        assert "Reality: " in result.output
        assert "nl1 is added and gets new keys from now on." in result.output
        assert TOKEN not in result.output
        assert tokens() == ["nl1"]
        assert "✔ nl1" in operator.runs("server", "list").output
        trial(1)
        assert len(panel.clients) == 1

    def test_without_an_inbound_it_shows_what_there_is_and_keeps_nothing(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        result = add(operator, panel)
        assert result.exit_code == 1
        assert "Choose one of its inbounds with --inbound:" in result.output
        assert "cannot be used (inbound_unusable)" in result.output
        assert tokens() == []
        assert "There are no servers yet" in operator.runs("server", "list").output

    def test_a_no_at_the_end_adds_nothing(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        result = operator.runs(
            *("server", "add", "nl1", "--address", panel.address, "--country", "NL", "--capacity", "9"),
            *("--inbound", "1"),
            typing=f"{TOKEN}\nn\n",
        )
        assert result.exit_code == 1
        assert tokens() == []

    def test_a_wrong_token_is_named_with_what_to_do(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        result = add(operator, panel, "--inbound", "1", token="wrong")
        assert result.exit_code == 2
        assert "does not take this token. Make a new one" in result.output
        assert "python -m ops server token" in result.output
        assert tokens() == []

    def test_a_certificate_that_nobody_signed_is_shown_and_can_be_pinned(self, operator: OperatorCommandLine) -> None:
        identity = self_signed()
        panel = FakePanel("nl", token=TOKEN, tls=identity)
        with PanelsInBackground(panel):
            refused = add(operator, panel, "--inbound", "1", "--yes")
            assert refused.exit_code == 2
            assert f"({identity.fingerprint})" in refused.output
            assert "--trust-certificate" in refused.output
            pinned = add(operator, panel, "--inbound", "1", "--yes", "--trust-certificate", identity.fingerprint)
            assert pinned.exit_code == 0, pinned.output

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--address", "http://nl.example.com", "--country", "NL"), "must begin with https://"),
            (("--address", "https://a:b@nl.example.com", "--country", "NL"), "leave out the user name and password"),
            (("--address", "hello", "--country", "NL"), "copy it from your browser"),
            (("--address", "https://nl.example.com", "--country", "Holland"), "the country is a two-letter code"),
        ],
    )
    def test_bad_input_is_named(self, operator: OperatorCommandLine, options: tuple[str, ...], words: str) -> None:
        result = operator.runs("server", "add", "nl1", *options, "--capacity", "10", typing="x\n")
        assert result.exit_code == 2
        assert words in result.output

    def test_a_bad_name_is_named(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        assert "1 to 24 letters" in add(operator, panel, name="NL 1").output

    def test_a_name_is_given_once_and_the_servers_token_stays(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        add(operator, panel, "--inbound", "1", "--yes")
        result = add(operator, panel, "--inbound", "1", "--yes", token="another")
        assert (result.exit_code, "already" in result.output) == (2, True)
        assert container_of(DEMO).fleet.tokens.get("nl1") == TOKEN

    def test_a_panel_that_is_a_server_already_is_named(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        add(operator, panel, "--inbound", "1", "--yes")
        result = add(operator, panel, "--inbound", "2", "--yes", name="nl2")
        assert (result.exit_code, "is server nl1 already" in result.output) == (2, True)
        assert tokens() == ["nl1"]


class TestKeeping:
    """A server that is there."""

    @pytest.fixture(autouse=True)
    def added(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        """One server."""
        assert add(operator, panel, "--inbound", "1", "--yes").exit_code == 0

    def test_it_is_shown_with_how_it_is_now(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        result = operator.runs("server", "show", "nl1")
        assert result.exit_code == 0, result.output
        assert "0/100 keys" in result.output
        assert "The panel is healthy." in result.output
        panel.xray_state = "stop"
        ill = operator.runs("server", "show", "nl1")
        assert (ill.exit_code, "Xray does not run" in ill.output) == (1, True)

    def test_what_is_given_is_changed(self, operator: OperatorCommandLine) -> None:
        result = operator.runs(
            "server", "change", "nl1", "--title", "Fast one", "--capacity", "8", "--limited-inbound", "2"
        )
        assert result.exit_code == 0, result.output
        assert "only Telegram, for ended plans" in result.output
        assert "Fast one · 0/8 keys" in operator.runs("server", "list").output
        assert operator.runs("server", "change", "nl1").exit_code == 2

    def test_it_is_not_given_the_panel_of_another_server(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        other = FakePanel("fi", token=TOKEN)
        with PanelsInBackground(other):
            add(operator, other, "--inbound", "1", "--yes", name="fi1")
            result = operator.runs("server", "change", "fi1", "--address", panel.address)
        assert (result.exit_code, "is server nl1 already" in result.output) == (2, True)
        assert container_of(DEMO).fleet.catalogue.get("fi1").address == other.address

    def test_new_parameters_are_read(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        assert "Nothing has changed." in operator.runs("server", "refresh", "nl1").output
        panel.state.change_inbound(1, server_names=("www.other.example",))
        assert "www.other.example" in operator.runs("server", "refresh", "nl1").output

    def test_a_token_is_kept_only_if_the_panel_takes_it(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        assert operator.runs("server", "token", "nl1", typing="wrong\n").exit_code == 2
        assert container_of(DEMO).fleet.tokens.get("nl1") == TOKEN
        panel.token = "n" * 48
        assert operator.runs("server", "token", "nl1", typing=f"{'n' * 48}\n").exit_code == 0
        assert operator.runs("server", "show", "nl1").exit_code == 0

    def test_it_is_drained_reopened_and_removed(self, operator: OperatorCommandLine) -> None:
        assert "its keys are moved" in operator.runs("server", "drain", "nl1").output
        assert "! nl1" in operator.runs("server", "list").output
        assert "nl1 gets new keys again" in operator.runs("server", "reopen", "nl1").output
        assert "nl1 is removed." in operator.runs("server", "remove", "nl1").output
        assert tokens() == []

    def test_one_with_keys_is_not_removed(self, operator: OperatorCommandLine) -> None:
        trial(1)
        result = operator.runs("server", "remove", "nl1")
        assert (result.exit_code, "drain it first" in result.output) == (2, True)
        gone = operator.runs("server", "remove", "nl1", "--panel-is-gone")
        assert "The keys of nl1 are being moved" in gone.output

    def test_a_panel_that_was_built_anew_gets_its_keys_back(
        self, operator: OperatorCommandLine, panel: FakePanel
    ) -> None:
        for user_id in range(1, 4):
            trial(user_id)
        before = {name: client.uuid for name, client in panel.clients.items()}
        panel.wipe()
        panel.add_foreign_client("alice")
        looked = operator.runs("rebuild-server", "nl1")
        assert looked.exit_code == 0, looked.output
        assert "3 keys belong on this server: 0 are in sync" in looked.output
        assert "1 other clients on the panel are left unchanged" in looked.output
        assert list(panel.clients) == ["alice"], "looking changes nothing"
        done = operator.runs("rebuild-server", "nl1", "--apply")
        assert done.exit_code == 0, done.output
        assert "3 keys are made, 0 failed" in done.output
        assert {name: client.uuid for name, client in panel.clients.items() if name != "alice"} == before

    def test_the_doctor_looks_at_it(self, operator: OperatorCommandLine, panel: FakePanel) -> None:
        assert "✔ server nl1 is healthy: 0 of 100 keys" in operator.runs("doctor").output
        panel.xray_version = "26.7.11"
        assert "accepts only apps built on Xray-core" in operator.runs("doctor").output
        panel.xray_state = "stop"
        assert "✘ server nl1: Xray does not run" in operator.runs("doctor").output
        operator.runs("server", "drain", "nl1")
        assert "every server is full" in operator.runs("doctor").output

    def test_a_server_that_there_is_not_is_named(self, operator: OperatorCommandLine) -> None:
        assert "there is no server of this name" in operator.runs("server", "show", "fr1").output


def test_in_production_without_servers_nobody_can_get_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(monkeypatch, "production") as operator:
        operator.runs("configure")
        operator.deploy(Panel="three_x_ui", SupportUrl="https://t.me/support")
        assert "✘ there are no servers: no customer can get a key" in operator.runs("doctor").output
