"""Our client returns what botocore's returns of the same answer, and raises the same errors."""

import json
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration.aws_calls.both_clients import botocores, environment, ours
from tests.integration.aws_calls.scripted_server import Reply, ScriptedServer
from vpnbot.aws_calls.service import PARAMETER_STORE, SQS, Service
from vpnbot.storage.dynamodb.client import DYNAMODB

__all__ = ["environment"]

API = "com.amazonaws.dynamodb.v20120810#"
B = "AP8="
ITEM = {"pk": {"S": "Анна 🌍"}, "map": {"M": {"B": {"S": "no bytes"}, "x": {"B": B}, "l": {"L": [{"BS": [B, B]}]}}}}
RESULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing": ("PutItem", {}),
    "an item": ("GetItem", {"Item": ITEM, "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 0.5}}),
    "numbers and all other types": (
        "GetItem",
        {"Item": {"n": {"N": "-1.50"}, "b": {"BOOL": False}, "nil": {"NULL": True}, "e": {"M": {}}, "l": {"L": []}}},
    ),
    "names of types": ("GetItem", {"Item": {"B": {"S": "x"}, "BS": {"SS": ["a"]}, "M": {"B": B}, "L": {"N": "1"}}}),
    "a page": ("Query", {"Items": [ITEM, ITEM], "Count": 2, "ScannedCount": 2, "LastEvaluatedKey": {"k": {"B": B}}}),
    "a segment": ("Scan", {"Items": [ITEM], "Count": 1, "ScannedCount": 9}),
    "attributes": ("UpdateItem", {"Attributes": ITEM}),
    "items of tables": ("BatchGetItem", {"Responses": {"t": [ITEM]}, "UnprocessedKeys": {}}),
    "requests that are left": (
        "BatchWriteItem",
        {"UnprocessedItems": {"t": [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": {"k": {"B": B}}}}]}},
    ),
    "items in order": ("TransactGetItems", {"Responses": [{"Item": ITEM}, {}]}),
    "a transaction": ("TransactWriteItems", {"ConsumedCapacity": [{"TableName": "t", "CapacityUnits": 4.0}]}),
}
REASONS = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no", "Item": ITEM}]


def refusal(code: str, status: int = 400, **fields: Any) -> Reply:
    return Reply(status, json.dumps({"__type": f"{API}{code}", **fields}).encode())


REFUSALS: dict[str, tuple[str, Reply]] = {
    "a condition": ("PutItem", refusal("ConditionalCheckFailedException", message="The conditional request failed")),
    "a condition, with the item": ("PutItem", refusal("ConditionalCheckFailedException", message="no", Item=ITEM)),
    "a cancelled transaction": (
        "TransactWriteItems",
        refusal("TransactionCanceledException", Message="cancelled", CancellationReasons=REASONS),
    ),
    "another token": ("TransactWriteItems", refusal("IdempotentParameterMismatchException", Message="differs")),
    "in progress": ("TransactWriteItems", refusal("TransactionInProgressException", Message="busy")),
    "throughput": ("Query", refusal("ProvisionedThroughputExceededException", message="slow down")),
    "throttling": ("Query", Reply(400, b'{"__type":"com.amazon.coral.availability#ThrottlingException"}')),
    "no rights": ("Query", Reply(400, b'{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}')),
    "no table": ("Query", refusal("ResourceNotFoundException", message="none")),
    "invalid": ("Query", Reply(400, b'{"__type":"com.amazon.coral.validate#ValidationException","message":"bad"}')),
    "code with a colon": ("Query", Reply(400, b'{"__type":"ThrottledException:http://internal/"}')),
    "code alone": ("Query", Reply(400, b'{"__type":"SerializationException"}')),
    "server error": ("Query", refusal("InternalServerError", 500, message="ours")),
    "unavailable": ("Query", Reply(503, b"<html><body>Unavailable</body></html>", checksum=False)),
    "empty 500": ("Query", Reply(500, b"", checksum=False)),
    "empty 400": ("Query", Reply(400, b"", checksum=False)),
    "too many requests": ("Query", Reply(429, b"", checksum=False)),
    "text": ("Query", Reply(403, b"forbidden by a gateway", checksum=False)),
    "moved": ("Query", Reply(307, b"", (("Location", "http://127.0.0.1:1/"),), checksum=False)),
    "too large": ("PutItem", Reply(413, b"{}", checksum=False)),
}


OTHER_RESULTS: dict[str, tuple[Service, str, dict[str, Any]]] = {
    "secrets": (
        PARAMETER_STORE,
        "GetParameters",
        {
            "Parameters": [{"Name": "/v/bot_token", "Type": "SecureString", "Value": "42:Ж", "Version": 3}],
            "InvalidParameters": ["/v/none"],
        },
    ),
    "stored": (PARAMETER_STORE, "PutParameter", {"Tier": "Standard", "Version": 2}),
    "deleted": (PARAMETER_STORE, "DeleteParameters", {"DeletedParameters": ["/v/a"], "InvalidParameters": []}),
    "a page of names": (
        PARAMETER_STORE,
        "GetParametersByPath",
        {"NextToken": "n", "Parameters": [{"Name": "/v/panels/a", "Value": "encrypted"}]},
    ),
    "sent": (SQS, "SendMessage", {"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MessageId": "1-2"}),
    "some sent": (
        SQS,
        "SendMessageBatch",
        {
            "Failed": [{"Code": "InternalError", "Id": "1", "Message": "m", "SenderFault": False}],
            "Successful": [{"Id": "0", "MD5OfMessageBody": "x", "MessageId": "1"}],
        },
    ),
    "counted": (SQS, "GetQueueAttributes", {"Attributes": {"ApproximateNumberOfMessages": "12"}}),
}
GONE = "AWS.SimpleQueueService.NonExistentQueue;Sender"
OTHER_REFUSALS: dict[str, tuple[Service, str, Reply]] = {
    "no rights": (
        PARAMETER_STORE,
        "GetParameters",
        Reply(400, b'{"__type":"AccessDeniedException","Message":"User is not authorized"}'),
    ),
    "no key": (PARAMETER_STORE, "GetParameters", Reply(400, b'{"__type":"InvalidKeyId","message":"disabled"}')),
    "throttled": (PARAMETER_STORE, "PutParameter", Reply(400, b'{"__type":"ThrottlingException","message":"Rate"}')),
    "too many updates": (PARAMETER_STORE, "PutParameter", Reply(400, b'{"__type":"TooManyUpdates"}')),
    "not a name": (PARAMETER_STORE, "DeleteParameters", Reply(400, b'{"__type":"ValidationException"}')),
    "fails": (PARAMETER_STORE, "GetParametersByPath", Reply(500, b'{"__type":"InternalServerError"}')),
    "no queue": (
        SQS,
        "SendMessage",
        Reply(
            400,
            b'{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}',
            (("x-amzn-query-error", GONE),),
        ),
    ),
    "a code without its cause": (
        SQS,
        "SendMessage",
        Reply(400, b'{"__type":"com.amazonaws.sqs#InvalidMessageContents"}', (("x-amzn-query-error", "Other"),)),
    ),
    "a code of three parts": (
        SQS,
        "SendMessageBatch",
        Reply(400, b'{"__type":"com.amazonaws.sqs#EmptyBatchRequest"}', (("x-amzn-query-error", "A;B;C"),)),
    ),
    "no code before the cause": (
        SQS,
        "SendMessageBatch",
        Reply(400, b'{"__type":"com.amazonaws.sqs#EmptyBatchRequest"}', (("x-amzn-query-error", ";Sender"),)),
    ),
    "throttled by its former code": (
        SQS,
        "GetQueueAttributes",
        Reply(
            403,
            b'{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Rate exceeded"}',
            (("x-amzn-query-error", "RequestThrottled;Sender"),),
        ),
    ),
    "denied": (
        SQS,
        "GetQueueAttributes",
        Reply(
            403,
            b'{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}',
            (("x-amzn-query-error", "AccessDenied;Sender"),),
        ),
    ),
    "a gateway": (SQS, "SendMessage", Reply(503, b"<html><body>Unavailable</body></html>", checksum=False)),
}


PARAMETERS = {"BatchGetItem": {"RequestItems": {"t": {"Keys": []}}}, "BatchWriteItem": {"RequestItems": {"t": []}}}
"""What botocore reads of the parameters before it sends them."""


def made(make: Any, operation: str, reply: Reply, service: Service = DYNAMODB) -> Any:
    with ScriptedServer(lambda _: reply) as server:
        return make(server.url, service=service)._make_api_call(operation, PARAMETERS.get(operation, {}))


def refused(make: Any, operation: str, reply: Reply, service: Service = DYNAMODB) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        made(make, operation, reply, service)
    answered = caught.value.response
    metadata = {**answered["ResponseMetadata"]}
    for counted in ("RetryAttempts", "MaxAttemptsReached"):
        metadata.pop(counted, None)
    return {**answered, "ResponseMetadata": metadata}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_the_same(name: str) -> None:
    operation, result = RESULTS[name]
    reply = Reply(body=json.dumps(result, ensure_ascii=False).encode())
    other = made(botocores, operation, reply)
    del other["ResponseMetadata"]
    assert made(ours, operation, reply) == other


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_the_same(name: str) -> None:
    operation, reply = REFUSALS[name]
    own, other = (refused(make, operation, reply) for make in (ours, botocores))
    for part in ("Error", "CancellationReasons", "Item"):
        assert own.get(part) == other.get(part), part
    assert own["ResponseMetadata"] | other["ResponseMetadata"] == own["ResponseMetadata"]


@pytest.mark.parametrize("name", OTHER_RESULTS)
def test_a_result_of_the_other_services_is_the_same(name: str) -> None:
    service, operation, result = OTHER_RESULTS[name]
    reply = Reply(body=json.dumps(result, ensure_ascii=False).encode(), checksum=False)
    other = made(botocores, operation, reply, service)
    del other["ResponseMetadata"]
    assert made(ours, operation, reply, service) == other == result


@pytest.mark.parametrize("name", OTHER_REFUSALS)
def test_a_refusal_of_the_other_services_is_the_same(name: str) -> None:
    service, operation, reply = OTHER_REFUSALS[name]
    own, other = (refused(make, operation, reply, service) for make in (ours, botocores))
    assert own["Error"] == other["Error"]
    assert own["ResponseMetadata"] | other["ResponseMetadata"] == own["ResponseMetadata"]


FAILURES = {
    "reset": Reply(reset=True),
    "half an answer": Reply(body=b'{"Item": {}}', cut=3, checksum=False),
    "no answer in time": Reply(pause_seconds=1.5),
}


def failed(make: Any, reply: Reply) -> BotoCoreError:
    with ScriptedServer(lambda _: reply) as server, pytest.raises(BotoCoreError) as caught:
        make(server.url, seconds=0.3)._make_api_call("GetItem", {})
    return caught.value


@pytest.mark.parametrize("name", ["reset", "no answer in time"])
def test_a_failure_is_the_same(name: str) -> None:
    own, other = (failed(make, FAILURES[name]) for make in (ours, botocores))
    assert type(own) is type(other)


def test_a_server_that_does_not_listen_is_the_same_error() -> None:
    errors = []
    for make in (ours, botocores):
        with pytest.raises(BotoCoreError) as caught:
            make("http://127.0.0.1:1")._make_api_call("GetItem", {})
        errors.append(type(caught.value).__name__)
    assert errors == ["EndpointConnectionError"] * 2


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (FAILURES["half an answer"], "ConnectionClosedError"),
        (Reply(body=b'{"Item": {}}', headers=(("x-amz-crc32", "1"),)), "ChecksumError"),
        (Reply(body=b'{"Item": '), "HTTPClientError"),
        (Reply(body=b"[]"), "HTTPClientError"),
        (Reply(body=b""), "HTTPClientError"),
    ],
    ids=["half", "wrong checksum", "no JSON", "a list", "empty"],
)
def test_an_answer_that_is_damaged_is_an_error(reply: Reply, error: str) -> None:
    """After its last attempt botocore returns it as far as it can be read: an item may seem not to exist."""
    assert type(failed(ours, reply)).__name__ == error
