"""Fixtures for all tests: DynamoDB emulated on loopback, and an empty table as template.yaml declares it."""

import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings

import vpnbot.telegram  # noqa: F401 - before aiogram: its models are then built on first use, as in production
from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION, Deployment, Table
from local.template import load
from vpnbot.storage.table import Record, bind

pytest.register_assert_rewrite(
    *(f"tests.fakes.{path.stem}" for path in (Path(__file__).parent / "fakes").glob("*_contract.py"))
)

TEMPLATE = Path(__file__).parents[1] / "template.yaml"

settings.register_profile("vpnbot", deadline=None, print_blob=True)  # shared machines: no deadline per example
settings.load_profile("vpnbot")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect the tests without a search for garbage, and leave them out of each later one: they stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def descriptions_of_aws() -> Iterator[None]:
    """Parse each of botocore's descriptions of services once: every session of boto3 would parse them again."""
    load = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: load(path))
        yield


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAws]:
    """DynamoDB and SQS for the whole test run; each test creates its own table there."""
    with LocalAws() as aws:
        yield aws


@pytest.fixture(scope="session")
def declared_table(local_aws: LocalAws) -> Table:
    """The table as template.yaml declares it, with one name for the test run, so that tests share one client."""
    (table,) = load(TEMPLATE, Deployment(f"test-{uuid4().hex[:12]}", local_aws.endpoint)).tables
    return table


@pytest.fixture
def table_name(local_aws: LocalAws, declared_table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an empty table to which the storage of this process is bound."""
    for name, value in {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.endpoint)
    monkeypatch.setattr(Record.Meta, "read_timeout_seconds", 30)  # a busy machine answers late
    bind(declared_table.name)
    local_aws.create_table(declared_table)
    yield declared_table.name
    local_aws.client("dynamodb").delete_table(TableName=declared_table.name)
