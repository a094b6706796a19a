"""The whole system, started once for all end-to-end tests."""

import asyncio
from collections.abc import Iterator

import pytest

from local.options import Options
from local.system import System
from tests.e2e.desk import Desk


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """Return a running system whose clock stands still unless a test moves it."""
    logs: list[str] = []
    with asyncio.Runner() as runner:
        options = Options(scheduled=False, on_log=lambda environment, line: logs.append(f"{environment} {line}"))
        system = System(options)
        runner.run(_started(system))
        yield Desk(system, runner)
        runner.run(system.stop())


async def _started(system: System) -> None:
    await system.start()
