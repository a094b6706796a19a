"""Which errors of payment providers say that the provider does not work, and so count for its circuit breaker."""

import json
from collections.abc import Callable

import pytest

from vpnbot.domain.orders.provider_errors import OtherAccount, ProviderUnavailable, WrongAccount
from vpnbot.errors import Misconfigured, TelegramSilent, TelegramUnavailable
from vpnbot.providers.crypto_pay.errors import error_for as crypto_pay_error
from vpnbot.providers.stars.calls import Calls
from vpnbot.providers.yookassa.errors import error_for as yookassa_error
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import HttpResponse


def yookassa(status: int) -> Exception:
    """Return the error for an answer of YooKassa."""
    code = "invalid_credentials" if status == 401 else "error"
    return yookassa_error(status, json.dumps({"type": "error", "code": code}).encode(), acts=True)


def crypto_pay(status: int) -> Exception:
    """Return the error for an answer of Crypto Pay."""
    answer = {"ok": False, "error": {"code": status, "name": "UNAUTHORIZED" if status == 401 else "ERROR"}}
    return crypto_pay_error(status, answer, acts=True)


class Telegram:
    """A Bot API that answers everything with an error."""

    def __init__(self, status: int) -> None:
        self._status = status

    def post(self, path: str, fields: object) -> HttpResponse:
        """Return the error."""
        answer = {"ok": False, "error_code": self._status, "description": "no"}
        return HttpResponse(self._status, json.dumps(answer).encode())


def stars(status: int) -> Exception:
    """Return the error for an answer of the Bot API."""
    with pytest.raises((ProviderUnavailable, WrongAccount)) as raised:
        Calls(BotApi("1:" + "x" * 35, Telegram(status)).call)("createInvoiceLink")
    return raised.value


@pytest.mark.parametrize("provider", [yookassa, crypto_pay, stars])
class TestEveryProvider:
    """The same answers mean the same at each provider."""

    def test_an_answer_5xx_says_that_it_does_not_work(self, provider: Callable[[int], Exception]) -> None:
        error = provider(502)
        assert isinstance(error, ProviderUnavailable)
        assert error.down

    def test_a_throttled_call_says_that_it_works(self, provider: Callable[[int], Exception]) -> None:
        error = provider(429)
        assert isinstance(error, ProviderUnavailable)
        assert not error.down

    def test_refused_credentials_concern_all_orders(self, provider: Callable[[int], Exception]) -> None:
        error = provider(401)
        assert isinstance(error, WrongAccount)
        assert not isinstance(error, OtherAccount)


@pytest.mark.parametrize(
    ("error", "translated", "down"),
    [
        (TelegramSilent("no answer"), ProviderUnavailable, True),
        (TelegramUnavailable("429"), ProviderUnavailable, False),
        (Misconfigured("bot_token", "get one"), WrongAccount, None),
    ],
)
def test_telegram_that_does_not_answer_is_down_and_one_that_asks_to_wait_is_not(
    error: Exception, translated: type[Exception], *, down: bool | None
) -> None:
    def call(method: str, **parameters: object) -> object:
        raise error

    with pytest.raises(translated) as raised:
        Calls(call)("createInvoiceLink")
    assert getattr(raised.value, "down", None) == down
