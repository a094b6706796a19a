"""The HTTP server of the local run: on one port, or the next free one, and on Docker's bridge for `sam local`."""

import asyncio
import errno
from collections.abc import Callable

from aiohttp import web

from local import sam_env
from local.aws import LocalAws

_PORTS_TRIED = 50
_ALL_INTERFACES = frozenset({"0.0.0.0", "::"})


class Site:
    """One HTTP server. `base` is its address, once it is open.

    `seen_from_containers` maps an address of this machine to the one in a container; empty: it has none there.
    """

    def __init__(self, host: str, port: int, say: Callable[[str], None]) -> None:
        self._host = host
        self._wanted_port = port
        self._say = say
        self._runner: web.AppRunner | None = None
        self.port = 0
        self.base = ""
        self.seen_from_containers: dict[str, str] = {}

    @property
    def is_open(self) -> bool:
        """Whether it serves."""
        return self._runner is not None

    async def open(self, app: web.Application) -> web.AppRunner:
        """Serve an application.

        Raises:
            OSError: no port is free.
        """
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        self.port = await self._listen(self._runner)
        host = "127.0.0.1" if self._host in _ALL_INTERFACES else self._host
        self.base = f"http://{host}:{self.port}"
        return self._runner

    async def share(self, aws: LocalAws) -> None:
        """Listen on Docker's bridge too, if the machine has one, also with AWS's emulator."""
        bridge = sam_env.bridge_address()
        if bridge is None or self._runner is None:
            return
        try:
            if self._host not in _ALL_INTERFACES:
                await web.TCPSite(self._runner, bridge, self.port).start()
            aws_port = await asyncio.to_thread(aws.listen, bridge, 0)
        except OSError as error:
            self._say(f"containers cannot reach this run: {error}")
            return
        there = f"http://{sam_env.HOST_FROM_CONTAINER}"
        self.seen_from_containers = {self.base: f"{there}:{self.port}", aws.endpoint: f"{there}:{aws_port}"}

    async def close(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _listen(self, runner: web.AppRunner) -> int:
        for port in range(self._wanted_port, self._wanted_port + _PORTS_TRIED):
            try:
                await web.TCPSite(runner, self._host, port, reuse_address=True).start()
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            if port != self._wanted_port:
                self._say(f"port {self._wanted_port} is taken; using {port}")
            return int(runner.addresses[0][1])
        raise OSError(errno.EADDRINUSE, f"no free port from {self._wanted_port} on")
