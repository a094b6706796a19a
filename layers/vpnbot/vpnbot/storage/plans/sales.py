"""The ports for what the shop sells, over the table."""

import time
from collections.abc import Callable

from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.storage.codec import SetAside
from vpnbot.storage.plans.catalogue import FirstPlans, StoredPlans
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.usecases.ports import Sales


def stored_sales(
    defaults: ShopSettings | None = None,
    first: FirstPlans = tuple,
    monotonic: Callable[[], float] = time.monotonic,
    set_aside: SetAside = lambda error: None,
) -> Sales:
    """Return the ports of one process; the arguments are those of `StoredPlans` and `StoredShopSettings`."""
    settings = StoredShopSettings(defaults, monotonic, set_aside)
    return Sales(StoredPlans(settings, first, monotonic, set_aside), settings)
