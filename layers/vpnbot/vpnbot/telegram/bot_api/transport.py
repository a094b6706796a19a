"""HTTP to the Bot API: one kept-alive connection per thread, time-outs in seconds, no retry that could send twice.

botocore loads urllib3 anyway, so it adds no time to a cold start; aiohttp would add 0.3 s. The calls block, because a
Lambda environment handles one update at a time.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.filepost import encode_multipart_formdata

from vpnbot.connections.kept_connections import kept_pool
from vpnbot.connections.tls import tls_context
from vpnbot.errors import TelegramUnavailable
from vpnbot.settings import TELEGRAM_API_BASE

CONNECT_TIMEOUT_SECONDS = 2.0
"""Bot API servers accept a connection in about 50 ms."""

READ_TIMEOUT_SECONDS = 8.0
"""How long a call waits for its answer, unless the caller gives another time. A function ends after 25 s."""

IDLE_SECONDS = 1.0
"""A connection that was idle for less than this was not closed by the server because it was idle."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request."""

    field: str
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer of the server, with any status; the body is not parsed."""

    status: int
    body: bytes


class Transport:
    """Requests to one server. Safe to use from several threads: each has its own connection."""

    def __init__(
        self,
        base_url: str = TELEGRAM_API_BASE,
        *,
        connect_timeout_seconds: float = CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """`base_url` is like TELEGRAM_API_BASE, and may have a path. The first request opens a connection."""
        self.base_url = base_url.rstrip("/")
        self._path = urlsplit(self.base_url).path
        self._connect_timeout_seconds = connect_timeout_seconds
        self._read_timeout_seconds = read_timeout_seconds
        self._idle_seconds = idle_seconds
        self._local = threading.local()

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        uploads: Sequence[Upload] = (),
        *,
        timeout_seconds: float | None = None,
    ) -> HttpResponse:
        """POST a form to `path`, a multipart form if there are `uploads`, and return the answer.

        Raises:
            TelegramUnavailable: there was no answer in time; the server may have acted all the same.
        """
        if uploads:
            parts: dict[str, str | tuple[str, bytes]] = dict(fields)
            parts.update((upload.field, (upload.filename, upload.content)) for upload in uploads)
            body, content_type = encode_multipart_formdata(parts)
        else:
            body, content_type = urlencode(fields, errors="replace").encode(), "application/x-www-form-urlencoded"
        with _translated():
            return self._request(
                self._pool(), "POST", self._path + path, body, {"Content-Type": content_type}, timeout_seconds
            )

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float | None = None
    ) -> HttpResponse:
        """GET a complete URL, for example a file of the Bot API (`/file/bot…`), and return the answer.

        Raises:
            TelegramUnavailable: there was no answer in time.
        """
        with _translated():
            own = url.startswith(f"{self.base_url}/")
            pool = self._pool() if own else self._pools().connection_from_url(url)
            target = urllib3.util.parse_url(url).request_uri
            return self._request(pool, "GET", target, None, headers or {}, timeout_seconds)

    def close(self) -> None:
        """Close this thread's connections; the next request opens another."""
        pool: urllib3.HTTPConnectionPool | None = self._local.__dict__.pop("pool", None)
        if pool is not None:
            pool.close()
        pools: urllib3.PoolManager | None = self._local.__dict__.pop("pools", None)
        if pools is not None:
            pools.clear()

    def _request(
        self,
        pool: urllib3.HTTPConnectionPool,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout_seconds: float | None,
    ) -> HttpResponse:
        timeout = self._read_timeout_seconds if timeout_seconds is None else timeout_seconds
        opened_before = pool.num_connections
        idle_for = time.monotonic() - self._last_used
        try:
            return self._once(pool, method, target, body, headers, timeout)
        except exceptions.ProtocolError:
            # No byte of an answer on a reused, idle connection: the server had closed it before it received the
            # request. After any other error the server may have acted, so only the caller may repeat the request.
            if pool.num_connections > opened_before or idle_for < self._idle_seconds:
                raise
            return self._once(pool, method, target, body, headers, timeout)

    def _once(
        self,
        pool: urllib3.HTTPConnectionPool,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout_seconds: float,
    ) -> HttpResponse:
        answer = pool.urlopen(
            method,
            target,
            body=body,
            headers=headers,
            timeout=urllib3.Timeout(
                connect=min(self._connect_timeout_seconds, timeout_seconds), read=timeout_seconds
            ),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            content = answer.read()
        except exceptions.ProtocolError as error:
            raise TelegramUnavailable("the answer was cut off") from error
        finally:
            answer.release_conn()
        self._local.last_used = time.monotonic()
        return HttpResponse(answer.status, content)

    @property
    def _last_used(self) -> float:
        last_used: float = getattr(self._local, "last_used", 0.0)
        return last_used

    def _pool(self) -> urllib3.HTTPConnectionPool:
        """Return this thread's connection to the server of `base_url`; to find it by its address takes 50 µs."""
        pool: urllib3.HTTPConnectionPool | None = getattr(self._local, "pool", None)
        if pool is None:
            pool = self._local.pool = kept_pool(self.base_url, connections=1, tls=tls_context)
        return pool

    def _pools(self) -> urllib3.PoolManager:
        """Return this thread's connections to other servers."""
        pools: urllib3.PoolManager | None = getattr(self._local, "pools", None)
        if pools is None:
            pools = self._local.pools = urllib3.PoolManager(num_pools=4, maxsize=1, **self._tls())
        return pools

    def _tls(self) -> dict[str, Any]:
        return {"ssl_context": tls_context()} if self.base_url.startswith("https:") else {}


@contextmanager
def _translated() -> Iterator[None]:
    """Translate urllib3's errors. Their messages are not used, because the address contains the bot's token."""
    try:
        yield
    except exceptions.NewConnectionError as error:
        raise TelegramUnavailable("no connection to the Bot API") from error
    except exceptions.TimeoutError as error:
        raise TelegramUnavailable("the Bot API did not answer in time") from error
    except exceptions.HTTPError as error:
        raise TelegramUnavailable(f"the Bot API could not be reached: {type(error).__name__}") from error
