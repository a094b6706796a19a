"""A Bot API and a DynamoDB that answer at once with prepared answers: the figures contain no time of an emulator."""

import json
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

from benchmarks.replay import READS, Answers, Json, Refusal, request_key


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request that a server received."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class LoopbackServer:
    """A context manager: a server on loopback; `answer` returns the JSON, or the refusal, for each request."""

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
                    answer = self._answer(request)
                    refusal = answer if isinstance(answer, Refusal) else None
                    body = json.dumps(refusal.body if refusal else answer, separators=(",", ":")).encode()
                    status = refusal.status if refusal else 200
                    head = f"Content-Type: {self._content_type}\r\nContent-Length: {len(body)}"
                    # One write: two would be delayed by Nagle's algorithm and delayed acknowledgements.
                    connection.sendall(f"HTTP/1.1 {status} -\r\n{head}\r\n\r\n".encode() + body)
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
    """Answers calls of DynamoDB with recorded answers, and those of SQS with success; `server()` serves it.

    `served` counts the calls by operation. `guessed` counts the reads that were not recorded with the same request:
    they get the answers to other reads of the operation, one after the other, as writes do.
    A claim contains the present time: what an UpdateItem sets is in its answer, and in the Queries after it.
    """

    recorded: Answers = field(default_factory=Answers)
    served: Counter[str] = field(default_factory=Counter)
    guessed: int = 0
    _changed: dict[str, Json] = field(default_factory=dict)

    def server(self) -> LoopbackServer:
        """Return a server with these answers."""
        return LoopbackServer(self._answer, "application/x-amz-json-1.0")

    def replay(self, recorded: Answers) -> None:
        """Use these answers from now on, each operation from its first."""
        self.recorded = recorded
        self.served.clear()
        self.guessed = 0
        self._changed.clear()

    def writes(self) -> Mapping[str, int]:
        """Return how many calls of each operation that writes were served."""
        return {operation: times for operation, times in self.served.items() if operation not in READS}

    def _answer(self, request: Request) -> Json:
        service, _, operation = request.headers.get("x-amz-target", "").rpartition(".")
        if not service.startswith("DynamoDB"):
            return {}
        asked = json.loads(request.body)
        number = self.served[operation]
        self.served[operation] += 1
        answers = self.recorded.by_operation.get(operation) or [{}]
        answer = answers[number % len(answers)]
        if operation in READS:
            known = self.recorded.by_read.get(request_key(operation, asked))
            self.guessed += known is None
            return self._with_changes(answer if known is None else known)
        if operation == "UpdateItem" and isinstance(answer, dict) and "Attributes" in answer:
            return {**answer, "Attributes": self._change(asked, answer["Attributes"])}
        return answer

    def _change(self, asked: Json, item: Json) -> Json:
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        sets = re.findall(r"(#\w+) = (:\w+)", asked["UpdateExpression"])
        changed = {**item, **{names[name]: values[value] for name, value in sets}}
        self._changed[json.dumps(asked["Key"], sort_keys=True)] = changed
        return changed

    def _with_changes(self, answer: Json) -> Json:
        if not self._changed or not isinstance(answer, dict) or "Items" not in answer:
            return answer
        items = [self._changed.get(_key_of(item), item) for item in answer["Items"]]
        return {**answer, "Items": items}


def _key_of(item: Json) -> str:
    return json.dumps({"pk": item["pk"], "sk": item["sk"]}, sort_keys=True)
