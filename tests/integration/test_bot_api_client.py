"""The Bot API client: errors of calls, and tokens that never appear in them."""

import traceback
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from vpnbot.errors import CallRejected, Misconfigured, TelegramUnavailable
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport


@pytest.fixture
def telegram() -> Iterator[BotApiDouble]:
    with running() as double:
        yield double


def test_the_error_of_a_throttled_call_has_the_time_to_wait(telegram: BotApiDouble) -> None:
    throttled = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
    telegram.planned_responses = [(429, throttled)]
    waits: list[timedelta] = []
    with pytest.raises(TelegramUnavailable) as caught:
        BotApi(TOKEN, Transport(telegram.base), waits.append).call("getMe")
    assert caught.value.after == timedelta(seconds=7)
    assert waits == [caught.value.after]


@pytest.mark.parametrize("answer", [{}, {"ok": False}])
def test_an_unexpected_response_is_a_temporary_error(telegram: BotApiDouble, answer: dict[str, Any]) -> None:
    telegram.planned_responses = [(502, answer)]
    with pytest.raises(TelegramUnavailable, match="502"):
        BotApi(TOKEN, Transport(telegram.base)).call("getMe")


def test_the_error_of_a_rejected_call_has_the_description_of_telegram(telegram: BotApiDouble) -> None:
    telegram.planned_responses = [(400, {"ok": False, "error_code": 400, "description": "Bad Request: bad webhook"})]
    with pytest.raises(CallRejected, match="bad webhook") as caught:
        BotApi(TOKEN, Transport(telegram.base)).call("setWebhook", url="ftp://")
    assert caught.value.code == 400


def test_the_error_of_an_unreachable_api_does_not_contain_the_token() -> None:
    with pytest.raises(TelegramUnavailable) as caught:
        BotApi(TOKEN, Transport("http://127.0.0.1:1")).call("getMe")
    assert TOKEN.partition(":")[2] not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("text", ["", "token", "12:", "12:a/b", "12:a b", "a12:abc"])
def test_an_invalid_token_is_rejected_before_a_call(text: str) -> None:
    with pytest.raises(Misconfigured):
        BotApi(text, Transport())
