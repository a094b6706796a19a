"""Registration of the handlers for `/start` from a page of ours, which leads to one screen.

The handlers are imported on first use. It comes before `home`, to which `/start` with any other payload belongs.
"""

from aiogram import F, Router
from aiogram.filters import CommandStart

from vpnbot.domain.bot_link import Start
from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule

_PACKAGE = "vpnbot.telegram.customer"


def register(router: Router) -> None:
    """Register the handlers of this module."""
    names = ("plans", "diagnosis", "devices", "support")
    plans, diagnosis, devices, support = (LateModule(f"{_PACKAGE}.{name}") for name in names)
    router.message.register(plans.plans_command, _leads_to(Start.PLANS))
    router.message.register(diagnosis.on_command, _leads_to(Start.CHECK))
    router.message.register(devices.from_page, _leads_to(Start.DEVICES))
    router.message.register(support.on_command, _leads_to(Start.WRITE))


def _leads_to(start: Start) -> CommandStart:
    return CommandStart(deep_link=True, magic=F.args == start)
