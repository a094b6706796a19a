"""The emulator keeps what DynamoDB promises: all or nothing, one winner, one partition a Query, at any size."""

import copy
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from local.aws import LocalAws
from local.quick_table import QuickTable
from local.stack import ACCOUNT_ID, REGION, Deployment
from local.system import ROOT
from local.template import load

FRESH = "attribute_not_exists(pk)"


class Emulator:
    """The real table, empty, with a few words for its items."""

    def __init__(self, aws: LocalAws, name: str) -> None:
        self.dynamodb = aws.client("dynamodb")
        self.name = name

    def put(self, pk: str, sk: str, text: str, condition: str | None = None) -> dict[str, Any]:
        item = {"pk": {"S": pk}, "sk": {"S": sk}, "text": {"S": text}}
        return {
            "Put": {"TableName": self.name, "Item": item, **({"ConditionExpression": condition} if condition else {})}
        }

    def update(self, pk: str, sk: str, text: str) -> dict[str, Any]:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        values = {":text": {"S": text}}
        expression = "SET #text = :text"
        names = {"#text": "text"}
        return {
            "Update": {
                "TableName": self.name,
                "Key": key,
                "UpdateExpression": expression,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        }

    def transact(self, *actions: dict[str, Any]) -> bool:
        try:
            self.dynamodb.transact_write_items(TransactItems=list(actions))
        except self.dynamodb.exceptions.TransactionCanceledException:
            return False
        return True

    def texts(self, pk: str) -> list[str]:
        answer = self.dynamodb.query(
            TableName=self.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ConsistentRead=True,
        )
        return [item["text"]["S"] for item in answer["Items"]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with LocalAws() as aws:
        template = load(ROOT / "template.yaml", Deployment(f"aws-{time.monotonic_ns()}", aws.endpoint))
        aws.deploy(template)
        yield Emulator(aws, template.tables[0].name)


def test_a_cancelled_transaction_leaves_every_item_as_it_was(emulator: Emulator) -> None:
    assert emulator.transact(emulator.put("a", "1", "before"), emulator.put("b", "1", "before"))
    assert not emulator.transact(
        emulator.update("a", "1", "after"),
        emulator.put("a", "2", "new"),
        emulator.put("b", "1", "after", FRESH),
    )
    assert (emulator.texts("a"), emulator.texts("b")) == (["before"], ["before"])


def test_a_query_reads_its_partition_in_order_and_no_other(emulator: Emulator) -> None:
    for sk in ("3", "1", "2"):
        emulator.transact(emulator.put("a", sk, sk), emulator.put("b", sk, f"other {sk}"))
    assert emulator.texts("a") == ["1", "2", "3"]
    assert emulator.texts("nobody") == []


def test_of_many_racing_transactions_one_wins_and_undoes_nobody_elses_write(emulator: Emulator) -> None:
    won: list[int] = []
    barrier = threading.Barrier(12)

    def race(number: int) -> None:
        barrier.wait()
        if emulator.transact(emulator.put("trial", "1", str(number), FRESH), emulator.put(f"p{number}", "1", "in")):
            won.append(number)
        emulator.transact(emulator.put(f"own{number}", "1", "kept"))

    racers = [threading.Thread(target=race, args=(number,)) for number in range(12)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 1
    assert emulator.texts("trial") == [str(won[0])]
    assert [n for n in range(12) if emulator.texts(f"p{n}")] == won
    assert all(emulator.texts(f"own{number}") == ["kept"] for number in range(12))


def test_a_transaction_copies_only_what_it_touches(emulator: Emulator) -> None:
    """Moto copies the whole table for every item of a transaction: a second and more with a few hundred people."""
    for number in range(5):
        emulator.transact(emulator.put(f"p{number}", "1", "x"))
    table = dynamodb_backends[ACCOUNT_ID][REGION].tables[emulator.name]
    assert isinstance(table, QuickTable)
    table.partitions = frozenset({"p1"})
    twin = copy.deepcopy(table)
    shared = {key.value for key in table.items if twin.items[key] is table.items[key]}
    assert shared == {"p0", "p2", "p3", "p4"}
