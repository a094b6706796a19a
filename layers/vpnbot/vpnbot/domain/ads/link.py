"""A link in an advertisement: it says by which advertisement a new person came.

live ⇄ paused ──▶ deleted
  └───────────────▲
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.ads.source import ADVERTISEMENT, TAG_LENGTH, TAG_LETTERS
from vpnbot.domain.money import Money
from vpnbot.domain.scheduling import Due
from vpnbot.errors import Rejected

ADS = "ADS"
"""The partition of all links; they are listed in the order in which they were made."""


class LinkState(StrEnum):
    """PAUSED: who comes by it now counts as of another link. DELETED: for good; what it has brought stays counted."""

    LIVE = "live"
    PAUSED = "paused"
    DELETED = "deleted"


class LinkDeleted(Rejected):
    """The link was deleted; nothing more can be done with it."""


@dataclass(frozen=True, slots=True)
class AdLink:
    """One link. `id` is its tag, which is derived and not chosen; `title` is what the staff call it.

    `cost` is what the advertisement has cost, None: not told. `author` is the id of the member of the staff who made
    it at `made_at`.
    """

    id: str
    title: str
    cost: Money | None = None
    state: LinkState = LinkState.LIVE
    author: str = ""
    made_at: datetime | None = None
    version: int = 0
    due: Due | None = None

    @property
    def sort_key(self) -> str:
        """Its sort key in the partition of all links."""
        return link_key(self.id)

    @property
    def payload(self) -> str:
        """The payload of `/start` in its address."""
        return f"{ADVERTISEMENT}{self.id}"

    def paused(self) -> "AdLink":
        """Return this link paused.

        Raises:
            LinkDeleted: it was deleted.
        """
        return self._changed(state=LinkState.PAUSED)

    def resumed(self) -> "AdLink":
        """Return this link in use again.

        Raises:
            LinkDeleted: it was deleted.
        """
        return self._changed(state=LinkState.LIVE)

    def deleted(self) -> "AdLink":
        """Return this link deleted."""
        return replace(self, state=LinkState.DELETED)

    def named(self, title: str) -> "AdLink":
        """Return this link with another title.

        Raises:
            LinkDeleted: it was deleted.
        """
        return self._changed(title=title)

    def costing(self, cost: Money) -> "AdLink":
        """Return this link with what its advertisement has cost; nothing: it is not told.

        Raises:
            LinkDeleted: it was deleted.
        """
        return self._changed(cost=cost if cost.amount_minor else None)

    def _changed(self, **changes: LinkState | str | Money | None) -> "AdLink":
        if self.state is LinkState.DELETED:
            raise LinkDeleted("the link was deleted")
        return replace(self, **changes)  # type: ignore[arg-type]  # each caller passes the type of its field


def link_key(tag: str) -> str:
    """Return the sort key of a link."""
    return f"LINK#{tag}"


def tag_of(mac: bytes) -> str:
    """Return the tag of a new link, from random bytes or such that look random."""
    return "".join(TAG_LETTERS[byte % len(TAG_LETTERS)] for byte in mac[:TAG_LENGTH])
