"""The composition root: one container for each function, each in a module of its own.

It has two steps. At import time a container builds settings, log, table and dispatcher: no secret and no socket, so
that a snapshot of the process is valid. At the first call it reads the secrets and builds what needs them. Imports
are inside functions, and a container is imported when it is first named here, so that a Lambda function loads only
what it uses: the due dispatcher, the subscription page and the payment webhook never load aiogram.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vpnbot.bootstrap.container import Container
    from vpnbot.bootstrap.due_dispatcher import DueDispatcher
    from vpnbot.bootstrap.due_worker import DueWorker
    from vpnbot.bootstrap.payment_webhook import PaymentWebhook
    from vpnbot.bootstrap.subscription_page import SubscriptionPage
    from vpnbot.bootstrap.telegram_container import TelegramContainer
    from vpnbot.bootstrap.telegram_webhook import TelegramWebhook

__all__ = [
    "Container",
    "DueDispatcher",
    "DueWorker",
    "PaymentWebhook",
    "SubscriptionPage",
    "TelegramContainer",
    "TelegramWebhook",
]

_MODULES = {
    "Container": "container",
    "DueDispatcher": "due_dispatcher",
    "DueWorker": "due_worker",
    "PaymentWebhook": "payment_webhook",
    "SubscriptionPage": "subscription_page",
    "TelegramContainer": "telegram_container",
    "TelegramWebhook": "telegram_webhook",
}


def __getattr__(name: str) -> object:
    """Return a container class, whose module is imported now."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
