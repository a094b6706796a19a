"""The tokens of panels as they lie in Parameter Store: encrypted, one a server, read when they are first needed."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.panel_tokens import REREAD_SECONDS, PanelTokens
from vpnbot.aws.secrets import SsmParameters
from vpnbot.errors import Misconfigured, Retryable


@pytest.fixture
def path(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A path of our own in Parameter Store."""
    variables = {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": local_aws.endpoint}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    path = f"/vpnbot/{uuid4().hex[:8]}"
    yield path
    local_aws.client("ssm").delete_parameters(Names=[f"{path}/panels/{name}" for name in ("nl1", "de1")])


class Seconds:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_kept_encrypted_below_the_secrets_and_found_by_another_process(
    path: str, local_aws: LocalAws
) -> None:
    PanelTokens(path, {}).put("nl1", "of nl1")
    stored = local_aws.client("ssm").get_parameter(Name=f"{path}/panels/nl1")["Parameter"]
    assert stored["Type"] == "SecureString"
    assert stored["Value"] != "of nl1"
    assert PanelTokens(f"{path}/", {}).get("nl1") == "of nl1"


def test_secrets_are_read_without_the_tokens_of_panels(path: str) -> None:
    """Only those who talk to panels read their tokens, and only the one they need."""
    PanelTokens(path, {}).put("nl1", "of nl1")
    assert SsmParameters(path)() == {}


def test_a_token_is_read_once_and_looked_at_again_at_most_once_a_minute(path: str) -> None:
    seconds = Seconds()
    tokens, elsewhere = PanelTokens(path, {}, seconds), PanelTokens(path, {})
    elsewhere.put("nl1", "old")
    assert tokens.get("nl1") == "old"
    elsewhere.put("nl1", "new")
    assert tokens.get("nl1") == "old"
    assert tokens.get("nl1", again=True) == "old"
    seconds.now += REREAD_SECONDS
    assert tokens.get("nl1") == "old", "nobody asks as long as the panel takes it"
    assert tokens.get("nl1", again=True) == "new"


def test_a_token_that_was_removed_is_missed_with_its_cure(path: str) -> None:
    tokens = PanelTokens(path, {})
    tokens.put("de1", "of de1")
    tokens.remove("de1")
    tokens.remove("de1")
    with pytest.raises(Misconfigured, match="ops server token de1"):
        tokens.get("de1")


def test_a_store_that_does_not_answer_is_an_error_that_may_pass(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    tokens = PanelTokens(path, {})
    with pytest.raises(Retryable, match="Parameter Store"):
        tokens.get("nl1")
    with pytest.raises(Retryable, match="Parameter Store"):
        tokens.put("nl1", "of nl1")
    with pytest.raises(Retryable, match="Parameter Store"):
        tokens.remove("nl1")
