"""Connections that keep a deadline for the whole request: look-up of the name, connecting, headers and body.

The time-outs of urllib3 start again with each received byte, so that a server which sends one byte each second would
keep its caller waiting for minutes. Here every wait is at most as long as the time that is left.
"""

import encodings.idna  # noqa: F401 - each look-up of a name needs it; so it is imported in INIT
import io
import math
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, IncompleteRead, NameResolutionError, NewConnectionError

from vpnbot.connections.kept_connections import KeptHTTPConnection, KeptHTTPSConnection, PlainAnswer

CONNECT_SECONDS, READ_SECONDS = 2.0, 4.0
"""The longest waits for a connection to one address, and for the next bytes of an answer."""

type SocketAddress = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""An address as `socket.getaddrinfo` returns it."""

_NAT64 = ip_network("64:ff9b::/96")
"""Under these addresses a gateway for IPv6 reaches all of IPv4, private networks included (RFC 6052)."""
_deadline: ContextVar[float] = ContextVar("deadline")
_public_only: ContextVar[bool] = ContextVar("public_only", default=False)


class NotPublic(OSError):
    """The host has only addresses that cannot be reached from the Internet, so no connection was made."""


@contextmanager
def public_addresses_only(*, only: bool = True) -> Iterator[None]:
    """Make no new connection of this thread to an address of this machine or of a private network.

    An operator names the address of a panel, and its name may lead anywhere: in Lambda a loopback address is the
    runtime's own interface. The addresses of a name are checked after they are looked up.
    """
    token = _public_only.set(only)
    try:
        yield
    finally:
        _public_only.reset(token)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End all requests of this thread with a time-out after this time, or earlier if an outer `within` says so.

    It is also a decorator: then the time begins with each call of the function.
    """
    token = _deadline.set(min(time.monotonic() + seconds, _deadline.get(math.inf)))
    try:
        yield
    finally:
        _deadline.reset(token)


def connected(host: str, port: int, seconds: float = CONNECT_SECONDS) -> socket.socket:
    """Return a socket that is connected to the first address of a host that accepts; its time-out is the time left.

    `seconds` is the longest wait for the look-up of the name, and for one address.

    Raises:
        TimeoutError: no address accepted in time.
        NotPublic: see `public_addresses_only`.
        OSError: the name is unknown (`socket.gaierror`), or all addresses refuse.
    """
    refusal: OSError = socket.gaierror(f"no address of {host}")
    for family, kind, protocol, _, address in _resolved(host, port, seconds):
        if _public_only.get() and not _is_public(address[0]):
            refusal = NotPublic(f"{host} is not a public address")
            continue
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.settimeout(_wait(seconds))
            made.connect(address)
        except OSError as error:
            made.close()
            refusal = error
        else:
            return made
    raise refusal


def _is_public(address: str) -> bool:
    """Tell whether an address is one of the Internet; one that a NAT64 gateway translates is judged as its IPv4."""
    found = ip_address(address)
    if found in _NAT64:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast


def _resolved(host: str, port: int, seconds: float) -> Sequence[SocketAddress]:
    """Look up the addresses of a host, in another thread because `getaddrinfo` accepts no time-out.

    Raises:
        TimeoutError, OSError: see `connected`.
    """
    done: queue.SimpleQueue[Sequence[SocketAddress] | OSError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            done.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except UnicodeError:  # a label of the name is empty or too long
            done.put(socket.gaierror(f"not a name: {host}"))
        except OSError as error:
            done.put(error)

    threading.Thread(target=resolve, name="resolve", daemon=True).start()
    try:
        found = done.get(timeout=_wait(seconds))
    except queue.Empty:
        raise TimeoutError("the look-up of the name") from None
    if isinstance(found, OSError):
        raise found
    return found


def _wait(longest: float) -> float:
    """Return how long to wait now, in seconds.

    Raises:
        TimeoutError: the deadline has passed.
    """
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline of the request has passed")
    return min(left, longest)


class _TimedReader(io.RawIOBase):
    """Reads from a socket; each read waits only for the time left."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, seconds: float) -> None:
        self._raw = raw
        self._connection = connection
        self._seconds = seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(_wait(self._seconds))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """A connected socket whose file keeps the deadline; everything else is that of the socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._seconds = READ_SECONDS

    def settimeout(self, seconds: float | None) -> None:
        """Wait at most this long for the next bytes of an answer; urllib3 says so before it reads one."""
        self._seconds = READ_SECONDS if seconds is None else seconds

    def recv(self, size: int) -> bytes:
        """Return the next bytes of an answer; each wait ends with the time left."""
        self._connection.settimeout(_wait(self._seconds))
        return self._connection.recv(size)

    def makefile(self, mode: str, *_: object, **__: object) -> io.BufferedReader:
        """Return the file that `http.client` reads the answer from; `mode` is always `rb`."""
        raw = self._connection.makefile(mode, buffering=0)  # type: ignore[call-overload]  # typeshed wants a literal
        return io.BufferedReader(_TimedReader(raw, self._connection, self._seconds))

    def sendall(self, data: Any) -> None:
        """Send everything within the time left."""
        self._connection.settimeout(_wait(READ_SECONDS))
        self._connection.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


if TYPE_CHECKING:
    _Base = HTTPConnection
else:
    _Base = object


class _Timed(_Base):
    """The part that the two kinds of connections share."""

    def _new_conn(self) -> socket.socket:
        try:
            return connected(self._dns_host, self.port or 0, self.timeout or CONNECT_SECONDS)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def connect(self) -> None:
        super().connect()
        self.sock = _TimedSocket(self.sock)


class _TimedHTTPConnection(_Timed, HTTPConnection):
    pass


class _TimedHTTPSConnection(_Timed, HTTPSConnection):
    pass


class _TimedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _TimedHTTPConnection


class _TimedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHTTPSConnection


class _TimedKeptHTTPConnection(_Timed, KeptHTTPConnection):
    pass


class _TimedKeptHTTPSConnection(_Timed, KeptHTTPSConnection):
    pass


class _TimedKeptHTTPPool(HTTPConnectionPool):
    ConnectionCls = _TimedKeptHTTPConnection


class _TimedKeptHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedKeptHTTPSConnection


class TimedPools(urllib3.PoolManager):
    """Pools of connections that keep the deadline set by `within`."""

    def __init__(self, **options: Any) -> None:
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        super().__init__(maxsize=4, timeout=timeout, retries=False, **options)
        self.pool_classes_by_scheme = {"http": _TimedHTTPPool, "https": _TimedHTTPSPool}


def timed_pool(
    url: str, *, connections: int, connect_seconds: float, read_seconds: float, tls: Callable[[], ssl.SSLContext]
) -> HTTPConnectionPool:
    """Return a pool of `kept_connections` to the server of one URL, which keep the deadline set by `within`.

    The seconds are the longest waits for a connection and for the next bytes; `tls` is asked only for `https`.
    """
    parts = urlsplit(url)
    options: dict[str, Any] = {
        "port": parts.port,
        "maxsize": connections,
        "timeout": urllib3.Timeout(connect=connect_seconds, read=read_seconds),
        "retries": False,
    }
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _TimedKeptHTTPSPool(host, ssl_context=tls(), **options)
    return _TimedKeptHTTPPool(host, **options)


def read_at_most(answer: urllib3.BaseHTTPResponse | PlainAnswer, largest: int) -> bytes | None:
    """Return the body of an answer, and give its connection back; None if the body has more bytes than `largest`.

    Raises:
        HTTPError: the connection broke, or the time is over.
    """
    complete = False
    try:
        content = answer.read(largest + 1)
        if answer.length_remaining and len(content) <= largest:
            raise IncompleteRead(len(content), answer.length_remaining)
        complete = len(content) <= largest
    finally:
        if not complete:
            answer.close()  # otherwise the rest would be read as the next answer
        answer.release_conn()
    return content if complete else None
