"""Secrets: read once, re-read when the webhook's does not match, compared in constant time, never shown."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

import pytest

from vpnbot.aws.secrets import REREAD_SECONDS, Secrets, SsmParameters, environment_secrets, parse_key_ring, source_for
from vpnbot.errors import Misconfigured, Retryable
from vpnbot.settings import Settings

DEMO = {"STAGE": "demo", "TABLE_NAME": "t"}
PRODUCTION = {"STAGE": "production", "TABLE_NAME": "t", "PANEL": "three_x_ui", "SUPPORT_CHAT_ID": "-100123"}
RING = {"1": urlsafe_b64encode(b"a" * 32).decode(), "2": urlsafe_b64encode(b"b" * 40).decode()}


class Source:
    """A source that counts how often it is asked."""

    def __init__(self, **values: str) -> None:
        self.values: Mapping[str, str] = values
        self.reads = 0
        self.error: Exception | None = None

    def __call__(self) -> Mapping[str, str]:
        self.reads += 1
        if self.error:
            raise self.error
        return self.values


class Monotonic:
    """A clock that a test moves."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_secret_is_read_once_for_the_life_of_a_process() -> None:
    source = Source(bot_token="1:a", webhook_secret="s")
    secrets = Secrets(source)
    assert [secrets.get("bot_token"), secrets.get("webhook_secret"), secrets.get("bot_token")] == ["1:a", "s", "1:a"]
    assert source.reads == 1


@pytest.mark.parametrize("values", [{}, {"bot_token": ""}])
def test_a_secret_that_is_not_set_says_how_to_set_it(values: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="ops configure"):
        Secrets(Source(**values)).get("bot_token")


def test_without_a_webhook_secret_nothing_is_ever_accepted() -> None:
    secrets = Secrets(Source(webhook_secret=""))
    with pytest.raises(Misconfigured):
        secrets.webhook_secret_matches("")


def test_the_current_and_the_previous_webhook_secret_match_and_nothing_else() -> None:
    secrets = Secrets(Source(webhook_secret="new", webhook_secret_previous="old"))
    assert secrets.webhook_secret_matches("new")
    assert secrets.webhook_secret_matches("old")
    assert not secrets.webhook_secret_matches("ne")
    assert not secrets.webhook_secret_matches("")
    assert not Secrets(Source(webhook_secret="new")).webhook_secret_matches("")
    assert not secrets.webhook_secret_matches("нет")


def test_both_are_compared_in_constant_time_even_if_the_first_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    real = hmac.compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append(right)
        return real(left, right)

    secrets = Secrets(Source(webhook_secret="new", webhook_secret_previous="old"))
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert secrets.webhook_secret_matches("new")
    assert compared == [b"new", b"old"]


def test_a_rotation_needs_no_redeployment_and_forgeries_cost_one_read_a_minute() -> None:
    source, monotonic = Source(webhook_secret="old"), Monotonic()
    secrets = Secrets(source, monotonic)
    assert secrets.webhook_secret_matches("old")
    source.values = {"webhook_secret": "new"}
    assert not secrets.webhook_secret_matches("new"), "read only just now"
    monotonic.seconds += REREAD_SECONDS
    assert secrets.webhook_secret_matches("new")
    for _ in range(100):
        assert not secrets.webhook_secret_matches("forged")
    assert source.reads == 2


def test_forgeries_cost_one_read_a_minute_even_while_the_store_is_down() -> None:
    source, monotonic = Source(webhook_secret="s"), Monotonic()
    secrets = Secrets(source, monotonic)
    assert secrets.webhook_secret_matches("s")
    monotonic.seconds += REREAD_SECONDS
    source.error = Retryable("down")
    with pytest.raises(Retryable):
        secrets.webhook_secret_matches("forged")
    for _ in range(100):
        assert not secrets.webhook_secret_matches("forged")
    assert secrets.webhook_secret_matches("s"), "what was known stays known"
    assert source.reads == 2


def test_a_store_that_was_down_at_first_is_asked_again() -> None:
    source = Source(bot_token="1:a")
    source.error = Retryable("down")
    secrets = Secrets(source)
    with pytest.raises(Retryable):
        secrets.get("bot_token")
    source.error = None
    assert secrets.get("bot_token") == "1:a"


def test_the_ring_holds_every_version_and_the_highest_is_current() -> None:
    ring = Secrets(Source(key_secret=json.dumps(RING))).key_ring()
    assert ring.versions == {1: b"a" * 32, 2: b"b" * 40}
    assert ring.current == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hunter2",
        "[]",
        "5",
        "{}",
        '{"one": "YQ=="}',
        '{"1": 5}',
        '{"1": "not base64!"}',
        json.dumps({"1": urlsafe_b64encode(b"short").decode()}),
        json.dumps({**RING, "3": urlsafe_b64encode(b"a" * 31).decode()}),
    ],
)
def test_a_ring_that_is_none_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse_key_ring(text)
    assert caught.value.setting == "key_secret"
    assert not text or text not in str(caught.value)


def test_variables_are_found_by_the_secrets_names_in_capitals() -> None:
    environment = {"BOT_TOKEN": "1:a", "WEBHOOK_SECRET": "", "PATH": "/bin"}
    assert environment_secrets(environment) == {"bot_token": "1:a"}


def test_production_reads_from_ssm_whatever_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:a")
    source = source_for(Settings.from_environment({**PRODUCTION, "SECRETS_PATH": "/vpnbot/"}))
    assert source == SsmParameters("/vpnbot/")


def test_production_without_a_path_does_not_start() -> None:
    with pytest.raises(Misconfigured, match="SECRETS_PATH"):
        source_for(Settings.from_environment(PRODUCTION))


@pytest.mark.parametrize("path", [{}, {"SECRETS_PATH": "/vpnbot/"}])
def test_on_a_desk_variables_alone_will_do(monkeypatch: pytest.MonkeyPatch, path: dict[str, str]) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:a")
    assert source_for(Settings.from_environment({**DEMO, **path}))()["bot_token"] == "1:a"


def test_outside_production_variables_stand_on_top_of_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    monkeypatch.setenv("WEBHOOK_SECRET", "from the desk")
    monkeypatch.setattr(SsmParameters, "__call__", lambda self: {"bot_token": "1:a", "webhook_secret": "stored"})
    source = source_for(Settings.from_environment({**DEMO, "SECRETS_PATH": "/vpnbot/"}))
    assert source()["bot_token"] == "1:a"
    assert source()["webhook_secret"] == "from the desk"
