"""What every test may ask for: DynamoDB emulated on loopback, and an empty table as template.yaml declares it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

import vpnbot.telegram  # noqa: F401 - before any test imports aiogram: its models are made on use, as in production
from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION, Deployment, Table
from local.template import load
from vpnbot.storage.table import bind

pytest.register_assert_rewrite("tests.fakes.contract", "tests.fakes.ledger_contract")

TEMPLATE = Path(__file__).parents[1] / "template.yaml"

settings.register_profile("vpnbot", deadline=None, print_blob=True)  # two cores, shared: no deadline per example
settings.load_profile("vpnbot")


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAws]:
    """DynamoDB and SQS for the whole run; each test takes a table of its own in it."""
    with LocalAws() as aws:
        yield aws


@pytest.fixture(scope="session")
def declared_table(local_aws: LocalAws) -> Table:
    """The table as template.yaml declares it; one name for the whole run, so that one client serves all tests."""
    (table,) = load(TEMPLATE, Deployment(f"test-{uuid4().hex[:12]}", local_aws.endpoint)).tables
    return table


@pytest.fixture
def table_name(local_aws: LocalAws, declared_table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty table that this process's storage is bound to."""
    for name, value in {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.endpoint)
    bind(declared_table.name)
    local_aws.client("dynamodb").create_table(**declared_table.create)
    yield declared_table.name
    local_aws.client("dynamodb").delete_table(TableName=declared_table.name)
