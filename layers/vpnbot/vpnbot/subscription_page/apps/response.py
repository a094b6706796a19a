"""The response to VPN apps: their keys, and headers about the subscription.

Happ documents these headers (dev-docs/app-management.md); other apps read some of them.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from vpnbot.domain.keys.vpn_apps import app_named
from vpnbot.domain.people.standing import Standing
from vpnbot.subscription_page.apps.clash import clash
from vpnbot.subscription_page.apps.entries import Entry, entries
from vpnbot.subscription_page.apps.share_links import share_links
from vpnbot.subscription_page.apps.sing_box import sing_box
from vpnbot.subscription_page.formats import Form, core_for, form_for
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.subscription_page.request import Request
from vpnbot.web_pages.responses import PageResponse, for_one_reader

UPDATE_EVERY_HOURS = 12
TITLE_CHARACTERS = 25
"""The longest title that Happ shows."""
ANNOUNCE_CHARACTERS = 200
"""The longest announcement that Happ shows."""


def for_app(view: LinkView, request: Request, support_url: str | None) -> PageResponse:
    """Return the response to an app; after the end, an entry with the reason, and keys for Telegram if there are any.

    If the app has the same response already (`If-None-Match`), the status is 304.
    """
    app = app_named(request.app or "")
    form = form_for(app, request.format)
    body = _body(entries(view, core_for(app, form), form), form, view)
    headers = {"content-type": form.content_type, **_headers(view, support_url)}
    tag = _etag(body, headers)
    headers["etag"] = tag
    if request.has(tag):
        return for_one_reader(304, "", headers)
    return for_one_reader(200, body, headers)


def _body(lines: Sequence[Entry], form: Form, view: LinkView) -> str:
    if form is Form.SHARE_LINKS:
        return share_links(lines)
    write = sing_box if form is Form.SING_BOX else clash
    return write(
        lines,
        chooser=view.text("page-brand"),
        fastest=view.text("entry-fastest"),
        only_telegram=not view.standing.opens_everything,
    )


def _headers(view: LinkView, support_url: str | None) -> dict[str, str]:
    headers = {
        "profile-title": _base64(_title(view)),
        "subscription-userinfo": _usage(view),
        "profile-update-interval": str(UPDATE_EVERY_HOURS),
        "profile-web-page-url": view.url,
    }
    if support_url is not None:
        headers["support-url"] = support_url
    announcement = _announcement(view)
    if announcement is not None:
        headers["announce"] = _base64(announcement[:ANNOUNCE_CHARACTERS])
    return headers


def _title(view: LinkView) -> str:
    """Return the name of the shop, and that this is the trial if an app shows so much."""
    name = view.messages.shop_name(view.language)
    title = view.text("page-trial", name=name) if view.is_trial else name
    return title if len(title) <= TITLE_CHARACTERS else name[:TITLE_CHARACTERS]


def _etag(body: str, headers: dict[str, str]) -> str:
    """Return a strong entity tag (RFC 9110, section 8.8.3) of the body and the headers."""
    content = "\0".join([*(f"{name}:{value}" for name, value in sorted(headers.items())), body])
    return f'"{sha256(content.encode()).hexdigest()[:32]}"'


def _usage(view: LinkView) -> str:
    ends_at = view.served.person.subscription.ends_at
    parts = ["upload=0", f"download={view.used_bytes}", f"total={view.limit_bytes or 0}"]
    if ends_at is not None:
        parts.append(f"expire={int(ends_at.timestamp())}")
    return "; ".join(parts)


def _announcement(view: LinkView) -> str | None:
    if view.served.rejected:
        return view.text("announce-device_limit")
    if view.standing is not Standing.RUNNING and not (view.standing is Standing.LAST_DAY and view.renews):
        return view.text(f"announce-{view.standing_name}")
    return None if view.carries_traffic else view.text("page-demo")


def _base64(text: str) -> str:
    return f"base64:{b64encode(text.encode()).decode()}"
