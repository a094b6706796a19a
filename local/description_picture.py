"""`python -m local.description_picture`: draw docs/images/bot-description.svg as the PNG that BotFather takes.

It is the picture above the bot's description, which a person sees before the first message.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import ViewportSize, async_playwright

from local import small_png
from local.paths import ROOT
from local.pictures import CHROMIUM, PICTURES

SIZE = ViewportSize(width=640, height=360)
"""BotFather, /setdescriptionpic: 640x360 pixels."""
LARGEST_BYTES = 40_000
SOURCE = PICTURES / "bot-description.svg"
_FRAME = "<style>body { margin: 0 } svg { display: block }</style>"


async def draw() -> Path:
    """Save the PNG beside the SVG, and return its path."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport=SIZE)
        await page.set_content(
            f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{SOURCE.read_text('utf-8')}"
        )
        path = SOURCE.with_suffix(".png")
        path.write_bytes(small_png.packed(await page.screenshot()))
        await browser.close()
    return path


def main() -> int:
    """Save the picture and print its size; exit status 1 if it is larger than `LARGEST_BYTES`."""
    path = asyncio.run(draw())
    size = path.stat().st_size
    print(f"  {path.relative_to(ROOT)}  {size / 1000:.0f} kB")
    return int(size > LARGEST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
