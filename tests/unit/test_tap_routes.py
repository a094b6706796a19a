"""Taps reach the handlers that aiogram's dispatcher would find, with what it would give them."""

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.dispatcher.event.bases import UNHANDLED, SkipHandler
from aiogram.dispatcher.event.handler import FilterObject, HandlerObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.strategy import FSMStrategy
from aiogram.types import CallbackQuery, Update
from magic_filter.operations import CallOperation, ComparatorOperation

from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.aiogram_runtime.inline_filters import run_filters_inline
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.updates.dispatcher import build_dispatcher
from vpnbot.telegram.updates.tap_routes import TapRoutes

BOT = Bot("42:token", TransportSession(Transport()))
SENDER = {"id": 7, "is_bot": False, "first_name": "Anna"}
PRIVATE, GROUP = {"id": 7, "type": "private"}, {"id": -100, "type": "supergroup"}
SHAPES = ("{}", "{}:", "{}:1", "{}:1:2", "{}:qr", "{}:consent", "{}:1:remove", "{}:pass:1", "{}x", " {}")
DATA = ["", ":", "unknown", *(shape.format(action.value) for action in Action for shape in SHAPES)]


def named_by(handlers: list[HandlerObject]) -> list[str]:
    """Return callback data that the filters name."""
    texts = []
    for operation in (part for one in handlers for each in one.filters or () for part in operations(each)):
        match operation:
            case ComparatorOperation(right=str(text)) | CallOperation(args=(str(text),)):
                texts += [text, text + "1", text + "1:2"]
    return texts


def operations(each: FilterObject) -> tuple[Any, ...]:
    return each.magic._operations if each.magic is not None else ()


def tap(data: str | None, chat: dict[str, Any] | None = PRIVATE, **message: Any) -> dict[str, Any]:
    screen = {"message": {"message_id": 1, "date": 1, "chat": chat, **message}} if chat else {}
    named = {} if data is None else {"data": data}
    return {"id": "1", "from": SENDER, "chat_instance": "1", **screen, **named}


def accepting(handlers: list[HandlerObject], query: CallbackQuery, context: Any) -> HandlerObject | None:
    """Return the first of the handlers whose filters accept a tap."""

    async def first() -> HandlerObject | None:
        for handler in handlers:
            if (await handler.check(query, context=context))[0]:
                return handler
        return None

    return asyncio.run(first())


@pytest.mark.parametrize("role", ["customer", "operator"])
@pytest.mark.parametrize("chat", [PRIVATE, GROUP], ids=["private", "group"])
def test_every_tap_reaches_the_handler_that_all_filters_in_turn_find(role: str, chat: dict[str, Any]) -> None:
    dispatcher = build_dispatcher(MemoryStorage())
    handlers, routes = dispatcher.callback_query.handlers, TapRoutes(dispatcher)
    operator = role == "operator"
    context = SimpleNamespace(role=role if operator else None, may=lambda _: operator, in_support_chat=chat is GROUP)
    reached = set()
    for data in (*DATA, *named_by(handlers), None):
        query = CallbackQuery.model_validate(tap(data, chat))
        found = accepting(handlers, query, context)
        assert accepting(routes.candidates(data), query, context) is found, data
        reached.add(id(found))
    if chat is PRIVATE and operator:
        assert len(reached) >= len(handlers) - 2, "all but those for groups and for people without a right"


def test_few_handlers_are_asked() -> None:
    routes = TapRoutes(build_dispatcher(MemoryStorage()))
    assert max(len(routes.candidates(data)) for data in DATA) <= 20
    assert len(routes.candidates(Action.HOME)) <= 12


def test_handlers_that_are_imported_late_take_only_what_is_given() -> None:
    callbacks = [handler.callback for handler in build_dispatcher(MemoryStorage()).callback_query.handlers]
    late = {callback.args for callback in callbacks if isinstance(callback, partial)}
    assert len(late) > 50
    for module, name in sorted(late):
        _, *further = inspect.signature(getattr(import_module(module), name)).parameters
        assert set(further) <= {"bot", "context", "state"}, name


def shop(handler: Callable[..., Any], *filters: Any) -> Dispatcher:
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.callback_query.register(handler, *filters)
    run_filters_inline(dispatcher)
    return dispatcher


def by_aiogram(dispatcher: Dispatcher, query: dict[str, Any], context: Any = None) -> Any:
    update = Update.model_validate({"update_id": 1, "callback_query": query}, context={"bot": BOT})
    return asyncio.run(dispatcher.feed_update(BOT, update, context=context))


def by_routes(dispatcher: Dispatcher, query: dict[str, Any], context: Any = None) -> Any:
    found = CallbackQuery.model_validate(query, context={"bot": BOT})
    return asyncio.run(TapRoutes(dispatcher).reply(BOT, found, context))


async def seen(query: CallbackQuery, bot: Bot, context: Any, state: FSMContext) -> Any:
    await state.update_data(step=1)
    return query.data, query.bot is bot, bot.id, context, state.key


@pytest.mark.parametrize(
    "query",
    [
        tap("home"),
        tap("home", GROUP),
        tap("home", GROUP, message_thread_id=5, is_topic_message=True),
        tap("home", PRIVATE, date=0),
        tap("home", PRIVATE, business_connection_id="b"),
        tap("home", None),
        tap("home", None) | {"inline_message_id": "i"},
        tap("other"),
        tap(None),
    ],
    ids=["private", "group", "topic", "inaccessible", "business", "no message", "inline", "other", "no data"],
)
def test_a_handler_gets_what_aiogram_gives_it(query: dict[str, Any]) -> None:
    context = object()
    results = [way(shop(seen, F.data == "home"), query, context) for way in (by_aiogram, by_routes)]
    assert results[0] == results[1]
    assert (results[0] is UNHANDLED) == (query.get("data") != "home")


def test_what_filters_return_and_skipped_handlers_are_treated_as_by_aiogram() -> None:
    async def skipping(_: CallbackQuery) -> None:
        raise SkipHandler

    async def named(_: CallbackQuery, rest: str) -> str:
        return rest

    for way in (by_aiogram, by_routes):
        dispatcher = Dispatcher(storage=MemoryStorage())
        dispatcher.callback_query.register(skipping, F.data.startswith("a:"))
        dispatcher.callback_query.register(named, F.data.startswith("a:"), F.data.removeprefix("a:").as_("rest"))
        run_filters_inline(dispatcher)
        assert way(dispatcher, tap("a:x")) == "x"


@pytest.mark.parametrize("data", ["a", "ab", "ab:1", "a:1", "b"])
@pytest.mark.parametrize("filter_", [F.data.startswith("a"), F.data.startswith("a:"), F.data.startswith(("a:", "b"))])
def test_every_form_of_a_filter_decides_as_by_aiogram(filter_: Any, data: str) -> None:
    async def named(_: CallbackQuery) -> str:
        return "reached"

    assert by_routes(shop(named, filter_), tap(data)) == by_aiogram(shop(named, filter_), tap(data))


def test_what_a_handler_raises_is_raised() -> None:
    async def failing(_: CallbackQuery) -> None:
        raise LookupError("wanted")

    for way in (by_aiogram, by_routes):
        with pytest.raises(LookupError, match="wanted"):
            way(shop(failing), tap("home"))


async def _middleware(handler: Any, event: Any, data: Any) -> Any:
    return await handler(event, data)


async def _any(_: object) -> bool:
    return True


async def _with_raw_state(_: object, raw_state: str | None) -> bool:
    return raw_state is None


REFUSED: dict[str, Callable[[Dispatcher], object]] = {
    "routers in the dispatcher": lambda of: of.include_router(Router()),
    "middlewares of updates": lambda of: of.update.outer_middleware(_middleware),
    "middlewares of taps": lambda of: of.callback_query.middleware(_middleware),
    "filters of all taps": lambda of: of.callback_query.filter(_any),
    "handlers of errors": lambda of: of.errors.register(_any),
    "data of the workflow": lambda of: of.workflow_data.update(a=1),
    "another strategy": lambda of: setattr(of.fsm, "strategy", FSMStrategy.CHAT),
    "a filter or handler": lambda of: of.callback_query.register(_any, _with_raw_state),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_would_have_no_effect_on_taps_is_refused(name: str) -> None:
    dispatcher = Dispatcher(storage=MemoryStorage())
    TapRoutes(dispatcher)
    REFUSED[name](dispatcher)
    with pytest.raises(ValueError, match=name):
        TapRoutes(dispatcher)
