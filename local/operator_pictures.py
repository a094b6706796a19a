"""`python -m local.operator_pictures`: ten days of a shop, and the operator's screens that docs/operator.md shows.

Run it again when a screen changes.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, ViewportSize, async_playwright

from local import small_png
from local.dashboard_shop import ten_days
from local.journey.harness import ONE_ON_EACH
from local.options import Options
from local.paths import ROOT
from local.pictures import CHROMIUM, LARGEST_BYTES, PICTURES, PLAIN_BACKGROUND, TIME_ZONES, TIMEOUT_MS
from local.system import SUPPORT_CHAT_ID, System
from local.telegram.fake_telegram import OPERATORS
from local.telegram.person import Person

WINDOW = ViewportSize(width=1440, height=930)
SHOWN_WITHIN_SECONDS = 2.5
"""The time in which the page shows the newest message."""
QUESTIONS = {
    "Person 4-0": "How do I add my TV?",
    "Person 6-0": "Can I pay for a year?",
    "Person 3-0": "It doesn't connect since this morning",
}
"""What people ask, by their names; the picture of a topic is that of the last one."""
OUTAGE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Desk:
    """The operator, and their phone on the page."""

    system: System
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


async def _topics(desk: Desk) -> None:
    """Choose the operators' group for questions, let people ask, and open it on the phone."""
    (group,) = desk.system.telegram.groups()
    await group.by(desk.operator).text("/support_here")
    await desk.operator.taps("Yes, here", on=group.messages()[-1])
    for name, question in QUESTIONS.items():
        person = _named(desk.system, name)
        await person.sends(question)
        await person.taps("Pass on")
    await desk.system.advance(timedelta(minutes=2))
    *_, topic = group.group.topics
    await group.by(desk.operator).text("Thanks for writing! Which app do you use?", thread=topic)
    await desk.phone.locator(".place", has_text=OPERATORS).click()


async def _topic(desk: Desk) -> None:
    """Open the topic of the last question."""
    await desk.phone.locator(".topic", has_text=list(QUESTIONS)[-1]).click()


async def _outage(desk: Desk) -> None:
    """Let the VPN of all servers stop for a while, and open the outage of one of them."""
    for state in ("stop", "running"):
        for server in ONE_ON_EACH:
            desk.system.panels.named(server).xray_state = state
        await desk.system.advance(OUTAGE if state == "stop" else timedelta(minutes=5))
    await desk.phone.locator(".place").first.click()
    await desk.goes("🔧 Outages")
    await desk.operator.taps(next(label for label in desk.operator.screen.labels if next(iter(ONE_ON_EACH)) in label))


async def _compensation(desk: Desk) -> None:
    """Open the preview of the days for the outage that is shown."""
    await desk.operator.taps("Compensate")


SCREENS: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "home": Desk.home,
    "card": _card,
    "days": _question,
    "statistics": lambda desk: desk.goes("📊 Statistics"),
    "active": lambda desk: desk.goes("📊 Statistics", "👥 Active"),
    "broadcast": _broadcast,
    "topics": _topics,
    "topic": _topic,
    "outage": _outage,
    "compensation": _compensation,
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
        desk = Desk(system, system.telegram.person_by_id(SUPPORT_CHAT_ID), _named(system, "Person 3-0"), phone)
        taken = [await _picture(desk, name, come) for name, come in SCREENS.items()]
        await browser.close()
    return taken


def _named(system: System, name: str) -> Person:
    """Return the person of the ten days with this name."""
    return next(each for each in system.telegram.people() if each.account.first_name == name)


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
