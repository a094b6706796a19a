"""A running system for end-to-end tests: one for each module, with new people for each test."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from local.system import System
from local.telegram.person import Person
from tests.e2e.aws_permissions import Permission

type Ask = Callable[..., Awaitable[Any]]
"""Calls the control panel's API with method, path, body and expected status; returns the JSON answer."""

ONE_KEY_ON_EACH = {"amsterdam": 1, "frankfurt": 1, "helsinki": 1}
"""The number of clients that each panel has for a person on trial."""


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """The system, and the event loop that it runs on; `play` runs the coroutine of a test there.

    `used` are the permissions that its functions have needed so far, `scenarios` the played ones of the journey.
    """

    system: System
    runner: asyncio.Runner
    used: set[Permission]
    scenarios: set[str] = field(default_factory=set)

    def play[T](self, scenario: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        return self.runner.run(scenario)


def play(demo: RunningDemo, scenario: Callable[[Ask, Person], Awaitable[None]], name: str = "Nora") -> None:
    """Run a test with a new person and the control panel's API, after removing all faults."""

    async def run() -> None:
        async with ClientSession(demo.system.base) as session:

            async def ask(method: str, path: str, body: object = None, status: int = 200) -> Any:
                async with session.request(method, f"/control/api/{path}", json=body) as response:
                    answer = await response.json()
                    assert response.status == status, answer
                    return answer

            await ask("POST", "faults/clear", {})
            await scenario(ask, demo.system.person(name))

    demo.play(run())


async def take_trial(person: Person) -> int:
    """Open the bot and start the trial; return the update_id of the tap."""
    await person.sends("/start")
    (update_id,) = (await person.taps("Try free")).update_ids
    return update_id
