"""What a person does in a chat, for the chat page. Paths are below /chat/api/people/{id}.

POST  messages              {text?, files?, reply_to?, chat_id?, thread_id?} → {update_ids}: write a text, or send
     files of the kinds named, such as ["photo", "photo"] for an album or ["sticker"], with the text as caption;
     chat_id is a group, thread_id a topic of it
PATCH messages/{message_id} {text, chat_id?} → {update_ids}: change an own message
POST  taps                  {message_id, row, column, chat_id?, at_once?} → {callback_id, update_id}; the answer is
     an event; `at_once` delivers it without waiting for earlier taps
POST  presses               {label, people?} → {update_ids}: press a button below the input; `people` are those
     chosen, if it asks for people
"""

from aiohttp import web

from local.telegram.entities import utf16_length
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.media import MEDIA_KINDS, MediaKind
from local.telegram.person import NotOnScreenError, Person
from local.telegram.texts import TEXT_LIMIT
from local.telegram.writer import Attachment, Writer

type Body = dict[str, object]

MOST_FILES = 10
STICKER_EMOJI = "🙂"


class PersonApi:
    """Serves what people do."""

    def __init__(self, telegram: FakeTelegram) -> None:
        """Serve the people of this Telegram."""
        self._telegram = telegram

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        person = "/chat/api/people/{id:\\d+}"
        app.router.add_post(f"{person}/messages", self._write)
        app.router.add_patch(f"{person}/messages/{{message_id:\\d+}}", self._edit)
        app.router.add_post(f"{person}/taps", self._tap)
        app.router.add_post(f"{person}/presses", self._press)

    async def _write(self, request: web.Request) -> web.Response:
        person, given = person_in(self._telegram, request), await body_of(request)
        text, files, reply_to = (
            str(given.get("text") or "").strip(),
            _kinds(given.get("files")),
            given.get("reply_to"),
        )
        chat_id = self._chat(person, given)
        if not (1 <= utf16_length(text) <= TEXT_LIMIT) and not (files and not text):
            raise web.HTTPBadRequest(text="a message has 1 to 4096 characters")
        if reply_to is not None and not (isinstance(reply_to, int) and self._exists(chat_id, reply_to)):
            raise web.HTTPBadRequest(text="no such message to reply to")
        thread, writer = _number(given.get("thread_id")), self._writer(person, chat_id)
        if files:
            album = [_attachment(kind, text if number == 0 else "") for number, kind in enumerate(files)]
            return _updates(await writer.album(album, reply_to=reply_to, thread=thread, wait=False))
        return _updates(await writer.text(text, reply_to=reply_to, thread=thread, wait=False))

    async def _edit(self, request: web.Request) -> web.Response:
        person, given = person_in(self._telegram, request), await body_of(request)
        text = str(given.get("text") or "").strip()
        if not 1 <= utf16_length(text) <= TEXT_LIMIT:
            raise web.HTTPBadRequest(text="a message has 1 to 4096 characters")
        writer = self._writer(person, self._chat(person, given))
        try:
            return _updates(await writer.edits(int(request.match_info["message_id"]), text, wait=False))
        except LookupError as error:
            raise web.HTTPNotFound(text=str(error)) from error

    async def _tap(self, request: web.Request) -> web.Response:
        person, given = person_in(self._telegram, request), await body_of(request)
        place = [given.get(name) for name in ("message_id", "row", "column")]
        if not all(isinstance(number, int) and number >= 0 for number in place):
            raise web.HTTPBadRequest(text="a tap needs message_id, row and column")
        message_id, row, column = (int(str(number)) for number in place)
        chat_id, at_once = self._chat(person, given), given.get("at_once") is True
        tap = person.start_tap(message_id, row, column, chat_id=chat_id, at_once=at_once)
        if tap is None:
            raise web.HTTPNotFound(text="no such button")
        return web.json_response({"callback_id": tap.callback_id, "update_id": tap.update_id})

    async def _press(self, request: web.Request) -> web.Response:
        person, given = person_in(self._telegram, request), await body_of(request)
        listed = given.get("people")
        try:
            chosen = [self._telegram.person_by_id(int(one)) for one in listed] if isinstance(listed, list) else []
            return _updates(await person.presses(str(given.get("label")), choosing=chosen, wait=False))
        except NotOnScreenError as error:
            raise web.HTTPNotFound(text=str(error)) from error
        except (KeyError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error

    def _chat(self, person: Person, given: Body) -> int:
        """Return the chat that a request names: a group that the person is in, or the private chat."""
        chat_id = _number(given.get("chat_id"))
        if chat_id is None or chat_id == person.user_id:
            return person.user_id
        group = self._telegram.conversations.groups.get(chat_id)
        if group is None or not group.membership(person.user_id).present:
            raise web.HTTPNotFound(text="no such group")
        return chat_id

    def _writer(self, person: Person, chat_id: int) -> Writer:
        if chat_id == person.user_id:
            return person.writes
        return self._telegram.group_by_id(chat_id).by(person)

    def _exists(self, chat_id: int, message_id: int) -> bool:
        return self._telegram.conversations.message(chat_id, message_id) is not None


def person_in(telegram: FakeTelegram, request: web.Request) -> Person:
    """Return the person of a request's path; raise 404 when there is none."""
    try:
        return telegram.person_by_id(int(request.match_info["id"]))
    except KeyError as error:
        raise web.HTTPNotFound(text="no such person") from error


async def body_of(request: web.Request) -> Body:
    """Return the JSON object of a request; raise 400 when there is none."""
    try:
        body = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="JSON expected") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="a JSON object expected")
    return body


def _kinds(given: object) -> list[MediaKind]:
    """Return the kinds of files named; raise 400 for an unknown one."""
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MOST_FILES:
        raise web.HTTPBadRequest(text="files are a list of up to 10 kinds")
    kinds = [kind for name in given for kind in MEDIA_KINDS if kind == name]
    if len(kinds) != len(given):
        raise web.HTTPBadRequest(text=f"the kinds of files are {', '.join(MEDIA_KINDS)}")
    return kinds


def _attachment(kind: MediaKind, caption: str) -> Attachment:
    return Attachment(kind, caption=caption, details={"emoji": STICKER_EMOJI} if kind == "sticker" else None)


def _number(given: object) -> int | None:
    return given if isinstance(given, int) else None


def _updates(update_ids: tuple[int, ...]) -> web.Response:
    return web.json_response({"update_ids": update_ids})
