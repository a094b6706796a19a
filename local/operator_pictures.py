"""`python -m local.operator_pictures`: ten days of a shop, and the operator's screens that docs/operator.md shows.

Run it again when a screen changes.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, ViewportSize, async_playwright

from local import small_png
from local.dashboard_shop import ten_days
from local.options import Options
from local.pictures import CHROMIUM, LARGEST_BYTES, PICTURES, PLAIN_BACKGROUND, TIME_ZONES, TIMEOUT_MS
from local.system import ROOT, SUPPORT_CHAT_ID, System
from local.telegram.person import Person

WINDOW = ViewportSize(width=1440, height=930)
SHOWN_WITHIN_SECONDS = 2.5
"""The time in which the page shows the newest message."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The operator, and their phone on the page."""

    operator: Person
    customer: Person
    phone: Locator

    async def home(self) -> None:
        """Open the home screen of the staff."""
        await self.operator.sends("/admin")

    async def goes(self, *labels: str) -> None:
        """Go from the home screen of the staff through these buttons."""
        await self.home()
        for label in labels:
            await self.operator.taps(label)


async def _card(desk: Desk) -> None:
    await desk.goes("🔎 Find")
    await desk.operator.sends(str(desk.customer.user_id))


async def _question(desk: Desk) -> None:
    await _card(desk)
    await desk.operator.taps("➕ Days")
    await desk.operator.taps("+7")


async def _broadcast(desk: Desk) -> None:
    await desk.goes("📣 Broadcasts", "✏️ New broadcast")
    await desk.operator.sends("❄️ December is here: three months for the price of two. Until Sunday!")


SCREENS: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "home": Desk.home,
    "card": _card,
    "days": _question,
    "statistics": lambda desk: desk.goes("📊 Statistics"),
    "active": lambda desk: desk.goes("📊 Statistics", "👥 Active"),
    "broadcast": _broadcast,
}
"""What the operator does before each picture, by the name of the picture."""


async def take_all() -> list[Path]:
    """Start the system, let ten days pass, save every picture, return their paths."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with System(Options(scheduled=False)) as system, async_playwright() as playwright:
        await ten_days(system)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport=WINDOW, reduced_motion="reduce", timezone_id=TIME_ZONES["en"])
        phone = await _operators_phone(page, system.base)
        customer = next(each for each in system.telegram.people() if each.account.first_name == "Person 3-0")
        desk = Desk(system.telegram.person_by_id(SUPPORT_CHAT_ID), customer, phone)
        taken = [await _picture(desk, name, come) for name, come in SCREENS.items()]
        await browser.close()
    return taken


async def _operators_phone(page: Page, address: str) -> Locator:
    page.set_default_timeout(TIMEOUT_MS)
    await page.goto(f"{address}/?lang=en")
    await page.add_style_tag(content=PLAIN_BACKGROUND)
    await page.locator(".key").first.wait_for()
    await page.locator("#operator-phone").click()
    phone = page.locator(".phone").nth(1)
    await phone.wait_for()
    return phone


async def _picture(desk: Desk, name: str, come: Callable[[Desk], Awaitable[None]]) -> Path:
    await come(desk)
    await asyncio.sleep(SHOWN_WITHIN_SECONDS)
    path = PICTURES / f"operator-{name}.png"
    path.write_bytes(small_png.packed(await desk.phone.screenshot()))
    return path


def main() -> int:
    """Save all pictures and print their sizes; exit status 1 if one is larger than `LARGEST_BYTES`."""
    sizes = {path: path.stat().st_size for path in asyncio.run(take_all())}
    for path, size in sizes.items():
        print(f"  {path.relative_to(ROOT)}  {size / 1000:.0f} kB")
    return int(any(size > LARGEST_BYTES for size in sizes.values()))


if __name__ == "__main__":
    sys.exit(main())
