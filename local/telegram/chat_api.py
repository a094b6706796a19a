"""The API of the chat page, under /chat/api.

    GET  /chat/api/state                        {now, bot, people, groups, control_panel}: the virtual time, the bot,
         the people, the groups, and whether there is a control panel beside the chat
    POST /chat/api/people                       {name, language} → the new person
    PATCH /chat/api/people/{id}                 {language?, blocked?, deactivated?} → the person
    GET  /chat/api/people/{id}/messages         [message], oldest first
    GET  /chat/api/groups/{id}/messages         [message] of all topics, oldest first
    GET  /chat/api/files/{file_id}              a picture or document; ?download=1 saves it
    GET  /chat/api/events                       Server-Sent Events; each is JSON with `kind` and `now`:
         message {message} · deleted {chat_id, message_id} · action {chat_id, action} · person {person} · bot {bot}
         group {group} · reply_keyboard {chat_id, keyboard}
         answer {chat_id, callback_id, text, alert, url} · call {method, status, chat_id} · clock

What people do in a chat is in person_api.py. The page's files are in local/page and are served under /page/; the page
itself is /.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from local.telegram.fake_telegram import FakeTelegram
from local.telegram.page_view import group_for_page, keyboard_for_page, message_for_page
from local.telegram.person import Person
from local.telegram.person_api import body_of, person_in

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
        router.add_get("/chat/api/groups/{id:-\\d+}/messages", self._group_messages)
        router.add_get("/chat/api/files/{file_id}", self._file)
        router.add_get("/chat/api/events", self._events)

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def _state(self, request: web.Request) -> web.Response:
        shown = [person for person in self._telegram.people() if person.account.on_page]
        people = [self._person_json(person) for person in shown]
        control_panel = any(resource.canonical.startswith("/control/") for resource in request.app.router.resources())
        return web.json_response(
            {
                "now": self._now(),
                "bot": self._bot_json(),
                "people": people,
                "groups": [self._group_json(chat_id) for chat_id in self._telegram.conversations.groups],
                "control_panel": control_panel,
            }
        )

    async def _new_person(self, request: web.Request) -> web.Response:
        given = await body_of(request)
        name = str(given.get("name") or "").strip()[:64]
        if not name:
            raise web.HTTPBadRequest(text="a person needs a name")
        person = self._telegram.person(name, str(given.get("language") or "en"))
        return web.json_response(self._person_json(person))

    async def _change_person(self, request: web.Request) -> web.Response:
        person, given = person_in(self._telegram, request), await body_of(request)
        if isinstance(language := given.get("language"), str):
            person.speaks(language)
        if given.get("deactivated") is True:
            person.deactivates()
        if given.get("blocked") is True and not person.account.blocked:
            await person.blocks_bot()
        if given.get("blocked") is False and person.account.blocked:
            await person.unblocks()
        return web.json_response(self._person_json(person))

    async def _messages(self, request: web.Request) -> web.Response:
        stored = self._telegram.conversations.messages_of(person_in(self._telegram, request).user_id)
        return web.json_response([message_for_page(message, self._telegram.conversations) for message in stored])

    async def _group_messages(self, request: web.Request) -> web.Response:
        chat_id, conversations = int(request.match_info["id"]), self._telegram.conversations
        if chat_id not in conversations.groups:
            raise web.HTTPNotFound(text="no such group")
        stored = conversations.messages_of(chat_id)
        return web.json_response([message_for_page(message, conversations) for message in stored])

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
        account = self._telegram.conversations.accounts.get(chat_id)
        if account is not None and not account.on_page:
            return None
        if kind == "message":
            message = self._telegram.conversations.message(chat_id, int(str(event["message_id"])))
            return {**event, "message": message_for_page(message, self._telegram.conversations)} if message else None
        if kind == "group":
            return {**event, "group": self._group_json(chat_id)}
        if kind == "reply_keyboard":
            return {**event, "keyboard": keyboard_for_page(self._telegram.conversations.reply_keyboards.get(chat_id))}
        if kind == "person":
            person = self._telegram.person_by_id(chat_id)
            return {**event, "person": self._person_json(person)}
        if kind == "bot":
            return {**event, "bot": self._bot_json()}
        return dict(event)

    def _person_json(self, person: Person) -> dict[str, object]:
        account = person.account
        return {
            "id": account.user_id,
            "name": account.first_name,
            "language": account.language,
            "started": account.started,
            "blocked": account.blocked,
            "operator": account.operator,
            "deactivated": account.deactivated,
            "keyboard": keyboard_for_page(self._telegram.conversations.reply_keyboards.get(account.user_id)),
        }

    def _group_json(self, chat_id: int) -> dict[str, object]:
        conversations = self._telegram.conversations
        return group_for_page(conversations.groups[chat_id], conversations)

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
        own = self._telegram.commands.chats_with_own
        menus = {chat: {code: self._telegram.commands.shown(code, chat) for code in ("en", "ru")} for chat in own}
        return {"id": bot["id"], "username": bot["username"], "words": words, "menus": menus}

    def _now(self) -> str:
        return self._telegram.conversations.now().isoformat()


async def _next_event(events: asyncio.Queue[dict[str, object]]) -> Mapping[str, object]:
    """Return the next event; after `HEARTBEAT_SECONDS` without one a clock event, which keeps the connection open."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            return await events.get()
    except TimeoutError:
        return {"kind": "clock"}


def _quoted(name: str) -> str:
    return quote(name, safe="")
