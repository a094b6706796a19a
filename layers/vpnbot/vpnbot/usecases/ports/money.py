"""The ports for money besides the providers: the ledger of the shop, reconciliation, alerts, and all ports in one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import KeyRing, PersonId
from vpnbot.domain.payments.alerts import Alert
from vpnbot.domain.payments.provider_breaker import ProviderBreaker
from vpnbot.domain.people.ledger import Entry
from vpnbot.usecases.look_limit import LookLimit
from vpnbot.usecases.ports.payments import Providers
from vpnbot.usecases.ports.people import People
from vpnbot.usecases.ports.plans import Sales

if TYPE_CHECKING:  # a function that loads this port at its start may need none of them for hours
    from vpnbot.domain.payments.notices import Notices
    from vpnbot.domain.payments.reconciliation import Reconciliation
    from vpnbot.domain.payments.unmatched import UnmatchedPayment
    from vpnbot.usecases.ports.ads import AdLinks
    from vpnbot.usecases.ports.gifts import Gifts
    from vpnbot.usecases.ports.promo import PromoCodes


class ShopLedger(Protocol):
    """The ledger of decisions about money that belong to no person."""

    def record(self, entry: Entry, *effects: Effect) -> None:
        """Write an entry and the effects in one transaction.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: another transaction is changing one of the items.
            StorageUnavailable: the storage did not answer; a second call with the same cause is safe.
        """
        ...

    def take_return(self, day: str, limit: int) -> bool:
        """Count a payment that is sent back without an operator; False, and no change, at the limit of this day.

        Only such returns, which are rare, write the counter.

        Raises:
            StorageUnavailable: the storage did not answer; the return may have been counted.
        """
        ...


class Reconciliations(Protocol):
    """The progress of the reconciliation with each provider."""

    def make_due(self, provider: str, at: datetime) -> None:
        """Make the next page of the reconciliation with a provider due at this time, unless it is due earlier.

        Raises:
            StorageUnavailable: the storage did not answer.
        """
        ...

    def get(self, provider: str) -> "Reconciliation | None":
        """Return the reconciliation with a provider; None if there was none yet.

        Raises:
            UnreadableItem: another version has stored it in a form that this version cannot read.
            StorageUnavailable: the storage did not answer.
        """
        ...

    def save(self, before: "Reconciliation", after: "Reconciliation") -> None:
        """Store the progress.

        Raises:
            ClaimLost: another worker has the claim.
            StorageUnavailable: the storage did not answer.
        """
        ...


class Alerts(Protocol):
    """The alerts that wait to be sent to the operators."""

    def get(self, key: str) -> Alert | None:
        """Return the alert with this sort key; None if it was sent.

        Raises:
            UnreadableItem: another version has stored it in a form that this version cannot read.
            StorageUnavailable: the storage did not answer.
        """
        ...

    def delete(self, alert: Alert) -> bool:
        """Delete an alert that was sent; False, and no change, if the claim is lost.

        Raises:
            StorageUnavailable: the storage did not answer; it may be sent again.
        """
        ...


class ProviderBreakers(Protocol):
    """The circuit breakers of the payment providers, shared by all processes.

    Every method may raise StorageUnavailable: the storage did not answer.
    """

    def known(self, provider: str) -> ProviderBreaker | None:
        """Return the breaker of a provider, up to 30 seconds old, mostly without a read; None after a success."""
        ...

    def read(self, provider: str) -> ProviderBreaker | None:
        """Return the breaker of a provider as it is stored now; None after a success."""
        ...

    def save(
        self,
        provider: str,
        before: ProviderBreaker | None,
        after: ProviderBreaker | None,
        entry: Entry | None = None,
        effects: tuple[Effect, ...] = (),
    ) -> bool:
        """Store a change (`after` None: a success) with its ledger entry and effects; False if another came first.

        Raises:
            Conflict: another transaction is changing one of the items.
        """
        ...


class ProviderWaiters(Protocol):
    """The people whose orders wait for a provider that did not answer."""

    def waiting(self, provider: str, *, after: str = "", limit: int = 25) -> Sequence[PersonId]:
        """Return the next people who may wait for a provider, with ids greater than `after`, in order.

        Raises:
            StorageUnavailable: the storage did not answer.
        """
        ...


class UnmatchedPayments(Protocol):
    """The payments that belong to no order."""

    def get(self, mark: str) -> "UnmatchedPayment | None":
        """Return the payment with this mark; None if none is kept.

        Raises:
            UnreadableItem: another version has stored it in a form that this version cannot read.
            StorageUnavailable: the storage did not answer.
        """
        ...

    def save(self, after: "UnmatchedPayment", entry: Entry | None = None, *effects: Effect) -> None:
        """Write the payment if the stored one still has its version, with the entry and the effects: all or none.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger of the shop.
            Conflict: the payment was changed meanwhile, or another transaction is changing one of the items.
            StorageUnavailable: the storage did not answer; with an entry, a second call is safe.
        """
        ...


class PaymentNotices(Protocol):
    """By which way payments became known first, for each provider."""

    def load(self, provider: str) -> "Notices":
        """Return the counter of a provider.

        Raises:
            StorageUnavailable: the storage did not answer.
        """
        ...

    def missed(self, provider: str) -> "Notices":
        """Count a payment without a notification, and return the counter; safe from several processes at once.

        Raises:
            StorageUnavailable: the storage did not answer; the payment may have been counted.
        """
        ...

    def arrived(self, provider: str) -> None:
        """End the row of payments without a notification, if there is one.

        Raises:
            StorageUnavailable: the storage did not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class PaymentPorts:
    """What use cases about money need.

    `production`: payments of a provider's test mode are not granted. `looks` limits how often taps and notifications
    make this process ask a provider about one order. `codes` returns the promo codes and `links` the
    links in advertisements; their first calls import them.
    `gifts` are those that were paid.
    """

    people: People
    providers: Providers
    sales: Sales
    ledger: ShopLedger
    reconciliations: Reconciliations
    ring: Callable[[], KeyRing]
    alerts: Alerts
    breakers: ProviderBreakers
    waiters: ProviderWaiters
    notices: PaymentNotices
    unmatched: UnmatchedPayments
    production: bool
    codes: "Callable[[], PromoCodes]"
    links: "Callable[[], AdLinks]"
    gifts: "Gifts"
    looks: LookLimit = field(default_factory=LookLimit)
