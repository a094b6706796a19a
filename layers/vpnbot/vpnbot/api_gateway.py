"""API Gateway's HTTP API, payload format 2.0: requests as we read them, responses as it wants them."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. Header names are lower case (API Gateway makes them so)."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    path_parameters: Mapping[str, str]
    body: bytes
    own_url: str | None

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "HttpRequest":
        """Read an event. `own_url` is the https address under which the request came in."""
        context = event.get("requestContext") or {}
        text = event.get("body") or ""
        domain = context.get("domainName")
        return cls(
            method=(context.get("http") or {}).get("method", "GET"),
            path=event.get("rawPath") or "/",
            headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
            query=event.get("queryStringParameters") or {},
            path_parameters=event.get("pathParameters") or {},
            body=b64decode(text) if event.get("isBase64Encoded") else text.encode(),
            own_url=f"https://{domain}" if domain else None,
        )


def http_response(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a response."""
    return {"statusCode": status, "headers": dict(headers or {}), "body": body}
