"""The client of a service, as the environment asks for it."""

from collections.abc import Mapping
from typing import Any, Protocol

from vpnbot.aws_calls.client import AwsClient, Limits
from vpnbot.aws_calls.endpoint import of_environment
from vpnbot.aws_calls.service import Service


class Calls(Protocol):
    """Makes calls to one service."""

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Make a call, and return its result.

        Raises:
            ClientError: the service refused it.
            BotoCoreError: there was no answer.
        """


def open_calls(service: Service, limits: Limits) -> Calls:
    """Return our client of a service, or botocore's where the environment asks for it. No connection is made yet."""
    endpoint = of_environment(service.name)
    if endpoint is not None:
        return AwsClient(service, endpoint, limits)
    from vpnbot.aws_calls.botocores import BotocoresClient

    return BotocoresClient(service, limits)
