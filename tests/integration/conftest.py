"""What tests of whole functions find around them."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from local.aws import LocalAws
from tests.integration.lambda_functions import BASE, LambdaFunctions


@pytest.fixture
def lambda_functions(
    table_name: str, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LambdaFunctions]:
    """Everything a function finds around it."""
    sqs = local_aws.client("sqs")
    parking, due = (
        sqs.create_queue(QueueName=f"{kind}-{uuid4().hex[:8]}")["QueueUrl"] for kind in ("parking", "due")
    )
    for name, value in {**BASE, "TABLE_NAME": table_name, "PARKING_QUEUE_URL": parking, "DUE_QUEUE_URL": due}.items():
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
    lambda_functions = LambdaFunctions(local_aws, monkeypatch, parking, due)
    yield lambda_functions
    lambda_functions.close()
    for url in (parking, due):
        sqs.delete_queue(QueueUrl=url)
