"""Secrets: read once, read again when a webhook secret does not match, compared in constant time, never printed."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

import pytest

from vpnbot.aws.secret_names import ALL, BOT_TOKEN
from vpnbot.aws.secret_sources import SsmParameters, environment_secrets, retried_while_denied, source_for
from vpnbot.aws.secrets import REREAD_SECONDS, Secrets, parse_key_ring
from vpnbot.domain.keys.key_ring import Key
from vpnbot.errors import AccessDenied, Misconfigured, Retryable, UnknownKeyVersion
from vpnbot.settings import Settings

DEMO = {"STAGE": "demo", "TABLE_NAME": "t"}
PRODUCTION = {"STAGE": "production", "TABLE_NAME": "t", "PANEL": "three_x_ui", "SUPPORT_CHAT_ID": "-100123"}
RING = {"1": urlsafe_b64encode(b"a" * 32).decode(), "2": urlsafe_b64encode(b"b" * 40).decode()}


class Source:
    """A source of secrets that counts how often it is read."""

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
    """A monotonic clock that a test sets."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("presented", ["ü", "a b", "x" * 257, "a\n", "a=b"])
def test_a_webhook_secret_that_telegram_cannot_send_costs_no_read(presented: str) -> None:
    source = Source(webhook_secret="s")
    assert not Secrets(source).webhook_secret_matches(presented)
    assert source.reads == 0


def test_secrets_are_read_once_in_a_process() -> None:
    source = Source(bot_token="1:a", webhook_secret="s")
    secrets = Secrets(source)
    assert [secrets.get("bot_token"), secrets.get("webhook_secret"), secrets.get("bot_token")] == ["1:a", "s", "1:a"]
    assert source.reads == 1


@pytest.mark.parametrize("values", [{}, {"bot_token": ""}])
def test_the_error_for_a_missing_secret_names_the_command_that_sets_it(values: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="ops configure"):
        Secrets(Source(**values)).get("bot_token")


@pytest.mark.parametrize("values", [{}, {"yookassa_secret_key": ""}])
def test_a_secret_that_a_deployment_need_not_have_is_no_error(values: dict[str, str]) -> None:
    assert Secrets(Source(**values)).find("yookassa_secret_key") is None
    assert Secrets(Source(yookassa_secret_key="live_x")).find("yookassa_secret_key") == "live_x"


def test_a_secret_that_was_refused_is_read_again_at_most_once_a_minute() -> None:
    source, monotonic = Source(yookassa_secret_key="old"), Monotonic()
    secrets = Secrets(source, monotonic)
    assert secrets.get("yookassa_secret_key") == "old"
    source.values = {"yookassa_secret_key": "new"}
    assert secrets.get("yookassa_secret_key", again=True) == "old"
    monotonic.seconds += REREAD_SECONDS
    assert secrets.get("yookassa_secret_key") == "old"
    assert secrets.get("yookassa_secret_key", again=True) == "new"
    assert source.reads == 2


def test_without_a_webhook_secret_no_request_is_accepted() -> None:
    secrets = Secrets(Source(webhook_secret=""))
    with pytest.raises(Misconfigured):
        secrets.webhook_secret_matches("")


def test_only_the_current_and_the_previous_webhook_secret_match() -> None:
    secrets = Secrets(Source(webhook_secret="new", webhook_secret_previous="old"))
    assert secrets.webhook_secret_matches("new")
    assert secrets.webhook_secret_matches("old")
    assert not secrets.webhook_secret_matches("ne")
    assert not secrets.webhook_secret_matches("")
    assert not Secrets(Source(webhook_secret="new")).webhook_secret_matches("")
    assert not secrets.webhook_secret_matches("нет")


def test_both_webhook_secrets_are_compared_in_constant_time_even_if_the_first_matches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[bytes] = []
    real = hmac.compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append(right)
        return real(left, right)

    secrets = Secrets(Source(webhook_secret="new", webhook_secret_previous="old"))
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert secrets.webhook_secret_matches("new")
    assert compared == [b"new", b"old"]


def test_a_rotation_needs_no_redeployment_and_wrong_secrets_cause_one_read_a_minute() -> None:
    source, monotonic = Source(webhook_secret="old"), Monotonic()
    secrets = Secrets(source, monotonic)
    assert secrets.webhook_secret_matches("old")
    source.values = {"webhook_secret": "new"}
    assert not secrets.webhook_secret_matches("new"), "the source was read less than a minute ago"
    monotonic.seconds += REREAD_SECONDS
    assert secrets.webhook_secret_matches("new")
    for _ in range(100):
        assert not secrets.webhook_secret_matches("forged")
    assert source.reads == 2


def test_a_key_of_a_version_that_was_added_later_is_derived_after_the_ring_is_read_again() -> None:
    first, both = json.dumps({"1": RING["1"]}), json.dumps(RING)
    source, monotonic = Source(key_secret=first), Monotonic()
    secrets = Secrets(source, monotonic)
    person, key = secrets.key_ring().person_id(1), Key(2, "seed")
    source.values = {"key_secret": both}
    monotonic.seconds += REREAD_SECONDS
    assert secrets.key_ring().link_token(person, key) == parse_key_ring(both).link_token(person, key)
    assert secrets.key_ring().current == 2
    assert source.reads == 2


def test_a_version_that_is_missing_causes_one_read_a_minute_and_is_a_temporary_error() -> None:
    source, monotonic = Source(key_secret=json.dumps(RING)), Monotonic()
    secrets = Secrets(source, monotonic)
    ring = secrets.key_ring()
    for _ in range(10):
        with pytest.raises(UnknownKeyVersion, match="no version 3"):
            ring.client_name(ring.person_id(1), Key(3, "seed"))
    assert source.reads == 1
    monotonic.seconds += REREAD_SECONDS
    for _ in range(10):
        with pytest.raises(UnknownKeyVersion):
            ring.client_name(ring.person_id(1), Key(3, "seed"))
    assert source.reads == 2


def test_the_previous_secret_ends_within_a_minute_although_it_still_matches_what_was_read() -> None:
    source, monotonic = Source(webhook_secret="new", webhook_secret_previous="old"), Monotonic()
    secrets = Secrets(source, monotonic)
    assert secrets.webhook_secret_matches("old")
    source.values = {"webhook_secret": "new"}
    monotonic.seconds += REREAD_SECONDS - 1
    assert secrets.webhook_secret_matches("old"), "the source was read less than a minute ago"
    monotonic.seconds += 1
    assert not secrets.webhook_secret_matches("old")
    for _ in range(100):
        assert not secrets.webhook_secret_matches("old")
    assert source.reads == 2


def test_the_current_secret_causes_no_further_read() -> None:
    source, monotonic = Source(webhook_secret="new", webhook_secret_previous="old"), Monotonic()
    secrets = Secrets(source, monotonic)
    for _ in range(3):
        assert secrets.webhook_secret_matches("new")
        monotonic.seconds += 10 * REREAD_SECONDS
    assert source.reads == 1


def test_wrong_secrets_cause_one_read_a_minute_even_while_parameter_store_is_down() -> None:
    source, monotonic = Source(webhook_secret="s"), Monotonic()
    secrets = Secrets(source, monotonic)
    assert secrets.webhook_secret_matches("s")
    monotonic.seconds += REREAD_SECONDS
    source.error = Retryable("down")
    with pytest.raises(Retryable):
        secrets.webhook_secret_matches("forged")
    for _ in range(100):
        assert not secrets.webhook_secret_matches("forged")
    assert secrets.webhook_secret_matches("s"), "the values read before stay in use"
    assert source.reads == 2


def test_after_a_failed_first_read_secrets_are_read_again() -> None:
    source = Source(bot_token="1:a")
    source.error = Retryable("down")
    secrets = Secrets(source)
    with pytest.raises(Retryable):
        secrets.get("bot_token")
    source.error = None
    assert secrets.get("bot_token") == "1:a"


def test_the_key_ring_holds_every_version_and_the_highest_is_current() -> None:
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
def test_an_invalid_key_ring_is_rejected_and_not_printed(text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse_key_ring(text)
    assert caught.value.setting == "key_secret"
    assert not text or text not in str(caught.value)


def test_secrets_are_read_from_variables_with_their_names_in_capitals() -> None:
    environment = {"BOT_TOKEN": "1:a", "WEBHOOK_SECRET": "", "PATH": "/bin"}
    assert environment_secrets(environment) == {"bot_token": "1:a"}


def test_production_reads_secrets_only_from_ssm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:a")
    source = source_for(Settings.from_environment({**PRODUCTION, "SECRETS_PATH": "/vpnbot/"}), BOT_TOKEN)
    assert source == SsmParameters("/vpnbot/", ("bot_token",))


def test_production_without_a_secrets_path_does_not_start() -> None:
    with pytest.raises(Misconfigured, match="SECRETS_PATH"):
        source_for(Settings.from_environment(PRODUCTION), ALL)


@pytest.mark.parametrize("path", [{}, {"SECRETS_PATH": "/vpnbot/"}])
def test_outside_production_environment_variables_are_enough(
    monkeypatch: pytest.MonkeyPatch, path: dict[str, str]
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:a")
    assert source_for(Settings.from_environment({**DEMO, **path}), ALL)()["bot_token"] == "1:a"


def test_outside_production_variables_override_stored_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    monkeypatch.setenv("WEBHOOK_SECRET", "from a variable")
    monkeypatch.setattr(SsmParameters, "__call__", lambda self: {"bot_token": "1:a", "webhook_secret": "stored"})
    source = source_for(Settings.from_environment({**DEMO, "SECRETS_PATH": "/vpnbot/"}), ALL)
    assert source()["bot_token"] == "1:a"
    assert source()["webhook_secret"] == "from a variable"


class Waits:
    """A clock that passes only by pauses."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def monotonic(self) -> float:
        return sum(self.pauses)


class DeniedAtFirst(Source):
    """A source that AWS denies until a time."""

    def __init__(self, waits: Waits, seconds: float) -> None:
        super().__init__(bot_token="123:token")
        self.waits = waits
        self.seconds = seconds

    def __call__(self) -> Mapping[str, str]:
        self.error = None
        if self.waits.monotonic() < self.seconds:
            self.error = AccessDenied("SECRETS_PATH", "Parameter Store refuses the function (AccessDeniedException)")
        return super().__call__()


@pytest.mark.parametrize("seconds", [0, 1, 10, 55])
def test_a_permission_that_takes_effect_within_a_minute_is_waited_for(seconds: float) -> None:
    waits = Waits()
    source = DeniedAtFirst(waits, seconds)
    assert retried_while_denied(source, 60, waits.pause, waits.monotonic)() == {"bot_token": "123:token"}
    assert source.reads == len(waits.pauses) + 1
    assert all(1 <= pause <= 5 for pause in waits.pauses)


def test_a_permission_that_is_missing_is_reported_before_the_time_ends() -> None:
    waits = Waits()
    with pytest.raises(AccessDenied, match=r"SECRETS_PATH: .*AccessDeniedException.* still denied after 57 s"):
        retried_while_denied(DeniedAtFirst(waits, 600), 60, waits.pause, waits.monotonic)()
    assert waits.monotonic() <= 60


@pytest.mark.parametrize("error", [Retryable("throttled"), Misconfigured("SECRETS_PATH", "malformed")])
def test_other_errors_are_not_waited_for(error: Exception) -> None:
    source, waits = Source(), Waits()
    source.error = error
    with pytest.raises(type(error)):
        retried_while_denied(source, 60, waits.pause, waits.monotonic)()
    assert (source.reads, waits.pauses) == (1, [])
