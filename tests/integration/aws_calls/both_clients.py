"""Our client and botocore's, with the same settings, for calls to a scripted service."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import Config
from botocore.credentials import Credentials
from botocore.session import get_session

from vpnbot.aws_calls.client import AwsClient, Limits
from vpnbot.aws_calls.endpoint import Endpoint
from vpnbot.aws_calls.service import Service
from vpnbot.storage.dynamodb.client import DYNAMODB, DynamoDBClient

REGION = "eu-central-1"
ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "of-the-test"

type Make = Callable[..., Any]
"""Builds a client for a URL, whose `_make_api_call` makes the calls."""


class OurCalls:
    """Our client of a service, with the method of botocore's that makes a call."""

    def __init__(self, client: AwsClient) -> None:
        self._make_api_call = client.call


def ours(
    url: str,
    *,
    service: Service = DYNAMODB,
    attempts: int = 1,
    seconds: float = 5.0,
    token: str | None = None,
    **named: Any,
) -> Any:
    """Return our client of a service at a URL; `seconds` is how long it waits for the next bytes."""
    endpoint = Endpoint(url + ("" if url.count("/") > 2 else "/"), REGION)

    def no_other() -> Any:
        raise AssertionError("botocore's client is not needed")

    limits = Limits(connect_seconds=1, read_seconds=seconds, attempts=attempts, connections=4)
    found = Credentials(ACCESS_KEY, SECRET_KEY, token)
    calls = AwsClient(service, endpoint, limits, lambda: found, **named)
    return DynamoDBClient(endpoint, calls, no_other) if service is DYNAMODB else OurCalls(calls)


def botocores(
    url: str, *, service: Service = DYNAMODB, attempts: int = 1, seconds: float = 5.0, token: str | None = None
) -> Any:
    """Return botocore's client of a service at a URL, with the settings of ours."""
    session = get_session()
    session.set_credentials(ACCESS_KEY, SECRET_KEY, token)
    config = Config(
        parameter_validation=False,
        connect_timeout=1,
        read_timeout=seconds,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
    return session.create_client(service.name, REGION, endpoint_url=url, config=config)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine on which the test runs."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_SDK_UA_APP_ID", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
