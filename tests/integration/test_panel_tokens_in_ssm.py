"""The tokens of panels in Parameter Store: encrypted, one per server, read at first use."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.panel_tokens import REREAD_SECONDS, PanelTokens
from vpnbot.aws.secret_sources import SsmParameters
from vpnbot.aws_calls.client import AwsClient
from vpnbot.errors import Misconfigured, Retryable


@pytest.fixture
def path(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A path in Parameter Store that only this test uses."""
    variables = {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": local_aws.endpoint}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    path = f"/vpnbot/{uuid4().hex[:8]}"
    yield path
    local_aws.client("ssm").delete_parameters(Names=[f"{path}/panels/{name}" for name in ("nl1", "de1")])


class MonotonicClock:
    """A monotonic clock that the test sets, in seconds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_stored_encrypted_and_read_by_another_process(path: str, local_aws: LocalAws) -> None:
    PanelTokens(path, {}).put("nl1", "of nl1")
    stored = local_aws.client("ssm").get_parameter(Name=f"{path}/panels/nl1")["Parameter"]
    assert stored["Type"] == "SecureString"
    assert stored["Value"] != "of nl1"
    assert PanelTokens(f"{path}/", {}).get("nl1") == "of nl1"


def test_secrets_are_read_without_the_tokens_of_panels(path: str) -> None:
    """Only code that calls a panel reads a token, and only the token of that panel."""
    PanelTokens(path, {}).put("nl1", "of nl1")
    assert SsmParameters(path)() == {}


def test_a_token_is_read_again_only_on_request_and_at_most_once_a_minute(path: str) -> None:
    clock = MonotonicClock()
    tokens, other_process = PanelTokens(path, {}, clock), PanelTokens(path, {})
    other_process.put("nl1", "old")
    assert tokens.get("nl1") == "old"
    other_process.put("nl1", "new")
    assert tokens.get("nl1") == "old"
    assert tokens.get("nl1", again=True) == "old"
    clock.now += REREAD_SECONDS
    assert tokens.get("nl1") == "old", "without `again`, the token is not read again"
    assert tokens.get("nl1", again=True) == "new"


def test_the_stored_tokens_are_listed_from_all_pages_with_the_time_of_their_last_change(path: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    tokens = PanelTokens(f"{path}/", {})
    names = {f"server{number}" for number in range(23)}
    try:
        for name in names:
            tokens.put(name, f"of {name}")
        stored = PanelTokens(path, {}).last_changes()
        assert stored.keys() == names
        assert all(before <= changed_at for changed_at in stored.values())
    finally:
        for name in names:
            tokens.remove(name)
    assert tokens.last_changes() == {}


def test_the_error_for_a_missing_token_says_what_to_do(path: str) -> None:
    tokens = PanelTokens(path, {})
    tokens.put("de1", "of de1")
    tokens.remove("de1")
    tokens.remove("de1")
    with pytest.raises(Misconfigured, match="ops server token de1"):
        tokens.get("de1")


def test_a_parameter_store_that_denies_the_call_has_to_be_corrected(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(self: AwsClient, operation: str, parameters: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)

    tokens = PanelTokens(path, {})
    calls: list[Callable[[], object]] = [
        lambda: tokens.get("nl1"),
        lambda: tokens.put("nl1", "of nl1"),
        lambda: tokens.remove("nl1"),
        tokens.last_changes,
        SsmParameters(path),
    ]
    with monkeypatch.context() as patch:
        patch.setattr(AwsClient, "call", deny)
        for call in calls:
            with pytest.raises(Misconfigured, match=r"SECRETS_PATH: .*AccessDenied"):
                call()


def test_an_unreachable_parameter_store_is_a_temporary_error(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    tokens = PanelTokens(path, {})
    with pytest.raises(Retryable, match="Parameter Store"):
        tokens.get("nl1")
    with pytest.raises(Retryable, match="Parameter Store"):
        tokens.put("nl1", "of nl1")
    with pytest.raises(Retryable, match="Parameter Store"):
        tokens.remove("nl1")
