"""The Lambda function of the subscription page, called with events of API Gateway."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from vpnbot.aws.api_gateway import HttpRequest
from vpnbot.aws.secrets import parse_key_ring
from vpnbot.domain.keys.key_ring import Key, KeyRing
from vpnbot.errors import StorageUnavailable
from vpnbot.subscription_page.request import Request
from vpnbot.usecases.ports import Metric

EVENTS = Path(__file__).parents[2] / "events"
RING = '{"1": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="}'


def event(**changes: Any) -> dict[str, Any]:
    """Return the sample event with some fields changed."""
    sample: dict[str, Any] = json.loads((EVENTS / "subscription_page.json").read_text())
    return sample | changes


def sample_token() -> str:
    """Return the token of the sample event."""
    token: str = event()["pathParameters"]["token"]
    return token


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the module of the function as after a cold start; its table cannot be reached."""
    settings = {
        "STAGE": "demo",
        "TABLE_NAME": "no-table",
        "KEY_SECRET": RING,
        "BOT_TOKEN": "1:x",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",
        "POWERTOOLS_SERVICE_NAME": "subscription_page",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return importlib.reload(importlib.import_module("functions.subscription_page.app"))


def test_the_health_check_reads_no_storage(app: Any) -> None:
    response = app.handler(event(rawPath="/health", pathParameters={}), LambdaContext())
    assert response["statusCode"] == 200
    assert json.loads(response["body"]) == {"status": "ok"}


def test_a_storage_failure_is_503_with_retry_after(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: object) -> None:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(app.page.people, "open", busy)
    response = app.handler(event(), LambdaContext())
    assert (response["statusCode"], response["headers"]["retry-after"], response["body"]) == (503, "1", "")


@pytest.mark.parametrize(("accept", "kind"), [("*/*", "text/plain"), ("text/html", "text/html")])
def test_a_bug_is_500_in_the_clients_format_counted_and_logged_without_the_token(
    app: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], accept: str, kind: str
) -> None:
    counted: list[Metric] = []
    monkeypatch.setattr(app.page.people, "open", lambda _: 1 / 0)
    monkeypatch.setattr(app.page.observer, "count", lambda metric, value=1: counted.append(metric))
    response = app.handler(event(headers={"accept": accept, "user-agent": "none"}), LambdaContext())
    assert response["statusCode"] == 500
    assert response["headers"]["content-type"].startswith(kind)
    assert counted == [Metric.BUGS]
    assert sample_token() not in "".join(capsys.readouterr())


class TestTheRequest:
    """The request that is parsed from an event."""

    def test_the_sample_event_is_parsed(self) -> None:
        request = Request.of(HttpRequest.of(event()))
        assert request.app == "happ"
        assert request.origin == "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
        assert request.token == sample_token()

    def test_a_valid_token_is_kept_unchanged(self) -> None:
        ring: KeyRing = parse_key_ring(RING)
        token = ring.link_token(ring.person_id(1), Key(1, "seed"))
        assert Request.of(HttpRequest.of(event(pathParameters={"token": token}))).token == token

    @pytest.mark.parametrize(
        "token", ["", "short", "é" * 43, "A" * 44, "A" * 42 + "=", "../" + "A" * 40, "A" * 42 + "\n"]
    )
    def test_a_malformed_token_becomes_empty(self, token: str) -> None:
        assert Request.of(HttpRequest.of(event(pathParameters={"token": token}))).token == ""

    def test_an_event_without_headers_and_parameters_is_from_an_unknown_app(self) -> None:
        request = Request.of(HttpRequest.of({"rawPath": "/s/x"}))
        assert (request.app, request.token, request.origin, request.open) == ("other", "", "", "")
