"""Change what people have of a broadcast: delete it, or correct it, one slice at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.broadcasts.broadcast import Broadcast
from vpnbot.domain.broadcasts.delivery import Delivery
from vpnbot.domain.scheduling import DueItem
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.walk import BulkJob, Calls, Walked
from vpnbot.usecases.broadcasts.made_deliveries import MadeDeliveries
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts
from vpnbot.usecases.ports import Context, DueIndex


@dataclass(frozen=True, slots=True)
class ChangeOfSent:
    """What is done with each wanted delivery, as long as the broadcast is in a state in which it `goes_on`."""

    wanted: Callable[[Delivery], bool]
    visit: Callable[[Delivery, Calls], None]
    goes_on: Callable[[Broadcast], bool]


def change_slice(
    broadcast: Broadcast,
    item: DueItem,
    change: ChangeOfSent,
    ports: BroadcastPorts,
    context: Context,
    index: DueIndex,
) -> tuple[JobClaim, Walked] | None:
    """Change what a slice of people have; None if it has to wait for its turn.

    Return the claim and the result. What was changed is not wanted any more, so that no place has to be kept.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent, StorageUnavailable: not answered; the next slice follows later.
    """

    def goes_on() -> bool:
        stored = ports.broadcasts.get(broadcast.id)
        return stored is not None and change.goes_on(stored)

    rank = rank_of(BulkUrgency.DELETE, broadcast.started_at or context.clock(), broadcast.id)
    source = MadeDeliveries(ports.deliveries, broadcast.id, change.wanted)
    claim = JobClaim(item, index, context.clock)
    walked = do_slice(BulkJob(item.prefix, rank, source, change.visit, goes_on), claim, ports.bulk, context)
    return None if walked is None else (claim, walked)
