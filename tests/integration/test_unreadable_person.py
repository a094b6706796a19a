"""What a customer sees after a rollback, while this release cannot read an item that a later one has written."""

import json
from types import ModuleType

import boto3
import pytest

from tests.integration.lambda_functions import LambdaFunctions, call, message, tap

UPDATING = "We are updating the bot."


@pytest.mark.parametrize("key", ["USER", "SUB"])
def test_every_tap_is_answered_nothing_changes_and_what_cannot_be_done_now_is_kept_for_a_replay(
    lambda_functions: LambdaFunctions, webhook: ModuleType, table_name: str, key: str
) -> None:
    def last_words() -> str:
        return lambda_functions.telegram.messages(42)[-1].words

    table = boto3.resource("dynamodb").Table(table_name)
    call(webhook, message())
    call(webhook, tap("try", 2))
    (item,) = [item for item in table.scan()["Items"] if item["sk"] == key]
    table.put_item(Item={**item, "schema": 99})
    stored = table.scan()["Items"]
    for update in (message("/start", 3), message("hello?", 4), message("/start", 5)):
        assert call(webhook, update)["statusCode"] == 200
        assert UPDATING in last_words()
    assert lambda_functions.quarantined() == []
    assert call(webhook, tap("delete_all", 6))["statusCode"] == 200
    (kept,) = lambda_functions.quarantined()
    assert kept["reason"] == "UnreadableItem"
    assert [item for item in table.scan()["Items"] if not item["sk"].startswith("QUARANTINED#")] == stored

    table.put_item(Item=item)
    call(webhook, message("/start", 7))
    assert UPDATING not in last_words()
    call(webhook, json.dumps(kept["update"]))
    statuses = [item["body"].get("status") for item in table.scan()["Items"] if item["sk"] == "SUB"]
    assert statuses == ["deleted"]
