"""Evaluation of magic filters (`F.data == …`) in the event loop, not in a thread.

aiogram calls a function that is not a coroutine function in a thread (`CallableObject.call`, 3.31), and `F` compiles
to such a function. For a tap about ten filters are evaluated before one accepts it: ten switches of threads, which
take more than a millisecond, for comparisons of two strings.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Router


def run_filters_inline(root: Router) -> None:
    """Wrap the magic filters of `root` and all routers under it in coroutine functions.

    Must be called when all handlers are registered.
    """
    for router in root.chain_tail:
        for observer in router.observers.values():
            for handler in observer.handlers:
                for item in handler.filters or ():
                    if item.magic is not None and not item.awaitable:
                        item.callback, item.awaitable = _inline(item.callback), True


def _inline(resolve: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def check(*args: Any, **kwargs: Any) -> Any:
        return resolve(*args, **kwargs)

    return check
