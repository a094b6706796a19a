"""The API of the chat page, under /chat/api.

    GET  /chat/api/state                        {now, bot, people, control_panel}: the virtual time, the bot, the
         people, and whether there is a control panel beside the chat
    POST /chat/api/people                       {name, language} → the new person
    PATCH /chat/api/people/{id}                 {language?, blocked?} → the person
    GET  /chat/api/people/{id}/messages         [message], oldest first
    POST /chat/api/people/{id}/messages         {text, reply_to?}: write to the bot
    POST /chat/api/people/{id}/taps             {message_id, row, column, at_once?} → {callback_id, update_id}; the
         answer is an event; `at_once` delivers it without waiting for earlier taps
    GET  /chat/api/files/{file_id}              a picture or document; ?download=1 saves it
    GET  /chat/api/events                       Server-Sent Events; each is JSON with `kind` and `now`:
         message {message} · deleted {chat_id, message_id} · action {chat_id, action} · person {person} · bot {bot}
         answer {chat_id, callback_id, text, alert, url} · call {method, status, chat_id} · clock

The page's files are in local/page and are served under /page/; the page itself is /.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from local.telegram.entities import utf16_length
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.messages import StoredMessage
from local.telegram.person import Person
from local.telegram.texts import TEXT_LIMIT

PAGE = Path(__file__).parents[1] / "page"
HEARTBEAT_SECONDS = 15


class ChatApi:
    """Serves the chat page and its API."""

    def __init__(self, telegram: FakeTelegram) -> None:
        """Serve the chats of this Telegram."""
        self._telegram = telegram

    def mount(self, app: web.Application) -> None:
        """Add the page and its routes."""
        router = app.router
        router.add_get("/", self._page)
        router.add_static("/page/", PAGE)
        router.add_get("/chat/api/state", self._state)
        router.add_post("/chat/api/people", self._new_person)
        router.add_patch("/chat/api/people/{id:\\d+}", self._change_person)
        router.add_get("/chat/api/people/{id:\\d+}/messages", self._messages)
        router.add_post("/chat/api/people/{id:\\d+}/messages", self._write)
        router.add_post("/chat/api/people/{id:\\d+}/taps", self._tap)
        router.add_get("/chat/api/files/{file_id}", self._file)
        router.add_get("/chat/api/events", self._events)

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def _state(self, request: web.Request) -> web.Response:
        shown = [person for person in self._telegram.people() if person.account.on_page]
        people = [self._person_json(person) for person in shown]
        control_panel = any(resource.canonical.startswith("/control/") for resource in request.app.router.resources())
        return web.json_response(
            {"now": self._now(), "bot": self._bot_json(), "people": people, "control_panel": control_panel}
        )

    async def _new_person(self, request: web.Request) -> web.Response:
        given = await _body(request)
        name = str(given.get("name") or "").strip()[:64]
        if not name:
            raise web.HTTPBadRequest(text="a person needs a name")
        person = self._telegram.person(name, str(given.get("language") or "en"))
        return web.json_response(self._person_json(person))

    async def _change_person(self, request: web.Request) -> web.Response:
        person, given = self._person(request), await _body(request)
        if isinstance(language := given.get("language"), str):
            person.speaks(language)
        if given.get("blocked") is True and not person.account.blocked:
            await person.blocks_bot()
        if given.get("blocked") is False and person.account.blocked:
            await person.unblocks()
        return web.json_response(self._person_json(person))

    async def _messages(self, request: web.Request) -> web.Response:
        stored = self._telegram.conversations.messages_of(self._person(request).user_id)
        return web.json_response([self._message_json(message) for message in stored])

    async def _write(self, request: web.Request) -> web.Response:
        person, given = self._person(request), await _body(request)
        text, reply_to = str(given.get("text") or "").strip(), given.get("reply_to")
        if not 1 <= utf16_length(text) <= TEXT_LIMIT:
            raise web.HTTPBadRequest(text="a message has 1 to 4096 characters")
        if reply_to is not None and not (isinstance(reply_to, int) and self._exists(person.user_id, reply_to)):
            raise web.HTTPBadRequest(text="no such message to reply to")
        update_ids = await person.sends(text, reply_to=reply_to, wait=False)
        return web.json_response({"update_ids": update_ids})

    async def _tap(self, request: web.Request) -> web.Response:
        given = await _body(request)
        place = [given.get(name) for name in ("message_id", "row", "column")]
        if not all(isinstance(number, int) and number >= 0 for number in place):
            raise web.HTTPBadRequest(text="a tap needs message_id, row and column")
        message_id, row, column = (int(str(number)) for number in place)
        tap = self._person(request).start_tap(message_id, row, column, at_once=given.get("at_once") is True)
        if tap is None:
            raise web.HTTPNotFound(text="no such button")
        return web.json_response({"callback_id": tap.callback_id, "update_id": tap.update_id})

    async def _file(self, request: web.Request) -> web.Response:
        file = self._telegram.conversations.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound(text="no such file")
        # A document from a bot must not run as a page of this origin.
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        response = web.Response(body=file.content, content_type=file.content_type, headers=headers)
        if request.query.get("download"):
            response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{_quoted(file.name)}"
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        with self._telegram.feed.watch() as events:
            await response.prepare(request)
            event: Mapping[str, object] = {"kind": "clock"}
            while event["kind"] != "closing":
                try:
                    await self._write_event(response, event)
                except ConnectionError:
                    break  # The page was closed or reloaded.
                event = await _next_event(events)
        return response

    async def _write_event(self, response: web.StreamResponse, event: Mapping[str, object]) -> None:
        detailed = self._with_details(event)
        if detailed is not None:
            body = json.dumps({**detailed, "now": self._now()}, ensure_ascii=False)
            await response.write(f"data: {body}\n\n".encode())

    def _with_details(self, event: Mapping[str, object]) -> dict[str, object] | None:
        """Add what the page needs to draw; None for what the page does not show, such as a deleted message."""
        kind, chat_id = event["kind"], int(str(event.get("chat_id", 0)))
        if kind == "message":
            message = self._telegram.conversations.message(chat_id, int(str(event["message_id"])))
            return {**event, "message": self._message_json(message)} if message else None
        if kind == "person":
            person = self._telegram.person_by_id(chat_id)
            return {**event, "person": self._person_json(person)} if person.account.on_page else None
        if kind == "bot":
            return {**event, "bot": self._bot_json()}
        return dict(event)

    def _person(self, request: web.Request) -> Person:
        try:
            return self._telegram.person_by_id(int(request.match_info["id"]))
        except KeyError as error:
            raise web.HTTPNotFound(text="no such person") from error

    def _person_json(self, person: Person) -> dict[str, object]:
        account = person.account
        return {
            "id": account.user_id,
            "name": account.first_name,
            "language": account.language,
            "started": account.started,
            "blocked": account.blocked,
            "operator": account.operator,
        }

    def _exists(self, chat_id: int, message_id: int) -> bool:
        return self._telegram.conversations.message(chat_id, message_id) is not None

    def _message_json(self, message: StoredMessage) -> dict[str, object]:
        answered = message.reply_to and self._telegram.conversations.message(message.chat_id, message.reply_to)
        quoted = answered and {"message_id": answered.message_id, "text": answered.content.text}
        return {**message_for_page(message), "reply_to": quoted or None}

    def _bot_json(self) -> dict[str, object]:
        bot, shown = self._telegram.conversations.bot, self._telegram.account_methods
        words = {
            code: {
                "name": shown.shown_text("name", code),
                "description": shown.shown_text("description", code),
                "commands": self._telegram.commands.shown(code),
            }
            for code in ("en", "ru")
        }
        return {"id": bot["id"], "username": bot["username"], "words": words}

    def _now(self) -> str:
        return self._telegram.conversations.now().isoformat()


def message_for_page(message: StoredMessage) -> dict[str, object]:
    """Return a message as the page draws it, without callback data."""
    shown: dict[str, object] = {
        "chat_id": message.chat_id,
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "text": message.content.text,
        "entities": [entity.as_json() for entity in message.content.entities],
        "sent_at": message.sent_at.isoformat(),
        "edited": message.edited_at is not None,
        "buttons": [
            [
                {
                    "text": button.text,
                    "kind": button.kind,
                    "style": button.style,
                    "value": button.value if button.kind != "callback" else None,
                }
                for button in row
            ]
            for row in message.keyboard
        ],
        "media": None,
        "service": _service_for_page(message),
    }
    if message.media is not None:
        file = message.media.file
        shown["media"] = {
            "kind": message.media.kind,
            "url": f"/chat/api/files/{file.file_id}",
            "name": file.name,
            "size_bytes": len(file.content),
            "width": file.width,
            "height": file.height,
        }
    return shown


def _service_for_page(message: StoredMessage) -> dict[str, object] | None:
    """Return what the page shows of a message about a payment or a refund, or of an invoice."""
    for kind, fields in message.service.items():
        if isinstance(fields, Mapping):
            shown = {name: fields.get(name, "") for name in ("title", "description")}
            return {"kind": kind, "amount": fields["total_amount"], **shown}
    return None


async def _next_event(events: asyncio.Queue[dict[str, object]]) -> Mapping[str, object]:
    """Return the next event; after `HEARTBEAT_SECONDS` without one a clock event, which keeps the connection open."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            return await events.get()
    except TimeoutError:
        return {"kind": "clock"}


async def _body(request: web.Request) -> dict[str, object]:
    try:
        body = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="JSON expected") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="a JSON object expected")
    return body


def _quoted(name: str) -> str:
    return quote(name, safe="")
