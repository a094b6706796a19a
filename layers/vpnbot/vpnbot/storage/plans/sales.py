"""The ports for what the shop sells, over the table."""

import time
from collections.abc import Callable

from vpnbot.storage.codec import SetAside
from vpnbot.storage.plans.catalogue import FirstPlans, StoredPlans
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.usecases.ports import Sales


def stored_sales(
    settings: StoredShopSettings | None = None,
    first: FirstPlans = tuple,
    monotonic: Callable[[], float] = time.monotonic,
    set_aside: SetAside = lambda error: None,
) -> Sales:
    """Return the ports of one process, with these settings; the other arguments are those of `StoredPlans`."""
    settings = settings or StoredShopSettings(None, monotonic, set_aside)
    return Sales(StoredPlans(settings, first, monotonic, set_aside), settings)
