"""The circuit breakers of the payment providers, and who waits for one, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.provider import Providers
from tests.fakes.table import Table
from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_waiters import provider_waiters
from vpnbot.domain.payments.provider_breaker import ProviderBreaker
from vpnbot.domain.people.ledger import Entry
from vpnbot.providers.circuit_breaker import CircuitBreaker
from vpnbot.usecases.ports import PaymentProvider, ProviderBreakers


@dataclass
class BreakersInMemory:
    """Implements the port `ProviderBreakers`; nothing is cached."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    stored: dict[str, ProviderBreaker] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def known(self, provider: str) -> ProviderBreaker | None:
        """Return a breaker, without a read."""
        return self.stored.get(provider)

    def read(self, provider: str) -> ProviderBreaker | None:
        """Return a breaker as it is stored."""
        self.faults.reached("breaker.read")
        return self.stored.get(provider)

    def save(
        self,
        provider: str,
        before: ProviderBreaker | None,
        after: ProviderBreaker | None,
        entry: Entry | None = None,
        effects: tuple[Effect, ...] = (),
    ) -> bool:
        """Store a change with its entry and effects, all or none."""
        self.faults.reached("breaker.save")
        with self.table.lock:
            stored = self.stored.get(provider)
            if (stored and stored.version) != (before and before.version):
                return False
            self.table.check(effects)
            self.table.apply(effects)
            if after is None:
                self.stored.pop(provider, None)
            else:
                self.stored[provider] = replace(after, version=after.version + 1)
            self.entries += [entry] if entry else []
        return True


@dataclass
class WaitersInMemory:
    """Implements the port `ProviderWaiters`."""

    table: Table = field(default_factory=Table)

    def waiting(self, provider: str, *, after: str = "", limit: int = 25) -> Sequence[PersonId]:
        """Return the next people with a row."""
        partition = provider_waiters(provider)
        found = sorted(key for rows, key in self.table.rows if rows == partition and key > after)
        return [PersonId(key) for key in found[:limit]]


@dataclass
class GuardedProviders:
    """Implements the port `Providers`: the providers behind their circuit breakers."""

    providers: Providers
    breakers: ProviderBreakers
    clock: Clock

    def get(self, name: str) -> PaymentProvider:
        """Return a provider behind its circuit breaker."""
        return CircuitBreaker(self.providers.get(name), self.breakers, self.clock)

    def without_breaker(self, name: str) -> PaymentProvider:
        """Return a provider."""
        return self.providers.get(name)

    def is_down(self, name: str) -> bool:
        """Tell whether the circuit breaker of a provider is open."""
        breaker = self.breakers.known(name)
        return breaker is not None and breaker.open

    def names(self) -> Sequence[str]:
        """Return all names."""
        return self.providers.names()
