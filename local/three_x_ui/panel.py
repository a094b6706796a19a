"""A fake panel with its own HTTP server: tests can stop, restart, slow down and wipe it, and inject faults."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from local.three_x_ui.answers import status_json
from local.three_x_ui.faults import FaultKind, Faults
from local.three_x_ui.inbounds import Inbound
from local.three_x_ui.routes import Routes
from local.three_x_ui.state import Client, PanelState
from local.three_x_ui.tls import TlsIdentity


@dataclass(frozen=True, slots=True)
class Call:
    """One request and the status of its answer; 0: no answer."""

    method: str
    path: str
    status: int


class FakePanel:
    """One 3x-ui panel. `old`: a version before 3.1; `version` None: it does not report its version, as older panels.

    `xray_state` None: the panel has just started and does not know the state of Xray yet.
    """

    def __init__(
        self,
        name: str,
        *,
        token: str,
        base_path: str = "/base",
        version: str | None = "3.6.0",
        language: str = "en",
        tls: TlsIdentity | None = None,
        old: bool = False,
    ) -> None:
        self.name = name
        self.token = token
        self.version = version
        self.xray_state: str | None = "running"
        self.xray_version = "26.7.10"
        self.state = PanelState()
        self.faults = Faults()
        self.calls: list[Call] = []
        self._base_path = base_path
        self._tls = tls
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._routes = Routes(self.state, language, self._core, old=old)

    @property
    def address(self) -> str:
        """The panel's address with its base path."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}{self._base_path}"

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._runner is not None

    @property
    def clients(self) -> Mapping[str, Client]:
        """The clients, by email."""
        return self.state.clients

    @property
    def inbounds(self) -> Mapping[int, Inbound]:
        """The inbounds, by id."""
        return self.state.inbounds

    def renew_certificate(self, tls: TlsIdentity) -> None:
        """Have another certificate from the next start on."""
        self._tls = tls

    async def start(self, port: int = 0, hosts: Iterable[str] = ("127.0.0.1",)) -> None:
        """Listen on a port; 0: the same port as before, or any free one.

        Raises:
            OSError: the port is in use.
        """
        app = web.Application(middlewares=[self._delayed, self._bearer])
        self._routes.add_to(app.router, self._base_path)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        for host in hosts:
            await web.TCPSite(runner, host, port or self._port, reuse_address=True, ssl_context=self._context).start()
            self._port = self._port or runner.addresses[0][1]
        self._runner = runner

    async def stop(self) -> None:
        """Refuse connections from now on; inbounds and clients are kept."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            for connection in runner.server.connections if runner.server else ():
                if connection.transport is not None:
                    connection.transport.abort()  # an orderly end of TLS would wait for the other side
            await runner.cleanup()

    async def restart(self) -> None:
        """Stop, and start again on the same port."""
        await self.stop()
        await self.start()

    def wipe(self) -> None:
        """Remove all clients and keep the inbounds, as a reinstallation does."""
        self.state.wipe()

    def add_foreign_client(self, email: str, inbound_id: int = 1, comment: str = "") -> None:
        """Add a client that vpnbot did not create."""
        self.state.add({"client": {"email": email, "comment": comment}, "inboundIds": [inbound_id]})

    def use_traffic(self, email: str, *, up: int = 0, down: int = 0) -> None:
        """Add bytes to the traffic of a client."""
        client = self.state.client(email)
        client.up += up
        client.down += down

    @property
    def _context(self) -> Any:
        return self._tls.context if self._tls else None

    def _core(self) -> dict[str, Any] | None:
        if self.xray_state is None:
            return None
        return status_json(self.version, self.xray_state, self.xray_version)

    @web.middleware
    async def _delayed(self, request: web.Request, handler: Any) -> web.StreamResponse:
        fault = self.faults.take(request.path)
        kind = fault.kind if fault else None
        await asyncio.sleep(self.faults.latency_seconds + (fault.seconds if fault and kind is FaultKind.SLOW else 0))
        if kind is FaultKind.DOWN:
            return self._cut(request)
        if kind is FaultKind.NOT_JSON:
            return self._recorded(request, web.Response(text="<html>Bad gateway</html>", content_type="text/html"))
        response = await self._handled(request, handler)
        if kind is FaultKind.EMPTY_BODY:
            response = web.Response()
        elif kind is FaultKind.ERROR_AFTER_ACTING:
            response = web.Response(status=500)
        elif kind is FaultKind.LOST_ANSWER:
            return self._cut(request)
        return self._recorded(request, response)

    @staticmethod
    async def _handled(request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPException:
            return web.Response(status=404)  # a panel answers every unknown path with 404
        return response

    def _cut(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(Call(request.method, request.path, 0))
        if request.transport is not None:
            with suppress(OSError):
                request.transport.abort()
        return web.Response(status=500)

    def _recorded(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        self.calls.append(Call(request.method, request.path, response.status))
        return response

    @web.middleware
    async def _bearer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith(f"{self._base_path}/panel/api/") and not self._is_authorized(request):
            known_route = not isinstance(request.match_info.http_exception, web.HTTPNotFound)
            is_ajax = request.headers.get("X-Requested-With") == "XMLHttpRequest"
            return web.Response(status=401 if is_ajax and known_route else 404)
        response: web.StreamResponse = await handler(request)
        return response

    def _is_authorized(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.token}"
