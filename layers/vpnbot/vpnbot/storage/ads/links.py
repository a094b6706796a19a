"""Links in advertisements, and the ledger of the decisions about them.

| item         | pk       | sk        | written                        |
|--------------|----------|-----------|--------------------------------|
| Ad link      | ADS      | LINK#tag  | with each decision about it    |
| Ledger entry | ADS#LOG  | LOG#cause | with each decision about a link |

Links that are not deleted are in the index by_time too, by when they were made.
"""

from datetime import datetime

from vpnbot.domain.ads.link import ADS, AdLink, LinkState, link_key
from vpnbot.storage.codec import SetAside
from vpnbot.storage.items_by_time import ItemsByTime


class StoredAdLinks(ItemsByTime[AdLink]):
    """Implements the port `AdLinks`. `set_aside` is called with the error of each one that cannot be read."""

    def __init__(self, set_aside: SetAside = lambda error: None) -> None:
        super().__init__(ADS, AdLink, link_key, _listed_at, set_aside)


def _listed_at(link: AdLink) -> datetime | None:
    return None if link.state is LinkState.DELETED else link.made_at
