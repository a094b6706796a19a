"""Signatures: with the time of DynamoDB, and with the credentials of the moment."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Any

import pytest
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import ClientError, NoCredentialsError

from tests.integration.aws_calls.both_clients import REGION, environment, ours
from tests.integration.aws_calls.scripted_server import Reply, ScriptedServer
from vpnbot.aws_calls.client import AwsClient, Limits
from vpnbot.aws_calls.endpoint import Endpoint
from vpnbot.aws_calls.signing import SKEW_CODES
from vpnbot.storage.dynamodb.client import DYNAMODB, DynamoDBClient

__all__ = ["environment"]

HOURS = timedelta(hours=3)


def signed_at(request: bytes) -> datetime:
    lines = request.decode("latin-1").split("\r\n")
    text = next(line for line in lines if line.lower().startswith("x-amz-date")).partition(": ")[2]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def signed_by(request: bytes) -> str:
    return request.decode("latin-1").partition("Credential=")[2].partition("/")[0]


class Clock:
    """DynamoDB, whose clock is ahead; it refuses signatures of more than five minutes before or after."""

    def __init__(self, ahead: timedelta, code: str, *, tells: bool = True) -> None:
        self._ahead = ahead
        self._code = code
        self._tells = tells

    def answer(self, request: bytes) -> Reply:
        """Refuse a request with a wrong time."""
        now = datetime.now(UTC) + self._ahead
        date = (("Date", format_datetime(now, usegmt=True)),) if self._tells else ()
        if abs(signed_at(request) - now) < timedelta(minutes=5):
            return Reply(headers=date)
        return Reply(400, json.dumps({"__type": f"x#{self._code}", "message": "time"}).encode(), date)


@pytest.mark.parametrize("ahead", [HOURS, -HOURS], ids=["ahead", "behind"])
@pytest.mark.parametrize("code", sorted(SKEW_CODES))
def test_a_wrong_clock_is_corrected_once_and_without_a_repeat(ahead: timedelta, code: str) -> None:
    with ScriptedServer(Clock(ahead, code).answer) as server:
        client = ours(server.url)
        assert client._make_api_call("GetItem", {}) == {}
        assert len(server.requests) == 2
        client._make_api_call("GetItem", {})
        assert len(server.requests) == 3, "the next call knows the time"


@pytest.mark.parametrize(
    ("ahead", "tells", "requests"),
    [(timedelta(), True, 1), (timedelta(minutes=2), True, 1), (HOURS, False, 1)],
    ids=["right clock", "small difference", "no date"],
)
def test_a_wrong_signature_is_no_wrong_clock(ahead: timedelta, tells: bool, requests: int) -> None:
    date = (("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True)),) if tells else ()
    refused = Reply(400, b'{"__type":"x#InvalidSignatureException"}', date)
    with ScriptedServer(lambda _: refused) as server:
        with pytest.raises(ClientError, match="InvalidSignatureException"):
            ours(server.url, attempts=3)._make_api_call("GetItem", {})
        assert len(server.requests) == requests


def test_a_server_that_refuses_every_time_is_asked_twice() -> None:
    def contradicts(request: bytes) -> Reply:
        date = format_datetime(signed_at(request) + HOURS, usegmt=True)
        return Reply(400, b'{"__type":"x#RequestTimeTooSkewed"}', (("Date", date),))

    with ScriptedServer(contradicts) as server:
        with pytest.raises(ClientError, match="RequestTimeTooSkewed"):
            ours(server.url, attempts=3)._make_api_call("GetItem", {})
        assert len(server.requests) == 2


def client_with(url: str, credentials: Any, other: Any = lambda: None) -> DynamoDBClient:
    limits = Limits(connect_seconds=1, read_seconds=5, attempts=1, connections=1)
    endpoint = Endpoint(f"{url}/", REGION)
    return DynamoDBClient(endpoint, AwsClient(DYNAMODB, endpoint, limits, credentials), other)


def test_credentials_that_expire_are_renewed() -> None:
    numbers = iter(range(100))

    def renew() -> dict[str, Any]:
        soon = datetime.now(UTC) + timedelta(seconds=1)  # so that each call renews them
        return {
            "access_key": f"KEY-{next(numbers)}",
            "secret_key": "s",
            "token": "t",
            "expiry_time": soon.isoformat(),
        }

    found = RefreshableCredentials.create_from_metadata(renew(), renew, "container-role")
    with ScriptedServer(lambda _: Reply()) as server:
        client = client_with(server.url, lambda: found)
        for _ in range(3):
            client._make_api_call("GetItem", {})
    assert [signed_by(request) for request in server.requests] == ["KEY-1", "KEY-2", "KEY-3"]


def test_credentials_that_were_missing_are_looked_for_again() -> None:
    found = iter([None, None, Credentials("LATE", "s")])
    with ScriptedServer(lambda _: Reply()) as server:
        client = client_with(server.url, lambda: next(found))
        with pytest.raises(NoCredentialsError):
            client._make_api_call("GetItem", {})
        assert client._make_api_call("GetItem", {}) == {}
        assert client._make_api_call("GetItem", {}) == {}
    assert [signed_by(request) for request in server.requests] == ["LATE", "LATE"]


def test_an_operation_on_tables_is_left_to_the_client_of_botocore() -> None:
    calls, lock = [], Lock()

    class Other:
        def _make_api_call(self, operation: str, parameters: dict[str, Any]) -> str:
            with lock:
                calls.append((operation, parameters))
            return "described"

    client = client_with("http://127.0.0.1:1", lambda: None, Other)
    assert client._make_api_call("DescribeTable", {"TableName": "t"}) == "described"
    assert calls == [("DescribeTable", {"TableName": "t"})]
