"""One invocation of a function, its outcome, and the environments that serve a function's invocations."""

import asyncio
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from local.environment import Environment
from local.stack import Function


@dataclass(frozen=True, slots=True)
class InvocationError:
    """Why an invocation has no response, in Lambda's terms (`Runtime.ExitError`, `Sandbox.Timedout`, …)."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one invocation: a payload or an error, its environment and its duration."""

    request_id: str
    function: str
    environment: str
    payload: Any
    error: InvocationError | None
    duration_ms: float
    init_ms: float | None


@dataclass(slots=True)
class Invocation:
    """An event that waits for an environment or runs in one; `started` is a time of `time.perf_counter`."""

    function: Function
    event: Any
    body: bytes
    done: asyncio.Future[Outcome]
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    environment: Environment | None = None
    started: float = 0.0
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class EnvironmentPool:
    """All environments of one function, and the invocations that wait for one."""

    function: Function
    environments: dict[str, Environment] = field(default_factory=dict)
    waiting: deque[Invocation] = field(default_factory=deque)
    idle: dict[str, asyncio.Future[Invocation]] = field(default_factory=dict)
    running: dict[str, Invocation] = field(default_factory=dict)
    started: int = 0

    @property
    def starting(self) -> int:
        """How many environments have not yet asked for work."""
        return sum(environment.init_ms is None for environment in self.environments.values())
