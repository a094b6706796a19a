"""Items that the staff decide about, in memory."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PromoCode
from vpnbot.errors import AlreadyDecided, Conflict


@dataclass
class DecidedItemsInMemory[T: (PromoCode, AdLink)](ABC):
    """Implements the port `DecidedItems`; a subclass names the partition, and itself for faults."""

    partition: ClassVar[str]
    name: ClassVar[str]

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    @abstractmethod
    def kind(self) -> type[T]:
        """The class of the items."""

    @property
    def stored(self) -> dict[str, T]:
        """All items by their ids, the oldest first."""
        kind = self.kind
        items = [item for item in self.table.items.get(self.partition, {}).values() if isinstance(item, kind)]
        return {item.id: item for item in sorted(items, key=lambda item: (str(item.made_at), item.id))}

    def listed_at(self, item: T) -> datetime | None:
        """Return when an item was made; None: it is not listed."""
        return item.made_at

    def get(self, item_id: str) -> T | None:
        """Return an item."""
        self.faults.reached(f"{self.name}.get")
        return self.stored.get(item_id)

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[T]:
        """Return the newest items."""
        listed = [(self.listed_at(each), each) for each in reversed(self.stored.values())]
        return [each for at, each in listed if at is not None and (before is None or at < before)][:limit]

    def decide(self, before: T | None, after: T, entry: Entry, *effects: Effect) -> T:
        """Write a decision with its entry and effects."""
        self.faults.reached(f"{self.name}.decide.before")
        with self.table.lock:
            if entry.cause in self.entries:
                raise AlreadyDecided(entry.cause)
            known = self.stored.get(after.id)
            version = before.version if before else 0
            if (known.version if known else 0) != version:
                raise Conflict("changed meanwhile")
            self.table.check(effects)
            self.table.apply(effects)
            changed = replace(after, version=version + 1)
            self.table.put(self.partition, changed)
            self.entries[entry.cause] = entry
        self.faults.reached(f"{self.name}.decide.after")
        return changed

    def decided(self, cause: str) -> bool:
        """Tell whether a cause was decided."""
        return cause in self.entries
