"""A service of AWS whose answers a test prepares, byte by byte if it wants; it keeps the requests as they arrived."""

import socket
import struct
import threading
import time
from binascii import crc32
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.integration.panels.raw_server import read_request


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `cut`: the connection ends after so many bytes of the body; `reset`: before any byte of it.

    `pause_seconds` is waited before each byte of the whole answer, or once before the answer if `drip` is false.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    checksum: bool = True
    cut: int | None = None
    reset: bool = False
    pause_seconds: float = 0.0
    drip: bool = False

    def text(self) -> bytes:
        """Return the answer as it is sent."""
        given = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "REQUEST"}
        if self.checksum:
            given["x-amz-crc32"] = str(crc32(self.body))
        given |= dict(self.headers)
        given["Content-Length"] = str(len(self.body))
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        whole = f"HTTP/1.1 {self.status} Prepared\r\n{head}\r\n".encode() + self.body
        return whole if self.cut is None else whole[: len(whole) - len(self.body) + self.cut]


@dataclass
class ScriptedServer:
    """A context manager. `answer` makes the reply to a request; connections are kept alive."""

    answer: Callable[[bytes], Reply]
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released when the server has closed a connection."""

    def __post_init__(self) -> None:
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
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, suppress(OSError):
            while request := read_request(connection):
                self.requests.append(request)
                if not _sent(connection, self.answer(request)):
                    break
        self.ended.release()


def _sent(connection: socket.socket, reply: Reply) -> bool:
    """Send a reply, and tell whether the connection stays open."""
    if reply.reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    whole = reply.text()
    for part in [whole[n : n + 1] for n in range(len(whole))] if reply.drip else [whole]:
        if reply.pause_seconds:
            time.sleep(reply.pause_seconds)
        connection.sendall(part)
    return reply.cut is None
