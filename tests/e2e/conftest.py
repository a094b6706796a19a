"""The whole local system and a browser, for end-to-end tests."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.options import Options
from local.system import System
from tests.e2e.aws_permissions import Permission, permissions_for
from tests.e2e.browser_windows import CHROMIUM, BrowserWindows
from tests.e2e.demo_page_harness import DemoPageHarness, Visitor
from tests.e2e.running_demo import RunningDemo

EXPECTED_WITHIN_MS = 20_000
"""How long a page may take to show what a test expects, on a machine that is busy with other work."""

expect.set_options(timeout=EXPECTED_WITHIN_MS)


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    """A running system whose virtual time moves only when a test moves it.

    Each module has its own: a month of virtual time takes the longer the more people a system has.
    """
    logs: list[str] = []
    with asyncio.Runner() as runner:
        used: set[Permission] = set()
        options = Options(
            scheduled=False,
            on_log=lambda environment, line: logs.append(f"{environment} {line}"),
            on_aws_call=lambda call: used.update(permissions_for(call)),
        )
        system = System(options)
        runner.run(_started(system))
        yield RunningDemo(system, runner, used)
        runner.run(system.stop())


async def _started(system: System) -> None:
    await system.start()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def demo_page() -> Iterator[DemoPageHarness]:
    """A running system with its chat page. Time passes more slowly the more people a module has created."""
    with DemoPageHarness() as harness:
        yield harness


@pytest.fixture
def visitor(browser: Browser, demo_page: DemoPageHarness) -> Iterator[Visitor]:
    """A visitor of the page; fails if the browser reports an error."""
    windows = BrowserWindows(browser, timeout_ms=20_000)
    yield Visitor(windows, demo_page.address)
    windows.finish()
    windows.close()
    demo_page.settle()
    assert windows.errors == []
