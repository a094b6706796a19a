"""What Telegram shows about the bot: within its limits, in both languages, and set only where it differs."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from functions.webhook_registrar import app
from ops.deployment import Target
from ops.findings import Verdict
from ops.telegram_findings import profile_findings
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from tests.integration.telegram_harness import Harness, run_scenario
from vpnbot.errors import OutOfTime
from vpnbot.localization.messages import Messages
from vpnbot.settings import Stage
from vpnbot.telegram.bot_api.bot_profile import COMMANDS, profile, set_profile
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.timed_transport import TimedTransport

LIMITS = {"description": 512, "short_description": 120}


class Context:
    """Lambda's context, with so many seconds left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


@pytest.fixture
def telegram() -> Iterator[BotApiDouble]:
    with running() as double:
        yield double


@pytest.fixture
def api(telegram: BotApiDouble) -> BotApi:
    return BotApi(TOKEN, TimedTransport(telegram.base))


def _setters(telegram: BotApiDouble) -> list[str]:
    return [method for method, _ in telegram.calls if method.startswith("setMy")]


@pytest.mark.parametrize("language", Messages().languages)
def test_every_text_is_within_the_limits_of_telegram(language: str) -> None:
    parts = [part for part in profile(Messages()) if f"({language})" in part.name]
    assert len(parts) == 3
    for part in parts:
        if isinstance(part.value, str):
            assert 0 < len(part.value) <= LIMITS[part.field], part.name
            continue
        assert isinstance(part.value, list)
        assert 0 < len(part.value) <= 100
        for command in part.value:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", command["command"])
            assert 1 <= len(command["description"]) <= 256


def test_the_default_language_is_that_of_everybody_else(telegram: BotApiDouble, api: BotApi) -> None:
    set_profile(api, Messages())
    english, russian = (telegram.profile["Description", code] for code in ("", "ru"))
    assert "Tap Start" in english
    assert "Нажмите" in russian
    assert [each["command"] for each in telegram.profile["Commands", ""]] == list(COMMANDS)


def test_only_what_differs_is_set(telegram: BotApiDouble, api: BotApi) -> None:
    assert len(set_profile(api, Messages())) == 6
    telegram.calls.clear()
    assert set_profile(api, Messages()) == ()
    assert _setters(telegram) == []
    telegram.profile["ShortDescription", "ru"] = "edited by hand"
    assert set_profile(api, Messages()) == ("text in the profile (ru)",)
    assert _setters(telegram) == ["setMyShortDescription"]


def test_it_stops_in_time(telegram: BotApiDouble, api: BotApi) -> None:
    left = iter([True, False])
    with pytest.raises(OutOfTime):
        set_profile(api, Messages(), lambda: next(left))
    assert len(_setters(telegram)) == 1


def _deployed(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch, kind: str, seconds: float = 60) -> None:
    for name, value in {**telegram.settings, "WEBHOOK_SECRET": "sample-webhook-secret"}.items():
        monkeypatch.setenv(name, value)
    sample: dict[str, Any] = json.loads((ROOT / "events/webhook_registrar.json").read_text())
    event = {**sample, "RequestType": kind, "ResponseURL": f"{telegram.base}/answer?signature=1"}
    app.handler(event, Context(seconds))
    assert telegram.reports[-1]["Status"] == "SUCCESS"


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deployment_sets_it(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    _deployed(telegram, monkeypatch, kind)
    assert len(telegram.profile) == 6
    assert telegram.calls[0][0] == "setWebhook", "the webhook comes first"


def test_a_deployment_succeeds_without_it(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = {"ok": True, "result": True}
    url = json.loads((ROOT / "events/webhook_registrar.json").read_text())["ResourceProperties"]["Url"]
    refused = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 9}}
    telegram.planned_responses = [(200, fine), (200, {"ok": True, "result": {"url": url}}), (429, refused)]
    _deployed(telegram, monkeypatch, "Create")
    assert telegram.profile == {}
    _deployed(telegram, monkeypatch, "Update", seconds=15)
    assert telegram.profile == {}, "there is too little time"


def test_doctor_names_what_differs(telegram: BotApiDouble, api: BotApi) -> None:
    target = Target(Stage.DEMO, "vpnbot-demo")
    [finding] = profile_findings(api, target)
    assert finding.verdict is Verdict.WARNING
    assert "commands (en), description (en)" in finding.what
    set_profile(api, Messages())
    telegram.profile["Description", "ru"] = "other"
    [finding] = profile_findings(api, target)
    assert finding.what.endswith(": description (ru)")
    set_profile(api, Messages())
    [finding] = profile_findings(api, target)
    assert finding.verdict is Verdict.OK


def test_the_local_bot_api_accepts_it_and_a_phone_shows_it_in_its_language() -> None:
    async def scenario(harness: Harness) -> None:
        for part in profile(Messages()):
            given = {**part.parameters, part.field: part.value}
            assert (await harness.call(f"set{part.method}", **given)).status == 200
        commands = harness.telegram.commands
        assert [each["command"] for each in commands.shown("en", 7)] == list(COMMANDS)
        assert commands.shown("ru", 7)[0]["description"].startswith("Главная")
        assert commands.shown("de", 7) == commands.shown("en", 7)

    run_scenario(scenario)
