"""Fixtures for tests of whole Lambda functions."""

from collections.abc import Iterator
from types import ModuleType
from uuid import uuid4

import pytest

from local.aws import LocalAws
from tests.integration.lambda_functions import BASE, LambdaFunctions


@pytest.fixture
def lambda_functions(
    table_name: str, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LambdaFunctions]:
    """A table, queues and the environment variables of a function."""
    sqs = local_aws.client("sqs")
    quarantine, due = (
        sqs.create_queue(QueueName=f"{kind}-{uuid4().hex[:8]}")["QueueUrl"] for kind in ("quarantine", "due")
    )
    queues = {"PARKING_QUEUE_URL": quarantine, "DUE_QUEUE_URL": due}
    for name, value in {**BASE, "TABLE_NAME": table_name, **queues}.items():
        monkeypatch.setenv(name, value)
    for name in (
        "PUBLIC_URL",
        "SECRETS_PATH",
        "DEMO_CONTROL_URL",
        "SUPPORT_CHAT_ID",
        "ADMIN_IDS",
        "TELEGRAM_API_BASE",
    ):
        monkeypatch.delenv(name, raising=False)
    lambda_functions = LambdaFunctions(local_aws, monkeypatch, quarantine, due)
    yield lambda_functions
    lambda_functions.close()
    for url in (quarantine, due):
        sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def webhook(lambda_functions: LambdaFunctions) -> ModuleType:
    """The module of the webhook function, with the fake Telegram."""
    return lambda_functions.webhook()
