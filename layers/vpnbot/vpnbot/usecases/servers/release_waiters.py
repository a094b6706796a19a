"""Notify the people who wait for a server, in slices of seconds, in a few threads and at a bounded rate."""

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from vpnbot.domain.effects import Delete
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.servers.outage import WAITER_SHARDS, waiter_shard, waiters_partition
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.errors import AlreadyDecided, StorageUnavailable, TelegramUnavailable, UnreadableItem, VpnbotError
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import Context, Fleet, NotificationSender, People
from vpnbot.usecases.servers.server_health import RecentHealth

SLICE = timedelta(seconds=45)
"""After this time a slice ends; with the calls in flight it ends well before the worker's time-out of 60 s."""

THREADS = 4
SECONDS_EACH = 0.2
"""A thread notifies at most one person in this time: together 20 a second, of the 30 that Telegram allows a bot."""

_PAGE = 50
_VALID_FOR = timedelta(days=1)


class Progress(Enum):
    """The result of a slice. GO_ON: time is up. LEFT: some people have to wait on. ALL: no row is left."""

    GO_ON = auto()
    LEFT = auto()
    ALL = auto()


@dataclass
class Slice:
    """One slice over the waiters of a server; the threads share it. The first of each kind of error is kept."""

    server_id: str
    health: RecentHealth
    people: People
    fleet: Fleet
    context: Context
    sender: NotificationSender
    ends_at: datetime
    time_is_up: bool = False
    left: bool = False
    unavailable: TelegramUnavailable | None = None
    bug: Exception | None = field(default=None)

    def go_through(self, shards: range) -> None:
        """Notify the people of these shards, until the slice has to end."""
        for shard in shards:
            last = ""
            while found := self.fleet.outages.waiting(self.server_id, shard, after=last, limit=_PAGE):
                for person_id in found:
                    if self._must_end():
                        return
                    began = time.monotonic()
                    self._notify(person_id)
                    time.sleep(max(SECONDS_EACH - (time.monotonic() - began), 0))
                last = found[-1]

    def _must_end(self) -> bool:
        """Tell whether to end now: time is up, Telegram asks to wait, or the server is down again."""
        if self.context.clock() >= self.ends_at or not self.health.works_or_is_gone(self.server_id):
            self.time_is_up = True
        return self.time_is_up or self.unavailable is not None

    def _notify(self, person_id: PersonId) -> None:
        """End one person's wait. An error keeps this person waiting, and not the others."""
        try:
            session = self.people.open(person_id)
            with suppress(AlreadyDecided):  # the answer to an earlier commit was lost
                apply_fact(session, self.context, self._ended)
            self.left |= any(watch.server_id == self.server_id for watch in session.person.watches)
            deliver_notifications(session, self.people, self.context, self.sender)
        except TelegramUnavailable as error:
            self.unavailable = error
        except StorageUnavailable:
            raise
        except VpnbotError as error:
            self.left = True
            self.context.metrics.deferred("OUTAGE", error)
        except Exception as error:  # noqa: BLE001 - a bug in one person's data must not keep the others waiting
            self.left = True
            self.bug = self.bug or error

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
        row = Delete(waiters_partition(self.server_id, waiter_shard(person.id)), person.id)
        return Decision(person, effects=(row,))


def release_waiters(
    server_id: str, health: RecentHealth, people: People, fleet: Fleet, context: Context, sender: NotificationSender
) -> Progress:
    """Do one slice: notify people who wait for this server that it works again, each once.

    A person who waits for several servers is notified when the first of them works. A person who is not entitled to
    VPN any more is not notified.

    Raises:
        TelegramUnavailable: Telegram asked to wait or did not answer; the rest of the people follow later.
        StorageUnavailable: the storage did not answer; the rest of the people follow later.
        Exception: a bug with one person; all others were notified.
    """
    now = context.clock()
    work = Slice(server_id, health, people, fleet, context, sender, ends_at=now + SLICE)
    fleet.concurrently([partial(work.go_through, range(first, WAITER_SHARDS, THREADS)) for first in range(THREADS)])
    if work.unavailable is not None:
        raise work.unavailable
    if work.time_is_up:
        return Progress.GO_ON  # a bug is raised by the last slice: its backoff must not delay the others
    if work.bug is not None:
        raise work.bug
    return Progress.LEFT if work.left else Progress.ALL
