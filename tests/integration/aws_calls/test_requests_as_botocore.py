"""Our client sends the same requests as botocore's, up to the signature, for every operation."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from tests.integration.aws_calls.both_clients import botocores, environment, ours
from tests.integration.aws_calls.scripted_server import Reply, ScriptedServer
from vpnbot.aws_calls.credentials import EnvironmentCredentials
from vpnbot.aws_calls.endpoint import Endpoint
from vpnbot.aws_calls.service import PARAMETER_STORE, SQS, Service
from vpnbot.aws_calls.signing import Signing
from vpnbot.storage.dynamodb.client import DYNAMODB, OPERATIONS

__all__ = ["environment"]

KEY = {"pk": {"S": "person"}, "sk": {"S": "USER"}}
ITEM = {**KEY, "body": {"M": {"имя": {"S": "Анна 🌍 \u2028 \x7f"}, "list": {"L": [{"N": "1.50"}, {"NULL": True}]}}}}
CALLS: dict[str, dict[str, Any]] = {
    "GetItem": {"TableName": "t", "Key": KEY, "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"},
    "PutItem": {
        "TableName": "t",
        "Item": {**ITEM, "bytes": {"B": b"\x00\xff"}, "set": {"BS": [b"a", b"b"]}, "names": {"SS": ["a", "b"]}},
        "ConditionExpression": "attribute_not_exists (#0)",
        "ExpressionAttributeNames": {"#0": "pk"},
    },
    "UpdateItem": {
        "TableName": "t",
        "Key": KEY,
        "UpdateExpression": "ADD #0 :0",
        "ExpressionAttributeNames": {"#0": "taken"},
        "ExpressionAttributeValues": {":0": {"N": "-1"}},
    },
    "DeleteItem": {"TableName": "t", "Key": KEY, "ReturnValues": "NONE"},
    "Query": {
        "TableName": "t",
        "KeyConditionExpression": "#0 = :0",
        "ExpressionAttributeNames": {"#0": "pk"},
        "ExpressionAttributeValues": {":0": {"S": 'a "quoted" name'}},
        "ScanIndexForward": False,
        "Limit": 3,
        "ExclusiveStartKey": KEY,
    },
    "Scan": {"TableName": "t", "Segment": 0, "TotalSegments": 2},
    "BatchGetItem": {"RequestItems": {"t": {"Keys": [KEY]}}},
    "BatchWriteItem": {"RequestItems": {"t": [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": KEY}}]}},
    "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "t", "Key": KEY}}]},
    "TransactWriteItems": {
        "TransactItems": [
            {"ConditionCheck": {"TableName": "t", "Key": KEY, "ConditionExpression": "attribute_exists (pk)"}},
            {"Put": {"TableName": "t", "Item": ITEM}},
        ],
        "ReturnConsumedCapacity": "TOTAL",
    },
}
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/due"
OF_OTHER_SERVICES: dict[str, tuple[Service, dict[str, Any]]] = {
    "GetParameters": (PARAMETER_STORE, {"Names": ["/vpnbot/bot_token", "/vpnbot/Ключ"], "WithDecryption": True}),
    "PutParameter": (
        PARAMETER_STORE,
        {"Name": "/vpnbot/panels/nl1", "Value": 'a "quoted" Ж', "Type": "SecureString", "Overwrite": True},
    ),
    "DeleteParameters": (PARAMETER_STORE, {"Names": ["/vpnbot/panels/nl1"]}),
    "GetParametersByPath": (PARAMETER_STORE, {"Path": "/vpnbot/panels", "WithDecryption": False, "NextToken": "n"}),
    "SendMessage": (SQS, {"QueueUrl": QUEUE, "MessageBody": '{"text": "Привет 🌍"}'}),
    "SendMessageBatch": (SQS, {"QueueUrl": QUEUE, "Entries": [{"Id": "0", "MessageBody": "{}"}]}),
    "GetQueueAttributes": (SQS, {"QueueUrl": QUEUE, "AttributeNames": ["ApproximateNumberOfMessages"]}),
}
OF_THE_CLIENT = ("user-agent", "amz-sdk-invocation-id")
"""Headers that name the client and the call."""


def test_every_operation_of_our_client_is_compared() -> None:
    assert CALLS.keys() == OPERATIONS


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One time for both signatures, and one token for both transactions."""
    now = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: now)
    monkeypatch.setattr("vpnbot.clock.now", lambda: now)
    monkeypatch.setattr("uuid.uuid4", lambda: UUID(int=7))
    monkeypatch.setattr("vpnbot.storage.dynamodb.client.uuid4", lambda: UUID(int=7))


def sent(make: Any, operation: str, path: str = "", **named: Any) -> tuple[str, dict[str, str], bytes]:
    """Return request line, headers by name in lower case, and body of what a client sends."""
    with ScriptedServer(lambda _: Reply()) as server:
        service, parameters = OF_OTHER_SERVICES.get(operation, (DYNAMODB, CALLS.get(operation)))
        make(server.url + path, service=service, **named)._make_api_call(operation, parameters)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
    assert len(headers) == len(lines)
    return line, {n: v.replace(server.url, "") for n, v in headers.items() if n != "host"}, body


def comparable(request: tuple[str, dict[str, str], bytes]) -> tuple[str, dict[str, str], bytes]:
    """Leave out what names the client and the call, and the signature of the port, which differs."""
    line, headers, body = request
    return line, {name: value for name, value in headers.items() if name not in OF_THE_CLIENT}, body


@pytest.fixture
def one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign for one host: each server has its own port, which is part of the signature."""
    monkeypatch.setattr(botocore.auth, "_host_from_url", lambda _: "aws.example")
    monkeypatch.setattr("vpnbot.aws_calls.signing.host_of", lambda _: "aws.example")


@pytest.mark.usefixtures("one_port")
@pytest.mark.parametrize("token", [None, "of/the+session=="])
@pytest.mark.parametrize("operation", [*CALLS, *OF_OTHER_SERVICES])
def test_the_request_and_its_signature_are_those_of_botocore(operation: str, token: str | None) -> None:
    own, other = (comparable(sent(make, operation, token=token)) for make in (ours, botocores))
    assert own == other
    assert "Signature=" in own[1]["authorization"]


@pytest.mark.usefixtures("one_port")
def test_the_path_of_an_address_is_kept() -> None:
    own, other = (comparable(sent(make, "GetItem", "/dynamodb/v1")) for make in (ours, botocores))
    assert own == other
    assert own[0] == "POST /dynamodb/v1 HTTP/1.1"


@pytest.mark.usefixtures("one_port")
def test_the_trace_of_a_function_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "webhook")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", 'Root=1-5;Parent="é";Sampled=0')
    own, other = (comparable(sent(make, "GetItem")) for make in (ours, botocores))
    assert own == other
    assert own[1]["x-amzn-trace-id"].startswith("Root=1-5;")


def test_the_host_is_signed_with_its_port() -> None:
    with ScriptedServer(lambda _: Reply()) as server:
        for make in (ours, botocores):
            make(server.url)._make_api_call("GetItem", CALLS["GetItem"])
    one, other = (
        next(line for line in request.split(b"\r\n") if line.lower().startswith(b"authorization"))
        for request in server.requests
    )
    assert one == other


@pytest.mark.parametrize(
    "url",
    [
        "https://dynamodb.eu-central-1.amazonaws.com/",
        "https://sqs.eu-central-1.amazonaws.com:443/",
        "http://LocalHost:80/",
        "http://localhost:443/a b/~c/%7e",
        "https://[::1]:8000/dynamodb/v1/",
    ],
)
@pytest.mark.parametrize("token", [None, "a+token/=="])
def test_an_address_is_signed_as_botocore_signs_it(url: str, token: str | None) -> None:
    signing = Signing(SQS, Endpoint(url, "eu-central-1"), 3)
    ours = {n: v for n, v in signing.headers("SendMessage", b"{}", keys(token), "7", 1).items() if "sdk" not in n}
    sent = {name: value for name, value in ours.items() if name not in {"Authorization", "X-Amz-Date"}}
    request = AWSRequest("POST", url, headers=sent, data=b"{}")
    SigV4Auth(keys(token), "sqs", "eu-central-1").add_auth(request)
    assert ours == dict(request.headers.items())


def test_another_day_and_other_credentials_have_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    signing = Signing(DYNAMODB, Endpoint("https://dynamodb.eu-central-1.amazonaws.com/", "eu-central-1"), 3)
    for day, secret in ((1, "one"), (2, "one"), (2, "two"), (1, "one")):
        now = datetime(2026, 3, day, 23, 59, 59, tzinfo=UTC)
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda now=now: now)
        monkeypatch.setattr("vpnbot.clock.now", lambda now=now: now)
        found = EnvironmentCredentials("KEY", secret, None)
        ours = dict(signing.headers("GetItem", b"{}", found, "7", 1))
        sent = {n: v for n, v in ours.items() if n not in {"Authorization", "X-Amz-Date"} and "sdk" not in n}
        request = AWSRequest("POST", "https://dynamodb.eu-central-1.amazonaws.com/", headers=sent, data=b"{}")
        SigV4Auth(found, "dynamodb", "eu-central-1").add_auth(request)
        assert ours["Authorization"] == request.headers["Authorization"]


def keys(token: str | None) -> EnvironmentCredentials:
    return EnvironmentCredentials("KEY", "secret/+", token)


def test_the_application_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SDK_UA_APP_ID", "shop-webhook")
    assert "app/shop-webhook" in sent(ours, "GetItem")[1]["user-agent"]
