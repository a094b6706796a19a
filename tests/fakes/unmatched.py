"""The payments that belong to no order, over the in-memory table."""

from dataclasses import dataclass, field, replace

from tests.fakes.reconciliations import ShopLedger
from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.unmatched import UnmatchedPayment, unmatched_key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, Conflict


@dataclass
class UnmatchedInMemory:
    """Implements the port `UnmatchedPayments`, with the table and the entries of the ledger of the shop."""

    ledger: ShopLedger = field(default_factory=ShopLedger)

    def get(self, mark: str) -> UnmatchedPayment | None:
        """Return the payment with this mark."""
        self.ledger.faults.reached("unmatched.get")
        return self._stored(mark)

    def save(self, after: UnmatchedPayment, entry: Entry | None = None, *effects: Effect) -> None:
        """Write the payment, the entry and the effects, all or none."""
        self.ledger.faults.reached("unmatched.save.before")
        with self.ledger.table.lock:
            if entry is not None and entry.cause in self.ledger.entries:
                raise AlreadyDecided(entry.cause)
            stored = self._stored(after.mark)
            if (stored.version if stored else 0) != after.version:
                raise Conflict("the payment was changed meanwhile")
            self.ledger.table.check(effects)
            self.ledger.table.apply(effects)
            self.ledger.table.put(SHOP, replace(after, version=after.version + 1))
            if entry is not None:
                self.ledger.entries[entry.cause] = entry
        self.ledger.faults.reached("unmatched.save.after")

    def _stored(self, mark: str) -> UnmatchedPayment | None:
        found = self.ledger.table.items.get(SHOP, {}).get(unmatched_key(mark))
        return found if isinstance(found, UnmatchedPayment) else None
