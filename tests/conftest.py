"""What every test may ask for: an emulator of DynamoDB on loopback, and an empty table as template.yaml declares it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.template import REGION, Deployment, load
from vpnbot.storage.table import Record, bind

TEMPLATE = Path(__file__).parents[1] / "template.yaml"

settings.register_profile("vpnbot", deadline=None, print_blob=True)  # two cores, shared: no deadline per example
settings.load_profile("vpnbot")


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAws]:
    """DynamoDB and SQS for the whole run; each test takes a table of its own in it."""
    with LocalAws() as aws:
        yield aws


@pytest.fixture
def table_name(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty table, made from template.yaml, that this process's storage is bound to."""
    for name, value in {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.endpoint)
    deployment = Deployment(f"test-{uuid4().hex[:12]}", local_aws.endpoint)
    (table,) = load(TEMPLATE, deployment).tables
    local_aws.client("dynamodb").create_table(**table.create)
    bind(table.name)
    yield table.name
    Record._connection = None
    local_aws.client("dynamodb").delete_table(TableName=table.name)
