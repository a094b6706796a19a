"""Requests as botocore writes and signs them: Signature Version 4 of a POST without a query.

The steps are those of AWS (IAM user guide, "Create a signed AWS API request"). What is the same for all requests is
computed once, and the key of a day once for the credentials of the moment.
"""

import hmac
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from urllib.parse import quote, urlsplit

from vpnbot import clock
from vpnbot.aws_calls.credentials import Keys
from vpnbot.aws_calls.endpoint import Endpoint
from vpnbot.aws_calls.service import Service

SKEW_CODES = frozenset(
    {
        *("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"),
    }
)
"""Codes that a service answers, among other reasons, when the clock is wrong."""
_NOT_SIGNED = frozenset({"user-agent", "x-amzn-trace-id"})
"""Programs on the way may change these."""
_PORTS = {"http": 80, "https": 443}
LARGE_SKEW = timedelta(minutes=4)
"""AWS accepts signatures of five minutes; a smaller difference is not why it refused one."""


class Signing:
    """Writes the headers of requests to one service, and knows by how much the clock of this machine is wrong."""

    def __init__(self, service: Service, endpoint: Endpoint, attempts: int) -> None:
        self._service = service
        self._endpoint = endpoint
        self._attempts = attempts
        self._skew = timedelta()
        self._host = host_of(endpoint.url)
        self._path = quote(urlsplit(endpoint.url).path, safe="/~")
        self._key: tuple[tuple[str, str], bytes] | None = None

    def headers(
        self, operation: str, body: bytes, credentials: Keys, invocation: str, attempt: int
    ) -> Mapping[str, str]:
        """Return the headers of an attempt, counted from 1; `invocation` is the same for all attempts of a call."""
        headers = {
            "X-Amz-Target": f"{self._service.target}.{operation}",
            "Content-Type": f"application/x-amz-json-{self._service.json_version}",
            "User-Agent": _user_agent(os.environ.get("AWS_SDK_UA_APP_ID", "")),
            **self._service.headers,
        }
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        if trace and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
            headers["X-Amzn-Trace-Id"] = quote(trace, safe="-=;:+&[]{}\"',")
        self._sign(headers, body, credentials)
        headers["amz-sdk-invocation-id"] = invocation
        headers["amz-sdk-request"] = f"attempt={attempt}; max={self._attempts}"
        return headers

    def _sign(self, headers: dict[str, str], body: bytes, credentials: Keys) -> None:
        """Add the time, the token of the credentials and the signature."""
        time = (clock.now() + self._skew).strftime("%Y%m%dT%H%M%SZ")
        headers["X-Amz-Date"] = time
        if credentials.token:
            headers["X-Amz-Security-Token"] = credentials.token
        signed = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
        signed["host"] = self._host
        names = sorted(signed.keys() - _NOT_SIGNED)
        lines = "".join([f"{name}:{signed[name]}\n" for name in names])
        listed = ";".join(names)
        request = f"POST\n{self._path}\n\n{lines}\n{listed}\n{sha256(body).hexdigest()}"
        scope = f"{time[:8]}/{self._endpoint.region}/{self._service.name}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key_of(credentials.secret_key, time[:8]), text.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={listed}, Signature={signature}"
        )

    def _key_of(self, secret: str, day: str) -> bytes:
        """Return what signs the requests of a day; the last one is kept."""
        kept = self._key
        if kept is None or kept[0] != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._endpoint.region, self._service.name, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            kept = self._key = ((secret, day), key)
        return kept[1]

    def correct_clock(self, date: str | None, now: datetime | None = None) -> bool:
        """Learn the time from the header `Date` of a refusal, and tell whether the clock was wrong.

        False also if there is no such header, or if the time was right: the signature is wrong for another reason.
        """
        try:
            found = parsedate_to_datetime(date or "") - (now or datetime.now(UTC))
        except (TypeError, ValueError):  # no date, or one without a time zone
            return False
        if abs(found - self._skew) < LARGE_SKEW:
            return False
        self._skew = found
        return True


def host_of(url: str) -> str:
    """Return the host that is signed: that of the header `Host`, in lower case."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in {None, _PORTS[parts.scheme]} else f"{host}:{parts.port}"


@cache
def _user_agent(application: str) -> str:
    runtime = os.environ.get("AWS_EXECUTION_ENV")
    parts = ["vpnbot", "ua/2.1", f"lang/python#{platform.python_version()}"]
    if runtime:
        parts.append(f"exec-env/{runtime}")
    if application:
        parts.append(f"app/{application}")
    return " ".join(parts)
