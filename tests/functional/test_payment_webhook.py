"""The Lambda function of the payment webhook, called with events of API Gateway."""

import importlib
import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.fakes.clock import START
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import Misconfigured, Retryable, StorageUnavailable
from vpnbot.usecases.payments.receive_notification import NotificationResult
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.ports.payments import Forged, Hint, NoHint, NotificationRequest, PaymentHint

EVENTS = Path(__file__).parents[2] / "events"
RING = '{"1": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="}'
SETTINGS = {
    "STAGE": "demo",
    "TABLE_NAME": "no-table",
    "DUE_QUEUE_URL": "http://127.0.0.1:9/due",
    "KEY_SECRET": RING,
    "BOT_TOKEN": "1:x",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",
    "POWERTOOLS_SERVICE_NAME": "payment_webhook",
}
ORDER_ID = "01JDRS2S00ABCDEFGHJKMNPQRS"
CLAIM = DueItem("person", "ORDER#1", START)


def event(**changes: Any) -> dict[str, Any]:
    """Return the sample event with some fields changed."""
    sample: dict[str, Any] = json.loads((EVENTS / "payment_webhook.json").read_text())
    return sample | changes


def loaded(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Any:
    """Return the module of the function as after a cold start; its table cannot be reached."""
    for name, value in (SETTINGS | settings).items():
        monkeypatch.setenv(name, value)
    return importlib.reload(importlib.import_module("functions.payment_webhook.app"))


class Provider:
    """Reads every notification as the same hint, or fails; collects the requests."""

    name = "yookassa"

    def __init__(self, hint: Hint | Exception) -> None:
        self.answer = hint
        self.requests: list[NotificationRequest] = []

    def hint(self, request: NotificationRequest) -> Hint:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Function:
    """The function with one provider named `yookassa`, a queue and counted metrics."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = loaded(monkeypatch)
        self.provider = Provider(NoHint())
        self.sent: list[DueItem] = []
        self.queue_fails = False
        self.counted: list[Metric] = []
        webhook = self.app.webhook
        monkeypatch.setattr(webhook.payments.providers, "get", self.get)
        monkeypatch.setattr(webhook._queue, "send", self.send)
        monkeypatch.setattr(webhook.observer, "count", lambda metric, value=1: self.counted.append(metric))

    def get(self, name: str) -> Provider:
        if name != "yookassa":
            raise Misconfigured(name, "unknown")
        return self.provider

    def send(self, items: Sequence[DueItem]) -> None:
        if self.queue_fails:
            raise Retryable("SQS: down")
        self.sent += items

    def status(self, **changes: Any) -> int:
        """Return the status of the answer to the sample event with these changes."""
        response = self.app.handler(event(**changes), LambdaContext())
        return int(response["statusCode"])


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function."""
    return Function(monkeypatch)


def test_the_provider_gets_the_raw_body_the_headers_and_the_address_of_the_sender(function: Function) -> None:
    assert function.status() == 200
    (request,) = function.provider.requests
    assert request.body == event()["body"].encode()
    assert request.headers["content-type"] == "application/json"
    assert request.source == "185.71.76.10"


def test_a_forwarded_header_changes_nothing_about_the_address(function: Function) -> None:
    function.status(headers={"x-forwarded-for": "192.0.2.1"})
    assert function.provider.requests[0].source == "185.71.76.10"


def test_a_body_in_base64_is_decoded_exactly(function: Function) -> None:
    content = b'{"a":\xff\x00}\n'
    function.status(body=b64encode(content).decode(), isBase64Encoded=True)
    assert function.provider.requests[0].body == content


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "x" * (64 * 1024 + 1)},
        {"body": "é" * (32 * 1024 + 1)},
        {"body": b64encode(b"x" * (64 * 1024 + 3)).decode(), "isBase64Encoded": True},
        {"body": "x" * 6_000_000},
    ],
)
def test_a_body_of_more_than_64_kilobytes_is_413_and_not_read(function: Function, changes: dict[str, Any]) -> None:
    assert function.status(**changes) == 413
    assert function.provider.requests == []


def test_a_body_of_64_kilobytes_is_read(function: Function) -> None:
    assert function.status(body="x" * 64 * 1024) == 200
    assert len(function.provider.requests) == 1


@pytest.mark.parametrize("name", ["", "stars", "../admin", "é"])
def test_an_unknown_provider_is_404(function: Function, name: str) -> None:
    assert function.status(pathParameters={"provider": name}) == 404


@pytest.mark.parametrize("name", ["unknown", "stars"])
def test_an_unknown_provider_is_404_without_a_read_of_the_table(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    handler = loaded(monkeypatch).handler  # a read would fail, and be answered with 500
    assert handler(event(pathParameters={"provider": name}), LambdaContext())["statusCode"] == 404
    assert handler(event(), LambdaContext())["statusCode"] == 500


def test_a_notification_about_something_else_is_200(function: Function) -> None:
    assert function.status() == 200
    assert function.counted == []


def test_a_forged_notification_is_200_and_counted(function: Function) -> None:
    function.provider.answer = Forged("no signature")
    assert function.status() == 200
    assert function.counted == [Metric.FORGED_PAYMENTS]


def test_a_storage_failure_is_500(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: object) -> None:
        raise StorageUnavailable("throttled")

    function.provider.answer = PaymentHint("1", ORDER_ID, "ab" * 16)
    monkeypatch.setattr(function.app.webhook.payments.people, "open", busy)
    assert function.status() == 500


@pytest.mark.parametrize(
    ("error", "metric"),
    [
        (ProviderUnavailable("down"), Metric.RETRIED),
        (Retryable("no secrets"), Metric.RETRIED),
        (Misconfigured("cryptopay_token", "not set"), Metric.BUGS),
        (ZeroDivisionError("secret of a person"), Metric.BUGS),
    ],
)
def test_an_error_is_500_so_that_the_notification_comes_again(
    function: Function, error: Exception, metric: Metric, capsys: pytest.CaptureFixture[str]
) -> None:
    function.provider.answer = error
    assert function.status() == 500
    assert function.counted == [metric]
    assert "secret of a person" not in "".join(capsys.readouterr())


def test_the_log_has_no_body_of_a_notification(function: Function, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in (Forged("x"), ZeroDivisionError("y"), NoHint()):
        function.provider.answer = answer
        function.status()
    assert "2f6e2a3c" not in "".join(capsys.readouterr())


class TestTheClaims:
    """What was committed is sent to the workers at once; losing that is harmless."""

    @pytest.fixture(autouse=True)
    def committed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let each notification commit due work."""
        monkeypatch.setattr(
            "vpnbot.usecases.payments.receive_notification.receive_notification",
            lambda *_: NotificationResult(200, (CLAIM,)),
        )

    def test_they_are_sent_to_the_queue(self, function: Function) -> None:
        assert function.status() == 200
        assert function.sent == [CLAIM]

    def test_a_queue_that_fails_changes_nothing_about_the_answer(self, function: Function) -> None:
        function.queue_fails = True
        assert function.status() == 200


class TestTheDemoPage:
    """The page exists in stage demo only."""

    def page(self, method: str = "GET", **changes: Any) -> dict[str, Any]:
        """Return the event of a request for the page."""
        context = event()["requestContext"]
        context["http"]["method"] = method
        return event(requestContext=context, pathParameters={"order": ORDER_ID}, **changes)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("stage", ["staging", "production"])
    def test_elsewhere_the_answer_is_that_for_a_route_that_does_not_exist(
        self, monkeypatch: pytest.MonkeyPatch, stage: str, method: str
    ) -> None:
        app = loaded(
            monkeypatch, STAGE=stage, PANEL="three_x_ui", SECRETS_PATH="/x", SUPPORT_URL="https://t.me/sample"
        )
        response = app.handler(self.page(method), LambdaContext())
        assert (response["statusCode"], response["body"]) == (404, '{"message": "Not Found"}')

    @pytest.mark.parametrize("stage", ["staging", "production"])
    def test_elsewhere_there_is_no_demo_provider(self, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
        app = loaded(
            monkeypatch, STAGE=stage, PANEL="three_x_ui", SECRETS_PATH="/x", SUPPORT_URL="https://t.me/sample"
        )
        assert "demo" not in app.webhook._provider_factories()
        with pytest.raises(Misconfigured):
            app.webhook._demo_provider.probe()

    def test_a_wrong_token_is_a_page_that_says_so(self, function: Function) -> None:
        response = function.app.handler(self.page(queryStringParameters={"t": "x", "lang": "ru"}), LambdaContext())
        assert response["statusCode"] == 404
        assert response["headers"]["content-type"].startswith("text/html")
        assert 'lang="ru"' in response["body"]

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_storage_failure_is_a_page_that_says_so(
        self, function: Function, monkeypatch: pytest.MonkeyPatch, method: str
    ) -> None:
        def busy(_: object) -> None:
            raise StorageUnavailable("throttled")

        token = function.app.webhook.secrets.key_ring().demo_payment_token(ORDER_ID)
        monkeypatch.setattr(function.app.webhook._demo_page._actions, "shown", busy)
        request = self.page(method, queryStringParameters={"t": token, "lang": "ru"})
        response = function.app.handler(request, LambdaContext())
        assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "1")
        assert 'lang="ru"' in response["body"]


def test_the_function_does_not_start_without_a_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="DUE_QUEUE_URL"):
        loaded(monkeypatch, DUE_QUEUE_URL="")
