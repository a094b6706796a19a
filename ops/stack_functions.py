"""Stops all functions of a stack, and starts them again, by their reserved concurrency."""

from collections.abc import Sequence

import boto3

from ops.deployment import Target
from vpnbot.errors import Rejected

_LIMITED = "TelegramWebhook"
"""The function whose concurrency the parameter ReservedConcurrency reserves."""


class StackFunctions:
    """The functions of a deployed stack. A stopped function has a reserved concurrency of 0, so nothing invokes it.

    Telegram and payment providers deliver again what a stopped function did not take: Telegram for a day.
    """

    def __init__(self, target: Target) -> None:
        """Look the functions up.

        Raises:
            Misconfigured: the stack is not deployed.
        """
        self._deployment = target.deployment()
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
        self._names: dict[str, str] = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=target.stack_name)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::Lambda::Function"
        }
        self._lambda = boto3.client("lambda")

    def running(self) -> Sequence[str]:
        """Return the functions that are not stopped, by their names in the template."""
        return [name for name in self._names if self._concurrency(name) != 0]

    def stop(self) -> Sequence[str]:
        """Stop every function; return the names of all. Invocations that have begun go on until they end."""
        for function in self._names.values():
            self._lambda.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        return list(self._names)

    def start(self) -> Sequence[str]:
        """Give each stopped function the concurrency of the deployment again; return their names."""
        stopped = [name for name in self._names if self._concurrency(name) == 0]
        reserved = self._deployment.parameters.get("ReservedConcurrency", "")
        for name in stopped:
            if name == _LIMITED and reserved:
                self._lambda.put_function_concurrency(
                    FunctionName=self._names[name], ReservedConcurrentExecutions=int(reserved)
                )
            else:
                self._lambda.delete_function_concurrency(FunctionName=self._names[name])
        return stopped

    def demand_stopped(self, options: str) -> None:
        """Check that no function runs.

        Raises:
            Rejected: one does.
        """
        running = self.running()
        if running:
            stop = f"python -m ops {options} functions stop"
            raise Rejected(f"{', '.join(running)} would write meanwhile; first run `{stop}` and wait a minute")

    def _concurrency(self, name: str) -> int | None:
        found = self._lambda.get_function_concurrency(FunctionName=self._names[name])
        reserved: int | None = found.get("ReservedConcurrentExecutions")
        return reserved
