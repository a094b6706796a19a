"""The deliveries that a broadcast has made, as the source of a walk, in the order of sending."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.broadcasts.delivery import SHARDS, Delivery
from vpnbot.usecases.audience.walk import Page
from vpnbot.usecases.ports.broadcasts import Deliveries

_PAGE = 100


@dataclass(frozen=True)
class MadeDeliveries:
    """Implements `Source`: the deliveries that are `wanted`."""

    deliveries: Deliveries
    broadcast_id: str
    wanted: Callable[[Delivery], bool]
    shards: int = SHARDS

    def page(self, shard: int, after: str) -> Page[Delivery]:
        """Return those of the next deliveries of a shard that are wanted; there may be none of them."""
        found = self.deliveries.page(self.broadcast_id, shard, after=after, limit=_PAGE)
        wanted = [(each.person, each) for each in found if self.wanted(each)]
        return Page(wanted, found[-1].person if len(found) == _PAGE else None)
