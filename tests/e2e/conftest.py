"""The whole system, started once for all end-to-end tests."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.options import Options
from local.system import System
from tests.e2e.demo_page_harness import CHROMIUM, DemoPageHarness, Visitor
from tests.e2e.running_demo import RunningDemo


@pytest.fixture(scope="session")
def demo() -> Iterator[RunningDemo]:
    """Return a running system whose clock stands still unless a test moves it."""
    logs: list[str] = []
    with asyncio.Runner() as runner:
        options = Options(scheduled=False, on_log=lambda environment, line: logs.append(f"{environment} {line}"))
        system = System(options)
        runner.run(_started(system))
        yield RunningDemo(system, runner)
        runner.run(system.stop())


async def _started(system: System) -> None:
    await system.start()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo_page() -> Iterator[DemoPageHarness]:
    """Return a running system with its chat page; the fewer people a module makes, the quicker its time passes."""
    with DemoPageHarness() as harness:
        yield harness


@pytest.fixture
def visitor(chromium: Browser, demo_page: DemoPageHarness) -> Iterator[Visitor]:
    """Return somebody who opens the page, and of whose browser no complaint is heard."""
    visitor = Visitor(chromium, demo_page.address)
    yield visitor
    visitor.leaves()
    assert visitor.complaints == []
