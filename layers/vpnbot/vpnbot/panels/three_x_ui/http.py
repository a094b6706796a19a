"""HTTP requests to one panel: bearer token, short time-outs, and network errors as trouble codes.

Almost all requests are idempotent: to update, attach or delete a client by its name has the same result a second
time. So a request whose connection broke is sent again, unless the caller asks for `once`. A request that timed out
is not sent again, because its caller has waited long enough.
"""

import json
import ssl
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,  # noqa: A004 - urllib3's own
)

from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.panels.three_x_ui.envelope import opened

CONNECT_SECONDS, READ_SECONDS = 2.0, 4.0
LARGEST_ANSWER_BYTES = 32_000_000
"""Unpacked. The largest answer is the list of all clients: 870 bytes for each, a tenth of that as it is sent."""
_TIMEOUT = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
_STATUSES = {
    401: PanelTrouble.WRONG_TOKEN,
    403: PanelTrouble.NO_SCOPE,
    404: PanelTrouble.WRONG_PATH,
}


class ConnectionBroke(PanelUnavailable):
    """The connection broke, for example after a long idle time; it is unknown whether the panel has acted."""


class PanelHttp:
    """HTTP to the panel at an address. Safe to use from several threads.

    `pinned` is the SHA-256 fingerprint of the only accepted certificate; None: the certificate is verified as usual.
    """

    def __init__(self, address: str, pinned: str | None = None) -> None:
        self._root = f"{address.rstrip('/')}/panel/api"
        self._pinned = pinned
        verification: dict[str, Any] = (
            {"assert_fingerprint": pinned, "cert_reqs": "CERT_NONE", "assert_hostname": False} if pinned else {}
        )
        self._pool = urllib3.PoolManager(maxsize=4, timeout=_TIMEOUT, retries=False, **verification)

    def get(self, token: str, path: str, **query: str | int) -> Any:
        """Send a GET request, and return `obj` of the answer.

        Raises:
            EnvelopeRejected: `success` of the answer is false.
            PanelUnavailable: the panel did not answer, or the answer is not an envelope.
            PanelRejected: the panel rejected the request, or its certificate is not accepted.
        """
        return self._call("GET", token, f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, token: str, path: str, body: Mapping[str, Any] | None = None, *, once: bool = False) -> Any:
        """Send a POST request, and return `obj` of the answer; `once` if it must not be sent a second time.

        Raises:
            As `get`.
        """
        return self._call("POST", token, path, json.dumps(body or {}).encode(), once=once)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.clear()

    def _call(self, method: str, token: str, path: str, body: bytes | None, *, once: bool = False) -> Any:
        try:
            status, answer = (self._sent_once if once else self._sent)(method, token, path, body)
        except HTTPError as error:
            raise self._translated(error) from error
        if status in _STATUSES or 300 <= status < 400:
            trouble = _STATUSES.get(status, PanelTrouble.WRONG_PATH)
            if trouble is PanelTrouble.WRONG_PATH and path.startswith("clients/"):
                trouble = PanelTrouble.OLD_PANEL
            raise PanelRejected(trouble)
        if status != 200:
            raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, f"HTTP {status}")
        return opened(answer)

    def _sent(self, method: str, token: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        try:
            return self._sent_once(method, token, path, body)
        except ProtocolError:
            return self._sent_once(method, token, path, body)

    def _sent_once(self, method: str, token: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "X-Requested-With": "XMLHttpRequest",  # so that a wrong token gives 401, and a wrong path 404
        }
        answer = self._pool.request(
            method, f"{self._root}/{path}", body=body, headers=headers, redirect=False, preload_content=False
        )
        try:
            content = answer.read(LARGEST_ANSWER_BYTES + 1)
            if len(content) > LARGEST_ANSWER_BYTES:
                answer.close()
                raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "too long")
        finally:
            answer.release_conn()
        return answer.status, content

    def _translated(self, error: HTTPError) -> PanelUnavailable | PanelRejected:
        match error:
            case SSLError():
                return self._certificate_error(error)
            case NameResolutionError():
                return PanelUnavailable(PanelTrouble.UNKNOWN_HOST)
            case ConnectTimeoutError() | TimeoutError() if not isinstance(error, NewConnectionError):
                return PanelUnavailable(PanelTrouble.TIMED_OUT)
            case NewConnectionError():
                return PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)
        return ConnectionBroke(PanelTrouble.BROKEN_ANSWER, "the connection broke")

    def _certificate_error(self, error: SSLError) -> PanelUnavailable | PanelRejected:
        cause = error.args[0] if error.args else error
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
        with suppress(OSError, ValueError):
            address = (parts.hostname or "", parts.port or 443)
            certificate = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(address, timeout=CONNECT_SECONDS))
            return ":".join(f"{byte:02X}" for byte in sha256(certificate).digest())
        return ""


_SELF_SIGNED_CODES = frozenset({18, 19, 20, 21})
"""OpenSSL verify codes: self-signed certificate, alone or in the chain; unknown issuer; first one not verified."""
