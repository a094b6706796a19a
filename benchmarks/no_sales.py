"""The ports for money in benchmarks of other work: the shop sells nothing."""

from collections.abc import Callable
from datetime import datetime

from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.providers.registry import ProviderRegistry
from vpnbot.storage.payments.alerts import StoredAlerts
from vpnbot.storage.payments.reconciliations import StoredReconciliations
from vpnbot.storage.payments.shop_ledger import StoredShopLedger
from vpnbot.storage.plans.sales import stored_sales
from vpnbot.usecases.ports import PaymentPorts, People


def without_sales(people: People, clock: Callable[[], datetime], ring: KeyRing) -> PaymentPorts:
    """Return ports without a payment provider."""
    sales = stored_sales()
    return PaymentPorts(
        people,
        ProviderRegistry({}, sales.settings),
        sales,
        StoredShopLedger(),
        StoredReconciliations(clock),
        lambda: ring,
        StoredAlerts(),
        production=True,
    )
