"""The handler of each kind of due work; the kinds are in `domain/scheduling.py`."""

from collections.abc import Mapping

from vpnbot.domain.scheduling import WorkKind
from vpnbot.usecases.scheduling.person_handlers import PERSON_HANDLERS
from vpnbot.usecases.scheduling.shop_handlers import SHOP_HANDLERS
from vpnbot.usecases.scheduling.worker_ports import Handler

HANDLERS: Mapping[WorkKind, Handler] = {**PERSON_HANDLERS, **SHOP_HANDLERS}
