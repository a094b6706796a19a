"""Kept connections that write a plain request at once and read a plain answer without a parser of emails.

urllib3 and `http.client` write a request header by header, send its head and its body one after the other, and parse
the head of an answer as that of an email: for the two calls of a tap this was a fifth of its CPU. Pools, connecting,
TLS, and what an error becomes, remain those of urllib3. So does every other request, and every other answer: it is
given to `http.client` with the bytes that were read of it.
"""

import io
import re
import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, Protocol

from urllib3.connection import HTTPConnection, HTTPSConnection, _get_default_user_agent, _ResponseOptions
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError
from urllib3.util import parse_url

_FIRST_BYTES = 16 * 1024
"""How much of an answer is read at once, which is a record of TLS at most."""
_LARGEST_PIECE = 64 * 1024
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEAD = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9][0-9])(?: [\t -~]*)?\r\n((?:%b:[\t -~]*\r\n)+)\r\n" % _TOKEN.pattern.encode()
)
"""The head of an answer without continued lines, and in ASCII."""
_NO_BODY = frozenset({204, 304})
_PLAIN_METHODS = frozenset({"GET", "POST"})
_FRAMING = frozenset({"accept-encoding", "content-length", "host", "transfer-encoding"})
"""Headers of a request that change how `http.client` writes it."""
_UNUSUAL = re.compile(r"[^!-~]")
"""What is not in the path or host of a plain request; a host in other scripts has another name in the request."""
_LINE_BREAKS = re.compile(r"[\r\n]")
_IDLE, _REQUEST_SENT = "Idle", "Request-sent"
"""States of a connection of `http.client`, which are private there."""

if TYPE_CHECKING:
    _Base = HTTPConnection
else:
    _Base = object


class Socket(Protocol):
    """What is used of a connected socket."""

    def recv(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""

    def settimeout(self, seconds: float | None, /) -> None:
        """Wait at most this long for them."""


class PlainAnswer:
    """An answer whose body has a known length; the part of `urllib3.HTTPResponse` that is used of it.

    The names of the headers are in lower case.
    """

    version_string = "HTTP/1.1"

    def __init__(
        self, connection: HTTPConnection, sock: Socket, status: int, headers: Mapping[str, str], begun: bytes
    ) -> None:
        """`begun` is what was read of the body."""
        self.status = status
        self.headers = headers
        self.length_remaining = int(headers["content-length"])
        self.retries: Any = None
        self._sock = sock
        self._begun = begun
        self._broken = connection.close
        self._connection: HTTPConnection | None = None  # the pool sets this and the next
        self._pool: Any = None

    def read(self, amt: int | None = None) -> bytes:
        """Return the body, or this many bytes of it.

        Raises:
            ReadTimeoutError: the next bytes did not come in time.
            ProtocolError: the connection ended before the body.
        """
        wanted = self.length_remaining if amt is None else min(amt, self.length_remaining)
        content, self._begun = self._begun[:wanted], self._begun[wanted:]
        if len(content) < wanted:
            content += self._received(wanted - len(content))
        self.length_remaining -= len(content)
        return content

    def close(self) -> None:
        """Close the connection, because the rest of the answer will not be read."""
        self._broken()

    def release_conn(self) -> None:
        """Give the connection back to its pool; closed, if the rest of the body would be read as the next answer."""
        if self.length_remaining:
            self._broken()
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool._put_conn(connection)

    def _received(self, missing: int) -> bytes:
        pieces: list[bytes] = []
        try:
            while missing:
                piece = self._sock.recv(min(missing, _LARGEST_PIECE))
                if not piece:
                    raise IncompleteRead(b"".join(pieces), missing)
                pieces.append(piece)
                missing -= len(piece)
        except TimeoutError as error:
            self._broken()
            raise ReadTimeoutError(self._pool, "", "Read timed out.") from error
        except ssl.SSLError as error:
            self._broken()
            raise SSLError(error) from error
        except (HTTPException, OSError) as error:
            self._broken()
            raise ProtocolError(f"Connection broken: {error!r}", error) from error
        return b"".join(pieces)


class Kept(_Base):
    """The part of a connection that writes requests and reads answers."""

    _host_header: str | None = None
    _plain = False
    _HTTPConnection__state: str
    _HTTPConnection__response: HTTPResponse | None

    def request(  # type: ignore[override]  # with the options of urllib3
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, **options: bool
    ) -> None:
        """Send a request: a plain one in one piece, with the bytes that urllib3 sends in two."""
        plain = not (options.get("chunked") or options["preload_content"] or self.proxy)
        written = self._written(method, url, body, headers or {}) if plain else None
        self._plain = written is not None
        if written is None:
            super().request(method, url, body, headers, **options)
            return
        if self.sock is None:
            self.connect()
        else:
            self.sock.settimeout(self.timeout)
        # What urllib3 and `http.client` read if the answer is not plain.
        self._method = method
        self._response_options = _ResponseOptions(
            method, url, False, options["decode_content"], options["enforce_content_length"]
        )
        self._HTTPConnection__state = _REQUEST_SENT
        self.sock.sendall(written)

    def getresponse(self) -> Any:
        """Read the head of the answer."""
        options = self._response_options
        if options is None or not self._plain or self._is_answering():
            return super().getresponse()
        self.sock.settimeout(self.timeout)
        sock, begun = self.sock, self.sock.recv(_FIRST_BYTES)
        answer = self._plain_answer(sock, begun)
        if answer is not None:
            self._response_options = None
            self._HTTPConnection__state = _IDLE
            return answer
        continued = self.sock = _Continued(sock, begun)
        try:
            return super().getresponse()
        finally:
            if self.sock is continued:  # otherwise the connection was closed
                self.sock = sock

    def _is_answering(self) -> bool:
        """Tell whether an answer before, which `http.client` has read, is not read to its end."""
        before = self._HTTPConnection__response
        return before is not None and not before.isclosed()

    def _written(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> bytes | None:
        """Return a request as bytes; None: it is not plain, or urllib3 refuses it."""
        names = {name.lower() for name in headers}
        if (
            method not in _PLAIN_METHODS
            or (body is None) != (method == "GET")
            or not (body is None or type(body) is bytes)
            or _UNUSUAL.search(url)
            or _UNUSUAL.search(self.host)
            or not names.isdisjoint(_FRAMING)
            or self._HTTPConnection__state != _IDLE
            or self._is_answering()
        ):
            return None
        lines = [f"{method} {url} HTTP/1.1", self._host(), "Accept-Encoding: identity"]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        if "user-agent" not in names:
            lines.append(f"User-Agent: {_get_default_user_agent()}")
        for name, value in headers.items():
            if type(value) is not str or _LINE_BREAKS.search(value) or not _TOKEN.fullmatch(name):
                return None
            lines.append(f"{name}: {value}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        return head.encode("latin-1") + (body or b"")

    def _host(self) -> str:
        """Return the line `Host` as `http.client` writes it; it is the same for all requests of a connection."""
        if self._host_header is None:
            host = f"[{self.host}]" if ":" in self.host else self.host
            self._host_header = f"Host: {host}" if self.port == self.default_port else f"Host: {host}:{self.port}"
        return self._host_header

    def _plain_answer(self, sock: Any, begun: bytes) -> PlainAnswer | None:
        """Return an answer that begins with these bytes; None: it is not plain, or its head is not complete."""
        head = _HEAD.match(begun)
        if head is None:
            return None
        lines = [line.split(":", 1) for line in head[2].decode("ascii").split("\r\n")[:-1]]
        headers = {name.lower(): value.lstrip(" \t") for name, value in lines}
        status, length, body = int(head[1]), headers.get("content-length", ""), begun[head.end() :]
        if (
            len(headers) != len(lines)
            or status in _NO_BODY
            or not (length.isdecimal() and len(body) <= int(length))
            or "transfer-encoding" in headers
            or "content-encoding" in headers
            or headers.get("connection", "keep-alive").lower() != "keep-alive"
        ):
            return None
        return PlainAnswer(self, sock, status, headers, body)


class _Continued:
    """A socket of which the first bytes were read; everything else is that of the socket."""

    def __init__(self, sock: Any, begun: bytes) -> None:
        self._sock = sock
        self._begun = begun

    def makefile(self, mode: str, *_: object, **__: object) -> io.BufferedReader:
        """Return the file that `http.client` reads the answer from; `mode` is always `rb`."""
        return io.BufferedReader(_ContinuedFile(self._begun, self._sock.makefile(mode)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _ContinuedFile(io.RawIOBase):
    def __init__(self, begun: bytes, rest: io.BufferedReader) -> None:
        self._begun = begun
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if not self._begun:
            return self._rest.readinto1(buffer)
        size = min(len(buffer), len(self._begun))
        buffer[:size], self._begun = self._begun[:size], self._begun[size:]
        return size

    def close(self) -> None:
        self._rest.close()
        super().close()


class KeptHTTPConnection(Kept, HTTPConnection):
    """Without TLS, for servers of this machine and of a private network."""


class KeptHTTPSConnection(Kept, HTTPSConnection):
    """With TLS."""


class _KeptHTTPPool(HTTPConnectionPool):
    ConnectionCls = KeptHTTPConnection


class _KeptHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = KeptHTTPSConnection


def kept_pool(url: str, *, connections: int, tls: Callable[[], ssl.SSLContext]) -> HTTPConnectionPool:
    """Return a pool of such connections to the server of a URL; `tls` is asked only for `https`.

    Requests are made without `redirect` and `preload_content`, and an answer is given back with `release_conn`.

    Raises:
        LocationParseError: it is not a URL.
    """
    parts = parse_url(url)
    host = parts.host or ""
    if parts.scheme == "https":
        return _KeptHTTPSPool(host, parts.port, maxsize=connections, ssl_context=tls())
    return _KeptHTTPPool(host, parts.port, maxsize=connections)
