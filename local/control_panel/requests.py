"""Reads, answers and rejects the JSON requests of the control panel."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

type Body = dict[str, Any]
type Handler = Callable[[web.Request], Awaitable[web.Response]]


def json_handler(action: Callable[[Body], Awaitable[Body]]) -> Handler:
    """Return a request handler around an action; a request that the action cannot carry out is answered with 400."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await action(await _body_of(request)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return error_response(error)

    return answer


def error_response(error: Exception) -> web.Response:
    """Return the answer to a request that cannot be carried out."""
    return web.json_response({"error": str(error)}, status=400)


async def _body_of(request: web.Request) -> Body:
    body = await request.json() if request.can_read_body else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body
