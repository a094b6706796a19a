"""Windows of a real browser, for tests of pages."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

CHROMIUM = "/usr/bin/chromium"
DESKTOP = (1280, 860)
PHONE = (390, 844)
NARROW = (360, 640)
LONGEST_ACTION_MS = 120_000
"""How long a jump of virtual time may take on a machine that is busy with other work."""

_BADLY_DRAWN = r"""selector => [...document.querySelectorAll(selector)].filter(each => {
    if (each.getBoundingClientRect().width <= 1) return false;
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (texts.nextNode()) {
        for (const { 0: word, index } of texts.currentNode.data.matchAll(/[^\s-]+/g)) {
            range.setStart(texts.currentNode, index);
            range.setEnd(texts.currentNode, index + word.length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.bottom))).size > 1) return true;
        }
    }
    return each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
}).map(each => each.innerText.trim())"""

type Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

type Size = tuple[int, int]
"""Width and height in CSS pixels."""


class BrowserWindows:
    """Opens pages in windows of their own; `errors` are the errors that the browser reports on them."""

    def __init__(self, browser: Browser, *, timeout_ms: int = 10_000) -> None:
        self._browser = browser
        self._timeout_ms = timeout_ms
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def open(self, address: str, size: Size = DESKTOP, *, dark: bool = False, script: str = "") -> Page:
        """Open an address in a new window that may use the clipboard; `script` runs before the page's own scripts."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id="Europe/Moscow",
            permissions=["clipboard-read", "clipboard-write"],
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(self._timeout_ms)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        if script:
            page.add_init_script(script)
        page.goto(address)
        return page

    def finish(self) -> None:
        """Wait until no action of the control panel runs: the request of a click may still be under way."""
        for context in self._contexts:
            for page in context.pages:
                expect(page.locator('.panel [aria-busy="true"]')).to_have_count(0, timeout=LONGEST_ACTION_MS)

    def close(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            context.close()


def badly_drawn(page: Page, selector: str) -> list[str]:
    """Return the texts of the visible elements that break a word, or that do not show all of their text."""
    return [str(text) for text in page.evaluate(_BADLY_DRAWN, selector)]


def assert_accessible(page: Page) -> None:
    """Assert that axe finds no violation of the rules of accessibility."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
