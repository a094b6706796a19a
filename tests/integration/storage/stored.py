"""Raw items of the table: those recorded from earlier releases, and those stored now."""

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.aws import LocalAws

RECORDED = Path(__file__).parent / "recorded"

type Raw = dict[str, dict[str, Any]]


def recorded(name: str) -> list[Raw]:
    """Return the items that a release wrote, in the JSON form of DynamoDB."""
    items: list[Raw] = json.loads((RECORDED / f"{name}.json").read_text())
    return items


class Items:
    """The items of one table, read and written without the code of the storage."""

    def __init__(self, aws: LocalAws, table_name: str) -> None:
        self._aws = aws
        self._client = aws.client("dynamodb")
        self._table = table_name

    def put(self, items: Iterable[Raw]) -> None:
        """Store items unchanged, all at once and without a request for each."""
        self._aws.put_many(self._table, copy.deepcopy(list(items)))

    def get(self, partition: str, sort_key: str) -> Raw:
        """Return one item, or an empty dictionary if it does not exist."""
        key = {"pk": {"S": partition}, "sk": {"S": sort_key}}
        found: Raw = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})
        return found

    def all(self, partition: str) -> dict[str, Raw]:
        """Return the items of a partition by sort key."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        return {item["sk"]["S"]: item for item in answer["Items"]}
