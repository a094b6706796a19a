"""The routes of the API, below `/v3`."""

import asyncio
import base64
import hmac
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from local.yookassa import checks
from local.yookassa.errors import ApiError, invalid
from local.yookassa.faults import OF_ANSWERS, Fault, FaultKind, Faults
from local.yookassa.objects import Json, Payment, Receipt, Refund
from local.yookassa.shop import Shop

LARGEST_PAGE, USUAL_PAGE = 100, 10
_FILTERS = {
    "created_at.gte": lambda made, limit: made >= limit,
    "created_at.gt": lambda made, limit: made > limit,
    "created_at.lte": lambda made, limit: made <= limit,
    "created_at.lt": lambda made, limit: made < limit,
}

type Act = Callable[[web.Request, Json], Json]


@dataclass(frozen=True, slots=True)
class Call:
    """One request and the status of its answer; 0: no answer."""

    method: str
    path: str
    status: int
    key: str = ""
    body: bytes = b""


class Api:
    """Answers as the API does. `acted` is awaited after each request, and may send notifications.

    `calls` are the requests so far.
    """

    def __init__(self, shop: Shop, faults: Faults, acted: Callable[[bool], Awaitable[None]]) -> None:
        self.calls: list[Call] = []
        self._shop = shop
        self._faults = faults
        self._acted = acted

    def add_routes(self, router: web.UrlDispatcher, root: str) -> None:
        """Serve below a path."""
        router.add_get(f"{root}/v3/me", self._answer(self._me))
        router.add_post(f"{root}/v3/payments", self._answer(self._make_payment))
        router.add_get(f"{root}/v3/payments", self._answer(self._list_payments))
        router.add_get(f"{root}/v3/payments/{{id}}", self._answer(self._payment))
        router.add_post(f"{root}/v3/refunds", self._answer(self._make_refund))
        router.add_get(f"{root}/v3/refunds", self._answer(self._list_refunds))
        router.add_get(f"{root}/v3/refunds/{{id}}", self._answer(self._refund))
        router.add_get(f"{root}/v3/receipts", self._answer(self._list_receipts))

    def _answer(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            path = request.path.partition("/v3/")[2]
            fault = self._faults.take(*OF_ANSWERS, on=f"{request.method} {path}")
            response = self._done(act, request, raw, fault)
            await self._acted(self._faults.take(FaultKind.NOTIFIED_FIRST, on=f"{request.method} {path}") is not None)
            if fault and fault.kind is FaultKind.NO_ANSWER:
                await asyncio.sleep(fault.seconds)
            is_cut = fault is not None and fault.kind is FaultKind.LOST_ANSWER
            status = 0 if is_cut else response.status
            self.calls.append(Call(request.method, path, status, request.headers.get("Idempotence-Key", ""), raw))
            if is_cut and request.transport is not None:
                with suppress(OSError):
                    request.transport.abort()
            return response

        return handle

    def _done(self, act: Act, request: web.Request, raw: bytes, fault: Fault | None) -> web.Response:
        """Do what a request asks for, or what its fault says, and return the answer."""
        kind = fault.kind if fault else None
        if kind is FaultKind.UNAUTHORIZED or not self._is_authorized(request):
            return _error(ApiError(401, "invalid_credentials", "Error in shopId or secret key"))
        if kind is FaultKind.THROTTLED:
            return _error(ApiError(429, "too_many_requests", "Too many requests"))
        if kind is FaultKind.HTML:
            return web.Response(text="<html><body>Service page</body></html>", content_type="text/html")
        if kind is FaultKind.ERROR_UNDONE:
            return _error(ApiError(500, "internal_server_error", "Internal server error"))
        self._shop.settle()
        try:
            body = _parsed(raw) if request.method == "POST" else {}
            answer = act(request, body)
        except ApiError as error:
            return _error(error)
        if kind is FaultKind.ERROR_AFTER_ACTING:
            return _error(ApiError(500, "internal_server_error", "Internal server error"))
        if kind is FaultKind.GARBAGE:
            return web.Response(text='{"id": "2c85', content_type="application/json")
        return web.json_response(changed(answer, kind))

    def _is_authorized(self, request: web.Request) -> bool:
        pair = f"{self._shop.shop_id}:{self._shop.secret_key}".encode()
        expected = f"Basic {base64.b64encode(pair).decode()}"
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode())

    def _me(self, _: web.Request, __: Json) -> Json:
        fiscal = {"enabled": self._shop.fiscal, "provider": "ybusiness"}
        return {
            "account_id": self._shop.shop_id,
            "status": "enabled",
            "test": self._shop.test,
            "fiscalization": fiscal,
            "payment_methods": ["yoo_money", "bank_card"],
        }

    def _make_payment(self, request: web.Request, body: Json) -> Json:
        return self._shop.make_payment(body, checks.key(request.headers)).as_json()

    def _payment(self, request: web.Request, _: Json) -> Json:
        return self._found(self._shop.payments, request, "Payment").as_json()

    def _make_refund(self, request: web.Request, body: Json) -> Json:
        return self._shop.make_refund(body, checks.key(request.headers)).as_json()

    def _refund(self, request: web.Request, _: Json) -> Json:
        return self._found(self._shop.refunds, request, "Refund").as_json()

    def _found[T](self, objects: dict[str, T], request: web.Request, name: str) -> T:
        found = objects.get(request.match_info["id"])
        if found is None:
            raise checks.no_such(name)
        return found

    def _list_payments(self, request: web.Request, _: Json) -> Json:
        return page(self._shop.payments.values(), request)

    def _list_refunds(self, request: web.Request, _: Json) -> Json:
        wanted = request.query.get("payment_id")
        return page([one for one in self._shop.refunds.values() if wanted in {None, one.payment_id}], request)

    def _list_receipts(self, request: web.Request, _: Json) -> Json:
        payment, refund = request.query.get("payment_id"), request.query.get("refund_id")
        found = [
            receipt
            for receipt in self._shop.receipts.values()
            if refund in {None, receipt.refund_id} and payment in {None, receipt.payment_id}
        ]
        return page(found, request)


def page(objects: Iterable[Payment | Refund | Receipt], request: web.Request) -> Json:
    """Return one page of a list, the newest object first; the cursor is the id of the last object of a page."""
    try:
        size = int(request.query.get("limit", USUAL_PAGE))
        limits = {name: _time(request.query[name]) for name in _FILTERS if name in request.query}
    except ValueError:
        raise invalid("created_at") from None
    if not 1 <= size <= LARGEST_PAGE:
        raise invalid("limit")
    listed = sorted(objects, key=lambda one: (one.made_at, one.id), reverse=True)
    listed = [one for one in listed if all(_FILTERS[name](one.made_at, limit) for name, limit in limits.items())]
    cursor = request.query.get("cursor")
    if cursor is not None:
        ids = [one.id for one in listed]
        if cursor not in ids:
            raise invalid("cursor")
        listed = listed[ids.index(cursor) + 1 :]
    shown, rest = listed[:size], listed[size:]
    answer: Json = {"type": "list", "items": [one.as_json() for one in shown]}
    return answer | ({"next_cursor": shown[-1].id} if rest else {})


def changed(answer: Json, kind: FaultKind | None) -> Json:
    """Return an object as a fault shows it."""
    match kind:
        case FaultKind.UNKNOWN_FIELDS:
            return {**answer, "invoice_details": {"id": "in-1"}, "extra": [1, {"a": None}], "paid_by": None}
        case FaultKind.UNKNOWN_STATUS:
            return {**answer, "status": "under_review"}
        case FaultKind.LAGS:
            kept = {name: value for name, value in answer.items() if name not in {"captured_at", "payment_method"}}
            return {**kept, "status": "pending", "paid": False}
        case FaultKind.OTHER_AMOUNT:
            rubles, kopecks = answer["amount"]["value"].split(".")
            value = f"{int(rubles + kopecks) + 1:03d}"
            return {**answer, "amount": {**answer["amount"], "value": f"{value[:-2]}.{value[-2:]}"}}
        case FaultKind.OTHER_CURRENCY:
            return {**answer, "amount": {**answer["amount"], "currency": "USD"}}
    return answer


def _parsed(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "invalid_request", "Unable to parse request body")
    return body


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(text)
    return time


def _error(error: ApiError) -> web.Response:
    body: Any = error.as_json()
    return web.json_response(body, status=error.status)
