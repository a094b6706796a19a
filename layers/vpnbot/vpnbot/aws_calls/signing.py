"""Requests as botocore writes them, signed by botocore's signer."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth

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
LARGE_SKEW = timedelta(minutes=4)
"""AWS accepts signatures of five minutes; a smaller difference is not why it refused one."""


@dataclass(slots=True)
class Request:
    """What the signer reads and completes of a request; the names are those of `botocore.awsrequest.AWSRequest`."""

    url: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


class _ShiftedSigner(SigV4Auth):  # type: ignore[misc]  # botocore is untyped
    """Signs with the time of the service: that of this machine, and the difference that was found."""

    def __init__(self, credentials: Keys, service: str, region: str, skew: timedelta) -> None:
        super().__init__(credentials, service, region)
        self._skew = skew

    def _modify_request_before_signing(self, request: Request) -> None:
        if self._skew:
            local = datetime.strptime(request.context["timestamp"], SIGV4_TIMESTAMP)  # noqa: DTZ007 - the text is UTC
            request.context["timestamp"] = (local + self._skew).strftime(SIGV4_TIMESTAMP)
        super()._modify_request_before_signing(request)


class Signing:
    """Writes the headers of requests to one service, and knows by how much the clock of this machine is wrong."""

    def __init__(self, service: Service, endpoint: Endpoint, attempts: int) -> None:
        self._service = service
        self._endpoint = endpoint
        self._attempts = attempts
        self._skew = timedelta()

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
        request = Request(self._endpoint.url, headers, body)
        _ShiftedSigner(credentials, self._service.name, self._endpoint.region, self._skew).add_auth(request)
        headers["amz-sdk-invocation-id"] = invocation
        headers["amz-sdk-request"] = f"attempt={attempt}; max={self._attempts}"
        return headers

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


@cache
def _user_agent(application: str) -> str:
    runtime = os.environ.get("AWS_EXECUTION_ENV")
    parts = ["vpnbot", "ua/2.1", f"lang/python#{platform.python_version()}"]
    if runtime:
        parts.append(f"exec-env/{runtime}")
    if application:
        parts.append(f"app/{application}")
    return " ".join(parts)
