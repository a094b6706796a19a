"""Delete the messages of a broadcast from the chats of people, as long as Telegram allows it."""

from dataclasses import dataclass

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.broadcasts.broadcast import Broadcast, State
from vpnbot.domain.broadcasts.delivery import SHARDS, Delivery, Outcome
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import Unreachable
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.walk import BulkJob, Calls, Page, Walked
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts
from vpnbot.usecases.ports import Context, DueIndex
from vpnbot.usecases.ports.broadcasts import Deliveries

_PAGE = 100


@dataclass(frozen=True)
class SentMessages:
    """Implements `Source`: the deliveries whose messages are still in the chats."""

    deliveries: Deliveries
    broadcast_id: str
    shards: int = SHARDS

    def page(self, shard: int, after: str) -> Page[Delivery]:
        """Return those of the next deliveries of a shard that were made; there may be none of them."""
        found = self.deliveries.page(self.broadcast_id, shard, after=after, limit=_PAGE)
        sent = [(each.person, each) for each in found if each.outcome is Outcome.SENT]
        return Page(sent, found[-1].person if len(found) == _PAGE else None)


@dataclass(frozen=True, slots=True)
class _Deleting:
    """One slice; its threads share it."""

    broadcast: Broadcast
    ports: BroadcastPorts
    context: Context

    def visit(self, delivery: Delivery, calls: Calls) -> None:
        """Delete one message, and write what became of it; a repetition finds it deleted."""
        person = self.ports.people.open(PersonId(delivery.person)).person
        outcome = Outcome.STAYS
        if delivery.message_id is not None and person.user.known:
            calls.wait()
            try:
                deleted = self.ports.sender.delete(person, delivery.message_id)
            except Unreachable:
                deleted = False
            outcome = Outcome.DELETED if deleted else Outcome.STAYS
        self.ports.deliveries.end(self.broadcast.id, delivery, delivery.ended(outcome, self.context.clock()))

    def goes_on(self) -> bool:
        """Tell whether it is still to be deleted."""
        stored = self.ports.broadcasts.get(self.broadcast.id)
        return stored is not None and stored.state is State.DELETING


def delete_slice(
    broadcast: Broadcast, item: DueItem, ports: BroadcastPorts, context: Context, index: DueIndex
) -> tuple[JobClaim, Walked] | None:
    """Delete the messages of one slice of people; None if it has to wait for its turn.

    Return the claim and the result. What was deleted is not among the messages of the next
    slice, so that no place has to be kept.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent, StorageUnavailable: not answered; the next slice follows later.
    """
    part = _Deleting(broadcast, ports, context)
    rank = rank_of(BulkUrgency.DELETE, broadcast.started_at or context.clock(), broadcast.id)
    source = SentMessages(ports.deliveries, broadcast.id)
    claim = JobClaim(item, index, context.clock)
    walked = do_slice(BulkJob(item.prefix, rank, source, part.visit, part.goes_on), claim, ports.bulk, context)
    return None if walked is None else (claim, walked)
