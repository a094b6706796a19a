"""Broadcasts, their deliveries and their sender in memory."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.broadcasts.broadcast import BROADCASTS, Broadcast
from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.broadcasts.delivery import Delivery, Outcome, delivery_shard
from vpnbot.domain.broadcasts.progress import Progress
from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided, Conflict


@dataclass
class BroadcastsInMemory:
    """Implements the port `Broadcasts`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    entries: dict[str, Entry] = field(default_factory=dict)
    walked: dict[str, Progress] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, Broadcast]:
        """All broadcasts by their ids."""
        items = self.table.items.get(BROADCASTS, {}).values()
        return {item.id: item for item in items if isinstance(item, Broadcast)}

    def get(self, broadcast_id: str) -> Broadcast | None:
        """Return a broadcast."""
        self.faults.reached("broadcasts.get")
        return self.stored.get(broadcast_id)

    def latest(self, *, before: str = "", limit: int = 10) -> Sequence[Broadcast]:
        """Return the newest broadcasts."""
        ids = sorted((key for key in self.stored if not before or key < before), reverse=True)
        return [self.stored[key] for key in ids[:limit]]

    def save(self, before: Broadcast | None, after: Broadcast, entry: Entry, *effects: Effect) -> Broadcast:
        """Write a broadcast with its entry and effects."""
        self.faults.reached("broadcasts.save.before")
        with self.table.lock:
            if entry.cause in self.entries:
                raise AlreadyDecided(entry.cause)
            changed = self._changed(before, after, Conflict("changed meanwhile"))
            self.table.check(effects)
            self.table.apply(effects)
            self.table.put(BROADCASTS, changed)
            self.entries[entry.cause] = entry
        self.faults.reached("broadcasts.save.after")
        return changed

    def progress(self, broadcast_id: str) -> Progress:
        """Return how far a broadcast is."""
        self.faults.reached("broadcasts.progress")
        return self.walked.get(broadcast_id, Progress())

    def save_progress(self, broadcast_id: str, progress: Progress) -> None:
        """Write how far a broadcast is."""
        self.faults.reached("broadcasts.save_progress.before")
        self.walked[broadcast_id] = progress
        self.faults.reached("broadcasts.save_progress.after")

    def decided(self, cause: str) -> bool:
        """Tell whether a cause was decided."""
        self.faults.reached("broadcasts.decided")
        return cause in self.entries

    def _changed(self, before: Broadcast | None, after: Broadcast, error: Exception) -> Broadcast:
        version = before.version if before else 0
        known = self.stored.get(after.id)
        if (known.version if known else 0) != version:
            raise error
        return replace(after, version=version + 1)


@dataclass
class DeliveriesInMemory:
    """Implements the port `Deliveries`."""

    faults: Faults = field(default_factory=Faults)
    stored: dict[tuple[str, str], Delivery] = field(default_factory=dict)

    def begin(self, broadcast_id: str, delivery: Delivery) -> Delivery | None:
        """Put a delivery unless there is one."""
        self.faults.reached("deliveries.begin.before")
        known = self.stored.setdefault((broadcast_id, delivery.person), delivery)
        self.faults.reached("deliveries.begin.after")
        return None if known is delivery else known

    def get(self, broadcast_id: str, person: str) -> Delivery | None:
        """Return a delivery."""
        return self.stored.get((broadcast_id, person))

    def end(self, broadcast_id: str, before: Delivery, after: Delivery) -> bool:
        """Write an outcome."""
        self.faults.reached("deliveries.end.before")
        known = self.stored.get((broadcast_id, before.person))
        if known is None or (known.nonce, known.outcome) != (before.nonce, before.outcome):
            return False
        self.stored[broadcast_id, before.person] = after
        self.faults.reached("deliveries.end.after")
        return True

    def forget(self, broadcast_id: str, delivery: Delivery) -> None:
        """Remove a delivery of the same slice."""
        self.faults.reached("deliveries.forget.before")
        known = self.stored.get((broadcast_id, delivery.person))
        if known is not None and known.nonce == delivery.nonce:
            del self.stored[broadcast_id, delivery.person]
        self.faults.reached("deliveries.forget.after")

    def page(self, broadcast_id: str, shard: int, *, after: str = "", limit: int = 100) -> Sequence[Delivery]:
        """Return the next deliveries of a shard."""
        found = sorted(
            person
            for (broadcast, person) in self.stored
            if broadcast == broadcast_id and delivery_shard(person) == shard and person > after
        )
        return [self.stored[broadcast_id, person] for person in found[:limit]]

    def counts(self, broadcast_id: str) -> Mapping[Outcome, int]:
        """Return how many deliveries have each outcome."""
        return Counter(each.outcome for (broadcast, _), each in self.stored.items() if broadcast == broadcast_id)


@dataclass
class RecordingBroadcastSender:
    """Implements the port `BroadcastSender`: keeps what reached each person; `refuses` may raise an error."""

    faults: Faults = field(default_factory=Faults)
    received: list[tuple[str, int]] = field(default_factory=list)
    refuses: Callable[[Person], None] = lambda person: None
    reported: list[Broadcast] = field(default_factory=list)
    texts: dict[tuple[str, int], str] = field(default_factory=dict)
    files: dict[tuple[str, int], str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def send(self, broadcast: Broadcast, person: Person) -> int:
        """Let the message reach a person; a crash before it or after it loses it, or its answer."""
        self.faults.reached("telegram.send.before")
        self.refuses(person)
        message = (person.id, len(self.texts) + 1)
        self.received.append(message)
        self._shows(message, broadcast, person)
        self.faults.reached("telegram.send.after")
        return message[1]

    def correct(self, broadcast: Broadcast, person: Person, message_id: int) -> bool:
        """Change the text of a message."""
        self.faults.reached("telegram.edit.before")
        self._shows((person.id, message_id), broadcast, person)
        self.faults.reached("telegram.edit.after")
        return True

    def delete(self, person: Person, message_id: int) -> bool:
        """Remove a message from what reached a person; one that is gone counts as deleted."""
        self.faults.reached("telegram.delete.before")
        if (person.id, message_id) in self.received:
            self.received.remove((person.id, message_id))
            self.deleted.append(person.id)
        self.faults.reached("telegram.delete.after")
        return True

    def report(self, broadcast: Broadcast, author: Person, now: datetime) -> None:
        """Keep the state that the author was shown."""
        self.reported.append(broadcast)

    def _shows(self, message: tuple[str, int], broadcast: Broadcast, person: Person) -> None:
        """Keep what a message shows; as with the Bot API, a file stays unless it was replaced."""
        content = broadcast.content_for(person.user.language) or Content()
        self.texts[message] = content.html
        if message not in self.files or content.replaced:
            self.files[message] = content.file_id
