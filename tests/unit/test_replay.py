"""The doubles of the benchmarks answer with what was recorded, and do not hide a call that was not."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.doubles import Dynamo
from benchmarks.replay import Answers, Refusal
from local.aws import AwsCall


def call(operation: str, request: dict[str, Any], response: dict[str, Any], status: int = 200) -> AwsCall:
    return AwsCall("function-1", "dynamodb", operation, request, response, status, 0.0)


RECORDED = Answers.of(
    [
        call("Query", {"TableName": "one", "of": "anna"}, {"Items": ["anna"]}),
        call("Query", {"TableName": "one", "of": "ivan"}, {"Items": ["ivan"]}),
        call("UpdateItem", {"TableName": "one"}, {"__type": "ConditionalCheckFailedException"}, 400),
        call("UpdateItem", {"TableName": "one"}, {}),
        AwsCall("function-1", "sqs", "SendMessage", {}, {}, 200, 0.0),
    ]
)


@pytest.fixture
def dynamo() -> Iterator[tuple[Dynamo, HTTPConnection]]:
    double = Dynamo()
    with double.server() as server:
        double.replay(RECORDED)
        with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=10)) as connection:
            yield double, connection


def ask(connection: HTTPConnection, operation: str, request: dict[str, Any]) -> tuple[int, Any]:
    connection.request("POST", "/", json.dumps(request), {"X-Amz-Target": f"DynamoDB_20120810.{operation}"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_a_read_gets_the_answer_to_the_same_request_in_any_order_and_of_any_table(
    dynamo: tuple[Dynamo, HTTPConnection],
) -> None:
    double, connection = dynamo
    for person in ("ivan", "anna", "ivan"):
        answer = ask(connection, "Query", {"of": person, "TableName": "another"})
        assert answer == (200, {"Items": [person]})
    assert double.guessed == 0
    assert double.writes() == {}


def test_a_read_that_was_not_recorded_is_counted(dynamo: tuple[Dynamo, HTTPConnection]) -> None:
    double, connection = dynamo
    ask(connection, "Query", {"of": "nobody"})
    assert double.guessed == 1


def test_writes_are_answered_in_order_as_they_were_refused_or_done(dynamo: tuple[Dynamo, HTTPConnection]) -> None:
    double, connection = dynamo
    refused, done = (ask(connection, "UpdateItem", {}) for _ in range(2))
    assert refused == (400, {"__type": "ConditionalCheckFailedException"})
    assert done == (200, {})
    assert double.writes() == RECORDED.writes() == {"UpdateItem": 2}


def test_shared_reads_are_added_and_never_replace_those_of_the_invocation() -> None:
    own = Answers.of([call("Query", {"of": "anna"}, {"Items": ["earlier"]})])
    both = own.or_else(RECORDED)
    assert sorted(str(answer["Items"][0]) for answer in both.by_read.values()) == ["earlier", "ivan"]
    assert both.writes() == {}
    assert RECORDED.by_operation["UpdateItem"][0] == Refusal(400, {"__type": "ConditionalCheckFailedException"})


def test_a_claim_is_in_the_answer_and_in_what_is_read_after_it(dynamo: tuple[Dynamo, HTTPConnection]) -> None:
    double, connection = dynamo
    key = {"pk": {"S": "anna"}, "sk": {"S": "OUT"}}
    recorded, other = {**key, "due_at": {"S": "then"}, "body": {"M": {}}}, {**key, "sk": {"S": "SUB"}}
    read = {"of": "anna"}
    double.replay(
        Answers.of(
            [
                call("UpdateItem", {}, {"Attributes": recorded}),
                call("Query", read, {"Items": [recorded, other]}),
            ]
        )
    )
    claim = {
        "Key": key,
        "UpdateExpression": "SET #0 = :1",
        "ExpressionAttributeNames": {"#0": "due_at"},
        "ExpressionAttributeValues": {":0": {"S": "earlier"}, ":1": {"S": "now"}},
    }
    claimed = {**recorded, "due_at": {"S": "now"}}
    assert ask(connection, "UpdateItem", claim) == (200, {"Attributes": claimed})
    assert ask(connection, "Query", read) == (200, {"Items": [claimed, other]})
    double.replay(double.recorded)
    assert ask(connection, "Query", read) == (200, {"Items": [recorded, other]})
