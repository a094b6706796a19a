"""The HTTP API in front of the functions, as API Gateway invokes them: payload format 2.0.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import asyncio
import base64
import json
import re
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from local.invocation import Outcome
from local.runtime import Runtime
from local.stack import ACCOUNT_ID, API_ID, Route, Template
from local.yookassa.forgeries import SOURCE_HEADER

INTEGRATION_TIMEOUT_SECONDS = 30.0
"""An HTTP API waits that long for a function, then answers 503."""
MAX_BODY_BYTES = 6 * 1024 * 1024
"""The largest payload of a Lambda invocation: a larger request is answered with 413."""

_TEXT = re.compile(r"text/|application/(json|xml|javascript)\b")
_STATUS = {
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Gateway:
    """The template's routes, each invoking its function."""

    def __init__(self, template: Template, runtime: Runtime) -> None:
        self._template = template
        self._runtime = runtime

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve every route of the template's HTTP API."""
        for route in self._template.routes:
            path = re.sub(r"\{(\w+)\+\}", r"{\1:.+}", route.path)
            router.add_route("*" if route.method == "ANY" else route.method, path, self._handler(route))

    def _handler(self, route: Route) -> Any:
        async def handle(request: web.Request) -> web.Response:
            body = await _read(request)
            if body is None:
                return _error_response(413)
            event = event_of(request, route, body)
            try:
                async with asyncio.timeout(INTEGRATION_TIMEOUT_SECONDS):
                    outcome = await asyncio.shield(self._runtime.invoke(route.function, event))
            except TimeoutError:
                return _error_response(503)
            return response_of(outcome)

        return handle


async def _read(request: web.Request) -> bytes | None:
    chunks = bytearray()
    async for chunk in request.content.iter_any():
        chunks += chunk
        if len(chunks) > MAX_BODY_BYTES:
            return None
    return bytes(chunks)


def event_of(request: web.Request, route: Route, body: bytes) -> dict[str, Any]:
    """Return the event that API Gateway makes of a request; fields without a value are left out, as there."""
    now = time.time()
    headers = _joined_headers(request.headers)
    cookies = headers.pop("cookie", "")
    source_ip = headers.pop(SOURCE_HEADER.lower(), "") or request.remote or "127.0.0.1"
    headers |= {
        "content-length": str(len(body)),
        "x-amzn-trace-id": f"Root=1-{int(now):08x}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": ", ".join(filter(None, (headers.get("x-forwarded-for"), source_ip))),
        "x-forwarded-port": str(request.url.port or 443),
        "x-forwarded-proto": request.scheme,
    }
    is_text = bool(_TEXT.match(headers.get("content-type", ""))) and "content-encoding" not in headers
    domain = request.host
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{route.method} {route.path}",
        "rawPath": request.path,
        "rawQueryString": request.rel_url.raw_query_string,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": API_ID,
            "domainName": domain,
            "domainPrefix": domain.split(".", 1)[0],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": f"HTTP/{request.version.major}.{request.version.minor}",
                "sourceIp": source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex,
            "routeKey": f"{route.method} {route.path}",
            "stage": "$default",
            "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": bool(body) and not is_text,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if request.query:
        event["queryStringParameters"] = {key: ",".join(request.query.getall(key)) for key in request.query}
    if request.match_info:
        event["pathParameters"] = dict(request.match_info)
    if body:
        event["body"] = body.decode("utf-8", "replace") if is_text else base64.b64encode(body).decode()
    return event


def response_of(outcome: Outcome) -> web.Response:
    """Return API Gateway's response to an outcome: the function's response, or 500 or 503 with its messages."""
    if outcome.error:
        return _error_response(503 if outcome.error.kind == "TooManyRequestsException" else 500)
    payload = outcome.payload
    if not isinstance(payload, dict) or "statusCode" not in payload:
        return web.Response(body=json.dumps(payload).encode(), content_type="application/json")
    try:
        body = payload.get("body") or ""
        data = base64.b64decode(body) if payload.get("isBase64Encoded") else str(body).encode()
        headers = {str(name).lower(): str(value) for name, value in (payload.get("headers") or {}).items()}
        headers.setdefault("content-type", "text/plain;charset=UTF-8")
        response = web.Response(status=int(payload["statusCode"]), body=data, headers=headers)
    except (ValueError, TypeError, AttributeError):
        return _error_response(500)
    for cookie in payload.get("cookies", []):
        response.headers.add("set-cookie", cookie)
    return response


def _joined_headers(headers: Mapping[str, str]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _error_response(status: int) -> web.Response:
    return web.json_response({"message": _STATUS[status]}, status=status)
