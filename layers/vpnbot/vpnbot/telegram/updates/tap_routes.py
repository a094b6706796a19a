"""Finds the handler of a tap as aiogram's dispatcher does, by the first part of the callback data.

aiogram runs an update through six wrappers and asks the filters of all handlers one after the other, about thirty
before one accepts. Here only the handlers are asked that can accept these callback data, in the same order; it is the
same filters that decide. Everything else that a dispatcher can have is refused when the routes are built, because it
would have no effect on taps. Other updates go through the dispatcher.
"""

import operator
from collections.abc import Iterator
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.dispatcher.event.bases import UNHANDLED, SkipHandler
from aiogram.dispatcher.event.handler import FilterObject, HandlerObject
from aiogram.dispatcher.middlewares.error import ErrorsMiddleware
from aiogram.dispatcher.middlewares.user_context import UserContextMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.strategy import FSMStrategy
from aiogram.types import CallbackQuery, Message
from magic_filter.operations import CallOperation, ComparatorOperation, GetAttributeOperation

from vpnbot.telegram.update_context import UpdateContext

_NOT_GIVEN = frozenset(
    {
        "dispatcher",
        "event_chat",
        "event_context",
        "event_from_user",
        "event_router",
        "event_thread_id",
        "event_update",
    }
    | {"fsm_storage", "handler", "raw_state"}
)
"""What aiogram gives to handlers and filters beside the bot, the conversation as `state`, and our context."""
_SEPARATOR = ":"
_OWN_MIDDLEWARES = (ErrorsMiddleware, UserContextMiddleware, FSMContextMiddleware)
"""Those that each dispatcher has: for handlers of errors, for the sender and the chat, for the conversation."""


class TapRoutes:
    """The handlers of taps of one dispatcher. Safe to use from several threads."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        """Must be called when all handlers are registered.

        Raises:
            ValueError: the dispatcher has what would have no effect on taps, or a filter takes what is not given.
        """
        _check(dispatcher)
        self._storage = dispatcher.fsm.storage
        parts = [(_first_part(handler), handler) for handler in dispatcher.callback_query.handlers]
        named = {part for part, _ in parts if part is not None}
        self._any = [handler for part, handler in parts if part is None]
        self._by_part = {name: [found for part, found in parts if part in {None, name}] for name in named}

    def candidates(self, data: str | None) -> list[HandlerObject]:
        """Return the handlers that can accept these callback data, in the order in which they are asked."""
        return self._by_part.get((data or "").partition(_SEPARATOR)[0], self._any)

    async def reply(self, bot: Bot, tap: CallbackQuery, context: UpdateContext) -> Any:
        """Return what the handler of a tap returns, or `UNHANDLED`; raise what it raises."""
        given: dict[str, Any] = {"bot": bot, "context": context, "state": self._conversation(bot, tap)}
        for handler in self.candidates(tap.data):
            accepted, data = await handler.check(tap, **given)
            if accepted:
                try:
                    return await handler.call(tap, **{**given, **data})
                except SkipHandler:
                    continue
        return UNHANDLED

    def _conversation(self, bot: Bot, tap: CallbackQuery) -> FSMContext:
        """Return the conversation of the person in the chat, as aiogram's strategy `USER_IN_CHAT` finds it."""
        message, user_id = tap.message, tap.from_user.id
        chat_id = message.chat.id if message else user_id
        business = message.business_connection_id if isinstance(message, Message) else None
        return FSMContext(self._storage, StorageKey(bot.id, chat_id, user_id, business_connection_id=business))


def _first_part(handler: HandlerObject) -> str | None:
    """Return the first part of all callback data that a handler can accept; None: it is not known."""
    found = (part for each in handler.filters or () if (part := _part_of(each)) is not None)
    return next(found, None)


def _part_of(filter_: FilterObject) -> str | None:
    """Return the first part that `F.data == …` or `F.data.startswith("…:")` demands."""
    match filter_.magic._operations if filter_.magic is not None else ():
        case (GetAttributeOperation(name="data"), ComparatorOperation(right=str(text), comparator=operator.eq)):
            return text.partition(_SEPARATOR)[0]
        case (
            GetAttributeOperation(name="data"),
            GetAttributeOperation(name="startswith"),
            CallOperation(args=(str(text),), kwargs={}),
        ) if _SEPARATOR in text:
            return text.partition(_SEPARATOR)[0]
    return None


def _check(dispatcher: Dispatcher) -> None:
    middlewares = tuple(map(type, dispatcher.update.outer_middleware))
    without_effect = {
        "routers in the dispatcher": dispatcher.sub_routers,
        "middlewares of updates": middlewares != _OWN_MIDDLEWARES or dispatcher.update.middleware,
        "middlewares of taps": [*dispatcher.callback_query.middleware, *dispatcher.callback_query.outer_middleware],
        "filters of all taps": dispatcher.callback_query._handler.filters,
        "handlers of errors": dispatcher.errors.handlers,
        "data of the workflow": dispatcher.workflow_data,
        "another strategy of conversations": dispatcher.fsm.strategy is not FSMStrategy.USER_IN_CHAT,
        "a filter or handler that takes what is not given": list(_not_given(dispatcher)),
    }
    if found := [name for name, value in without_effect.items() if value]:
        raise ValueError(f"not possible for taps: {', '.join(found)}")


def _not_given(router: Router) -> Iterator[str]:
    """Yield the parameters beside the tap that are not given; late handlers take any, and a test looks at them."""
    for handler in router.callback_query.handlers:
        for called in (handler, *(handler.filters or ())):
            if not called.varkw:
                yield from sorted(called.params & _NOT_GIVEN)
