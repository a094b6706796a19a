"""Where a new person came from, as it is kept: the tag of an advertisement only if there is such a link."""

from collections.abc import Callable

from vpnbot.domain.ads.link import LinkState
from vpnbot.domain.ads.source import own_tag
from vpnbot.domain.audience.facts import OTHER_LINK
from vpnbot.errors import UnreadableItem
from vpnbot.usecases.ports.ads import AdLinks


def first_source(came_from: str, links: Callable[[], AdLinks]) -> str:
    """Return the payload of a first `/start` as it is kept: for an unknown tag, or a paused link, that of any link.

    Anybody can make up any number of tags; only those of the shop's own links may be counted apart.

    Raises:
        StorageUnavailable: the storage did not answer; nothing is known of the person yet, so the update comes again.
    """
    tag = own_tag(came_from)
    try:
        link = links().get(tag) if tag else None
    except UnreadableItem:
        return OTHER_LINK
    return came_from if link is not None and link.state is LinkState.LIVE else OTHER_LINK
