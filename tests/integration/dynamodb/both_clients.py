"""Our client and botocore's, with the same settings, for calls to a scripted DynamoDB."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import Config
from botocore.credentials import Credentials
from botocore.session import get_session

from vpnbot.storage.dynamodb.client import DynamoDBClient, Limits
from vpnbot.storage.dynamodb.endpoint import Endpoint

REGION = "eu-central-1"
ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "of-the-test"

type Make = Callable[..., Any]
"""Builds a client for a URL."""


def ours(url: str, *, attempts: int = 1, seconds: float = 5.0, token: str | None = None, **named: Any) -> Any:
    """Return our client for a URL; `seconds` is how long it waits for the next bytes."""
    path = "" if url.count("/") > 2 else "/"

    def no_other() -> Any:
        raise AssertionError("botocore's client is not needed")

    limits = Limits(connect_seconds=1, read_seconds=seconds, attempts=attempts, connections=4)
    found = Credentials(ACCESS_KEY, SECRET_KEY, token)
    return DynamoDBClient(Endpoint(url + path, REGION), limits, lambda: found, no_other, **named)


def botocores(url: str, *, attempts: int = 1, seconds: float = 5.0, token: str | None = None) -> Any:
    """Return botocore's client for a URL, with the settings that PynamoDB gives it."""
    session = get_session()
    session.set_credentials(ACCESS_KEY, SECRET_KEY, token)
    config = Config(
        parameter_validation=False,
        connect_timeout=1,
        read_timeout=seconds,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
    return session.create_client("dynamodb", REGION, endpoint_url=url, config=config)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine on which the test runs."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_SDK_UA_APP_ID", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
