"""The errors of the calls of the Stars adapter are those of the port."""

import subprocess
import sys
from datetime import timedelta

import pytest

from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.errors import CallRejected, Misconfigured, TelegramUnavailable
from vpnbot.providers.stars.calls import Calls


class FailingApi:
    """A Bot API whose every call raises an error, or returns True."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.calls: list[tuple[str, dict[str, object]]] = []

    def __call__(self, method: str, **parameters: object) -> object:
        self.calls.append((method, parameters))
        if self.error:
            raise self.error
        return True


@pytest.mark.parametrize("has_effect", [True, False])
def test_a_call_without_an_answer_is_unknown_only_if_it_may_have_moved_money(has_effect: bool) -> None:
    api = FailingApi(TelegramUnavailable("busy", after=timedelta(seconds=7)))
    with pytest.raises(ProviderUnavailable) as unavailable:
        Calls(api)("refundStarPayment", has_effect=has_effect)
    assert (unavailable.value.unknown, unavailable.value.after) == (has_effect, timedelta(seconds=7))


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("Bad Request: CHARGE_ID_INVALID", "charge_id_invalid"),
        ("Bad Request: invalid user_id specified", "rejected"),
        ("", "rejected"),
        ("Forbidden: BOT_IS_A_TEAPOT_418 and more", "bot_is_a_teapot_418"),
    ],
)
def test_a_rejected_call_has_the_code_of_telegram_as_its_reason(description: str, reason: str) -> None:
    with pytest.raises(ProviderRejected) as rejected:
        Calls(FailingApi(CallRejected("refundStarPayment", 400, description)))("refundStarPayment")
    assert rejected.value.reason == reason


def test_a_refused_token_is_a_matter_of_the_operator() -> None:
    with pytest.raises(WrongAccount) as refused:
        Calls(FailingApi(Misconfigured("bot_token", "get one")))("getMe")
    assert (refused.value.setting, refused.value.remedy) == ("bot_token", "get one")


def test_the_adapter_is_imported_without_fluent_and_without_aiogram() -> None:
    code = "import sys, vpnbot.providers.stars.provider; print({'fluent', 'aiogram'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == "set()"
