"""What PynamoDB uses of botocore's client: the operations on items, made by our own client."""

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from vpnbot.aws_calls.client import AwsClient
from vpnbot.aws_calls.endpoint import Endpoint
from vpnbot.aws_calls.service import Service
from vpnbot.storage.dynamodb.blobs import decode_blobs, encode_blob

OPERATIONS = frozenset(
    {
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
    }
)
"""The operations on items. Any other is made by botocore's client, which is built for it."""
PAUSE_SECONDS = 0.025
"""The longest first pause after a failure, which botocore makes shorter for DynamoDB."""
LARGEST_ANSWER = 24 * 1024 * 1024
"""DynamoDB answers 16 MB at most, which JSON can make a little longer."""
DYNAMODB = Service(
    "dynamodb",
    "DynamoDB_20120810",
    "1.0",
    pause_seconds=PAUSE_SECONDS,
    decode=decode_blobs,
    largest_answer=LARGEST_ANSWER,
)
TRANSACTION = "TransactWriteItems"
REQUEST_TOKEN = "ClientRequestToken"  # noqa: S105 - the name of a parameter


class DynamoDBClient:
    """Takes the place of botocore's client in a connection of PynamoDB. Safe to use from several threads.

    `calls` is our client of `DYNAMODB` at `endpoint`; `other` builds botocore's client.
    """

    _request_signer = None
    """PynamoDB would look here for missing credentials, and build a client of botocore."""

    def __init__(self, endpoint: Endpoint, calls: AwsClient, other: Callable[[], Any]) -> None:
        self.meta = SimpleNamespace(endpoint_url=endpoint.url, region_name=endpoint.region)
        self._calls = calls
        self._other = other

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> Any:
        """Make a call, and return its result; PynamoDB calls this for every operation.

        Raises:
            ClientError, BotoCoreError: as `AwsClient.send`.
        """
        if operation_name not in OPERATIONS:
            return self._other()._make_api_call(operation_name, operation_kwargs)
        return self._calls.send(operation_name, body_of(operation_name, operation_kwargs))


def body_of(operation: str, parameters: Mapping[str, Any]) -> bytes:
    """Return the body of a call; a transaction has a token, so that its attempts execute it once."""
    if operation == TRANSACTION and REQUEST_TOKEN not in parameters:
        parameters = {**parameters, REQUEST_TOKEN: str(uuid4())}
    return json.dumps(parameters, default=encode_blob).encode()
