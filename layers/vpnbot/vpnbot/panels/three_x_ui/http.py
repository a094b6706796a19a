"""HTTP requests to one panel: bearer token, short time-outs, and network errors as trouble codes.

Almost all requests are idempotent: to update, attach or delete a client by its name has the same result a second
time. So a request whose connection broke is sent again, unless the caller asks for `once`. A request that timed out
is not sent again, because its caller has waited long enough.
"""

import json
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import UnknownProtocol
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from urllib3.exceptions import (
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,  # noqa: A004 - urllib3's own
)

from vpnbot.connections.request_deadline import (
    NotPublic,
    TimedPools,
    connected,
    public_addresses_only,
    read_at_most,
    within,
)
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.panels.three_x_ui.envelope import opened
from vpnbot.panels.three_x_ui.web_pages import reject_other_answers

REQUEST_SECONDS = 6.0
"""The longest time for one request with its whole answer, and for a second attempt after a broken connection."""
CERTIFICATE_SECONDS = 3.0
"""The longest time for reading the certificate of a panel after its connection failed."""
LARGEST_ANSWER_BYTES = 8_000_000


class ConnectionBroke(PanelUnavailable):
    """The connection broke, for example after a long idle time; it is unknown whether the panel has acted."""


@dataclass(frozen=True, slots=True)
class _Request:
    """A request below the API's path. `largest`: the size of the answer in bytes; `once`: it must not be repeated."""

    method: str
    path: str
    token: str
    largest: int
    body: bytes | None = None
    once: bool = False


class Answer(NamedTuple):
    """An answer with any status; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class PanelHttp:
    """HTTP to the panel at an address. Safe to use from several threads.

    `pinned` is the SHA-256 fingerprint of the only accepted certificate; None: the certificate is verified as usual.
    `public_only`: an address of a private network is not connected to.
    `is_supported`: the panel has told this process a version that the adapter supports.
    """

    def __init__(self, address: str, pinned: str | None = None, *, public_only: bool = False) -> None:
        self._root = f"{address.rstrip('/')}/panel/api"
        self._pinned = pinned
        self._public_only = public_only
        verification: dict[str, Any] = (
            {"assert_fingerprint": pinned, "cert_reqs": "CERT_NONE", "assert_hostname": False} if pinned else {}
        )
        self._pools = TimedPools(**verification)
        self.is_supported = False

    def get(self, token: str, path: str, *, largest: int = LARGEST_ANSWER_BYTES, **query: str | int) -> Any:
        """Send a GET request, and return `obj` of the answer, which has at most `largest` bytes; "": without a token.

        The answer must be complete after `REQUEST_SECONDS`, or earlier if the caller has less time (`within`).

        Raises:
            EnvelopeRejected: `success` of the answer is false.
            PanelUnavailable: the panel did not answer in time, or the answer is not an envelope.
            PanelRejected: the panel rejected the request, or its certificate is not accepted, or another program
                answers at its address.
        """
        return self._call(_Request("GET", f"{path}?{urlencode(query)}" if query else path, token, largest))

    def post(self, token: str, path: str, body: Mapping[str, Any] | None = None, *, once: bool = False) -> Any:
        """Send a POST request, and return `obj` of the answer; `once` if it must not be sent a second time.

        Raises:
            As `get`.
        """
        content = json.dumps(body or {}).encode()
        return self._call(_Request("POST", path, token, LARGEST_ANSWER_BYTES, content, once=once))

    def close(self) -> None:
        """Close the kept connections."""
        self._pools.clear()

    def _call(self, request: _Request) -> Any:
        with within(REQUEST_SECONDS), public_addresses_only(only=self._public_only):
            try:
                status, headers, content = self._sent(request)
            except HTTPError as error:
                raise self._translated(error) from error
        reject_other_answers(request.path, status, headers, content)
        return opened(content)

    def _sent(self, request: _Request) -> Answer:
        try:
            return self._sent_once(request)
        except ProtocolError as error:
            if request.once or _is_another_protocol(error):
                raise
            return self._sent_once(request)

    def _sent_once(self, request: _Request) -> Answer:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
            "X-Requested-With": "XMLHttpRequest",  # so that a wrong token gives 401, and a wrong path 404
        }
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        answer = self._pools.request(
            request.method,
            f"{self._root}/{request.path}",
            body=request.body,
            headers=headers,
            redirect=False,
            preload_content=False,
        )
        content = read_at_most(answer, request.largest)
        if content is None:
            raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "too long")
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

    def _translated(self, error: HTTPError) -> PanelUnavailable | PanelRejected:
        match error:
            case SSLError():
                return self._certificate_error(error)
            case NameResolutionError():
                return PanelUnavailable(PanelTrouble.UNKNOWN_HOST)
            case NewConnectionError() if isinstance(error.__cause__, NotPublic):
                return PanelRejected(PanelTrouble.PRIVATE_ADDRESS)
            case NewConnectionError():
                return PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)
            case TimeoutError():
                return PanelUnavailable(PanelTrouble.TIMED_OUT)
        if _is_another_protocol(error) and self._root.startswith("http:"):
            return PanelRejected(PanelTrouble.NEEDS_HTTPS)
        return ConnectionBroke(PanelTrouble.BROKEN_ANSWER, "the connection broke")

    def _certificate_error(self, error: SSLError) -> PanelUnavailable | PanelRejected:
        cause = error.args[0] if error.args else error
        with within(CERTIFICATE_SECONDS), public_addresses_only(only=self._public_only):
            fingerprint = self._fingerprint()
        if self._pinned is not None and fingerprint and fingerprint.upper() != self._pinned.upper():
            return PanelRejected(PanelTrouble.CERTIFICATE_CHANGED, fingerprint)
        if not isinstance(cause, ssl.SSLCertVerificationError):
            return (
                PanelRejected(PanelTrouble.NOT_TLS)
                if not fingerprint
                else PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "TLS")
            )
        self_signed = cause.verify_code in _SELF_SIGNED_CODES
        trouble = PanelTrouble.SELF_SIGNED if self_signed else PanelTrouble.CERTIFICATE_INVALID
        return PanelRejected(trouble, fingerprint)

    def _fingerprint(self) -> str:
        """Return the SHA-256 fingerprint of the panel's certificate, as `AA:BB:…`; empty if there is none."""
        parts = urlsplit(self._root)
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        with suppress(OSError, ValueError):
            host, port = parts.hostname or "", parts.port or 443
            with connected(host, port) as plain, unverified.wrap_socket(plain, server_hostname=host) as secure:
                certificate = secure.getpeercert(binary_form=True)
            return ":".join(f"{byte:02X}" for byte in sha256(certificate or b"").digest()) if certificate else ""
        return ""


def _is_another_protocol(error: HTTPError) -> bool:
    """Tell whether the answer has another version of HTTP: a 3x-ui with TLS answers plain HTTP with `HTTP/0.0`."""
    return any(isinstance(cause, UnknownProtocol) for cause in error.args)


_SELF_SIGNED_CODES = frozenset({18, 19, 20, 21})
"""OpenSSL verify codes: self-signed certificate, alone or in the chain; unknown issuer; first one not verified."""
