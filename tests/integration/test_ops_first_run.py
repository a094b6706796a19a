"""`python -m ops configure --ask`: the guided first run against the fake Telegram and moto."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from moto import mock_aws
from typer.testing import CliRunner, Result

from local.background import InBackground
from local.telegram.arguments import Arguments
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.server import application
from ops import answers, first_run, telegram_inbox
from ops.commands import cli
from ops.telegram_inbox import LONGEST_LIST
from ops.template import ROOT, resource_counts
from tests.integration.aws_clients import BOTOCORES, use_client
from tests.integration.bot_api_double import TOKEN
from vpnbot.telegram.bot_api.client import BotApi

INVITATION = "invited"
ANNA, GROUP, REGION = 4711, -1001234567890, "eu-north-1"
HIDDEN = ("bot_token", "webhook_secret", "key_secret")


class Server:
    """A fake Telegram on a free port of loopback; `base` is its address."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram
        self.base = ""
        self._runner = web.AppRunner(application(telegram), access_log=None)

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()


class FirstRun:
    """A newcomer at a terminal, with the fake Telegram, and an AWS account in which nothing is made."""

    def __init__(self, server: Server, background: InBackground, folder: Path) -> None:
        self.telegram = server.telegram
        self._background = background
        self._folder = folder

    def writes(self, text: str, name: str = "Anna", user_id: int = ANNA) -> None:
        """Let a person write to the bot."""
        accounts = self.telegram.conversations.accounts
        person = (
            self.telegram.person_by_id(user_id)
            if user_id in accounts
            else self.telegram.person(name, user_id=user_id)
        )

        async def write() -> None:
            await person.sends(text, wait=False)

        self._background.run(write())

    def adds_the_bot_to_a_group(self) -> None:
        self.telegram.person("Support", user_id=GROUP)  # so that getChat knows it
        chat = {"id": GROUP, "type": "supergroup", "title": "Support of the shop"}
        change = {"chat": chat, "new_chat_member": {"status": "member"}}

        async def add() -> None:
            self.telegram.updates.add("my_chat_member", ANNA, change)

        self._background.run(add())

    def sets_a_webhook(self) -> None:
        async def set_webhook() -> None:
            await self.telegram.bot_api.call("setWebhook", Arguments({"url": "http://127.0.0.1:1/telegram"}))

        self._background.run(set_webhook())

    def configures(self, *typed: str, stage: str = "demo", arguments: tuple[str, ...] = ()) -> Result:
        """Answer the questions with `typed`, line by line."""
        words = ["--stage", stage, "configure", "--ask", *arguments]
        return CliRunner().invoke(cli, words, input="".join(f"{line}\n" for line in typed), catch_exceptions=False)

    def secrets(self) -> dict[str, str]:
        found = boto3.client("ssm", REGION).get_parameters_by_path(Path="/vpnbot-demo", WithDecryption=True)
        return {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in found["Parameters"]}

    def answers(self, stage: str = "demo") -> dict[str, Any]:
        file = self._folder / f"vpnbot-{stage}.toml"
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


@pytest.fixture
def newcomer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FirstRun]:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "BOT_TOKEN"):
        monkeypatch.setenv(name, "")  # the commands set the first two: pytest has to restore them
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sample")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sample")
    use_client(monkeypatch, BOTOCORES)  # moto does not see the calls of ours
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(answers, "FOLDER", tmp_path / "deploy")
    monkeypatch.setattr(first_run, "token_urlsafe", lambda _: INVITATION)
    monkeypatch.setattr(telegram_inbox, "WAIT_SECONDS", 2.0)
    monkeypatch.setattr(telegram_inbox, "POLL_SECONDS", 0)
    telegram = FakeTelegram(lambda: datetime.now(UTC), TOKEN, bot_username="our_shop_bot")
    server = Server(telegram)
    with InBackground(server) as background, mock_aws():
        monkeypatch.setenv("TELEGRAM_API_BASE", server.base)
        yield FirstRun(server, background, tmp_path / "deploy")


FOUND = (REGION, TOKEN, "find", "y", "n", "ru", "find", "y", "shop@example.com", "30", "n", "n", "y")


def test_a_newcomer_needs_only_a_token_and_two_taps_in_telegram(newcomer: FirstRun) -> None:
    newcomer.writes(f"/start {INVITATION}")
    newcomer.adds_the_bot_to_a_group()
    result = newcomer.configures(*FOUND)
    assert result.exit_code == 0, result.output
    for shown in (
        "https://t.me/BotFather",
        "✔ The bot is @our_shop_bot.",
        f"https://t.me/our_shop_bot?start={INVITATION}",
        f"Anna, id {ANNA}, opened the link. An administrator?",
        f"https://t.me/our_shop_bot?startgroup={INVITATION}",
        f"The group Support of the shop, id {GROUP}?",
        f"vpnbot-demo in {REGION}, AWS account 123456789012",
        f"{_types('template.yaml', 'AWS::Serverless::Function')} Lambda functions",
        "1 DynamoDB table",
        "a month without customers",
        "Now deploy: python -m ops --stage demo deploy",
    ):
        assert shown in result.output, f"{shown}\n{result.output}"
    assert newcomer.answers() == {
        "region": REGION,
        "parameters": {
            "AdminIds": str(ANNA),
            "OperatorLanguage": "ru",
            "SupportChatId": str(GROUP),
            "AlarmEmail": "shop@example.com",
            "MonthlyBudget": "30",
        },
    }
    assert set(newcomer.secrets()) == {*HIDDEN, "webhook_path"}
    for name in HIDDEN:
        assert newcomer.secrets()[name] not in result.output, name


def test_what_will_be_made_follows_from_the_answers() -> None:
    demo = resource_counts({"Stage": "demo"})
    assert demo["AWS::SNS::Topic"] == 1
    assert demo["AWS::CloudWatch::Alarm"] == 10, "as many as are free"
    all_alarms = _types("monitoring/alarms.yaml", "AWS::CloudWatch::Alarm")
    assert resource_counts({"Stage": "demo", "AlarmEmail": "a@b.c"})["AWS::CloudWatch::Alarm"] == all_alarms
    production = resource_counts({"Stage": "production", "Dashboards": "on"})
    assert production["AWS::CloudWatch::Dashboard"] == 2
    assert production["AWS::CloudWatch::Alarm"] == all_alarms + _types("template.yaml", "AWS::CloudWatch::Alarm")
    assert "AWS::ApiGatewayV2::DomainName" not in production
    assert resource_counts({"DomainName": "vpn.example.com"})["AWS::ApiGatewayV2::DomainName"] == 1


def _types(file: str, kind: str) -> int:
    return (ROOT / file).read_text("utf-8").count(f"Type: {kind}\n")


def test_messages_to_the_bot_are_left_for_the_bot(newcomer: FirstRun) -> None:
    newcomer.writes(f"/start {INVITATION}")
    newcomer.configures(REGION, TOKEN, "find", "y", "n", "", "none", "none", "n", "n", "y")
    assert len(newcomer.telegram.updates) == 1, "the bot answers the administrator's /start once it is deployed"


def test_a_stranger_who_writes_at_the_same_time_is_no_administrator_without_a_confirmation(
    newcomer: FirstRun,
) -> None:
    newcomer.writes("/start", name="Mallory", user_id=666)
    newcomer.writes(f"/start {INVITATION}")
    result = newcomer.configures(REGION, TOKEN, "find", "", "", "", "", "none", "none", "", "", "y")
    assert result.exit_code == 0, result.output
    assert "Mallory, id 666, wrote to the bot. An administrator? [y/N]" in result.output
    assert newcomer.answers()["parameters"]["AdminIds"] == str(ANNA)


def test_wrong_answers_are_asked_again_with_what_is_wrong(newcomer: FirstRun) -> None:
    result = newcomer.configures(
        *("frankfurt", REGION),
        *("hello", "4242:revoked", TOKEN),
        *("@anna", "12, 34"),
        *("de", "ru"),
        *("my group", "-100999", "none"),
        *("shop", "shop@example.com", "much", "20"),
        *("n", "n", "y"),
    )
    assert result.exit_code == 0, result.output
    for shown in (
        "AWS has no region frankfurt",
        "A token looks like 123456789:AAF…",
        "Telegram does not know it",
        "AdminIds has another form",
        "OperatorLanguage is one of en, ru",
        "The bot cannot write to my group",
        "The bot cannot write to -100999 (Bad Request: chat not found): add @our_shop_bot to the group first",
        "shop is no e-mail address",
    ):
        assert shown in result.output, f"{shown}\n{result.output}"
    assert newcomer.answers()["parameters"] == {
        "AdminIds": "12,34",
        "OperatorLanguage": "ru",
        "SupportChatId": "",
        "AlarmEmail": "shop@example.com",
        "MonthlyBudget": "20",
    }


TYPED = (REGION, TOKEN, "12", "", "none", "none", "n", "n", "y")


@pytest.mark.parametrize("answered", range(len(TYPED)))
def test_whoever_stops_at_a_question_leaves_everything_as_it_was(newcomer: FirstRun, answered: int) -> None:
    """The end of the input ends a prompt of typer's like Ctrl-C does: with `Abort`."""
    result = newcomer.configures(*TYPED[:answered])
    assert result.exit_code == 1, result.output
    assert "Nothing was stored." in result.stderr
    assert newcomer.secrets() == {}
    assert newcomer.answers() == {}


@pytest.mark.parametrize("waiting_for", [("find",), ("12", "", "find")])
def test_ctrl_c_while_it_waits_for_a_message_stores_nothing(
    newcomer: FirstRun, monkeypatch: pytest.MonkeyPatch, waiting_for: tuple[str, ...]
) -> None:
    call = BotApi.call

    def interrupted(api: BotApi, method: str, **parameters: object) -> Any:
        if method == "getUpdates":
            raise KeyboardInterrupt
        return call(api, method, **parameters)

    monkeypatch.setattr(BotApi, "call", interrupted)
    result = newcomer.configures(REGION, TOKEN, *waiting_for)
    assert result.exit_code == 1, result.output
    assert "Nothing was stored." in result.stderr
    assert newcomer.secrets() == {}
    assert newcomer.answers() == {}


def test_the_answer_no_at_the_end_stores_nothing(newcomer: FirstRun) -> None:
    result = newcomer.configures(*TYPED[:-1], "n")
    assert result.exit_code == 1
    assert newcomer.secrets() == {}
    assert newcomer.answers() == {}


def test_the_second_run_shows_the_stored_answers_and_changes_nothing(newcomer: FirstRun) -> None:
    newcomer.configures(*TYPED)
    before, stored = newcomer.secrets(), newcomer.answers()
    result = newcomer.configures("", "", "", "", "", "", "", "", "")
    assert result.exit_code == 0, result.output
    assert "[12]" in result.output
    assert f"[{REGION}]" in result.output
    assert "nothing new" in result.output
    assert newcomer.secrets() == before
    assert newcomer.answers() == stored


def test_the_language_is_the_default_of_the_template_until_another_one_is_stored(newcomer: FirstRun) -> None:
    assert "en or ru [en]" in newcomer.configures(*TYPED).output
    assert newcomer.answers()["parameters"]["OperatorLanguage"] == "en"
    newcomer.configures("", "", "", "ru", "", "", "", "", "y")
    assert "en or ru [ru]" in newcomer.configures(*[""] * 9).output
    assert newcomer.answers()["parameters"]["OperatorLanguage"] == "ru"


def test_what_an_operator_wrote_into_the_file_is_kept(newcomer: FirstRun, tmp_path: Path) -> None:
    newcomer.configures(*TYPED)
    file = tmp_path / "deploy/vpnbot-demo.toml"
    file.write_text(file.read_text("utf-8") + '# for the sale in May\nWorkerConcurrency = "5"\n', "utf-8")
    newcomer.configures("", "", "13", "", "", "", "", "", "y")
    text = file.read_text("utf-8")
    assert "# for the sale in May" in text
    assert newcomer.answers()["parameters"]["WorkerConcurrency"] == "5"
    assert newcomer.answers()["parameters"]["AdminIds"] == "13"


def test_a_file_that_cannot_be_read_is_named(newcomer: FirstRun, tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/vpnbot-demo.toml").write_text("region = eu\n")
    result = newcomer.configures()
    assert result.exit_code == 2
    assert "vpnbot-demo.toml: correct or delete this file" in result.stderr


@pytest.mark.parametrize(("confirmed", "token"), [("y", TOKEN), ("n", "1:the-token-of-the-old-bot")])
def test_the_token_of_another_bot_has_to_be_confirmed(newcomer: FirstRun, confirmed: str, token: str) -> None:
    ssm = boto3.client("ssm", REGION)
    ssm.put_parameter(Name="/vpnbot-demo/bot_token", Value="1:the-token-of-the-old-bot", Type="SecureString")
    result = newcomer.configures(REGION, TOKEN, confirmed, "12", "", "none", "none", "n", "n", "y")
    assert "This is another bot than before: @our_shop_bot." in result.output
    assert newcomer.secrets()["bot_token"] == token


def test_with_a_webhook_the_ids_are_typed(newcomer: FirstRun) -> None:
    newcomer.sets_a_webhook()
    result = newcomer.configures(REGION, TOKEN, "find", "12", "", "none", "none", "n", "n", "y")
    assert result.exit_code == 0, result.output
    assert "The bot's messages go to http://127.0.0.1:1/telegram already" in result.output
    assert newcomer.answers()["parameters"]["AdminIds"] == "12"


def test_with_a_hundred_messages_that_wait_the_ids_are_typed(newcomer: FirstRun) -> None:
    for number in range(LONGEST_LIST):
        newcomer.writes(f"message {number}")
    result = newcomer.configures(REGION, TOKEN, "find", "12", "", "none", "none", "n", "n", "y")
    assert result.exit_code == 0, result.output
    assert "100 messages or more wait for the bot" in result.output
    assert newcomer.answers()["parameters"]["AdminIds"] == "12"


def test_when_nobody_writes_the_question_is_asked_again(newcomer: FirstRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_inbox, "WAIT_SECONDS", 0.0)
    result = newcomer.configures(REGION, TOKEN, "find", "12", "", "find", "none", "none", "n", "n", "y")
    assert result.exit_code == 0, result.output
    assert "No administrator was found." in result.output
    assert "No group was found." in result.output


def test_when_telegram_is_down_it_says_so_and_stores_nothing(
    newcomer: FirstRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_BASE", "http://127.0.0.1:1")
    result = newcomer.configures(REGION, TOKEN, "y", "n")
    assert result.exit_code == 2
    assert result.output.count("Telegram does not answer") == 2
    assert newcomer.secrets() == {}


def test_production_needs_an_address_for_alarms(newcomer: FirstRun) -> None:
    typed = (REGION, TOKEN, "12", "", "none", "none", "shop@example.com", "", "n", "n", "y")
    result = newcomer.configures(*typed, stage="production")
    assert result.exit_code == 0, result.output
    assert "none is no e-mail address" in result.output
    assert "Stage: production" in result.output
    assert "Panel: three_x_ui" in result.output
    assert newcomer.answers("production")["parameters"]["AlarmEmail"] == "shop@example.com"


def test_credentials_of_a_provider_are_asked_for_and_hidden(newcomer: FirstRun) -> None:
    secret = "live_secret-of-yookassa"
    result = newcomer.configures(*TYPED[:-3], "y", "n", "123456", secret, "y")
    assert result.exit_code == 0, result.output
    assert newcomer.secrets()["yookassa_secret_key"] == secret
    assert secret not in result.output


def test_the_stored_region_is_used_by_the_other_commands(newcomer: FirstRun, monkeypatch: pytest.MonkeyPatch) -> None:
    newcomer.configures(*TYPED)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "")
    result = CliRunner().invoke(cli, ["--stage", "demo", "doctor"], catch_exceptions=False)
    assert f"vpnbot-demo is not deployed in {REGION}" in result.output
