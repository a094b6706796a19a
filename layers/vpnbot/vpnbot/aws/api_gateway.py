"""Requests and responses of API Gateway's HTTP API, payload format 2.0.

The reason not to use the data class of Powertools: docs/decisions/0029-libraries-measured.md.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. Header names are in lower case. A part that the event does not have is empty."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    path_parameters: Mapping[str, str]
    own_url: str | None
    text: str = ""
    in_base64: bool = False
    source: str = ""
    request_id: str = ""

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "HttpRequest":
        """Read an event; missing parts are allowed. `own_url` is scheme and host of the address of the request.

        `source` is the address from which API Gateway got it; a header cannot change that.
        `request_id` is that in the access log.
        """
        context = event.get("requestContext") or {}
        http = context.get("http") or {}
        domain = context.get("domainName")
        return cls(
            method=http.get("method", "GET"),
            path=event.get("rawPath") or "/",
            headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
            query=event.get("queryStringParameters") or {},
            path_parameters=event.get("pathParameters") or {},
            own_url=f"https://{domain}" if domain else None,
            text=event.get("body") or "",
            in_base64=bool(event.get("isBase64Encoded")),
            source=http.get("sourceIp") or "",
            request_id=context.get("requestId") or "",
        )

    @property
    def body_bytes(self) -> int:
        """The size of the body, without decoding it; of a body in base64 up to three bytes more than it has."""
        return len(self.text) * 3 // 4 if self.in_base64 else len(self.text.encode(errors="replace"))

    @property
    def body(self) -> bytes:
        """The body, decoded on access, so that rejected requests are not decoded. Malformed base64 gives b""."""
        if not self.in_base64:
            return self.text.encode(errors="replace")
        try:
            return b64decode(self.text)
        except ValueError:
            return b""


def http_response(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the response that API Gateway expects of a function."""
    return {"statusCode": status, "headers": dict(headers or {}), "body": body}
