"""The alarm notifier over HTTP: it sends alarms to the operators' chats through the Bot API."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.alarm_notifier import app
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from tests.integration.lambda_functions import Context
from vpnbot.errors import Misconfigured, TelegramUnavailable

ANNA, BORIS, GROUP = 11, 12, -100123


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApiDouble]:
    with running() as double:
        for name, value in {
            **double.settings,
            "ADMIN_IDS": f"{BORIS}, {ANNA}",
            "SUPPORT_CHAT_ID": "",
            "OPERATOR_LANGUAGE": "",
        }.items():
            monkeypatch.setenv(name, value)
        yield double


def notification(**changed: str) -> dict[str, Any]:
    """Return the sample event, whose alarm has other values."""
    event: dict[str, Any] = json.loads((ROOT / "events/alarm_notifier.json").read_text())
    sns = event["Records"][0]["Sns"]
    sns["Message"] = json.dumps({**json.loads(sns["Message"]), **changed})
    return event


def sent(telegram: BotApiDouble) -> list[tuple[int, str]]:
    """Return the chats and texts of all messages for which the Bot API was called."""
    return [(call["chat_id"], call["text"]) for method, call in telegram.calls if method == "sendMessage"]


def refusal(code: int, description: str, **parameters: int) -> dict[str, Any]:
    return {"error_code": code, "description": description, "parameters": parameters}


BLOCKED = refusal(403, "Forbidden: bot was blocked by the user")
NOT_FOUND = refusal(400, "Bad Request: chat not found")
FLOOD = refusal(429, "Too Many Requests: retry after 60", retry_after=60)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "🔴 A VPN panel does not answer or refuses our calls, and keys wait for it.\n"
            "Open 🖥 Servers: the list says which panel, and why.\n"
            "Since 2026-11-22 12:00 UTC.",
        ),
        (
            "ru",
            "🔴 Панель VPN не отвечает или отказывает, и ключи ждут.\n"
            "Откройте 🖥 Серверы: там видно, какая панель и почему.\n"
            "С 2026-11-22 12:00 UTC.",
        ),
    ],
)
def test_an_alarm_says_what_is_wrong_what_to_do_and_since_when(
    telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch, language: str, text: str
) -> None:
    monkeypatch.setenv("OPERATOR_LANGUAGE", language)
    app.handler(notification(), Context(45_000))
    assert sent(telegram) == [(ANNA, text), (BORIS, text)]


def test_the_end_of_an_alarm_is_told(telegram: BotApiDouble) -> None:
    over = {"OldStateValue": "ALARM", "NewStateValue": "OK", "StateChangeTime": "2026-11-22T12:31:00.000+0000"}
    app.handler(notification(**over), Context(45_000))
    what = "A VPN panel does not answer or refuses our calls, and keys wait for it."
    text = f"🟢 Over: {what}\nSince 2026-11-22 12:31 UTC."
    assert sent(telegram) == [(ANNA, text), (BORIS, text)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("INSUFFICIENT_DATA", "OK"), ("OK", "INSUFFICIENT_DATA"), ("ALARM", "INSUFFICIENT_DATA"), ("OK", "OK")],
)
def test_other_changes_are_not_told(telegram: BotApiDouble, old: str, new: str) -> None:
    app.handler(notification(OldStateValue=old, NewStateValue=new), Context(45_000))
    assert telegram.calls == []


def test_a_message_that_is_not_of_an_alarm_is_ignored(telegram: BotApiDouble) -> None:
    event = notification()
    for message in (
        "a budget is spent",
        "[]",
        "{}",
        '{"AlarmName": 1, "NewStateValue": "OK", "OldStateValue": "OK"}',
    ):
        event["Records"][0]["Sns"]["Message"] = message
        app.handler(event, Context(45_000))
    assert telegram.calls == []


def test_an_alarm_without_words_is_told_with_its_name(telegram: BotApiDouble) -> None:
    app.handler(notification(AlarmName="vpnbot-demo-MadeByHand"), Context(45_000))
    assert [text.splitlines()[0] for _, text in sent(telegram)] == ["🔴 The alarm vpnbot-demo-MadeByHand is on."] * 2


def test_a_chat_that_the_operators_share_gets_the_alarm_instead_of_each_of_them(
    telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_CHAT_ID", str(GROUP))
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [GROUP]


def test_the_own_chat_of_one_operator_is_not_shared(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_CHAT_ID", str(BORIS))
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [ANNA, BORIS]


@pytest.mark.parametrize("refused", [BLOCKED, NOT_FOUND])
def test_when_the_shared_chat_refuses_each_operator_gets_the_alarm(
    telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch, refused: dict[str, Any]
) -> None:
    monkeypatch.setenv("SUPPORT_CHAT_ID", str(GROUP))
    telegram.refusals[GROUP] = refused
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [GROUP, ANNA, BORIS]


def test_a_group_that_became_a_supergroup_gets_the_alarm_there(
    telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_CHAT_ID", str(GROUP))
    telegram.refusals[GROUP] = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100777)
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [GROUP, -100777]


@pytest.mark.parametrize("refused", [BLOCKED, NOT_FOUND])
def test_a_chat_that_refuses_for_good_is_logged_and_not_tried_again(
    telegram: BotApiDouble, caplog: pytest.LogCaptureFixture, refused: dict[str, Any]
) -> None:
    telegram.refusals[ANNA] = refused
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [ANNA, BORIS]
    assert refused["description"] in caplog.text
    assert TOKEN not in caplog.text


def test_when_every_chat_refuses_for_good_nothing_is_tried_again(
    telegram: BotApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.refusals = {ANNA: BLOCKED, BORIS: BLOCKED}
    app.handler(notification(), Context(45_000))
    assert len(sent(telegram)) == 2
    assert "no chat of the operators accepts alarms" in caplog.text


def test_when_telegram_delivers_to_no_chat_lambda_calls_again(telegram: BotApiDouble) -> None:
    telegram.refusals = {ANNA: FLOOD, BORIS: BLOCKED}
    with pytest.raises(TelegramUnavailable):
        app.handler(notification(), Context(45_000))
    telegram.refusals = {BORIS: BLOCKED}
    telegram.calls.clear()
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [ANNA, BORIS]


def test_a_call_again_would_send_twice_so_there_is_none_when_one_chat_has_the_alarm(
    telegram: BotApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.refusals = {ANNA: FLOOD}
    app.handler(notification(), Context(45_000))
    assert [chat for chat, _ in sent(telegram)] == [ANNA, BORIS]
    assert "1 of 2 chats of the operators did not get an alarm" in caplog.text


def test_without_a_connection_lambda_calls_again(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_BASE", "http://127.0.0.1:1")
    with pytest.raises(TelegramUnavailable):
        app.handler(notification(), Context(11_000))


def test_without_time_no_call_is_made(telegram: BotApiDouble) -> None:
    with pytest.raises(TelegramUnavailable):
        app.handler(notification(), Context(9_000))
    assert telegram.calls == []


def test_a_wrong_token_is_reported_as_a_failed_run(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "4242:revoked")
    with pytest.raises(Misconfigured, match="bot_token"):
        app.handler(notification(), Context(45_000))
