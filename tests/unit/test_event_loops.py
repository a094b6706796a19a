"""The loops of the receiver: an update that waits for nothing needs no turn of the loop, any other gets its turns."""

import asyncio
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from vpnbot.telegram.aiogram_runtime.event_loops import EventLoops

_mark: ContextVar[str] = ContextVar("mark", default="outside")


@pytest.fixture
def loops() -> Iterator[EventLoops]:
    made = EventLoops()
    yield made
    made.close()


async def at_once() -> str:
    assert asyncio.current_task() is not None
    assert not asyncio.get_running_loop().is_closed()
    return "at once"


async def waiting() -> str:
    await asyncio.sleep(0)
    thread = await asyncio.to_thread(lambda: "of a thread")
    return f"the result {thread}"


async def failing(*, wait: bool) -> None:
    if wait:
        await asyncio.sleep(0)
    raise LookupError("wanted")


def test_a_coroutine_that_waits_for_nothing_makes_no_turn(loops: EventLoops, monkeypatch: pytest.MonkeyPatch) -> None:
    loops.run(at_once())
    monkeypatch.setattr(asyncio.BaseEventLoop, "run_forever", lambda _: pytest.fail("a turn of the loop"))
    assert loops.run(at_once()) == "at once"


def test_a_coroutine_that_waits_gets_its_result_from_the_same_loop(loops: EventLoops) -> None:
    async def used() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    before = loops.run(used())
    assert loops.run(waiting()) == "the result of a thread"
    assert loops.run(used()) is before


@pytest.mark.parametrize("wait", [False, True])
def test_what_a_coroutine_raises_is_raised_and_the_next_one_runs(loops: EventLoops, wait: bool) -> None:
    with pytest.raises(LookupError, match="wanted"):
        loops.run(failing(wait=wait))
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
    assert loops.run(at_once()) == "at once"


def test_a_coroutine_changes_no_context_of_its_caller(loops: EventLoops) -> None:
    async def change() -> None:
        _mark.set("inside")

    loops.run(change())
    assert _mark.get() == "outside"


def test_inside_a_running_loop_nothing_is_run(loops: EventLoops) -> None:
    async def outer() -> None:
        loops.run(at_once())

    with pytest.raises(RuntimeError, match="is running in this thread"):
        asyncio.run(outer())
