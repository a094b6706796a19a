"""What is known about a person's key on a server without a call to its panel."""

from enum import StrEnum

from vpnbot.domain.keys.access import Access
from vpnbot.domain.servers.server import Listing


class KnownState(StrEnum):
    """The state of one key on its server, as a customer sees it."""

    WORKS = "works"
    """No failure is known."""
    DOWN = "down"
    """A diagnosis found that the server does not work, or its panel does not answer."""
    MAKING = "making"
    """The key is being made, or made again."""
    MOVING = "moving"
    """The key is being moved to another server; the old one is removed when apps had time to load the new one."""


def known_state(access: Access, listing: Listing | None, *, found_down: bool) -> KnownState:
    """Return the state of a key. `listing` is its server; None: nothing is known of it.

    `found_down`: a diagnosis of this person found that the server does not work.
    """
    if access.leaving_at is not None:
        return KnownState.MOVING
    if found_down or _down(listing):
        return KnownState.DOWN
    if access.endpoint is None or access.found_different:
        return KnownState.MAKING
    return KnownState.WORKS


def _down(listing: Listing | None) -> bool:
    return listing is not None and listing.failing is not None and not listing.failing.server_may_run
