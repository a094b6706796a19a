"""`python -m local.pictures`: play the demo in a browser and save the pictures that README shows.

Run it again when a screen changes.
"""

import asyncio
import itertools
import sys
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from local import small_png
from local.options import Options
from local.paths import ROOT
from local.system import System

CHROMIUM = "/usr/bin/chromium"
PICTURES = ROOT / "docs" / "images"
LARGEST_BYTES = 250_000
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1440, height=930)
PAGE = ViewportSize(width=1100, height=800)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
TIMEOUT_MS = 60_000
TIME_ZONES = {"en": "UTC", "ru": "Europe/Moscow"}
"""The browser's time zone by language: the one in which the bot writes times."""
PANEL_REFRESH_SECONDS = 2.5
"""The time from the last message to the last refresh of the control panel: `LATER_MS` of control-panel.js and the
request."""
PLAIN_BACKGROUND = "body::before { background: var(--ground) !important; }"
"""Replaces the background gradient, which makes the PNG files much larger."""


async def chat(browser: Browser, address: str, language: str) -> Path:
    """Save a picture of a phone on which a key has just arrived."""
    page = await _open_page(browser, address, language, PHONE)
    await _tap(page, "🎁")
    return await _saved_picture(page, f"chat-phone-{language}.png", "🏠")


async def control_panel(browser: Browser, address: str, language: str) -> Path:
    """Save a picture of chat and control panel after a crash, its recovery, and the reminder two days later."""
    page = await _open_page(browser, address, language, DESKTOP)
    await page.locator(".fault-crash_after .show").click()
    await page.locator(".fault-crash_after .outcome", has_text="2×").wait_for()
    await page.locator("#control-panel").evaluate("panel => { panel.scrollTop = 0; }")
    await _advance_until(page, "🔕")
    return await _saved_picture(page, f"control-panel-{language}.png", "🔕")


async def subscription_page(browser: Browser, system: System) -> Path:
    """Save a picture of the page behind a link, on a desktop, the day after a trial began."""
    person = system.person("Nina", "en")
    await person.sends("/start")
    await person.taps("🎁 Try free")
    await system.settle()
    await person.taps("iPhone, iPad")
    link = (await person.taps("📋 Copy link")).copied
    await system.advance(timedelta(days=1))
    context = await browser.new_context(viewport=PAGE, color_scheme="light", user_agent=WINDOWS, bypass_csp=True)
    page = await context.new_page()
    await page.goto(link)
    await page.add_style_tag(content="body { background: var(--ground) !important; }")
    path = PICTURES / "subscription-page.png"
    path.write_bytes(small_png.packed(await page.screenshot(full_page=True)))
    return path


async def take_all() -> list[Path]:
    """Start the system, save every picture, return their paths."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    taken = []
    for language, picture in itertools.product(("en", "ru"), (chat, control_panel)):
        # A new system for each picture, so that it does not show the people of another one.
        async with System(Options()) as system, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            taken.append(await picture(browser, system.base, language))
            await browser.close()
    async with System(Options(scheduled=False)) as system, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        taken.append(await subscription_page(browser, system))
        await browser.close()
    return taken


async def _open_page(browser: Browser, address: str, language: str, size: ViewportSize) -> Page:
    context = await browser.new_context(
        viewport=size, color_scheme="light", reduced_motion="reduce", timezone_id=TIME_ZONES[language]
    )
    page = await context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    await page.goto(f"{address}/?lang={language}")
    await page.add_style_tag(content=PLAIN_BACKGROUND)
    await page.locator(".key").first.wait_for()
    return page


async def _tap(page: Page, mark: str) -> None:
    await page.locator(".key", has_text=mark).last.click()


async def _advance_until(page: Page, mark: str) -> None:
    """Advance to the next event until a button with this mark is shown."""
    future = page.locator(".future")
    while await page.locator(".key", has_text=mark).count() == 0:
        await future.click()
        await page.locator('.future[aria-busy="true"]').wait_for(state="detached")


async def _saved_picture(page: Page, name: str, mark: str) -> Path:
    """Wait until a button with this mark is shown and no request is open, then save the picture."""
    await page.locator(".key", has_text=mark).last.wait_for()
    await page.locator('[aria-busy="true"]').first.wait_for(state="detached")
    await page.mouse.move(0, 0)
    await asyncio.sleep(PANEL_REFRESH_SECONDS)
    path = PICTURES / name
    path.write_bytes(small_png.packed(await page.screenshot()))
    return path


def main() -> int:
    """Save all pictures and print their sizes; exit status 1 if one is larger than `LARGEST_BYTES`."""
    sizes = {path: path.stat().st_size for path in asyncio.run(take_all())}
    for path, size in sizes.items():
        print(f"  {path.relative_to(ROOT)}  {size / 1000:.0f} kB")
    return int(any(size > LARGEST_BYTES for size in sizes.values()))


if __name__ == "__main__":
    sys.exit(main())
