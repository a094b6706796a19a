"""Notify a person who waits for a server that it works again."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.effects import Delete
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.servers.outage import waiters_of
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.waiters import waiter_shard, waiters_partition
from vpnbot.errors import AlreadyDecided, UnreadableItem
from vpnbot.usecases.audience.walk import Calls
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import Context, NotificationSender, People
from vpnbot.usecases.servers.server_health import RecentHealth

_VALID_FOR = timedelta(days=1)


@dataclass
class ReleaseWaiters:
    """Visits the people who wait for one server; `left` says whether some of them have to wait on."""

    server_id: str
    health: RecentHealth
    people: People
    context: Context
    sender: NotificationSender
    left: bool = False

    def goes_on(self) -> bool:
        """Tell whether the server works, or is not in the catalogue any more."""
        return self.health.works_or_is_gone(self.server_id)

    def visit(self, person_id: PersonId, calls: Calls) -> None:
        """Notify one person once, and end the wait.

        A person who waits for several servers is notified when the first of them works. A person who is not entitled
        to VPN any more is not notified.
        """
        session = self.people.open(person_id)
        if session.person.watches:
            calls.wait()
        with suppress(AlreadyDecided):  # the answer to an earlier commit was lost
            apply_fact(session, self.context, self._ended)
        self.left |= any(watch.server_id == self.server_id for watch in session.person.watches)
        deliver_notifications(session, self.people, self.context, self.sender)

    def _ended(self, person: Person) -> Decision | None:
        """Return the end of a person's wait; None if it has to go on."""
        now = self.context.clock()
        mark = next((each for each in person.watches if each.server_id == self.server_id and each.due is None), None)
        if mark is None:
            return self._without_row(person)
        if wanted_state(person.as_of(now), now) is not Wanted.ENABLED:
            return Decision(replace(person, watches=()), (Entry(mark.cause, "stopped waiting", now, "clock"),))
        if not any(access.works and self.health.works(access.server_id) for access in person.offered_accesses):
            return None
        message = notification(NotificationKind.SERVER_BACK, mark.cause, now, valid_until=now + _VALID_FOR)
        ended = replace(person, watches=()).with_notifications(message)
        return Decision(ended, (Entry(mark.cause, "server is back", now, "clock"),))

    def _without_row(self, person: Person) -> Decision:
        """Return the removal of a row without a mark; the commit fails if the person begins to wait meanwhile."""
        if sort_key(ServerWatch(self.server_id, self.context.clock())) in person.unreadable:
            raise UnreadableItem("the watch of this person cannot be read")
        row = Delete(waiters_partition(waiters_of(self.server_id), waiter_shard(person.id)), person.id)
        return Decision(person, effects=(row,))
