"""The fake with its own HTTP server: API, pay page, notifications, faults, and the clock of the system around it."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from local.crypto_pay.faults import CallFault, Faults
from local.crypto_pay.invoices import PRICE_OF_ASSET, Invoice, Invoices, Rejection
from local.crypto_pay.notifications import Notifications
from local.crypto_pay.pay_page import POLICY, pay_page

DELIVERY_SECONDS = 1.0
"""How often a local run looks for notifications that are due, in real time."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API, with the status of its answer; 0: there was none."""

    method: str
    parameters: Mapping[str, Any]
    status: int


class FakeCryptoPay:
    """One app of Crypto Pay. `webhook_url` is where notifications go; None: the app has no webhook.

    `newest_first`: the order of getInvoices, which is not documented.
    """

    def __init__(self, token: str, clock: Callable[[], datetime], *, webhook_url: str | None = None) -> None:
        self.token = token
        self.webhook_url = webhook_url
        self.newest_first = True
        self.faults = Faults()
        self.invoices = Invoices(clock)
        self.notifications = Notifications(token, self.faults, clock)
        self.calls: list[Call] = []
        self._clock = clock
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "getMe": self._get_me,
            "createInvoice": self._create,
            "getInvoices": self._list,
            "deleteInvoice": self.invoices.delete,
        }

    @property
    def address(self) -> str:
        """The address of the server, without the path of the API."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_base(self) -> str:
        """The value of CRYPTO_PAY_API_BASE."""
        return f"{self.address}/api"

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; 0: the same port as before, or any free one."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/pay/{hash}", self._page)
        app.router.add_post("/pay/{hash}", self._pay_form)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port or self._port, reuse_address=True).start()
        self._port = self._port or runner.addresses[0][1]
        self._runner = runner

    async def stop(self) -> None:
        """Refuse connections from now on; the invoices are kept."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def pay(self, invoice_id: int, asset: str = "USDT", *, after_expiry: bool = False) -> None:
        """Pay an invoice and notify of it; `after_expiry` pays one that is over, as a slow chain does.

        Raises:
            Rejection: it is paid, over or unknown.
        """
        invoice = self.invoices.all.get(invoice_id)
        now = self._clock()
        allowed = {"active", "expired"} if after_expiry else {"active"}
        if invoice is None or invoice.status(now) not in allowed:
            raise Rejection("INVOICE_NOT_ACTIVE")
        invoice.paid_at, invoice.paid_asset, invoice.paid_amount = now, asset, invoice.price_in(asset)
        self.notifications.paid(invoice.json(now, self.address))
        await self.deliver()

    def misreport(self, invoice_id: int, *, amount: str = "", fiat: str = "") -> None:
        """Show another price for an invoice from now on, in answers and notifications."""
        invoice = self.invoices.all[invoice_id]
        invoice.shown_amount, invoice.shown_fiat = amount, fiat

    async def deliver(self) -> None:
        """Send the notifications that are due by the clock of the system."""
        if self.webhook_url is not None:
            await self.notifications.deliver(self._post)

    async def run(self) -> None:
        """Send each notification when it is due, until this is cancelled."""
        while True:
            await self.deliver()
            await asyncio.sleep(DELIVERY_SECONDS)

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> int:
        timeout = aiohttp.ClientTimeout(total=20)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.post(self.webhook_url or "", data=body, headers=headers) as answer:
                    return answer.status
        return 0

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        parameters = await _parameters(request)
        fault = self.faults.of_call(method)
        if fault is CallFault.CUT:
            return self._cut(request, method, parameters)
        response = _answer_instead(fault) or self._answer(request, method, parameters)
        if fault is CallFault.LOST_ANSWER:
            return self._cut(request, method, parameters)
        if fault is CallFault.ERROR_AFTER_ACTING:
            response = _error("INTERNAL", 500)
        self.calls.append(Call(method, parameters, response.status))
        return response

    def _answer(self, request: web.Request, method: str, parameters: Mapping[str, Any]) -> web.Response:
        if request.headers.get("Crypto-Pay-API-Token") != self.token:
            return _error("UNAUTHORIZED", 401)
        act = self._methods.get(method)
        if act is None:
            return _error("METHOD_NOT_FOUND", 405)
        try:
            return web.json_response({"ok": True, "result": act(parameters)})
        except Rejection as rejection:
            return _error(str(rejection), rejection.code)

    def _get_me(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "app_id": int(self.token.partition(":")[0]),
            "name": "Fake",
            "payment_processing_bot_username": "CryptoBot",
        }

    def _create(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._shown(self.invoices.create(given))

    def _list(self, given: Mapping[str, Any]) -> dict[str, Any]:
        found = self.invoices.listed(given, newest_first=self.newest_first)
        return {"items": [self._shown(invoice) for invoice in found]}

    def _shown(self, invoice: Invoice) -> dict[str, Any]:
        return invoice.json(self._clock(), self.address)

    def _cut(self, request: web.Request, method: str, parameters: Mapping[str, Any]) -> web.StreamResponse:
        self.calls.append(Call(method, parameters, 0))
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        invoice = self.invoices.by_hash(request.match_info["hash"])
        if invoice is None:
            raise web.HTTPNotFound
        page = pay_page(invoice, self._clock(), request.headers.get("Accept-Language", ""))
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def _pay_form(self, request: web.Request) -> web.StreamResponse:
        invoice = self.invoices.by_hash(request.match_info["hash"])
        asset = str((await request.post()).get("asset"))
        if invoice is None or asset not in PRICE_OF_ASSET:
            raise web.HTTPNotFound
        with suppress(Rejection):  # paid or over meanwhile: the page says so
            await self.pay(invoice.id, asset)
        raise web.HTTPSeeOther(request.path)


def _answer_instead(fault: CallFault | None) -> web.Response | None:
    match fault:
        case CallFault.ERROR:
            return _error("INTERNAL", 500)
        case CallFault.THROTTLED:
            return _error("TOO_MANY_REQUESTS", 429)
        case CallFault.UNAUTHORIZED:
            return _error("UNAUTHORIZED", 401)
        case CallFault.NOT_JSON:
            return web.Response(text="<html>Bad gateway</html>", content_type="text/html")
        case CallFault.NOT_AN_OBJECT:
            return web.json_response([])
    return None


def _error(name: str, code: int) -> web.Response:
    return web.json_response({"ok": False, "error": {"code": code, "name": name}}, status=code)


async def _parameters(request: web.Request) -> Mapping[str, Any]:
    if request.content_type == "application/json":
        with suppress(json.JSONDecodeError):
            body = json.loads(await request.text() or "{}")
            return body if isinstance(body, dict) else {}
        return {}
    return dict(request.query)
