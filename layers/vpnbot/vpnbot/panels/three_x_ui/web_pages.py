"""What stands at an address instead of a panel: recognises the answers of other programs, such as a CDN or a login.

A panel answers each request that it understands with 200 and a JSON object, and all others with an empty body.
"""

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlsplit

from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable

_STATUSES = {
    401: PanelTrouble.WRONG_TOKEN,
    403: PanelTrouble.NO_SCOPE,
    404: PanelTrouble.WRONG_PATH,
}
_SINCE_CLIENTS_API = ("clients/", "hosts/")
"""Routes that only panels of a supported version have."""
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_READ_BYTES, _LONGEST_TITLE = 20_000, 80
_SPEAKS_HTTPS = b"to an HTTPS server"


def reject_other_answers(path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Check that an answer may be that of a panel to the request for `path` of its API.

    Raises:
        PanelRejected: the panel rejects the request, or another program answers for it.
        PanelUnavailable: a page of another program with status 200, such as a CDN's challenge, or a server's error.
    """
    if 300 <= status < 400:
        raise _redirected(headers.get("location", ""))
    if status == 400 and _SPEAKS_HTTPS in body[:_READ_BYTES]:  # as Go's net/http answers plain HTTP
        raise PanelRejected(PanelTrouble.NEEDS_HTTPS)
    if _is_page(headers, body):
        found = f"HTTP {status} {_title(body)}".strip()
        if status == 200 or status >= 500:
            raise PanelUnavailable(PanelTrouble.WEB_PAGE if status == 200 else PanelTrouble.BROKEN_ANSWER, found)
        raise PanelRejected(PanelTrouble.WEB_PAGE, found)
    trouble = _STATUSES.get(status)
    if trouble is not None:
        too_old = trouble is PanelTrouble.WRONG_PATH and path.startswith(_SINCE_CLIENTS_API)
        raise PanelRejected(PanelTrouble.OLD_PANEL if too_old else trouble)
    if status != 200:
        raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, f"HTTP {status}")


def _redirected(location: str) -> PanelRejected:
    """Return the error for a redirect: 3x-ui itself redirects only to its own https."""
    try:
        target = urlsplit(location)
    except ValueError:
        target = urlsplit("")
    if not target.netloc:
        return PanelRejected(PanelTrouble.WRONG_PATH)
    return PanelRejected(
        PanelTrouble.WEB_PAGE, f"→ {target.scheme}://{target.netloc.rpartition('@')[2]}"[:_LONGEST_TITLE]
    )


def _is_page(headers: Mapping[str, str], body: bytes) -> bool:
    return "html" in headers.get("content-type", "").lower() or body[:200].lstrip().startswith((b"<!", b"<h", b"<H"))


def _title(body: bytes) -> str:
    found = _TITLE.search(body[:_READ_BYTES])
    text = unescape(found.group(1).decode(errors="replace")) if found else ""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:_LONGEST_TITLE]
