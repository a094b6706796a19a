"""Handlers that are imported on first use exist, and get what aiogram gives to handlers."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from aiogram.fsm.storage.memory import MemoryStorage

from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule
from vpnbot.telegram.updates.dispatcher import build_dispatcher


def _late_handlers() -> list[tuple[str, str]]:
    observers = build_dispatcher(MemoryStorage()).observers.values()
    callbacks = [handler.callback for observer in observers for handler in observer.handlers]
    found = [callback.args for callback in callbacks if isinstance(callback, partial)]
    return sorted({(module, handler) for module, handler in found})


async def _called(late: Callable[..., Awaitable[Any]], event: Any, /, **data: Any) -> Any:
    return await late(event, **data)


@pytest.mark.parametrize(("module", "name"), _late_handlers())
def test_every_late_handler_exists_and_is_a_coroutine_function(module: str, name: str) -> None:
    handler: Callable[..., Any] = getattr(import_module(module), name)
    assert inspect.iscoroutinefunction(handler)


def test_many_handlers_are_late() -> None:
    assert len(_late_handlers()) > 30


def test_a_late_handler_gets_the_data_that_it_takes() -> None:
    late = LateModule("vpnbot.telegram.admin.routes").tap_of_another
    event: Any = object()
    reply = asyncio.run(_called(late, event, handler="aiogram gives this too", context=None))
    assert type(reply).__name__ == "Silence"


def test_a_name_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        asyncio.run(_called(LateModule("vpnbot.telegram.admin.routes").nothing, object()))
