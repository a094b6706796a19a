"""A running system for tests of the whole: one for the session, every test with people of its own."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from local.system import System


@dataclass(frozen=True, slots=True)
class Desk:
    """The system, and the event loop it lives on: a test hands its story to `play`."""

    system: System
    runner: asyncio.Runner

    def play[T](self, story: Coroutine[Any, Any, T]) -> T:
        """Run a story to its end."""
        return self.runner.run(story)
