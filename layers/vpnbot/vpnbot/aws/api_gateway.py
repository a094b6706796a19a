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
    own_url: str | None
    text: str = ""
    in_base64: bool = False

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "HttpRequest":
        """Read an event. `own_url` is the https address under which the request came in."""
        context = event.get("requestContext") or {}
        domain = context.get("domainName")
        return cls(
            method=(context.get("http") or {}).get("method", "GET"),
            path=event.get("rawPath") or "/",
            headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
            query=event.get("queryStringParameters") or {},
            path_parameters=event.get("pathParameters") or {},
            own_url=f"https://{domain}" if domain else None,
            text=event.get("body") or "",
            in_base64=bool(event.get("isBase64Encoded")),
        )

    @property
    def body(self) -> bytes:
        """The body, decoded when asked for: whoever is turned away has nothing of it read. Nothing broken raises."""
        if not self.in_base64:
            return self.text.encode(errors="replace")
        try:
            return b64decode(self.text)
        except ValueError:
            return b""


def http_response(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a response."""
    return {"statusCode": status, "headers": dict(headers or {}), "body": body}
