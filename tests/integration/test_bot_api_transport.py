"""The HTTP transport of the Bot API keeps connections; a request that may have been executed is not repeated."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import parse_qs

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from vpnbot.connections.tls import tls_context
from vpnbot.errors import TelegramUnavailable
from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.aiogram_runtime.screen_call import edited_message, new_message, show
from vpnbot.telegram.bot_api.transport import Transport, Upload

type Way = Callable[[Bot], Awaitable[object]]

TOKEN = "42:secret-part"
MESSAGE = {"message_id": 7, "date": 1_700_000_000, "chat": {"id": 5, "type": "private"}, "text": "hi"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server read it; `connection` is the number of its connection."""

    connection: int
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server on plain sockets, so that a test decides when a connection is closed.

    `script` has one entry per request: the bytes to answer with, or None to close the connection without an answer.
    """

    script: list[bytes | None]
    close_after: bool = False
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer_requests, args=(connection, self.connections), daemon=True).start()

    def _answer_requests(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                headers = {}
                while (header := stream.readline().strip()) != b"":
                    name, _, value = header.decode().partition(": ")
                    headers[name.lower()] = value
                body = stream.read(int(headers.get("content-length", 0)))
                self.requests.append(Request(number, line.split()[1].decode(), headers, body))
                answer = self.script.pop(0)
                if answer is None:
                    break
                connection.sendall(answer)
                if self.close_after:
                    break
        self.closed.release()


@contextmanager
def serving(*script: bytes | None, close_after: bool = False) -> Iterator[Server]:
    server = Server(list(script), close_after)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


def http(body: object, status: str = "200 OK") -> bytes:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        status.encode(),
        len(text),
        text,
    )


OK = http({"ok": True, "result": True})


def test_calls_of_one_thread_share_a_connection() -> None:
    with serving(OK, OK) as server:
        transport = Transport(server.base)
        assert transport.post("/a", {"text": "Привет & co"}).status == 200
        assert json.loads(transport.post("/b", {}).body)["ok"]
        transport.close()
    assert [(request.connection, request.path) for request in server.requests] == [(1, "/a"), (1, "/b")]
    assert parse_qs(server.requests[0].body.decode()) == {"text": ["Привет & co"]}


def test_each_thread_has_its_own_connection() -> None:
    both_sent = threading.Barrier(2)
    with serving(OK, OK, OK, OK) as server, ThreadPoolExecutor(2) as threads:
        transport = Transport(server.base)

        def post_twice(_: int) -> None:
            transport.post("/first", {})
            both_sent.wait(10)
            transport.post("/second", {})
            transport.close()

        list(threads.map(post_twice, range(2)))
    assert server.connections == 2


def test_a_connection_that_the_server_closed_is_replaced() -> None:
    with serving(OK, OK, close_after=True) as server:
        transport = Transport(server.base, idle_seconds=0)
        transport.post("/a", {})
        assert server.closed.acquire(timeout=10)
        assert transport.post("/b", {}).status == 200
        transport.close()
    assert [request.path for request in server.requests] == ["/a", "/b"]


def test_a_request_lost_on_an_idle_connection_is_repeated_once() -> None:
    with serving(OK, None, OK) as server:
        transport = Transport(server.base, idle_seconds=0)
        transport.post("/a", {})
        assert transport.post("/b", {}).status == 200
        transport.close()
    assert [(request.connection, request.path) for request in server.requests] == [(1, "/a"), (1, "/b"), (2, "/b")]


def test_a_request_is_repeated_at_most_once() -> None:
    with serving(OK, None, None) as server:
        transport = Transport(server.base, idle_seconds=0)
        transport.post("/a", {})
        with pytest.raises(TelegramUnavailable):
            transport.post("/b", {})
    assert [request.path for request in server.requests] == ["/a", "/b", "/b"]


def test_a_request_lost_on_a_recently_used_connection_is_not_repeated() -> None:
    with serving(OK, None, OK) as server:
        transport = Transport(server.base, idle_seconds=60)
        transport.post("/a", {})
        with pytest.raises(TelegramUnavailable):
            transport.post("/b", {})
    assert [request.path for request in server.requests] == ["/a", "/b"]


def test_a_request_lost_on_a_new_connection_is_not_repeated() -> None:
    with serving(None, OK) as server, pytest.raises(TelegramUnavailable) as raised:
        Transport(server.base, idle_seconds=0).post(f"/bot{TOKEN}/sendMessage", {})
    assert len(server.requests) == 1
    assert "secret" not in str(raised.value)


def test_a_request_whose_answer_is_incomplete_is_not_repeated() -> None:
    with serving(OK, OK[:-5], OK, close_after=False) as server:
        transport = Transport(server.base, idle_seconds=0, read_timeout_seconds=0.2)
        transport.post("/a", {})
        with pytest.raises(TelegramUnavailable):
            transport.post("/b", {})
    assert [request.path for request in server.requests] == ["/a", "/b"]


def test_a_missing_answer_ends_with_a_timeout() -> None:
    with serving(b"") as server, pytest.raises(TelegramUnavailable, match="in time"):
        Transport(server.base).post("/a", {}, timeout_seconds=0.1)


def test_a_refused_connection_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TelegramUnavailable, match="no connection"):
        Transport(f"http://127.0.0.1:{port}").post("/a", {})


def test_an_invalid_address_is_reported() -> None:
    with pytest.raises(TelegramUnavailable, match="could not be reached"):
        Transport("http://127.0.0.1:99999").post("/a", {})


def test_files_are_sent_as_multipart() -> None:
    with serving(OK) as server:
        Transport(server.base).post("/a", {"chat_id": "5"}, [Upload("photo", "qr.png", b"\x89PNG\r\n")])
    (request,) = server.requests
    header = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    text, photo = message_from_bytes(header + request.body, policy=policy.HTTP).iter_parts()
    assert text.get_content() == "5"
    assert photo.get_filename() == "qr.png"
    assert photo.get_content() == b"\x89PNG\r\n"


def test_the_process_has_one_tls_context_and_it_checks_certificates() -> None:
    assert tls_context() is tls_context()
    assert tls_context().check_hostname
    Transport()._pools()


def bot_of(server: Server) -> Bot:
    return Bot(TOKEN, TransportSession(Transport(server.base)), DefaultBotProperties(parse_mode="HTML"))


def typed(bot: Bot) -> Awaitable[object]:
    """Send a message with a method of aiogram."""
    return bot.send_message(5, "hi")


def new_screen(bot: Bot) -> Awaitable[object]:
    """Send a screen as a form."""
    return show(bot, new_message(bot, 5, "hi", []))


def edited_screen(bot: Bot) -> Awaitable[object]:
    """Edit a screen as a form."""
    return show(bot, edited_message(bot, 5, 7, "hi", []))


async def made(call: Awaitable[object]) -> object:
    return await call


ways = pytest.mark.parametrize("way", [typed, new_screen, edited_screen])
WITHOUT_SPACES = b'{"ok":true,"result":' + json.dumps(MESSAGE).encode() + b"}"


def test_a_bot_of_aiogram_sends_messages_through_the_transport() -> None:
    with serving(http({"ok": True, "result": MESSAGE})) as server:
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
        sent = asyncio.run(bot_of(server).send_message(5, "<b>hi</b>", reply_markup=keyboard))
    assert (sent.message_id, sent.chat.id) == (7, 5)
    (request,) = server.requests
    assert request.path == f"/bot{TOKEN}/sendMessage"
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert form.pop("reply_markup") == '{"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}'
    assert form == {"chat_id": "5", "text": "<b>hi</b>", "parse_mode": "HTML"}


@pytest.mark.parametrize("answer", [WITHOUT_SPACES, {"ok": True, "result": MESSAGE}])
@ways
def test_a_shown_screen_has_the_id_of_its_message(way: Way, answer: bytes | dict[str, object]) -> None:
    with serving(http(answer)) as server:
        shown = asyncio.run(made(way(bot_of(server))))
    assert getattr(shown, "message_id", shown) == 7


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b'{"ok":true,"result":{"message_id":', ClientDecodeError),
        (b'{"ok":true,"result":[]}', ClientDecodeError),
        (b'{"ok":false,"error_code":400,"description":"Bad Request: no"}', TelegramBadRequest),
        (b"<html>", ClientDecodeError),
        (b"", ClientDecodeError),
    ],
)
def test_an_answer_without_a_message_is_an_error(answer: bytes, error: type[Exception]) -> None:
    status = "400 Bad Request" if error is TelegramBadRequest else "200 OK"
    for way in (typed, new_screen):
        with serving(http(answer, status)) as server, pytest.raises(error):
            asyncio.run(made(way(bot_of(server))))


@ways
def test_who_asks_for_it_is_notified_of_each_429_and_of_no_other_error(way: Way) -> None:
    def refusal(code: int) -> bytes:
        parameters = {"retry_after": 35} if code == 429 else {}
        return http({"ok": False, "error_code": code, "description": "No", "parameters": parameters}, f"{code} No")

    waits: list[timedelta] = []
    with serving(refusal(429), refusal(500), http({"ok": True, "result": MESSAGE})) as server:
        bot = Bot(TOKEN, TransportSession(Transport(server.base), asked_to_wait=waits.append))
        for expected in (TelegramRetryAfter, TelegramServerError):
            with pytest.raises(expected):
                asyncio.run(made(way(bot)))
        asyncio.run(made(way(bot)))
    assert waits == [timedelta(seconds=35)]


def test_a_bot_of_aiogram_uploads_files_through_the_transport() -> None:
    with serving(http({"ok": True, "result": MESSAGE})) as server:
        bot = bot_of(server)
        asyncio.run(bot.send_photo(5, BufferedInputFile(b"picture", "qr.png")))
        asyncio.run(bot.session.close())
    (request,) = server.requests
    assert b'filename="qr.png"' in request.body
    assert b"attach://" in request.body
    assert b"picture" in request.body


@ways
def test_error_responses_become_errors_of_aiogram(way: Way) -> None:
    too_many = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 9}}
    blocked = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    with serving(http(too_many, "429 Too Many Requests"), http(blocked, "403 Forbidden")) as server:
        bot = bot_of(server)
        with pytest.raises(TelegramRetryAfter) as raised:
            asyncio.run(made(way(bot)))
        assert raised.value.retry_after == 9
        assert raised.value.method.model_dump()["chat_id"] == 5
        with pytest.raises(TelegramForbiddenError):
            asyncio.run(made(way(bot)))


def test_a_lost_answer_becomes_the_network_error_of_aiogram() -> None:
    with serving(None) as server, pytest.raises(TelegramNetworkError):
        asyncio.run(bot_of(server).send_message(5, "x", request_timeout=1))


def test_a_lost_answer_to_a_screen_becomes_the_same_error() -> None:
    for way in (new_screen, edited_screen):
        with serving(None) as server, pytest.raises(TelegramNetworkError) as raised:
            asyncio.run(made(way(bot_of(server))))
        assert TOKEN not in str(raised.value)


def test_a_file_is_downloaded_in_chunks() -> None:
    file = http({"ok": True, "result": {"file_id": "f", "file_unique_id": "u", "file_path": "docs/a.txt"}})
    with serving(file, http("content"), http({}, "404 Not Found")) as server:
        bot = bot_of(server)
        downloaded = asyncio.run(bot.download("f"))
        assert downloaded is not None
        assert downloaded.read() == b'"content"'
        with pytest.raises(TelegramUnavailable, match="404"):
            asyncio.run(bot.download_file("docs/a.txt"))
    assert server.requests[1].path == f"/file/bot{TOKEN}/docs/a.txt"
