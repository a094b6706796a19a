"""The parts of a template that the local run uses: functions, routes, queues, schedules, tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from local.intrinsics import Node

REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"
"""The account id that moto uses."""
API_ID = "local"
"""The value of a reference to an HTTP API."""
STORED_PARAMETERS = {"WebhookPath": "telegram"}
"""The values of the parameters that CloudFormation reads from Parameter Store."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The names under which this run deploys the template. `aws_endpoint` is the address of its AWS services.

    `bot_username` is what the resource `Bot` would be told; empty: the run does not know it.
    """

    stack_name: str
    aws_endpoint: str
    bot_username: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function: its logical id (`name`), its code and its limits."""

    name: str
    folder: Path
    handler: str
    timeout_seconds: float
    memory_mb: int
    architecture: str
    environment: Mapping[str, str]

    @property
    def arn(self) -> str:
        """The function's ARN in this run's account."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{self.name}"


@dataclass(frozen=True, slots=True)
class Route:
    """One route of an HTTP API, as API Gateway writes it (`/s/{token}`)."""

    method: str
    path: str
    function: str


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """One SQS event source of a function."""

    queue_url: str
    function: str
    batch_size: int
    partial_failures: bool
    maximum_concurrency: int | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function that a schedule starts."""

    function: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue with the attributes of CreateQueue, all as strings."""

    logical_id: str
    name: str
    url: str
    attributes: Mapping[str, str]
    dead_letters_to: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the arguments of CreateTable, and the TTL attribute."""

    logical_id: str
    create: Mapping[str, Node]
    ttl_attribute: str | None

    @property
    def name(self) -> str:
        """The physical name."""
        return str(self.create["TableName"])


@dataclass(frozen=True, slots=True)
class Template:
    """All resources of one template that a local run uses."""

    functions: Mapping[str, Function]
    routes: tuple[Route, ...]
    queue_mappings: tuple[QueueMapping, ...]
    schedules: tuple[Schedule, ...]
    queues: tuple[Queue, ...]
    tables: tuple[Table, ...]

    def function(self, name: str) -> Function:
        """Return a function by its logical id or by its folder's name.

        Raises:
            KeyError: no function has this name.
        """
        for function in self.functions.values():
            if name in {function.name, function.folder.name}:
                return function
        raise KeyError(name)

    def has_function(self, name: str) -> bool:
        """Return whether a function has this logical id or folder name."""
        return any(name in {function.name, function.folder.name} for function in self.functions.values())
