"""A subscription as share links, one per line, in base64: the format for apps with Xray-core."""

from base64 import b64encode
from collections.abc import Sequence

from vpnbot.domain.keys.share_link import share_link
from vpnbot.subscription_page.apps.entries import Entry


def share_links(entries: Sequence[Entry]) -> str:
    """Return the body of the response."""
    lines = (share_link(entry.client_id, entry.endpoint, entry.name) for entry in entries)
    return b64encode("\n".join(lines).encode()).decode()
