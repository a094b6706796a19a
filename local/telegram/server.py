"""The HTTP server of the fake Telegram: the Bot API, the files that a bot fetches, and the chat page with its API."""

import json
from collections.abc import AsyncIterator

from aiohttp import web

from local.telegram.arguments import read_arguments
from local.telegram.chat_api import ChatApi
from local.telegram.errors import BotApiError
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.pay_api import PayApi
from local.telegram.person_api import PersonApi

LARGEST_REQUEST_BYTES = 50 * 1024 * 1024


def application(telegram: FakeTelegram) -> web.Application:
    """Return a web application that serves this Telegram; more routes may be added to it."""
    app = web.Application(client_max_size=LARGEST_REQUEST_BYTES)
    BotApiRoutes(telegram).mount(app)
    ChatApi(telegram).mount(app)
    PersonApi(telegram).mount(app)
    PayApi(telegram).mount(app)
    return app


class BotApiRoutes:
    """The routes that a bot calls."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    def mount(self, app: web.Application) -> None:
        """Add the routes; updates are delivered to the webhook while the application runs."""
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._on_call)
        app.router.add_get("/file/bot{token:[^/]+}/files/{file_id}", self._on_file)
        app.cleanup_ctx.append(self._run)
        app.on_shutdown.append(self._end_open_requests)

    async def _run(self, _: web.Application) -> AsyncIterator[None]:
        self._telegram.sender.load()
        yield
        await self._telegram.sender.close()

    async def _end_open_requests(self, _: web.Application) -> None:
        """End the requests of pages and pollers, so that the server can stop without waiting for them."""
        self._telegram.feed.publish("closing")
        self._telegram.polling.terminate("close request")

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._telegram.token:
            return _json(BotApiError(401, "Unauthorized").as_json(), 401)
        try:
            arguments = await read_arguments(request)
            result, answer_lost = await self._telegram.bot_api.call(request.match_info["method"], arguments)
        except BotApiError as error:
            headers = {"Retry-After": str(error.retry_after_seconds)} if error.retry_after_seconds else None
            return _json(error.as_json(), error.code, headers)
        if answer_lost and request.transport is not None:
            request.transport.abort()
        return _json({"ok": True, "result": result}, 200)

    async def _on_file(self, request: web.Request) -> web.Response:
        file = self._telegram.conversations.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self._telegram.token or file is None:
            return _json(BotApiError(404, "Not Found").as_json(), 404)
        return web.Response(body=file.content, content_type=file.content_type)


def _json(body: dict[str, object], status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Return an answer without spaces, as the Bot API server writes it."""
    text = json.dumps(body, separators=(",", ":"))
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")
