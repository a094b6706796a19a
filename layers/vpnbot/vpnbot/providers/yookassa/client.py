"""HTTP to YooKassa's API: Basic authorization, idempotence keys, and a deadline for each request.

A request whose connection broke is sent a second time at once: YooKassa answers the same idempotence key with the
same payment, so that this is safe for every request. A request that timed out is not sent again here.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from vpnbot.connections.request_deadline import within
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.providers.answers import Unreadable, parsed
from vpnbot.providers.http import REQUEST_SECONDS, HttpRequest, ProviderHttp
from vpnbot.providers.yookassa.errors import error_for
from vpnbot.usecases.ports import Pace

API_BASE = "https://api.yookassa.ru/v3"
PAGE_SIZE = 100
"""The largest page of a list (documentation, lists of objects)."""
LIST_INTERVAL = timedelta(milliseconds=200)
"""At most five requests a second for pages: YooKassa publishes no rate, SDKs of third parties keep to this one."""


class SecretKey(Protocol):
    """Returns the secret key; with `again` the one that is stored now, after YooKassa has refused the other.

    Raises:
        Misconfigured: none is stored.
        Retryable: the secrets could not be read.
    """

    def __call__(self, *, again: bool = False) -> str: ...


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def acts(self) -> bool:
        """Whether it may change something."""
        return self.method == "POST"


class YooKassaClient:
    """Requests of one shop. Safe to use from several threads."""

    def __init__(self, base_url: str, shop_id: str, secret_key: SecretKey, pace: Pace) -> None:
        self._base_url = base_url.rstrip("/")
        self._shop_id = shop_id
        self._secret_key = secret_key
        self._pace = pace
        self._next_page_at = pace.elapsed()
        self._http = ProviderHttp("YooKassa")

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Return an object. The answer must be complete after `REQUEST_SECONDS`, or earlier (`within`).

        Raises:
            ProviderUnavailable: YooKassa throttled the request, failed or did not answer in time, or with garbage.
            UnknownPayment: there is no such object in this shop.
            WrongAccount: YooKassa refuses the credentials.
            ProviderRejected: YooKassa does not accept the request.
        """
        return self._call(_Request("GET", f"{path}?{urlencode(query)}" if query else path))

    def post(self, path: str, body: bytes, key: str) -> Mapping[str, Any]:
        """Make an object, or return the one that an earlier request with this idempotence key has made.

        Raises:
            KeyDuplicated: the earlier request had another body.
            As `get`.
        """
        headers = {"Content-Type": "application/json", "Idempotence-Key": key}
        return self._call(_Request("POST", path, body, headers))

    def page(self, path: str, query: Mapping[str, str], cursor: str = "") -> tuple[list[Any], str]:
        """Return one page of a list, the newest object first, and the cursor of the next page; empty: it is the last.

        Raises:
            As `get`.
        """
        wait = self._next_page_at - self._pace.elapsed()
        if wait > timedelta():
            self._pace.pause(wait)
        self._next_page_at = self._pace.elapsed() + LIST_INTERVAL
        answer = self.get(path, {**query, "limit": str(PAGE_SIZE), **({"cursor": cursor} if cursor else {})})
        rows, following = answer.get("items"), answer.get("next_cursor")
        if not isinstance(rows, list) or not isinstance(following, str | None):
            raise ProviderUnavailable("YooKassa's answer: not a list", unknown=False)
        return rows, following or ""

    def rows(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Yield all objects of a list, the newest first.

        Raises:
            As `get`.
        """
        cursor = ""
        while True:
            rows, cursor = self.page(path, query, cursor)
            yield from rows
            if not cursor:
                return

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _call(self, request: _Request) -> Mapping[str, Any]:
        with within(REQUEST_SECONDS):
            key = self._secret_key()
            status, content = self._answer(request, key)
            if status == 401 and (stored := self._secret_key(again=True)) != key:
                status, content = self._answer(request, stored)
        if status != 200:
            raise error_for(status, content, acts=request.acts)
        try:
            return parsed(content)
        except Unreadable as error:
            raise ProviderUnavailable(f"YooKassa's answer: {error}", unknown=request.acts) from None

    def _answer(self, request: _Request, key: str) -> tuple[int, bytes]:
        """Return status and body; a request whose connection breaks is sent a second time."""
        credentials = b64encode(f"{self._shop_id}:{key}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", **request.headers}
        url = f"{self._base_url}/{request.path}"
        return self._http.send(HttpRequest(request.method, url, headers, request.body, acts=request.acts))
