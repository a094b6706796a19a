"""HTTP responses: status, headers, body."""

from dataclasses import dataclass

from vpnbot.subscription_page.markup import Html, source_hash

_PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class PageResponse:
    """An HTTP response that is not cached, not indexed, and sends no referrer."""

    status: int
    headers: dict[str, str]
    body: str


def page(
    status: int, body: Html, *, script: str | None = None, headers: dict[str, str] | None = None
) -> PageResponse:
    """Return a page; its Content-Security-Policy allows only our style and the named script."""
    policy = (
        "default-src 'none'",
        f"style-src {source_hash('style.css')}",
        *((f"script-src {source_hash(script)}",) if script else ()),
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    own = {"content-type": "text/html; charset=utf-8", "content-security-policy": "; ".join(policy)}
    return PageResponse(status, {**_PRIVATE, **own, **(headers or {})}, body)


def for_one_reader(status: int, body: str, headers: dict[str, str]) -> PageResponse:
    """Return a response to a VPN app: the app may store it, and must revalidate it."""
    return PageResponse(status, {**_PRIVATE, "cache-control": "private, no-cache", **headers}, body)


def text(status: int, body: str, headers: dict[str, str] | None = None) -> PageResponse:
    """Return a response with plain text."""
    return PageResponse(status, {**_PRIVATE, "content-type": "text/plain; charset=utf-8", **(headers or {})}, body)


def small_json(body: str) -> PageResponse:
    """Return a response with JSON, status 200."""
    return PageResponse(200, {**_PRIVATE, "content-type": "application/json"}, body)
