"""Handlers whose module is imported when the first update needs it, so that a function starts without it."""

from collections.abc import Awaitable, Callable
from functools import cache, partial
from importlib import import_module
from typing import Any

from aiogram.dispatcher.event.handler import CallableObject
from aiogram.types import TelegramObject

_late: set[str] = set()


def import_late_modules() -> None:
    """Import the modules of all late handlers now, for a snapshot, which then contains them."""
    for name in sorted(_late):
        import_module(name)


class LateModule:
    """A module that is not imported yet: `LateModule("package.orders").show` is its handler `show`.

    A name that does not exist is an `AttributeError` only when an update comes; a test looks all of them up.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        _late.add(name)

    def __getattr__(self, handler: str) -> Callable[..., Awaitable[Any]]:
        return partial(_handle, self._name, handler)


async def _handle(module: str, handler: str, event: TelegramObject, /, **data: Any) -> Any:
    """Import the module, and call its handler with those of the data that it takes, as aiogram does."""
    return await _callable(getattr(import_module(module), handler)).call(event, **data)


@cache
def _callable(handler: Callable[..., Awaitable[Any]]) -> CallableObject:
    """Return a handler with the names of what it takes, which is slow to find out."""
    return CallableObject(handler)
