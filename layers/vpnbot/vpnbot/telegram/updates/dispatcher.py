"""The aiogram dispatcher with all handlers, registered directly on it.

There are no nested routers, because aiogram would run the middlewares of each router for every update, before its
filters reject it.
"""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage

from vpnbot.telegram.admin import routes as staff_routes
from vpnbot.telegram.admin import support_replies
from vpnbot.telegram.aiogram_runtime.inline_filters import run_filters_inline
from vpnbot.telegram.customer import (
    access_routes,
    fallback,
    home,
    purchase_routes,
    stars_routes,
    start_routes,
)

FEATURES = (
    stars_routes,
    support_replies,
    purchase_routes,
    start_routes,
    home,
    access_routes,
    staff_routes,
    fallback,
)
"""Modules with handlers, in the order in which their filters are evaluated.

`purchase_routes` takes `/start` with the mark of an order, and `start_routes` that with a screen, before `home`;
`fallback` accepts all updates.
"""


def build_dispatcher(storage: BaseStorage) -> Dispatcher:
    """Return a dispatcher whose handlers return replies and never send anything themselves."""
    dispatcher = Dispatcher(storage=storage)
    for feature in FEATURES:
        feature.register(dispatcher)
    run_filters_inline(dispatcher)
    return dispatcher
