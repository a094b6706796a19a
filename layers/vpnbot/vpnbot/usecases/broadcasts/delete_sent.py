"""Delete the messages of a broadcast from the chats of people, as long as Telegram allows it."""

from dataclasses import dataclass

from vpnbot.domain.broadcasts.broadcast import DELETABLE_FOR, Broadcast, State
from vpnbot.domain.broadcasts.delivery import Delivery, Outcome
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.errors import Unreachable
from vpnbot.usecases.audience.walk import Calls
from vpnbot.usecases.broadcasts.change_sent import ChangeOfSent
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts
from vpnbot.usecases.ports import Context


@dataclass(frozen=True, slots=True)
class _Deleting:
    """One slice; its threads share it."""

    broadcast: Broadcast
    ports: BroadcastPorts
    context: Context

    def visit(self, delivery: Delivery, calls: Calls) -> None:
        """Delete one message, and write what became of it; a repetition finds it deleted."""
        person = self.ports.people.open(PersonId(delivery.person)).person
        outcome, now = Outcome.STAYS, self.context.clock()
        if delivery.message_id is not None and person.user.known and now - delivery.at < DELETABLE_FOR:
            calls.wait()
            try:
                deleted = self.ports.sender.delete(person, delivery.message_id)
            except Unreachable:
                deleted = False
            outcome = Outcome.DELETED if deleted else Outcome.STAYS
        self.ports.deliveries.end(self.broadcast.id, delivery, delivery.ended(outcome, now))


def deletion(broadcast: Broadcast, ports: BroadcastPorts, context: Context) -> ChangeOfSent:
    """Return the deletion of what was sent."""
    return ChangeOfSent(
        wanted=lambda delivery: delivery.outcome is Outcome.SENT,
        visit=_Deleting(broadcast, ports, context).visit,
        goes_on=lambda stored: stored.state is State.DELETING,
    )
