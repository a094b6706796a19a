"""Promo codes in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.effects import Effect
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PROMOS, PromoCode
from vpnbot.domain.promo.uses import COUNTER_PREFIX, REVENUE_PREFIX, revenue_of, uses_partition
from vpnbot.errors import AlreadyDecided, Conflict


@dataclass
class PromoCodesInMemory:
    """Implements the port `PromoCodes`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, PromoCode]:
        """All codes by their names, the oldest first."""
        items = [item for item in self.table.items.get(PROMOS, {}).values() if isinstance(item, PromoCode)]
        return {item.id: item for item in sorted(items, key=lambda item: (str(item.made_at), item.id))}

    def get(self, code_id: str) -> PromoCode | None:
        """Return a code."""
        self.faults.reached("codes.get")
        return self.stored.get(code_id)

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[PromoCode]:
        """Return the newest codes."""
        found = [each for each in reversed(self.stored.values()) if each.made_at is not None]
        return [each for each in found if before is None or (each.made_at and each.made_at < before)][:limit]

    def decide(self, before: PromoCode | None, after: PromoCode, entry: Entry, *effects: Effect) -> PromoCode:
        """Write a decision with its entry and effects."""
        self.faults.reached("codes.decide.before")
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
            self.table.put(PROMOS, changed)
            self.entries[entry.cause] = entry
        self.faults.reached("codes.decide.after")
        return changed

    def decided(self, cause: str) -> bool:
        """Tell whether a cause was decided."""
        return cause in self.entries

    def taken(self, code_id: str) -> Mapping[str, int]:
        """Return how far the counters of a code are."""
        self.faults.reached("codes.taken")
        with self.table.lock:
            return {
                key: row.taken
                for (partition, key), row in self.table.rows.items()
                if partition == uses_partition(code_id) and key.startswith(COUNTER_PREFIX)
            }

    def used(self, code_id: str, key: str) -> bool:
        """Tell whether a use was made."""
        self.faults.reached("codes.used")
        with self.table.lock:
            return (uses_partition(code_id), key) in self.table.rows

    def brought(self, code_id: str) -> Sequence[Money]:
        """Return the money that came with a code."""
        with self.table.lock:
            return revenue_of(
                row.body
                for (partition, key), row in self.table.rows.items()
                if partition == uses_partition(code_id) and key.startswith(REVENUE_PREFIX)
            )
