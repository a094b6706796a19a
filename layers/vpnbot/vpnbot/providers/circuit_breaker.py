"""A circuit breaker around one payment provider: while it is open, no payment is made but by one probe at a time.

The state is an item of the shop, shared by all processes. A caller may probe if its conditional write of the state
succeeds. Only calls that make a payment, and probes of due work, are held back and counted. All others pass: a look
at a payment may show that it is paid. Credentials that are refused open the breaker whichever call they fail.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import OtherAccount, ProviderNotCalled, ProviderUnavailable, WrongAccount
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, RefundReport
from vpnbot.domain.payments.provider_breaker import ProviderBreaker, outage_effects, outage_entry, tripped
from vpnbot.errors import Conflict, Rejected, StorageUnavailable
from vpnbot.usecases.ports.money import ProviderBreakers
from vpnbot.usecases.ports.payments import (
    Abilities,
    Begun,
    Hint,
    NotificationRequest,
    Page,
    PaymentProvider,
    Verdict,
)

_ATTEMPTS = 3


class CircuitBreaker:
    """Implements the port `PaymentProvider`: a provider behind its circuit breaker."""

    def __init__(self, provider: PaymentProvider, breakers: ProviderBreakers, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._breakers = breakers
        self._clock = clock

    @property
    def name(self) -> str:
        """The name of the provider."""
        return self._provider.name

    @property
    def abilities(self) -> Abilities:
        """What the provider can do."""
        return self._provider.abilities

    @property
    def account(self) -> str:
        """The id of our account at the provider."""
        return self._provider.account

    def begin(self, order: Order) -> Begun:
        """Make a payment for an order."""
        return self._guarded(lambda: self._provider.begin(order))

    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Charge a saved method for an order."""
        return self._guarded(lambda: self._provider.charge(order, method_id))

    def probe(self) -> Verdict:
        """Check the credentials, as a probe of the breaker."""
        return self._guarded(self._provider.probe)

    def look(self, payment_id: str) -> PaymentReport:
        """Return a payment as it is now."""
        return self._watched(lambda: self._provider.look(payment_id))

    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return all payments that were made for an order."""
        return self._watched(lambda: self._provider.find(order))

    def cancel(self, payment_id: str) -> bool:
        """Cancel a payment that is not paid."""
        return self._watched(lambda: self._provider.cancel(payment_id))

    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Send money back."""
        return self._watched(lambda: self._provider.refund(refund, order, payment))

    def look_refund(self, refund_id: str) -> RefundReport:
        """Return a refund as it is now."""
        return self._watched(lambda: self._provider.look_refund(refund_id))

    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return all refunds of a payment."""
        return self._watched(lambda: self._provider.find_refunds(payment_id))

    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return the fiscal receipt of a payment or of one of its refunds."""
        return self._watched(lambda: self._provider.receipt(payment_id, refund_id))

    def hint(self, request: NotificationRequest) -> Hint:
        """Read a notification, which needs no request."""
        return self._provider.hint(request)

    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return one page of the payments and refunds since a time."""
        return self._watched(lambda: self._provider.since(begin, cursor))

    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Stop the charges that the provider makes automatically."""
        self._watched(lambda: self._provider.stop_renewal(payer, first_payment_id))

    def _guarded[T](self, request: Callable[[], T]) -> T:
        """Send a request that makes a payment; its success closes the breaker, its failure counts.

        Raises:
            ProviderNotCalled: the breaker is open, and the pause is not over or another caller probes.
        """
        admitted = self._admitted()
        try:
            result = request()
        except ProviderUnavailable as error:
            if error.down:
                self._failed(admitted)
            raise
        except WrongAccount as error:
            if not isinstance(error, OtherAccount):
                self._failed(admitted, refused=True)
            raise
        except Rejected:
            self._answered(admitted)
            raise
        self._answered(admitted)
        return result

    def _watched[T](self, request: Callable[[], T]) -> T:
        """Send a request that is neither held back nor counted, unless the provider refuses our credentials."""
        try:
            return request()
        except OtherAccount:
            raise
        except WrongAccount:
            with suppress(StorageUnavailable):
                known = self._breakers.known(self.name)
                if known is None or not (known.open and known.refused):  # such a call must not delay the probe
                    self._failed(known, refused=True)
            raise

    def _admitted(self) -> ProviderBreaker | None:
        """Allow a request: return the breaker as it is stored for it, None if there is none.

        As long as the breaker that this process knows is not open, that costs nothing; otherwise it is read again.
        """
        known = self._breakers.known(self.name)
        if known is None or not known.open:
            return known
        stored, now = self._breakers.read(self.name), self._clock()
        if stored is None or not stored.open:
            return stored
        if not stored.blocks(now) and self._breakers.save(self.name, stored, stored.probed(now)):
            return self._breakers.read(self.name)
        raise ProviderNotCalled(self.name, max(stored.probe_at - now, timedelta()))

    def _failed(self, admitted: ProviderBreaker | None, *, refused: bool = False) -> None:
        """Count a failure. It does not fail for its own sake: without an answer of the storage it is not counted."""
        known, now = admitted, self._clock()
        with suppress(Conflict, StorageUnavailable):
            for _ in range(_ATTEMPTS):
                if self._saved(known, tripped(known, now, refused=refused), now):
                    return
                known = self._breakers.read(self.name)
                if known is not None and known.open and (known.refused or not refused):
                    return  # another call has opened it, or probes

    def _answered(self, admitted: ProviderBreaker | None) -> None:
        """Close the breaker after a success; without failures that costs nothing."""
        if admitted is not None:
            with suppress(Conflict, StorageUnavailable):
                self._saved(admitted, None, self._clock())

    def _saved(self, before: ProviderBreaker | None, after: ProviderBreaker | None, now: datetime) -> bool:
        entry = outage_entry(self.name, before, after, now)
        effects = tuple(outage_effects(self.name, before, after, now))
        return self._breakers.save(self.name, before, after, entry, effects)
