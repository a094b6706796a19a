"""A running system for tests of the whole: one for the session, every test with people of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from local.system import System
from local.telegram.person import Person

type Ask = Callable[..., Awaitable[Any]]
"""Calls the control panel's API: method, path, body, and the status that is expected; returns the answer."""

A_KEY_ON_EACH = {"amsterdam": 1, "frankfurt": 1, "helsinki": 1}
"""How many clients of a person on trial each panel has."""


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """The system, and the event loop it lives on: a test hands its story to `play`."""

    system: System
    runner: asyncio.Runner

    def play[T](self, story: Coroutine[Any, Any, T]) -> T:
        """Run a story to its end."""
        return self.runner.run(story)


def play(demo: RunningDemo, story: Callable[[Ask, Person], Awaitable[None]], name: str = "Nora") -> None:
    """Run a story with a new person and the control panel's API, after all faults were removed."""

    async def run() -> None:
        async with ClientSession(demo.system.base) as session:

            async def ask(method: str, path: str, body: object = None, status: int = 200) -> Any:
                async with session.request(method, f"/control/api/{path}", json=body) as response:
                    answer = await response.json()
                    assert response.status == status, answer
                    return answer

            await ask("POST", "faults/clear", {})
            await story(ask, demo.system.person(name))

    demo.play(run())


async def take_trial(person: Person) -> int:
    """Start the bot and take the trial; return the update that did it."""
    await person.sends("/start")
    (update_id,) = (await person.taps("Try free")).update_ids
    return update_id
