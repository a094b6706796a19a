"""Links in advertisements in memory."""

from datetime import datetime

from tests.fakes.decided_items import DecidedItemsInMemory
from vpnbot.domain.ads.link import ADS, AdLink, LinkState


class AdLinksInMemory(DecidedItemsInMemory[AdLink]):
    """Implements the port `AdLinks`."""

    partition, name = ADS, "links"

    @property
    def kind(self) -> type[AdLink]:
        """The class of the items."""
        return AdLink

    def listed_at(self, item: AdLink) -> datetime | None:
        """Return when a link was made; None for one that was deleted."""
        return None if item.state is LinkState.DELETED else item.made_at
