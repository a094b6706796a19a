"""The answer to VPN apps: share links in base64, and headers that say how the subscription stands.

The headers are those that Happ documents (dev-docs/app-management.md) and that the others read in part.
"""

from base64 import b64encode

from vpnbot.subscription_page.answer import Answer, text
from vpnbot.subscription_page.opened import Opened, Standing

UPDATE_EVERY_HOURS = 12
TITLE_CHARACTERS = 25
"""Happ shows no more of a title."""
ANNOUNCE_CHARACTERS = 200
"""Happ shows no more of an announcement."""


def for_app(opened: Opened, support_url: str | None) -> Answer:
    """Return what an app loads; once the subscription has ended, no keys, and a word on why."""
    body = b64encode("\n".join(opened.served.share_links).encode()).decode()
    headers = {
        "profile-title": _base64(opened.say("page-trial" if opened.on_trial else "page-brand")[:TITLE_CHARACTERS]),
        "subscription-userinfo": _usage(opened),
        "profile-update-interval": str(UPDATE_EVERY_HOURS),
        "profile-web-page-url": opened.url,
    }
    if support_url is not None:
        headers["support-url"] = support_url
    announcement = _announcement(opened)
    if announcement is not None:
        headers["announce"] = _base64(announcement[:ANNOUNCE_CHARACTERS])
    return text(200, body, headers)


def _usage(opened: Opened) -> str:
    ends_at = opened.served.person.subscription.ends_at
    parts = ["upload=0", f"download={opened.used_bytes}", f"total={opened.plan.traffic_limit_bytes or 0}"]
    if ends_at is not None:
        parts.append(f"expire={int(ends_at.timestamp())}")
    return "; ".join(parts)


def _announcement(opened: Opened) -> str | None:
    if opened.standing is not Standing.RUNNING:
        return opened.say(f"announce-{opened.standing}")
    return None if opened.carries_traffic else opened.say("page-demo")


def _base64(words: str) -> str:
    return f"base64:{b64encode(words.encode()).decode()}"
