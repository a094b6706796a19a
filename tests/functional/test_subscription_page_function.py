"""The function itself, with API Gateway's events."""

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
    """Return the sample event, changed."""
    sample: dict[str, Any] = json.loads((EVENTS / "subscription_page.json").read_text())
    return sample | changes


def sample_token() -> str:
    """Return the token of the sample event."""
    token: str = event()["pathParameters"]["token"]
    return token


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the function's module as a cold start makes it, without a table behind it."""
    settings = {
        "STAGE": "demo",
        "TABLE_NAME": "nowhere",
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


def test_health_is_told_without_reading_anything(app: Any) -> None:
    answer = app.handler(event(rawPath="/health", pathParameters={}), LambdaContext())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"status": "ok"}


def test_a_storage_that_fails_asks_to_come_back(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: object) -> None:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(app.page.people, "open", busy)
    answer = app.handler(event(), LambdaContext())
    assert (answer["statusCode"], answer["headers"]["retry-after"], answer["body"]) == (503, "1", "")


@pytest.mark.parametrize(("accept", "kind"), [("*/*", "text/plain"), ("text/html", "text/html")])
def test_a_bug_is_counted_logged_and_answered_kindly(
    app: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], accept: str, kind: str
) -> None:
    counted: list[Metric] = []
    monkeypatch.setattr(app.page.people, "open", lambda _: 1 / 0)
    monkeypatch.setattr(app.page.observer, "count", lambda metric, value=1: counted.append(metric))
    answer = app.handler(event(headers={"accept": accept, "user-agent": "none"}), LambdaContext())
    assert answer["statusCode"] == 500
    assert answer["headers"]["content-type"].startswith(kind)
    assert counted == [Metric.BUGS]
    assert sample_token() not in "".join(capsys.readouterr())


class TestTheRequest:
    """What is read of an event."""

    def test_the_sample_event_is_understood(self) -> None:
        request = Request.of(HttpRequest.of(event()))
        assert request.app == "happ"
        assert request.origin == "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
        assert request.token == sample_token()

    def test_a_token_of_ours_is_taken_as_it_is(self) -> None:
        ring: KeyRing = parse_key_ring(RING)
        token = ring.link_token(ring.person_id(1), Key(1, "seed"))
        assert Request.of(HttpRequest.of(event(pathParameters={"token": token}))).token == token

    @pytest.mark.parametrize(
        "token", ["", "short", "é" * 43, "A" * 44, "A" * 42 + "=", "../" + "A" * 40, "A" * 42 + "\n"]
    )
    def test_what_cannot_be_a_token_is_none(self, token: str) -> None:
        assert Request.of(HttpRequest.of(event(pathParameters={"token": token}))).token == ""

    def test_an_event_without_headers_or_parameters_is_one_from_an_unknown_app(self) -> None:
        request = Request.of(HttpRequest.of({"rawPath": "/s/x"}))
        assert (request.app, request.token, request.origin, request.open) == ("other", "", "", "")
