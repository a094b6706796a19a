"""The ports for money in benchmarks of other work: the shop sells nothing."""

from collections.abc import Callable
from datetime import datetime

from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.providers.registry import ProviderRegistry
from vpnbot.storage.ads.links import StoredAdLinks
from vpnbot.storage.gifts import StoredGifts
from vpnbot.storage.payments.alerts import StoredAlerts
from vpnbot.storage.payments.breakers import StoredProviderBreakers
from vpnbot.storage.payments.notices import StoredNotices
from vpnbot.storage.payments.reconciliations import StoredReconciliations
from vpnbot.storage.payments.shop_ledger import StoredShopLedger
from vpnbot.storage.payments.unmatched import StoredUnmatchedPayments
from vpnbot.storage.payments.waiters import StoredProviderWaiters
from vpnbot.storage.plans.sales import stored_sales
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.promo.codes import StoredPromoCodes
from vpnbot.usecases.ports import PaymentPorts, People


def without_sales(people: People, clock: Callable[[], datetime], ring: KeyRing) -> PaymentPorts:
    """Return ports without a payment provider."""
    settings = StoredShopSettings()
    sales = stored_sales(settings)
    return PaymentPorts(
        people,
        ProviderRegistry({}, settings, clock, breakers=None),
        sales,
        StoredShopLedger(),
        StoredReconciliations(clock),
        lambda: ring,
        StoredAlerts(),
        StoredProviderBreakers(settings),
        StoredProviderWaiters(),
        StoredNotices(),
        StoredUnmatchedPayments(),
        production=True,
        codes=StoredPromoCodes,
        links=StoredAdLinks,
        gifts=StoredGifts(),
    )
