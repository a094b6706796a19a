"""Evaluate magic filters (`F.data == …`) in the event loop, not in a thread.

aiogram runs a callable that is not a coroutine function in a thread (`CallableObject.call`, 3.31), and `F` compiles
to a plain function. A tap evaluates about ten filters before one accepts it: ten switches of threads, more than a
millisecond, for comparisons of two strings.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Router


def run_filters_inline(root: Router) -> None:
    """Make coroutine functions of the magic filters of `root` and all routers under it, once all are registered."""
    for router in root.chain_tail:
        for observer in router.observers.values():
            for handler in observer.handlers:
                for one in handler.filters or ():
                    if one.magic is not None and not one.awaitable:
                        one.callback, one.awaitable = _in_place(one.callback), True


def _in_place(resolve: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def check(*args: Any, **kwargs: Any) -> Any:
        return resolve(*args, **kwargs)

    return check
