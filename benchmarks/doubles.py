"""A Bot API and a DynamoDB that answer at once with prepared answers: the figures contain no time of an emulator."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

type Json = Any
"""What json.loads returns."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request that a server received."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class LoopbackServer:
    """A context manager: a server on loopback that answers each request with the JSON that `answer` returns."""

    def __init__(self, answer: Callable[[Request], Json], content_type: str = "application/json") -> None:
        self._answer = answer
        self._content_type = content_type
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            try:
                while request := _read(stream):
                    body = json.dumps(self._answer(request), separators=(",", ":")).encode()
                    head = f"Content-Type: {self._content_type}\r\nContent-Length: {len(body)}"
                    # One write: two would be delayed by Nagle's algorithm and delayed acknowledgements.
                    connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)
            except ConnectionError:
                return


def _read(stream: Any) -> Request | None:
    line = stream.readline()
    if not line:
        return None
    headers: dict[str, str] = {}
    while (header := stream.readline().strip()) != b"":
        name, _, value = header.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(iter(lambda: _chunk(stream), b""))
    else:
        body = stream.read(int(headers.get("content-length", 0)))
    return Request(line.split()[1].decode(), headers, body)


def _chunk(stream: Any) -> bytes:
    size = int(stream.readline(), 16)
    content: bytes = stream.read(size)
    stream.readline()
    return content


@dataclass
class BotApi:
    """Accepts every method of the Bot API and records the calls; `server()` serves it."""

    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def server(self) -> LoopbackServer:
        """Return a server with these answers."""
        return LoopbackServer(self._answer)

    def _answer(self, request: Request) -> Json:
        method = request.path.rpartition("/")[2]
        self.calls.append((method, dict(parse_qsl(request.body.decode("latin-1")))))
        if not method.startswith(("send", "edit", "copy")):
            return {"ok": True, "result": True}
        chat = {"id": 100200300, "type": "private", "first_name": "Anna"}
        bot = {"id": 42, "is_bot": True, "first_name": "VPN"}
        message = {"message_id": 2, "date": 1795348800, "chat": chat, "from": bot, "text": "A screen."}
        return {"ok": True, "result": message}


@dataclass
class Dynamo:
    """Answers each operation of DynamoDB with its recorded answers, one after the other; `server()` serves it."""

    recorded: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    served: Counter[str] = field(default_factory=Counter)

    def server(self) -> LoopbackServer:
        """Return a server with these answers."""
        return LoopbackServer(self._answer, "application/x-amz-json-1.0")

    def replay(self, recorded: Mapping[str, Sequence[Json]]) -> None:
        """Use these answers from now on, each operation from its first."""
        self.recorded = recorded
        self.served.clear()

    def _answer(self, request: Request) -> Json:
        operation = request.headers.get("x-amz-target", ".").rpartition(".")[2]
        answers = self.recorded.get(operation) or [{}]
        answer = answers[self.served[operation] % len(answers)]
        self.served[operation] += 1
        return answer
