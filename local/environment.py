"""One execution environment: a child process of the real runtime client, with a port of its own."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from aiohttp import web

from local.stack import Function

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")
"""The only variables that a child inherits from this process: no credentials, no profile, no proxy."""


class Environment:
    """The process, its port, and the result of its init."""

    def __init__(self, environment_id: str, function: Function) -> None:
        self.id = environment_id
        self.function = function
        self.port = 0
        self.init_ms: float | None = None
        self.init_error: str | None = None
        self.killed_for: str | None = None
        self._site: web.SockSite | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._started = 0.0
        self._init_reported = False
        self._stopped = False
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int:
        """The process's id; 0 before it started."""
        return self._process.pid if self._process else 0

    async def open_port(self, runner: web.AppRunner) -> None:
        """Listen on a free loopback port with the server's routes."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self._site = web.SockSite(runner, listener)
        await self._site.start()

    async def start(self, variables: Mapping[str, str], on_log: Callable[[str, str], None]) -> None:
        """Start the process, unless `stop` was called before.

        The process has its own session, so that Ctrl-C in a terminal does not end it. `stop` ends it, and may be
        called while the process starts.
        """
        async with self._starting:
            if self._stopped:
                return
            self._started = time.perf_counter()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "awslambdaric",
                self.function.handler,
                cwd=self.function.folder,
                env={**self._inherited(), **self._lambda_variables(), **variables},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            self._reading = asyncio.create_task(self._read_log(on_log))

    def becomes_ready(self) -> bool:
        """Record that the process asked for work; return True the first time, which is the end of its init."""
        if self.init_ms is not None:
            return False
        self.init_ms = (time.perf_counter() - self._started) * 1000
        return True

    def take_init_ms(self) -> float | None:
        """Return the duration of the init at the first call, for the first invocation; None at later calls."""
        if self._init_reported:
            return None
        self._init_reported = True
        return self.init_ms

    def kill(self, timeout: str | None = None) -> None:
        """End the process with SIGKILL; `timeout` says that its invocation has timed out."""
        self.killed_for = timeout
        self._signal()

    async def stop(self) -> None:
        """End the process and wait for its exit; a process that is being started ends right after its start."""
        self._stopped = True
        async with self._starting:
            self._signal()
            if self._process:
                await self._process.wait()

    async def ended(self) -> int:
        """Wait until the process has ended, close its port, return its status."""
        status = 0
        if self._process is not None:
            status = await self._process.wait()
            await self._reading
        if self._site:
            await self._site.stop()
        return status

    def _signal(self) -> None:
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _read_log(self, on_log: Callable[[str, str], None]) -> None:
        stream = self._process.stdout if self._process else None
        rest = b""
        while stream and (chunk := await stream.read(65536)):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                on_log(self.id, line.decode("utf-8", "replace"))
        if rest:
            on_log(self.id, rest.decode("utf-8", "replace"))

    @staticmethod
    def _inherited() -> dict[str, str]:
        return {name: os.environ[name] for name in _INHERITED if name in os.environ}

    def _lambda_variables(self) -> dict[str, str]:
        """Return the variables that Lambda defines (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)."""
        name = self.function.name
        return {
            **self.function.environment,
            "_HANDLER": self.function.handler,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.function.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": self.id,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.port}",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SDK_UA_APP_ID": self.id,
            "LAMBDA_TASK_ROOT": str(self.function.folder),
            "TZ": ":UTC",
        }
