"""Rounds over servers and keys that are both in the table come to their end, too."""

import re
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.fakes.shop import Shop
from tests.functional.usecases.test_reconciliation_continues import (
    TestHastening,
    TestPagesThatMove,
    TestSlicesAreSmall,
)
from vpnbot.storage.servers.catalogue import Catalogue

__all__ = ["TestHastening", "TestPagesThatMove", "TestSlicesAreSmall"]


@pytest.fixture
def empty_shop(empty_shop: Shop) -> Shop:
    """A shop whose people and servers are both in the table."""
    empty_shop.servers = Catalogue()  # type: ignore[assignment]  # the real one
    return empty_shop


@pytest.fixture(autouse=True)
def as_strict_as_dynamodb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a range that ends before it begins, as DynamoDB does; to the emulator it is an empty one."""
    real = BaseClient._make_api_call

    def call(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        between = re.search(r"BETWEEN (:\w+) AND (:\w+)", parameters.get("KeyConditionExpression", ""))
        if between is not None:
            first, last = (parameters["ExpressionAttributeValues"][name]["S"] for name in between.groups())
            if first > last:
                raise ClientError({"Error": {"Code": "ValidationException", "Message": "BETWEEN"}}, operation)
        return real(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
