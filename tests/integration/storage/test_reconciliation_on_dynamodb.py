"""Tests of reconciliation, run again with the servers and keys on an emulated DynamoDB."""

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
    """A shop whose people and servers are in the table."""
    empty_shop.servers = Catalogue()  # type: ignore[assignment]  # the one on DynamoDB
    return empty_shop


@pytest.fixture(autouse=True)
def reject_empty_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reject a range that ends before it begins, as DynamoDB does; the emulator returns no items for it."""
    real = BaseClient._make_api_call

    def call(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        between = re.search(r"BETWEEN (:\w+) AND (:\w+)", parameters.get("KeyConditionExpression", ""))
        if between is not None:
            first, last = (parameters["ExpressionAttributeValues"][name]["S"] for name in between.groups())
            if first > last:
                raise ClientError({"Error": {"Code": "ValidationException", "Message": "BETWEEN"}}, operation)
        return real(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
