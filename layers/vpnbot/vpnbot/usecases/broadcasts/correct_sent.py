"""Edit the messages of a broadcast whose text was corrected after its start.

Each delivery has the time of the correction that its message has, so that a slice after a crash edits the others, and
what was sent with the new text is left alone. To edit a message again changes nothing.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from vpnbot.domain.broadcasts.broadcast import SENT, Broadcast
from vpnbot.domain.broadcasts.delivery import SETTLED_AFTER, Delivery, Outcome
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.errors import Unreachable
from vpnbot.usecases.audience.walk import Calls
from vpnbot.usecases.broadcasts.change_sent import ChangeOfSent
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts
from vpnbot.usecases.ports import Context


@dataclass
class Correction:
    """One slice; its threads share it. `on_their_way`: the outcome of some messages is not known yet."""

    broadcast: Broadcast
    ports: BroadcastPorts
    context: Context
    on_their_way: bool = False

    @property
    def change(self) -> ChangeOfSent:
        """What is done with the deliveries."""
        return ChangeOfSent(self._wanted, self._visit, self._goes_on)

    def _wanted(self, delivery: Delivery) -> bool:
        if delivery.text_of == self.broadcast.corrected_at:
            return False
        recent = self.context.clock() - delivery.at < SETTLED_AFTER
        self.on_their_way |= delivery.outcome is Outcome.TRYING and recent
        return delivery.outcome is Outcome.SENT

    def _visit(self, delivery: Delivery, calls: Calls) -> None:
        """Edit one message, and write which text it has; one that Telegram does not edit any more stays as it is."""
        person = self.ports.people.open(PersonId(delivery.person)).person
        if delivery.message_id is not None and person.user.known:
            calls.wait()
            with suppress(Unreachable):  # the person has blocked the bot since
                self.ports.sender.correct(self.broadcast, person, delivery.message_id)
        edited = replace(delivery, text_of=self.broadcast.corrected_at)
        self.ports.deliveries.end(self.broadcast.id, delivery, edited)

    def _goes_on(self, stored: Broadcast) -> bool:
        return stored.correcting and stored.state in SENT and stored.corrected_at == self.broadcast.corrected_at
