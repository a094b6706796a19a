"""Each label of a button is whole on the demo page's phone, as narrow as phones are: no word is broken or cut off."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser_windows import NARROW, PHONE, BrowserWindows, Size, badly_drawn
from tests.e2e.chat_page_harness import ChatPageHarness
from tests.functional.conversation.busy_shop import PAYER, busy_shop
from tests.functional.conversation.journey_screens import HOMES, NOTIFICATIONS, SERVERS, TAPPED
from tests.functional.conversation.tapping import Screens, Tapping
from tests.functional.conversation.test_tapping_around import SEED, WHO
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import countries
from vpnbot.telegram.messages.renderer import Renderer

pytestmark = pytest.mark.browser

TAPS = 150
"""How often each person of the busy shop taps in each language."""
ROWS_OF_A_MESSAGE = 30

type Row = tuple[str, ...]


@pytest.fixture(scope="module")
def keyboards() -> list[Row]:
    """All rows of buttons that the screens of the journey have, and those of people who tap around in a busy shop."""
    screens = Screens()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Renderer, "html", screens.recording(Renderer.html))
        # The event loop of the browser runs in this thread, that of the bot there.
        with ThreadPoolExecutor(1) as pool:
            walked = pool.submit(lambda: {*_of_a_busy_shop(screens)}).result()
    return sorted({*_of_the_journey(), *_of_countries(), *walked})


def _of_the_journey() -> Iterator[Row]:
    tapped = [shown for screen in TAPPED.values() for _, shown in screen.values()]
    others = (*HOMES.values(), *NOTIFICATIONS.values(), SERVERS)
    for shown in (*tapped, *(each for screen in others for each in screen.values())):
        yield from (tuple(row.split(" | ")) for row in shown.keyboard.split(" / "))


def _of_countries() -> Iterator[Row]:
    """Yield the rows with all countries that a server can be in; the walk sees few of them."""
    for language in ("en", "ru"):
        renderer = Renderer(Messages(), language)
        for row in renderer.buttons(countries(ServerAction.CHOOSE_COUNTRY)):
            yield tuple(str(button["text"]) for button in row)


def _of_a_busy_shop(screens: Screens) -> Iterator[Row]:
    for who, (user_id, _) in WHO.items():
        harness = busy_shop()
        walk = Tapping(harness.user("en", user_id), random.Random(SEED + who), screens, staff=user_id != PAYER)
        for language in ("en", "ru"):
            harness.deliver(walk.user.tap(f"lang:{language}", walk.user.screen.id))
            for _ in range(TAPS):
                walk.goes_on()
                for chat, message in walk.newest:
                    shown = harness.telegram.chats.get(chat, {}).get(message)
                    yield from map(tuple, shown.labels if shown else ())


@pytest.mark.parametrize("size", [NARROW, PHONE])
def test_no_label_breaks_a_word_or_is_cut_off(browser: Browser, keyboards: list[Row], size: Size) -> None:
    assert len(keyboards) > 300
    windows = BrowserWindows(browser)
    with ChatPageHarness() as harness:
        anna = harness.telegram.person("Anna", started=True)
        page = windows.open(harness.address, size)
        for rows in batched(keyboards, ROWS_OF_A_MESSAGE, strict=False):
            keyboard = [[{"text": label, "callback_data": "x"} for label in row] for row in rows]
            message = {"chat_id": anna.user_id, "text": "…", "reply_markup": {"inline_keyboard": keyboard}}
            harness.run(harness.bot.call("sendMessage", **message))
        expect(page.locator(".keys-row")).to_have_count(len(keyboards))
        assert not badly_drawn(page, ".key")
        windows.close()
        assert windows.errors == []
