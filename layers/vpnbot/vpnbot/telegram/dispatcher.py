"""The dispatcher: all handlers, in the order in which they are asked.

They stand in one row: aiogram wraps each router that it asks in vain in its middlewares anew, on every update.
"""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage

from vpnbot.telegram.filters_in_place import evaluate_filters_in_place
from vpnbot.telegram.routers.connecting import connecting
from vpnbot.telegram.routers.helping import helping
from vpnbot.telegram.routers.lost import lost
from vpnbot.telegram.routers.new_link import new_link
from vpnbot.telegram.routers.opening import opening
from vpnbot.telegram.routers.operators import operators
from vpnbot.telegram.routers.privacy import privacy
from vpnbot.telegram.routers.servers import servers
from vpnbot.telegram.routers.trial import trial


def build_dispatcher(storage: BaseStorage) -> Dispatcher:
    """Return a dispatcher whose handlers return replies and never speak."""
    dispatcher = Dispatcher(storage=storage)
    for register in (operators, opening, trial, connecting, helping, new_link, privacy, servers, lost):
        register(dispatcher)
    evaluate_filters_in_place(dispatcher)
    return dispatcher
