"""The ledger of the shop and the reconciliation with providers in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.table import Table
from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.reconciliation import OVERLAP, Reconciliation, reconciliation_key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, ClaimLost


@dataclass
class ShopLedger:
    """Implements the port `ShopLedger`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    entries: dict[str, Entry] = field(default_factory=dict)
    returns: dict[str, int] = field(default_factory=dict)

    def record(self, entry: Entry, *effects: Effect) -> None:
        """Write an entry and the effects, all or none."""
        self.faults.reached("ledger.before")
        with self.table.lock:
            if entry.cause in self.entries:
                raise AlreadyDecided(entry.cause)
            self.table.check(effects)
            self.table.apply(effects)
            self.entries[entry.cause] = entry
        self.faults.reached("ledger.after")

    def take_return(self, day: str, limit: int) -> bool:
        """Count a return without an operator; False at the limit of this day."""
        self.faults.reached("ledger.take_return")
        with self.table.lock:
            if self.returns.get(day, 0) >= limit:
                return False
            self.returns[day] = self.returns.get(day, 0) + 1
        return True


@dataclass
class Reconciliations:
    """Implements the port `Reconciliations`."""

    table: Table = field(default_factory=Table)
    clock: Callable[[], datetime] = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)

    def make_due(self, provider: str, at: datetime) -> None:
        """Make the next page due at this time, unless it is due earlier."""
        self.faults.reached("reconciliations.make_due")
        with self.table.lock:
            known = self.get(provider)
            if known is None:
                self.table.put(SHOP, Reconciliation(provider, self.clock() - OVERLAP, due=Due(at)))
            elif (known.due is None or known.due.at > at) and not self._claimed(provider):
                self.table.put(SHOP, replace(known, due=Due(at)))

    def get(self, provider: str) -> Reconciliation | None:
        """Return the reconciliation with a provider."""
        found = self.table.items.get(SHOP, {}).get(reconciliation_key(provider))
        return found if isinstance(found, Reconciliation) else None

    def save(self, before: Reconciliation, after: Reconciliation) -> None:
        """Store the progress, unless the claim is lost."""
        self.faults.reached("reconciliations.save")
        with self.table.lock:
            stored = self.get(before.provider)
            if stored is None or stored.due != before.due:
                raise ClaimLost(before.provider)
            self.table.put(SHOP, after)

    def _claimed(self, provider: str) -> bool:
        return (SHOP, reconciliation_key(provider)) in self.table.claimed
