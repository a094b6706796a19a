"""The dispatcher: all routers, in the order in which they are asked."""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage

from vpnbot.telegram.filters_in_place import evaluate_filters_in_place
from vpnbot.telegram.routers.connecting import connecting
from vpnbot.telegram.routers.helping import helping
from vpnbot.telegram.routers.lost import lost
from vpnbot.telegram.routers.opening import opening
from vpnbot.telegram.routers.operators import operators
from vpnbot.telegram.routers.privacy import privacy
from vpnbot.telegram.routers.trial import trial


def build_dispatcher(storage: BaseStorage) -> Dispatcher:
    """Return a dispatcher whose handlers return replies and never speak."""
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_routers(operators(), opening(), trial(), connecting(), helping(), privacy(), lost())
    evaluate_filters_in_place(dispatcher)
    return dispatcher
