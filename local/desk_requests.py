"""Orders to the desk as JSON over HTTP: what they answer, and how they are refused."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

type Body = dict[str, Any]
type Handler = Callable[[web.Request], Awaitable[web.Response]]


def acting(action: Callable[[Body], Awaitable[Body]]) -> Handler:
    """Return the handler that carries out an order; an order that makes no sense is answered with 400."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await action(await _order_in(request)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return refused(error)

    return answer


def refused(error: Exception) -> web.Response:
    """Return the answer to what cannot be done."""
    return web.json_response({"error": str(error)}, status=400)


async def _order_in(request: web.Request) -> Body:
    order = await request.json() if request.can_read_body else {}
    if not isinstance(order, dict):
        raise TypeError("an order is a JSON object")
    return order
