"""The ports for what the shop sells, over the table."""

import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from vpnbot.storage.codec import SetAside
from vpnbot.storage.plans.catalogue import FirstPlans, StoredPlans
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.usecases.ports import Sales

if TYPE_CHECKING:
    from vpnbot.usecases.ports.trials import TrialPlaces


def stored_sales(
    settings: StoredShopSettings | None = None,
    first: FirstPlans = tuple,
    monotonic: Callable[[], float] = time.monotonic,
    set_aside: SetAside = lambda error: None,
) -> Sales:
    """Return the ports of one process, with these settings; the other arguments are those of `StoredPlans`."""
    settings = settings or StoredShopSettings(None, monotonic, set_aside)

    @cache
    def places() -> "TrialPlaces":
        from vpnbot.storage.subscriptions.trial_places import StoredTrialPlaces

        return StoredTrialPlaces()

    return Sales(StoredPlans(settings, first, monotonic, set_aside), settings, places)
