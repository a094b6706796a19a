"""Lambda on one machine: execution environments are child processes of the real runtime client.

Each environment is `python -m awslambdaric <handler>`, which asks the Runtime API
(https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for its next invocation. Every environment has a
port of its own, so that whatever it asks of this process (Runtime API, Bot API, control) says who is asking.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

from local.environment import Environment
from local.invocation import Fleet, Invocation, InvocationError, Outcome
from local.stack import Function, Template

_VERSION = "/2018-06-01/runtime"
MAX_ENVIRONMENTS = 4
"""How many environments of one function a local run starts; further events wait, up to the function's timeout."""


class Runtime:
    """The Lambda service of a local run: `invoke` a function of the template, get its outcome.

    `variables` gives what an environment's process sees beyond the template's variables, by function and port.
    `on_start` (environment's id, function, event) and `on_end` are told of every invocation, for the meter;
    `on_ready` (environment's id, init in ms) and `on_broken` (id, reason) of every environment.
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
        self._fleets = {name: Fleet(function) for name, function in template.functions.items()}
        self._by_port: dict[int, tuple[Fleet, Environment]] = {}
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
        """Remember the server on which environments' ports open."""
        self._runner = runner

    async def stop(self) -> None:
        """End every child at once."""
        fleets = self._fleets.values()
        environments = [environment for fleet in fleets for environment in fleet.environments.values()]
        self._runner = None
        for fleet in fleets:
            self._refuse_waiting(fleet)
        await asyncio.gather(*(environment.stop() for environment in environments))
        await asyncio.gather(*self._tasks)

    def environment_of(self, request: web.Request) -> str | None:
        """Tell which environment a request comes from."""
        found = self._by_port.get(_port(request))
        return found[1].id if found else None

    @property
    def processes(self) -> dict[str, int]:
        """Process ids of living environments."""
        return {
            environment.id: environment.pid
            for fleet in self._fleets.values()
            for environment in fleet.environments.values()
        }

    @property
    def busy(self) -> bool:
        """Tell whether an invocation is running or waiting."""
        return any(fleet.waiting or fleet.running for fleet in self._fleets.values())

    async def warm(self, name: str) -> None:
        """Start one environment of a function ahead of its first invocation."""
        fleet = self._fleets[self._template.function(name).name]
        if not fleet.environments:
            await self._spawn(fleet)

    async def invoke(self, name: str, event: Any) -> Outcome:
        """Run a function once and return how it ended.

        Raises:
            KeyError: the template has no such function.
        """
        function = self._template.function(name)
        fleet = self._fleets[function.name]
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        invocation = Invocation(function, event, json.dumps(event).encode(), done)
        fleet.waiting.append(invocation)
        invocation.timer = asyncio.get_running_loop().call_later(
            max(function.timeout_seconds, 60.0), self._give_up, fleet, invocation
        )
        if self._runner is None:
            self._refuse_waiting(fleet)
        await self._serve(fleet)
        return await done

    async def _serve(self, fleet: Fleet) -> None:
        while fleet.waiting and fleet.idle:
            environment_id = next(iter(fleet.idle))
            fleet.idle.pop(environment_id).set_result(fleet.waiting.popleft())
        while len(fleet.waiting) > fleet.starting and len(fleet.environments) < self._max_environments:
            await self._spawn(fleet)

    async def _spawn(self, fleet: Fleet) -> None:
        if self._runner is None:
            return
        fleet.started += 1
        environment = Environment(f"{fleet.function.folder.name}-{fleet.started}", fleet.function)
        fleet.environments[environment.id] = environment
        await environment.open_port(self._runner)
        self._by_port[environment.port] = (fleet, environment)
        await environment.start(self._variables(fleet.function, environment.port), self._on_log)
        task = asyncio.create_task(self._bury(fleet, environment))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bury(self, fleet: Fleet, environment: Environment) -> None:
        status = await environment.ended()
        fleet.environments.pop(environment.id)
        self._by_port.pop(environment.port)
        if idle := fleet.idle.pop(environment.id, None):
            idle.cancel()
        if invocation := fleet.running.get(environment.id):
            error = environment.killed_for or f"Runtime exited with error: exit status {status}"
            kind = "Sandbox.Timedout" if environment.killed_for else "Runtime.ExitError"
            self._finish(fleet, invocation, None, InvocationError(kind, error))
        elif environment.init_ms is None and self._runner is not None:
            self.on_broken(environment.id, environment.init_error or f"exit status {status}")
            self._fail_one(fleet, environment)
        if self._runner is not None:
            await self._serve(fleet)

    def _fail_one(self, fleet: Fleet, environment: Environment) -> None:
        """Answer who waited longest: the environment that was started for it did not survive its init."""
        if fleet.waiting:
            message = environment.init_error or "the process ended during init"
            self._finish(fleet, fleet.waiting.popleft(), None, InvocationError("Runtime.InitError", message))

    def _refuse_waiting(self, fleet: Fleet) -> None:
        while fleet.waiting:
            error = InvocationError("ServiceException", "the local run is not running")
            self._finish(fleet, fleet.waiting.popleft(), None, error)

    def _give_up(self, fleet: Fleet, invocation: Invocation) -> None:
        if invocation in fleet.waiting:
            fleet.waiting.remove(invocation)
            error = InvocationError("TooManyRequestsException", "Rate Exceeded.")
            self._finish(fleet, invocation, None, error)

    async def _next(self, request: web.Request) -> web.StreamResponse:
        fleet, environment = self._asking(request)
        if environment.becomes_ready() and environment.init_ms:
            self.on_ready(environment.id, environment.init_ms)
        if fleet.waiting:
            invocation = fleet.waiting.popleft()
        else:
            fleet.idle[environment.id] = asyncio.get_running_loop().create_future()
            invocation = await fleet.idle[environment.id]
        if environment.id not in fleet.environments:  # it died while the invocation was being handed over
            fleet.waiting.appendleft(invocation)
            await self._serve(fleet)
            raise web.HTTPGone
        self._begin(fleet, environment, invocation)
        deadline_ms = int((time.time() + fleet.function.timeout_seconds) * 1000)
        return web.Response(
            body=invocation.body,
            content_type="application/json",
            headers={
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": fleet.function.arn,
                "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
            },
        )

    def _begin(self, fleet: Fleet, environment: Environment, invocation: Invocation) -> None:
        if invocation.timer:
            invocation.timer.cancel()
        limit = fleet.function.timeout_seconds
        invocation.environment = environment
        invocation.started = time.perf_counter()
        invocation.timer = asyncio.get_running_loop().call_later(
            limit, environment.kill, f"Task timed out after {limit:.2f} seconds"
        )
        fleet.running[environment.id] = invocation
        self.on_start(environment.id, fleet.function, invocation.event)

    async def _response(self, request: web.Request) -> web.Response:
        fleet, environment = self._asking(request)
        invocation = self._current(fleet, environment, request)
        body = await request.content.read(-1)
        self._finish(fleet, invocation, json.loads(body or b"null"), None)
        return web.json_response({"status": "OK"}, status=202)

    async def _error(self, request: web.Request) -> web.Response:
        fleet, environment = self._asking(request)
        invocation = self._current(fleet, environment, request)
        details = json.loads(await request.content.read(-1) or b"{}")
        error = InvocationError(str(details.get("errorType")), str(details.get("errorMessage")))
        self._finish(fleet, invocation, None, error)
        return web.json_response({"status": "OK"}, status=202)

    async def _init_error(self, request: web.Request) -> web.Response:
        _, environment = self._asking(request)
        details = json.loads(await request.content.read(-1) or b"{}")
        environment.init_error = f"{details.get('errorType')}: {details.get('errorMessage')}"
        return web.json_response({"status": "OK"}, status=202)

    def _finish(self, fleet: Fleet, invocation: Invocation, payload: Any, error: InvocationError | None) -> None:
        if invocation.timer:
            invocation.timer.cancel()
        environment = invocation.environment
        outcome = Outcome(
            request_id=invocation.request_id,
            function=fleet.function.name,
            environment=environment.id if environment else "",
            payload=payload,
            error=error,
            duration_ms=(time.perf_counter() - invocation.started) * 1000 if environment else 0.0,
            init_ms=environment.take_init_ms() if environment else None,
        )
        if environment:
            fleet.running.pop(environment.id)
            self.on_end(outcome, fleet.function)
        with suppress(asyncio.InvalidStateError):  # the caller may have given up
            invocation.done.set_result(outcome)

    def _asking(self, request: web.Request) -> tuple[Fleet, Environment]:
        found = self._by_port.get(_port(request))
        if found is None:
            raise web.HTTPNotFound
        return found

    @staticmethod
    def _current(fleet: Fleet, environment: Environment, request: web.Request) -> Invocation:
        invocation = fleet.running.get(environment.id)
        if invocation is None or invocation.request_id != request.match_info["request_id"]:
            raise web.HTTPBadRequest(text='{"errorType": "InvalidRequestID"}')
        return invocation


def _port(request: web.Request) -> int:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return int(name[1]) if name else 0
