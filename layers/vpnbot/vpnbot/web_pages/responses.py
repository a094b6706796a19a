"""HTTP responses: status, headers, body."""

from collections.abc import Sequence
from dataclasses import dataclass

from vpnbot.web_pages.markup import Html, source_hash

STYLES = ("style.css",)
"""The style of every page."""

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
    status: int,
    body: Html,
    *,
    styles: Sequence[str] = STYLES,
    script: str | None = None,
    has_form: bool = False,
    headers: dict[str, str] | None = None,
) -> PageResponse:
    """Return a page; its Content-Security-Policy allows only its styles, its script, and a form if it has one."""
    policy = (
        "default-src 'none'",
        f"style-src {' '.join(source_hash(name) for name in styles)}",
        *((f"script-src {source_hash(script)}",) if script else ()),
        "img-src data:",
        "base-uri 'none'",
        f"form-action {"'self'" if has_form else "'none'"}",
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


def see_other(location: str) -> PageResponse:
    """Return a redirection after a form was handled: the browser loads this address with GET."""
    return PageResponse(303, {**_PRIVATE, "location": location}, "")
