"""`python -m ops functions`, `backup` and `key-secret`: what an operator has after a loss."""

import gzip
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pyrage
import pytest

from ops.backup import table_at
from ops.table_files import StoredItem, read_items, write_items
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.errors import Rejected, Retryable
from vpnbot.storage.codec import to_record
from vpnbot.storage.table import Record, bind

EARLIER = datetime(2026, 11, 20, tzinfo=UTC)
PASSPHRASE = "correct horse battery"
ANNA, BORIS = PersonId("a" * 32), PersonId("b" * 32)
FUNCTIONS = ("TelegramWebhook", "DueWorker")
TYPED = f"{PASSPHRASE}\n{PASSPHRASE}\n"


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch, "production") as operator:
        operator.run("configure")
        yield operator


@pytest.fixture
def table(operator: OperatorCommandLine) -> str:
    """The table of a deployed stack whose functions are stopped."""
    name = operator.deploy(functions=FUNCTIONS, ReservedConcurrency="7")["TableName"]
    bind(name)
    operator.run("functions", "stop")
    return name


def stored() -> dict[tuple[str, str], dict[str, Any]]:
    return {(record.pk, record.sk): record.serialize() for record in Record.scan()}


def concurrency(operator: OperatorCommandLine) -> dict[str, int | None]:
    """Return the reserved concurrency of each function, by its name in the template."""
    resources = boto3.client("cloudformation").list_stack_resources(StackName=operator.stack_name)
    lambda_client = boto3.client("lambda")
    return {
        resource["LogicalResourceId"]: lambda_client.get_function_concurrency(
            FunctionName=resource["PhysicalResourceId"]
        ).get("ReservedConcurrentExecutions")
        for resource in resources["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }


def test_stopped_functions_get_their_concurrency_back(operator: OperatorCommandLine) -> None:
    operator.deploy(functions=FUNCTIONS, ReservedConcurrency="7")
    assert "Stopped: TelegramWebhook, DueWorker." in operator.run("functions", "stop").output
    assert concurrency(operator) == {"TelegramWebhook": 0, "DueWorker": 0}
    assert "Started: TelegramWebhook, DueWorker." in operator.run("functions", "start").output
    assert concurrency(operator) == {"TelegramWebhook": 7, "DueWorker": None}
    assert "none was stopped" in operator.run("functions", "start").output


def test_a_backup_brings_every_item_back_and_removes_what_came_later(
    operator: OperatorCommandLine, table: str, tmp_path: Path
) -> None:
    file = tmp_path / "shop.jsonl.gz"
    to_record(ANNA, User(version=1, chat_id=1, met_at=EARLIER, due=Due(EARLIER))).save()
    for number in range(60):
        Record(f"PAY#{number}", "PAY", version=number).save()
    before = stored()
    assert "61 items" in operator.run("backup", "create", str(file)).output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    for record in Record.scan():
        record.delete()
    to_record(BORIS, User(version=1, chat_id=2, met_at=EARLIER)).save()
    result = operator.run("backup", "restore", str(file), typed="y\n")
    assert "61 items are written, and 1 others are removed" in result.output
    assert result.exit_code == 0
    assert stored() == before
    assert operator.run("backup", "restore", str(file), "--yes").exit_code == 0
    assert stored() == before


def test_without_a_yes_nothing_changes(operator: OperatorCommandLine, table: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.jsonl.gz"
    operator.run("backup", "create", str(file))
    to_record(BORIS, User(version=1, chat_id=2, met_at=EARLIER)).save()
    before = stored()
    assert operator.run("backup", "restore", str(file), typed="n\n").exit_code == 1
    assert stored() == before


@pytest.mark.parametrize("command", ["create", "restore"])
def test_while_functions_run_nothing_is_copied(
    operator: OperatorCommandLine, table: str, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "shop.jsonl.gz"
    operator.run("functions", "start")
    result = operator.run("backup", command, str(file))
    assert result.exit_code == 2
    assert "TelegramWebhook, DueWorker would write meanwhile" in result.stderr
    assert "python -m ops --stage production functions stop" in result.stderr
    assert not file.exists()


def test_who_deleted_their_data_after_the_backup_stays_deleted(
    operator: OperatorCommandLine, table: str, tmp_path: Path
) -> None:
    file = tmp_path / "shop.jsonl.gz"
    for person in (ANNA, BORIS):
        to_record(person, User(version=1, chat_id=1, language="en", met_at=EARLIER)).save()
        Record(f"{person}#LOG", "LOG#start").save()
        Record("WAITLIST#plans", person).save()
    operator.run("backup", "create", str(file))
    user = User(version=1, chat_id=1, met_at=EARLIER)
    deleted = user.deleted(EARLIER + timedelta(days=1), Due(EARLIER))
    for key in ((f"{ANNA}#LOG", "LOG#start"), ("WAITLIST#plans", ANNA)):
        Record.get(*key).delete()
    to_record(ANNA, replace(deleted, version=2)).save()
    present = stored()[(ANNA, "USER")]

    result = operator.run("backup", "restore", str(file), "--yes")
    assert "stay deleted: 1." in result.output
    after = stored()
    assert after[(ANNA, "USER")] == present
    assert sorted(after) == sorted(
        [(ANNA, "USER"), (BORIS, "USER"), (f"{BORIS}#LOG", "LOG#start"), ("WAITLIST#plans", BORIS)]
    )


def test_payments_of_who_deleted_their_data_keep_their_owner_and_their_expiry(
    operator: OperatorCommandLine, table: str, tmp_path: Path
) -> None:
    """Without its item in the register a payment would be applied again; without an expiry it would stay for ever."""
    file = tmp_path / "shop.jsonl.gz"
    before, later, other = (f"PAY#stars#1#{name}" for name in ("before", "later", "other"))
    for person in (ANNA, BORIS):
        to_record(person, User(version=1, chat_id=1, language="en", met_at=EARLIER)).save()
    Record(before, "PAY", body={"person": ANNA, "order": "1"}).save()
    operator.run("backup", "create", str(file))
    deleted = User(version=1, chat_id=1, met_at=EARLIER).deleted(EARLIER + timedelta(days=1), Due(EARLIER))
    to_record(ANNA, replace(deleted, version=2)).save()
    Record(before, "PAY", body={"person": ANNA, "order": "1"}, expires_at=4_000_000_000).save()
    Record(later, "PAY", body={"person": ANNA, "order": "2"}, expires_at=4_000_000_000).save()
    Record(other, "PAY", body={"person": BORIS, "order": "3"}).save()
    present = stored()

    result = operator.run("backup", "restore", str(file), "--yes")
    assert "1 items are written, and 1 others are removed" in result.output
    assert stored() == {key: item for key, item in present.items() if key[0] != other}


def test_a_backup_of_an_earlier_time_needs_no_stop(
    operator: OperatorCommandLine, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("functions", "start")
    to_record(ANNA, User(version=1, chat_id=1, met_at=EARLIER)).save()
    file = tmp_path / "shop.jsonl.gz"
    refused = operator.run("backup", "create", str(file), "--at", "2026-11-28T12:00")
    assert refused.exit_code == 2
    assert "has no point-in-time recovery" in refused.stderr
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    assert "1 items" in operator.run("backup", "create", str(file), "--at", "2026-11-28T12:00").output
    assert dynamodb.list_tables()["TableNames"] == [table]
    assert "is no time" in operator.run("backup", "create", str(file) + "2", "--at", "yesterday").stderr


def test_a_table_that_is_never_ready_is_named(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    monkeypatch.setattr("ops.backup.boto3.client", lambda _: _NeverReady(dynamodb))
    with (
        pytest.raises(Retryable, match="at-20261120-000000 is not ready"),
        table_at(table, EARLIER, lambda _: None, lambda _: None),
    ):
        pass


def test_a_restored_table_that_dynamodb_does_not_show_yet_is_waited_for(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    monkeypatch.setattr("ops.backup.boto3.client", lambda _: _ShownLate(dynamodb))
    waits: list[float] = []
    with table_at(table, EARLIER, lambda _: None, waits.append) as copy:
        assert copy == f"{table}-at-20261120-000000"
    assert waits == [15]
    assert dynamodb.list_tables()["TableNames"] == [table]


class _ShownLate:
    """A client whose first description of a table that was just made fails (Amazon DynamoDB API, DescribeTable)."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._described = 0

    def describe_table(self, **wanted: str) -> Any:
        self._described += 1
        return self._client.describe_table(**wanted if self._described > 1 else {"TableName": "not-there-yet"})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


class _NeverReady:
    """A client whose restored tables stay in the making."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def describe_table(self, **_: str) -> dict[str, Any]:
        return {"Table": {"TableStatus": "CREATING"}}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(b'{"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}\n')[:-4], "no complete backup"),
        (b"plain text", "no complete backup"),
        (gzip.compress(b'{"Item": {"pk": {"S": "a"}}}\n'), "line 1 of"),
        (gzip.compress(b"[]\n"), "line 1 of"),
        (gzip.compress(2 * b'{"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}\n'), "the item a b twice"),
    ],
    ids=["cut off", "not compressed", "without a key", "no item", "twice"],
)
def test_a_damaged_backup_changes_nothing(
    operator: OperatorCommandLine, table: str, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "shop.jsonl.gz"
    file.write_bytes(content)
    to_record(BORIS, User(version=1, chat_id=2, met_at=EARLIER)).save()
    before = stored()
    result = operator.run("backup", "restore", str(file), "--yes")
    assert result.exit_code == 2
    assert words in result.stderr
    assert stored() == before


def test_files_keep_every_type_of_value(tmp_path: Path) -> None:
    item: StoredItem = {
        "pk": {"S": "ä"},
        "sk": {"S": "b"},
        "n": {"N": "12345678901234567890"},
        "bytes": {"B": b"\x00\xff"},
        "set": {"BS": [b"\x01"]},
        "map": {"M": {"list": {"L": [{"B": b"\x02"}, {"NULL": True}, {"BOOL": False}]}}},
    }
    write_items(tmp_path / "one", [item])
    assert list(read_items([tmp_path / "one"])) == [item]
    with pytest.raises(Rejected, match="exists"):
        write_items(tmp_path / "one", [])
    with pytest.raises(Rejected, match="does not exist"):
        list(read_items([tmp_path / "two"]))


def test_an_interrupted_backup_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Iterator[dict[str, Any]]:
        yield {"pk": {"S": "a"}, "sk": {"S": "b"}}
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_items(tmp_path / "one", failing())
    assert list(tmp_path.iterdir()) == []


def test_the_key_secret_comes_back_with_what_was_added_since(operator: OperatorCommandLine, tmp_path: Path) -> None:
    first = json.loads(operator.secrets()["key_secret"])
    file = tmp_path / "key-secret.age"
    assert operator.run("key-secret", "export", str(file), typed=TYPED).exit_code == 0
    assert first["1"] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(pyrage.passphrase.decrypt(file.read_bytes(), PASSPHRASE))["key_secret"] == first

    operator.run("configure", "--rotate-key-secret")
    second = json.loads(operator.secrets()["key_secret"])
    assert operator.run("key-secret", "restore", str(file), typed=f"{PASSPHRASE}\n").exit_code == 0
    assert json.loads(operator.secrets()["key_secret"]) == second

    boto3.client("ssm").delete_parameter(Name="/vpnbot-production/key_secret")
    assert operator.run("key-secret", "restore", str(file), typed=f"{PASSPHRASE}\n").exit_code == 0
    assert json.loads(operator.secrets()["key_secret"]) == first


def test_another_key_secret_is_replaced_only_on_demand(operator: OperatorCommandLine, tmp_path: Path) -> None:
    file = tmp_path / "key-secret.age"
    operator.run("key-secret", "export", str(file), typed=TYPED)
    first = json.loads(operator.secrets()["key_secret"])
    boto3.client("ssm").delete_parameter(Name="/vpnbot-production/key_secret")
    operator.run("configure")
    another = json.loads(operator.secrets()["key_secret"])
    assert another != first
    result = operator.run("key-secret", "restore", str(file), typed=f"{PASSPHRASE}\n")
    assert result.exit_code == 2
    assert "version 1 of the stored key secret is another one" in result.stderr
    assert json.loads(operator.secrets()["key_secret"]) == another
    assert operator.run("key-secret", "restore", str(file), "--replace", typed=f"{PASSPHRASE}\n").exit_code == 0
    assert json.loads(operator.secrets()["key_secret"]) == first


@pytest.mark.parametrize(
    ("text", "passphrase", "words"),
    [
        (None, "another passphrase", "the passphrase is another one"),
        ("no age file", PASSPHRASE, "the passphrase is another one, or the file is not complete"),
        ('{"stack": "vpnbot"}', PASSPHRASE, "no copy of a key secret"),
        ('{"stack": "vpnbot", "key_secret": {"1": "c2hvcnQ="}}', PASSPHRASE, "no copy of a key secret"),
    ],
    ids=["another passphrase", "another file", "without a secret", "too short"],
)
def test_a_copy_that_cannot_be_used_changes_nothing(
    operator: OperatorCommandLine, tmp_path: Path, text: str | None, passphrase: str, words: str
) -> None:
    file = tmp_path / "key-secret.age"
    operator.run("key-secret", "export", str(file), typed=TYPED)
    if text and text.startswith("{"):
        file.write_text(pyrage.passphrase.encrypt(text.encode(), PASSPHRASE, armored=True).decode())
    elif text:
        file.write_text(text)
    before = operator.secrets()
    result = operator.run("key-secret", "restore", str(file), typed=f"{passphrase}\n")
    assert result.exit_code == 2
    assert words in result.stderr
    assert operator.secrets() == before


def test_a_short_passphrase_is_refused(operator: OperatorCommandLine, tmp_path: Path) -> None:
    result = operator.run("key-secret", "export", str(tmp_path / "copy"), typed="short\nshort\n")
    assert result.exit_code == 2
    assert "needs 12 characters or more" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_key_secret_no_passphrase_is_asked_for(operator: OperatorCommandLine, tmp_path: Path) -> None:
    boto3.client("ssm").delete_parameter(Name="/vpnbot-production/key_secret")
    result = operator.run("key-secret", "export", str(tmp_path / "copy"), typed=TYPED)
    assert result.exit_code == 2
    assert "passphrase" not in result.output
    assert "run `python -m ops --stage production configure`" in result.stderr
