"""The clients of botocore: the modules that they need, and one for calls that our own client does not make."""

import importlib
from collections.abc import Mapping
from typing import Any

from vpnbot.aws_calls.client import Limits
from vpnbot.aws_calls.service import Service


def import_client_of_botocore() -> None:
    """Import what a client of botocore needs, and what finds credentials."""
    for name in ("botocore.config", "botocore.client", "botocore.session"):
        importlib.import_module(name)


class BotocoresClient:
    """Calls one service by botocore's client; to build it takes 100 ms and 10 MB."""

    def __init__(self, service: Service, limits: Limits) -> None:
        from botocore.config import Config
        from botocore.session import get_session

        config = Config(
            connect_timeout=limits.connect_seconds,
            read_timeout=limits.read_seconds,
            retries={"mode": "standard", "total_max_attempts": limits.attempts},
        )
        self._client = get_session().create_client(service.name, config=config)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Make a call, and return its result.

        Raises:
            ClientError, BotoCoreError: as `AwsClient.send`.
        """
        return self._client._make_api_call(operation, dict(parameters))
