"""Lambda on one machine: execution environments are child processes of the real runtime client.

Each environment is `python -m awslambdaric <handler>`, which asks the Runtime API
(https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for its next invocation. Each environment has its
own port, so that the port of a request to this process (Runtime API, Bot API, control) identifies the environment.
"""

import asyncio
import json
import signal
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

from local.environment import Environment
from local.invocation import EnvironmentPool, Invocation, InvocationError, Outcome
from local.stack import Function, Template

_VERSION = "/2018-06-01/runtime"
MAX_ENVIRONMENTS = 4
"""The largest number of environments of one function. More events wait for the function's timeout, at least 60 s."""


class Runtime:
    """The Lambda service of a local run: `invoke` a function of the template, get its outcome.

    `variables` returns the variables of an environment beyond those of the template, by function and port.
    `on_start` (environment's id, function, event) and `on_end` are called for every invocation, for the meter;
    `on_ready` (environment's id, init in ms) or `on_broken` (id, reason) for every environment.
    """

    def __init__(
        self,
        template: Template,
        variables: Callable[[Function, int], Mapping[str, str]],
        max_environments: int = MAX_ENVIRONMENTS,
        on_log: Callable[[str, str], None] | None = None,
    ) -> None:
        self._template = template
        self._variables = variables
        self._max_environments = max_environments
        self._on_log = on_log or (lambda _environment, _line: None)
        self._pools = {name: EnvironmentPool(function) for name, function in template.functions.items()}
        self._by_port: dict[int, tuple[EnvironmentPool, Environment]] = {}
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_start: Callable[[str, Function, Any], None] = lambda _environment, _function, _event: None
        self.on_ready: Callable[[str, float], None] = lambda _environment, _init_ms: None
        self.on_broken: Callable[[str, str], None] = lambda _environment, _reason: None
        self.on_end: Callable[[Outcome, Function], None] = lambda _outcome, _function: None

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve the Runtime API; it answers only on the ports of environments."""
        router.add_get(f"{_VERSION}/invocation/next", self._next)
        router.add_post(f"{_VERSION}/invocation/{{request_id}}/response", self._response)
        router.add_post(f"{_VERSION}/invocation/{{request_id}}/error", self._error)
        router.add_post(f"{_VERSION}/init/error", self._init_error)

    def start(self, runner: web.AppRunner) -> None:
        """Use this server for the ports of environments."""
        self._runner = runner

    async def stop(self) -> None:
        """End all child processes at the same time."""
        pools = self._pools.values()
        environments = [environment for pool in pools for environment in pool.environments.values()]
        self._runner = None
        for pool in pools:
            self._reject_all_waiting(pool)
        await asyncio.gather(*(environment.stop() for environment in environments))
        await asyncio.gather(*self._tasks)

    def environment_of(self, request: web.Request) -> str | None:
        """Return the id of the environment that sent a request; None for any other sender."""
        found = self._by_port.get(_port(request))
        return found[1].id if found else None

    @property
    def processes(self) -> dict[str, int]:
        """The process ids of all environments, by the environment's id."""
        return {
            environment.id: environment.pid
            for pool in self._pools.values()
            for environment in pool.environments.values()
        }

    @property
    def busy(self) -> bool:
        """Whether an invocation runs or waits."""
        return any(pool.waiting or pool.running for pool in self._pools.values())

    def kill_working(self, name: str) -> int:
        """End the processes that run an invocation of a function now, with SIGKILL; return how many they are.

        Raises:
            KeyError: the template has no such function.
        """
        pool = self._pools[self._template.function(name).name]
        for environment_id in pool.running:
            pool.environments[environment_id].kill()
        return len(pool.running)

    def kill(self, environment_id: str) -> None:
        """End the process of an environment with SIGKILL; nothing if there is none."""
        for pool in self._pools.values():
            if found := pool.environments.get(environment_id):
                found.kill()

    async def warm(self, name: str) -> None:
        """Start one environment of a function before its first invocation."""
        pool = self._pools[self._template.function(name).name]
        if not pool.environments:
            await self._spawn(pool)

    async def invoke(self, name: str, event: Any) -> Outcome:
        """Run a function once and return the outcome.

        Raises:
            KeyError: the template has no such function.
        """
        function = self._template.function(name)
        pool = self._pools[function.name]
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        invocation = Invocation(function, event, json.dumps(event).encode(), done)
        pool.waiting.append(invocation)
        invocation.timer = asyncio.get_running_loop().call_later(
            max(function.timeout_seconds, 60.0), self._reject_if_waiting, pool, invocation
        )
        if self._runner is None:
            self._reject_all_waiting(pool)
        await self._serve(pool)
        return await done

    async def _serve(self, pool: EnvironmentPool) -> None:
        while pool.waiting and pool.idle:
            environment_id = next(iter(pool.idle))
            pool.idle.pop(environment_id).set_result(pool.waiting.popleft())
        while len(pool.waiting) > pool.starting and len(pool.environments) < self._max_environments:
            await self._spawn(pool)

    async def _spawn(self, pool: EnvironmentPool) -> None:
        if self._runner is None:
            return
        pool.started += 1
        environment = Environment(f"{pool.function.folder.name}-{pool.started}", pool.function)
        pool.environments[environment.id] = environment
        await environment.open_port(self._runner)
        self._by_port[environment.port] = (pool, environment)
        await environment.start(self._variables(pool.function, environment.port), self._on_log)
        task = asyncio.create_task(self._clean_up(pool, environment))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _clean_up(self, pool: EnvironmentPool, environment: Environment) -> None:
        status = await environment.ended()
        pool.environments.pop(environment.id)
        self._by_port.pop(environment.port)
        if idle := pool.idle.pop(environment.id, None):
            idle.cancel()
        if invocation := pool.running.get(environment.id):
            error = environment.killed_for or f"Runtime exited with error: {_exit_words(status)}"
            kind = "Sandbox.Timedout" if environment.killed_for else "Runtime.ExitError"
            self._finish(pool, invocation, None, InvocationError(kind, error))
        elif environment.init_ms is None and self._runner is not None:
            self.on_broken(environment.id, environment.init_error or f"exit status {status}")
            self._fail_one(pool, environment)
        if self._runner is not None:
            await self._serve(pool)

    def _fail_one(self, pool: EnvironmentPool, environment: Environment) -> None:
        """Fail the invocation that has waited longest: the environment started for it ended during its init."""
        if pool.waiting:
            message = environment.init_error or "the process ended during init"
            self._finish(pool, pool.waiting.popleft(), None, InvocationError("Runtime.InitError", message))

    def _reject_all_waiting(self, pool: EnvironmentPool) -> None:
        while pool.waiting:
            error = InvocationError("ServiceException", "the local run is not running")
            self._finish(pool, pool.waiting.popleft(), None, error)

    def _reject_if_waiting(self, pool: EnvironmentPool, invocation: Invocation) -> None:
        if invocation in pool.waiting:
            pool.waiting.remove(invocation)
            error = InvocationError("TooManyRequestsException", "Rate Exceeded.")
            self._finish(pool, invocation, None, error)

    async def _next(self, request: web.Request) -> web.StreamResponse:
        pool, environment = self._sender_of(request)
        if environment.becomes_ready() and environment.init_ms:
            self.on_ready(environment.id, environment.init_ms)
        if pool.waiting:
            invocation = pool.waiting.popleft()
        else:
            pool.idle[environment.id] = asyncio.get_running_loop().create_future()
            invocation = await pool.idle[environment.id]
        if environment.id not in pool.environments:  # its process ended while the invocation was on its way
            pool.waiting.appendleft(invocation)
            await self._serve(pool)
            raise web.HTTPGone
        self._begin(pool, environment, invocation)
        deadline_ms = int((time.time() + pool.function.timeout_seconds) * 1000)
        return web.Response(
            body=invocation.body,
            content_type="application/json",
            headers={
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": pool.function.arn,
                "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
            },
        )

    def _begin(self, pool: EnvironmentPool, environment: Environment, invocation: Invocation) -> None:
        if invocation.timer:
            invocation.timer.cancel()
        limit = pool.function.timeout_seconds
        invocation.environment = environment
        invocation.started = time.perf_counter()
        invocation.timer = asyncio.get_running_loop().call_later(
            limit, environment.kill, f"Task timed out after {limit:.2f} seconds"
        )
        pool.running[environment.id] = invocation
        self.on_start(environment.id, pool.function, invocation.event)

    async def _response(self, request: web.Request) -> web.Response:
        pool, environment = self._sender_of(request)
        invocation = self._current(pool, environment, request)
        body = await request.content.read(-1)
        self._finish(pool, invocation, json.loads(body or b"null"), None)
        return web.json_response({"status": "OK"}, status=202)

    async def _error(self, request: web.Request) -> web.Response:
        pool, environment = self._sender_of(request)
        invocation = self._current(pool, environment, request)
        details = json.loads(await request.content.read(-1) or b"{}")
        error = InvocationError(str(details.get("errorType")), str(details.get("errorMessage")))
        self._finish(pool, invocation, None, error)
        return web.json_response({"status": "OK"}, status=202)

    async def _init_error(self, request: web.Request) -> web.Response:
        _, environment = self._sender_of(request)
        details = json.loads(await request.content.read(-1) or b"{}")
        environment.init_error = f"{details.get('errorType')}: {details.get('errorMessage')}"
        return web.json_response({"status": "OK"}, status=202)

    def _finish(
        self, pool: EnvironmentPool, invocation: Invocation, payload: Any, error: InvocationError | None
    ) -> None:
        if invocation.timer:
            invocation.timer.cancel()
        environment = invocation.environment
        outcome = Outcome(
            request_id=invocation.request_id,
            function=pool.function.name,
            environment=environment.id if environment else "",
            payload=payload,
            error=error,
            duration_ms=(time.perf_counter() - invocation.started) * 1000 if environment else 0.0,
            init_ms=environment.take_init_ms() if environment else None,
        )
        if environment:
            pool.running.pop(environment.id)
            self.on_end(outcome, pool.function)
        with suppress(asyncio.InvalidStateError):  # the caller may have been cancelled
            invocation.done.set_result(outcome)

    def _sender_of(self, request: web.Request) -> tuple[EnvironmentPool, Environment]:
        found = self._by_port.get(_port(request))
        if found is None:
            raise web.HTTPNotFound
        return found

    @staticmethod
    def _current(pool: EnvironmentPool, environment: Environment, request: web.Request) -> Invocation:
        invocation = pool.running.get(environment.id)
        if invocation is None or invocation.request_id != request.match_info["request_id"]:
            raise web.HTTPBadRequest(text='{"errorType": "InvalidRequestID"}')
        return invocation


def _exit_words(status: int) -> str:
    """Return how a process has ended, as Lambda says it."""
    return "signal: killed" if status == -signal.SIGKILL else f"exit status {status}"


def _port(request: web.Request) -> int:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return int(name[1]) if name else 0
