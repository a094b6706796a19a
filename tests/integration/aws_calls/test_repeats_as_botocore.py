"""Our client repeats what botocore's repeats, as often, after the same pauses; and a call has one deadline."""

import json
import time
from itertools import chain, repeat
from typing import Any

import botocore.endpoint
import botocore.retries.standard
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.aws_calls.both_clients import botocores, environment, ours
from tests.integration.aws_calls.scripted_server import Reply, ScriptedServer
from vpnbot.aws_calls import retrying
from vpnbot.aws_calls.retrying import Retrying
from vpnbot.aws_calls.service import PARAMETER_STORE, SQS, Service
from vpnbot.storage.dynamodb.client import DYNAMODB, OPERATIONS

__all__ = ["environment"]

ATTEMPTS = 3
UNIFORM = 0.5
CODES = sorted(
    retrying.THROTTLED_CODES
    | retrying.TRANSIENT_CODES
    | {"ConditionalCheckFailedException", "ValidationException", "InternalServerError", "AccessDeniedException"}
)


OF_OTHER_SERVICES = [
    (PARAMETER_STORE, ("GetParameters", "PutParameter", "DeleteParameters", "GetParametersByPath")),
    (SQS, ("SendMessage", "SendMessageBatch", "GetQueueAttributes")),
]
OPERATION_OF = {
    "dynamodb": ("UpdateItem", "Attributes"),
    "ssm": ("GetParameters", "Parameters"),
    "sqs": ("GetQueueAttributes", "Attributes"),
}
"""An operation of each service, and a field of its answer."""
SUCCESS = Reply(body=b'{"Attributes": {"pk": {"S": "a"}}, "Parameters": [{"Name": "a"}]}')


def refusal(code: str, status: int = 400, *headers: tuple[str, str]) -> Reply:
    return Reply(status, json.dumps({"__type": f"x#{code}", "message": "m"}).encode(), headers)


class Outcome:
    """How a call ended, how many requests were sent, and the pauses between them in seconds."""

    def __init__(
        self, make: Any, replies: list[Reply], monkeypatch: pytest.MonkeyPatch, service: Service = DYNAMODB
    ) -> None:
        following = iter(chain(replies, repeat(SUCCESS)))
        operation, field = OPERATION_OF[service.name]
        self.pauses: list[float] = []
        named: dict[str, Any] = {}
        with ScriptedServer(lambda _: next(following)) as server, monkeypatch.context() as patched:
            if make is ours:
                named = {
                    "sleep": self.pauses.append,
                    "retrying": Retrying(ATTEMPTS, service.pause_seconds, lambda: UNIFORM),
                }
            else:
                patched.setattr(botocore.endpoint.time, "sleep", self.pauses.append)
                patched.setattr(
                    botocore.retries.standard.ExponentialBackoff.__init__,
                    "__defaults__",
                    (
                        20,
                        lambda: UNIFORM,
                        None,
                        None,
                    ),
                )
            client = make(server.url, service=service, attempts=ATTEMPTS, **named)
            try:
                self.end = client._make_api_call(operation, {}).get(field)
            except ClientError as error:
                self.end = error.response["Error"]
            except BotoCoreError as error:
                self.end = type(error).__name__
        self.requests = len(server.requests)

    def seen(self) -> tuple[Any, int, list[float]]:
        return self.end, self.requests, [round(pause, 6) for pause in self.pauses]


REPLIES = st.one_of(
    st.builds(refusal, st.sampled_from(CODES), st.sampled_from([400, 500, 502, 503, 504])),
    st.builds(
        lambda value: refusal("ThrottlingException", 400, ("x-amz-retry-after", value)),
        st.sampled_from(["0", "40", "1500", "90000", "-1", "soon"]),
    ),
    st.just(Reply(reset=True)),
    st.just(Reply(429, b"", checksum=False)),
    st.just(Reply(status=503, body=b"<html></html>", checksum=False)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(replies=st.lists(REPLIES, max_size=4))
def test_attempts_pauses_and_the_end_of_a_call_are_those_of_botocore(
    monkeypatch: pytest.MonkeyPatch, replies: list[Reply]
) -> None:
    own, other = (Outcome(make, replies, monkeypatch).seen() for make in (ours, botocores))
    assert own == other


@pytest.mark.parametrize("service", [PARAMETER_STORE, SQS], ids=["Parameter Store", "SQS"])
@pytest.mark.parametrize(
    "replies",
    [
        [refusal("ThrottlingException"), Reply(reset=True)],
        [refusal("InternalServerError", 500)] * 3,
        [refusal("RequestThrottled"), refusal("AccessDeniedException")],
        [Reply(503, b"<html></html>", checksum=False), refusal("Throttling", 400, ("x-amz-retry-after", "1500"))],
        [refusal("InvalidKeyId")],
    ],
    ids=["throttled, then reset", "always fails", "then refused", "gateway, then a wish", "refused"],
)
def test_attempts_and_pauses_of_the_other_services_are_those_of_botocore(
    monkeypatch: pytest.MonkeyPatch, service: Service, replies: list[Reply]
) -> None:
    own, other = (Outcome(make, replies, monkeypatch, service).seen() for make in (ours, botocores))
    assert own == other


@pytest.mark.parametrize(("service", "operations"), OF_OTHER_SERVICES)
def test_no_error_of_the_other_services_is_repeated_for_a_reason_of_its_own(
    service: Service, operations: tuple[str, ...]
) -> None:
    model = get_session().get_service_model(service.name)
    shapes = [shape for name in operations for shape in model.operation_model(name).error_shapes]
    assert shapes
    assert [shape.name for shape in shapes if shape.metadata.get("retryable") is not None] == []


def test_what_is_transient_and_what_is_throttled_is_what_botocore_says() -> None:
    of_botocore = botocore.retries.standard
    model = get_session().get_service_model("dynamodb")
    modelled = [
        shape
        for operation in OPERATIONS
        for shape in model.operation_model(operation).error_shapes
        if shape.metadata.get("retryable") is not None
    ]
    throttling = {shape.name for shape in modelled if shape.metadata["retryable"].get("throttling")}
    assert set(of_botocore.ThrottledRetryableChecker._THROTTLED_ERROR_CODES) | throttling == retrying.THROTTLED_CODES
    transient = {shape.name for shape in modelled} - throttling
    assert set(of_botocore.TransientRetryableChecker._TRANSIENT_ERROR_CODES) | transient == retrying.TRANSIENT_CODES
    assert set(of_botocore.TransientRetryableChecker._TRANSIENT_STATUS_CODES) == retrying.TRANSIENT_STATUSES


def test_a_wrong_checksum_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Reply(body=b'{"Item": {}}', headers=(("x-amz-crc32", "1"),))
    own, other = (Outcome(make, [wrong, wrong], monkeypatch).seen() for make in (ours, botocores))
    assert own == other
    assert own[0] == {"pk": {"S": "a"}}


@pytest.mark.parametrize("cut", [0, 1, 11])
def test_half_an_answer_is_repeated(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    half = Reply(body=b'{"Item": {}}', cut=cut)
    assert Outcome(ours, [half, half], monkeypatch).seen()[:2] == ({"pk": {"S": "a"}}, 3)


def test_repeats_end_when_nearly_all_calls_of_a_process_fail() -> None:
    reply = refusal("InternalServerError", 500)
    shared = Retrying(ATTEMPTS, uniform=lambda: 0.0)
    with ScriptedServer(lambda _: reply) as server:
        client = ours(server.url, attempts=ATTEMPTS, retrying=shared)
        for _ in range(40):
            with pytest.raises(ClientError):
                client._make_api_call("GetItem", {})
        assert len(server.requests) == 40 + 500 // retrying.OTHER_COST
        before, reply = len(server.requests), Reply()
        for _ in range(retrying.OTHER_COST):
            client._make_api_call("GetItem", {})
        reply = refusal("InternalServerError", 500)
        with pytest.raises(ClientError):
            client._make_api_call("GetItem", {})
        assert len(server.requests) == before + retrying.OTHER_COST + 2, "successes allow a repeat again"


def test_all_attempts_of_a_transaction_have_the_same_token(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([refusal("TransactionInProgressException"), Reply(reset=True), Reply()])
    with ScriptedServer(lambda _: next(answers)) as server:
        client = ours(server.url, attempts=ATTEMPTS, sleep=lambda _: None)
        client._make_api_call("TransactWriteItems", {"TransactItems": []})
    bodies = [request.partition(b"\r\n\r\n")[2] for request in server.requests]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert json.loads(bodies[0])["ClientRequestToken"]


SLOW = {
    "no answer": Reply(pause_seconds=30),
    "drip": Reply(pause_seconds=0.05, drip=True, body=b"{}" + b" " * 2000),
    "pauses": refusal("ThrottlingException", 400, ("x-amz-retry-after", "90000")),
}
"""Ways to keep a client waiting."""


@pytest.mark.parametrize("way", SLOW)
def test_a_call_ends_in_time_whatever_the_server_does(way: str) -> None:
    """Two attempts of 1.2 seconds; one second is for the connection. Those of urllib3 begin again with each byte."""
    with ScriptedServer(lambda _: SLOW[way]) as server:
        client = ours(server.url, attempts=2, seconds=0.2)
        began = time.monotonic()
        with pytest.raises((BotoCoreError, ClientError)):
            client._make_api_call("GetItem", {})
    assert time.monotonic() - began < 2.4 + 0.5
    assert len(server.requests) == (1 if way == "pauses" else 2)


@pytest.mark.parametrize(
    "reply", [Reply(headers=(("Connection", "close"),)), Reply(body=b"{}", cut=2)], ids=["said", "not said"]
)
def test_a_kept_connection_that_the_server_closed_is_replaced(reply: Reply) -> None:
    with ScriptedServer(lambda _: reply) as server:
        client = ours(server.url)
        for opened in (1, 2, 3):
            assert client._make_api_call("GetItem", {}) == {}
            assert server.connections == opened
            server.ended.acquire(timeout=5)


def test_one_connection_is_kept() -> None:
    with ScriptedServer(lambda _: Reply()) as server:
        client = ours(server.url)
        for _ in range(5):
            client._make_api_call("GetItem", {})
    assert server.connections == 1
