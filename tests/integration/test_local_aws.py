"""The emulator of DynamoDB: atomic transactions, ordered queries of tables and indexes, constant cost per query."""

import copy
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from local.aws import LocalAws
from local.fast_moto_table import FastMotoTable
from local.paths import ROOT
from local.stack import ACCOUNT_ID, REGION, Deployment
from local.template import load

FRESH = "attribute_not_exists(pk)"


class Emulator:
    """The table of template.yaml, empty, with short methods for its items."""

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

    def put_indexed(self, sk: str, client: str, server: str = "nl", pk: str = "a") -> dict[str, Any]:
        """Return a put of an item that the index `by_server` lists by the name of a client."""
        action = self.put(pk, sk, client)
        action["Put"]["Item"] |= {"server_id": {"S": server}, "client_name": {"S": client}}
        return action

    def names(
        self, condition: str = "server_id = :s", *, limit: int = 500, forward: bool = True, **values: str
    ) -> list[str]:
        """Return the names of clients in the order of the index `by_server`, from all pages."""
        query: dict[str, Any] = {
            "TableName": self.name,
            "IndexName": "by_server",
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in {"s": "nl", **values}.items()},
            "Limit": limit,
            "ScanIndexForward": forward,
        }
        names: list[str] = []
        while True:
            answer = self.dynamodb.query(**query)
            names += [item["client_name"]["S"] for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return names
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def table(self) -> FastMotoTable:
        """Return the table object inside moto."""
        table = dynamodb_backends[ACCOUNT_ID][REGION].tables[self.name]
        assert isinstance(table, FastMotoTable)
        return table

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


def test_a_connection_is_kept_open_until_the_emulator_stops() -> None:
    with LocalAws() as aws, closing(HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=10)) as connection:
        connection.connect()
        kept = connection.sock
        for _ in range(2):
            connection.request("GET", "/moto-api/")
            with connection.getresponse() as response:
                assert (response.status, bool(response.read())) == (200, True)
            assert connection.sock is kept
        aws.stop()
        assert kept.recv(1) == b""


def test_a_cancelled_transaction_does_not_change_any_item(emulator: Emulator) -> None:
    assert emulator.transact(emulator.put("a", "1", "before"), emulator.put("b", "1", "before"))
    assert not emulator.transact(
        emulator.update("a", "1", "after"),
        emulator.put("a", "2", "new"),
        emulator.put("b", "1", "after", FRESH),
    )
    assert (emulator.texts("a"), emulator.texts("b")) == (["before"], ["before"])


def test_a_query_reads_one_partition_in_order(emulator: Emulator) -> None:
    for sk in ("3", "1", "2"):
        emulator.transact(emulator.put("a", sk, sk), emulator.put("b", sk, f"other {sk}"))
    assert emulator.texts("a") == ["1", "2", "3"]
    assert emulator.texts("missing") == []


def test_of_concurrent_transactions_one_succeeds_and_keeps_other_writes(emulator: Emulator) -> None:
    succeeded: list[int] = []
    barrier = threading.Barrier(12)

    def race(number: int) -> None:
        barrier.wait()
        if emulator.transact(emulator.put("trial", "1", str(number), FRESH), emulator.put(f"p{number}", "1", "in")):
            succeeded.append(number)
        emulator.transact(emulator.put(f"own{number}", "1", "kept"))

    racers = [threading.Thread(target=race, args=(number,)) for number in range(12)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(succeeded) == 1
    assert emulator.texts("trial") == [str(succeeded[0])]
    assert [n for n in range(12) if emulator.texts(f"p{n}")] == succeeded
    assert all(emulator.texts(f"own{number}") == ["kept"] for number in range(12))


def test_a_transaction_copies_only_the_partitions_it_changes(emulator: Emulator) -> None:
    """Moto copies the whole table for each item of a transaction: seconds with a few hundred people."""
    for number in range(5):
        emulator.transact(emulator.put(f"p{number}", "1", "x"))
    table = emulator.table()
    table.partitions = frozenset({"p1"})
    copied = copy.deepcopy(table)
    shared = {key.value for key in table.items if copied.items[key] is table.items[key]}
    assert shared == {"p0", "p2", "p3", "p4"}


def test_an_index_lists_the_current_items_of_its_key_in_order(emulator: Emulator) -> None:
    emulator.transact(
        emulator.put_indexed("1", "c"), emulator.put_indexed("2", "a"), emulator.put_indexed("3", "x", server="de")
    )
    assert emulator.names() == ["a", "c"]
    emulator.transact(emulator.put_indexed("4", "b"), emulator.update("a", "1", "changed in place"))
    key = {"pk": {"S": "a"}, "sk": {"S": "2"}}
    emulator.dynamodb.update_item(
        TableName=emulator.name,
        Key=key,
        UpdateExpression="SET client_name = :n",
        ExpressionAttributeValues={":n": {"S": "z"}},
    )
    assert emulator.names() == ["b", "c", "z"]
    emulator.dynamodb.delete_item(TableName=emulator.name, Key=key)
    emulator.dynamodb.update_item(
        TableName=emulator.name, Key={"pk": {"S": "a"}, "sk": {"S": "3"}}, UpdateExpression="REMOVE server_id"
    )
    assert emulator.names() == ["b", "c"]
    assert emulator.names(s="de") == []


def test_a_cancelled_transaction_does_not_change_an_index(emulator: Emulator) -> None:
    emulator.transact(emulator.put_indexed("1", "a"), emulator.put("a", "2", "in no index"))
    assert emulator.names() == ["a"]
    rejected = emulator.put("a", "2", "", FRESH)
    assert not emulator.transact(emulator.put_indexed("1", "b"), emulator.put_indexed("3", "c"), rejected)
    assert emulator.names() == ["a"]


def test_a_query_of_an_index_reads_only_the_items_it_returns(emulator: Emulator) -> None:
    """Moto reads every item of the table: half a second per Query with ten thousand people."""
    for number in range(20):
        emulator.transact(
            emulator.put_indexed("1", f"v{number:02}", pk=f"p{number}"), emulator.put(f"q{number}", "1", "")
        )
    read = emulator.names("server_id = :s AND client_name BETWEEN :a AND :b", a="v03", b="v05")
    assert read == ["v03", "v04", "v05"]
    assert [item.attrs["client_name"].value for item in emulator.table().all_items()] == read


def test_an_index_returns_the_same_items_as_the_table_of_moto(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(7)
    conditions = ("", " AND client_name >= :a", " AND client_name < :b", " AND client_name BETWEEN :a AND :b")
    for _ in range(40):
        pk, sk, server = rng.choice("abc"), rng.choice("123"), rng.choice(["nl", "nl", "de"])
        emulator.transact(emulator.put_indexed(sk, rng.choice("klmnop"), server, pk))
        arguments: dict[str, Any] = {"limit": rng.randint(1, 4), "forward": rng.random() < 0.5}
        condition = rng.choice(conditions)
        arguments |= {name: rng.choice("klmnop") for name in "ab" if f":{name}" in condition}
        if {"a", "b"} <= arguments.keys() and arguments["a"] > arguments["b"]:
            continue
        quick = emulator.names(f"server_id = :s{condition}", **arguments)
        with monkeypatch.context() as slow:
            slow.setattr("local.fast_moto_table._index_key_of", lambda *_: None)
            assert quick == emulator.names(f"server_id = :s{condition}", **arguments)
    scan = emulator.dynamodb.scan(TableName=emulator.name, IndexName="by_server")
    assert len(scan["Items"]) == len(emulator.names()) + len(emulator.names(s="de")) > 5
