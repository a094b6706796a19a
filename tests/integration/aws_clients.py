"""The two clients that may call AWS: ours, and botocore's."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient

from vpnbot.aws_calls.endpoint import CLIENT_VARIABLE
from vpnbot.storage.dynamodb.client import DynamoDBClient
from vpnbot.storage.table import Record

OURS, BOTOCORES = "ours", "botocore"
BOTH = (OURS, BOTOCORES)

type Call = Callable[[Any, str, dict[str, Any]], Any]
"""`_make_api_call` of a client, with the client as its first argument."""


def use_client(monkeypatch: pytest.MonkeyPatch, client: str) -> None:
    """Let this client make all calls of the test."""
    monkeypatch.setenv(CLIENT_VARIABLE, client)
    monkeypatch.setattr(Record, "_connection", None)


def replace_calls(monkeypatch: pytest.MonkeyPatch, replacement: Callable[[Call], Call]) -> None:
    """Replace the calls of both clients to DynamoDB; `replacement` gets the real call."""
    for client in (BaseClient, DynamoDBClient):
        monkeypatch.setattr(client, "_make_api_call", replacement(client._make_api_call))
