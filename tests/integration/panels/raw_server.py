"""A server that answers each connection with bytes of a test's choice, as slowly as the test wants."""

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

type Chunks = Callable[[], Iterable[bytes]]
"""Makes what is sent to one connection; it may wait between two chunks."""


class RawServer:
    """Answers each connection with `chunks`, after it has read a request; a context manager."""

    def __init__(self, chunks: Chunks) -> None:
        self.requests: list[bytes] = []
        self.stopped = threading.Event()
        self._chunks = chunks
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def address(self) -> str:
        """The address of a panel on this server."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/base"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.requests.append(read_request(connection))
            for chunk in self._chunks():
                connection.sendall(chunk)
                if self.stopped.is_set():
                    return


def read_request(connection: socket.socket) -> bytes:
    """Read a request with its body: a socket that is closed with unread bytes resets the connection of its client."""
    request = b""
    while not _is_whole(request) and (received := connection.recv(65536)):
        request += received
    return request


def _is_whole(request: bytes) -> bool:
    head, separator, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(separator) and len(body) >= int(length[1] if length else 0)


@contextmanager
def answering(status: str, body: bytes = b"", **headers: str) -> Iterator[RawServer]:
    """Run a server that answers each request with a status line such as `HTTP/1.1 403 Forbidden`."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"{status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{named}\r\n".encode()
    with RawServer(lambda: [head, body]) as server:
        yield server
