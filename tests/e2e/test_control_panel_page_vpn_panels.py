"""The control panel's VPN panels in a real browser: each can fail, and the effect on people's keys is shown."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser_windows import NARROW
from tests.e2e.demo_page_harness import LONG_TIMEOUT_MS, DemoPageHarness, Visitor, fault, key, takes_the_trial

pytestmark = pytest.mark.browser

PLACES = ("Amsterdam", "Frankfurt", "Helsinki")
ON_EACH = "one key on each of 3 servers"


def panel(page: Page, place: str) -> Locator:
    """Return a panel's row."""
    return fault(page, "panels").locator(".vpn-panel", has_text=place)


def set_panels(page: Page, fault_mode: str, *places: str) -> None:
    """Set panels to up, slow or down."""
    for place in places:
        choice = panel(page, place).get_by_role("button", name=fault_mode)
        choice.click()
        expect(choice).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def page(visitor: Visitor) -> Iterator[Page]:
    """The page of a new person. Afterwards faults are removed and an hour passes, so that all keys are made."""
    page = visitor.opens()
    yield page
    page.get_by_role("button", name="Reset faults").click()
    for place in PLACES:
        expect(panel(page, place).get_by_role("button", name="Up")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="+1 hour").click()
    expect(page.locator(".panel-time .outcome")).to_contain_text("It is", timeout=LONG_TIMEOUT_MS)


def test_each_panel_has_a_row_with_its_keys(page: Page, demo_page: DemoPageHarness) -> None:
    expect(fault(page, "panels").locator(".vpn-panel b")).to_have_text([re.compile(place) for place in PLACES])
    before = [keys_in(demo_page, place) for place in PLACES]
    takes_the_trial(page)
    for place, count in zip(PLACES, before, strict=True):
        expect(panel(page, place).locator("small")).to_have_text(f"{count + 1} key{'s' if count else ''}")


def test_keys_wait_while_all_panels_are_down_and_are_made_afterwards(page: Page) -> None:
    panels = fault(page, "panels")
    set_panels(page, "Down", *PLACES)
    expect(panels.get_by_text("new keys have to wait")).to_be_visible()
    key(page, "🎁").click()
    expect(page.get_by_text("Making your key")).to_be_visible()
    expect(panels.locator(".outcome")).to_contain_text("the three days have not begun", timeout=LONG_TIMEOUT_MS)
    set_panels(page, "Up", *PLACES)
    expect(panels.locator(".outcome")).to_contain_text("The next attempt is automatic")
    page.get_by_role("button", name="+1 hour").click()
    expect(panels.locator(".outcome")).to_contain_text(
        f"The keys were made automatically: {ON_EACH}", timeout=LONG_TIMEOUT_MS
    )
    expect(page.get_by_text("Your key is ready")).to_have_count(1)


def test_with_one_panel_down_two_keys_are_made_at_once_and_the_third_later(page: Page) -> None:
    panels = fault(page, "panels")
    set_panels(page, "Down", "Frankfurt")
    expect(panels.get_by_text("delays no customer")).to_be_visible()
    takes_the_trial(page)
    outcome = panels.locator(".outcome")
    expect(outcome).to_contain_text("is connected at once: one key on each of 2 servers", timeout=LONG_TIMEOUT_MS)
    expect(outcome).to_contain_text("as soon as the panel is back: Frankfurt.")
    set_panels(page, "Up", "Frankfurt")
    expect(outcome).to_contain_text("Up again. The next attempt is automatic")
    messages = page.locator(".message").count()
    third_key = f"The other keys were added automatically to the same link: {ON_EACH}"
    for _ in range(3):  # while the circuit breaker is open an attempt fails; the next one is seconds later
        page.locator(".future").click()
        with suppress(AssertionError):
            expect(outcome).to_contain_text(third_key, timeout=LONG_TIMEOUT_MS / 5)
            break
    expect(outcome).to_contain_text(third_key)
    expect(page.locator(".message")).to_have_count(messages)


def test_the_delay_of_a_slow_panel_is_shown_in_seconds(page: Page) -> None:
    set_panels(page, "Slow", "Helsinki")
    takes_the_trial(page)
    delay = re.compile(rf"The answer took ([3-9]|[1-9]\d)(\.\d)? s: {ON_EACH}")
    expect(fault(page, "panels").locator(".outcome")).to_have_text(delay)


def test_a_panel_that_loses_all_clients_has_them_again_after_the_next_run(
    page: Page, demo_page: DemoPageHarness
) -> None:
    takes_the_trial(page)
    helsinki, outcome = panel(page, "Helsinki"), fault(page, "panels").locator(".outcome")
    count = keys_in(demo_page, "Helsinki")
    helsinki.get_by_role("button", name="Lose all").click()
    expect(outcome).to_contain_text(f"Helsinki has lost everything: {count} key")
    expect(helsinki.locator("small")).to_have_text(f"no key, {count} lost")
    page.get_by_role("button", name="+1 hour").click()
    expect(outcome).to_contain_text(f"Helsinki has everything back: {count} key", timeout=LONG_TIMEOUT_MS)
    expect(helsinki.locator("small")).to_have_text(f"{count} key{'' if count == 1 else 's'}")


def test_a_restarted_panel_has_all_its_clients(page: Page, demo_page: DemoPageHarness) -> None:
    takes_the_trial(page)
    frankfurt, count = panel(page, "Frankfurt"), keys_in(demo_page, "Frankfurt")
    set_panels(page, "Down", "Frankfurt")
    frankfurt.get_by_role("button", name="Restart").click()
    expect(fault(page, "panels").locator(".outcome")).to_contain_text("Frankfurt was restarted")
    expect(frankfurt.get_by_role("button", name="Up")).to_have_attribute("aria-pressed", "true")
    expect(frankfurt.locator("small")).to_have_text(f"{count} key{'' if count == 1 else 's'}")
    assert keys_in(demo_page, "Frankfurt") == count


def test_the_spare_panels_address_and_token_are_copied_with_a_tap(page: Page, demo_page: DemoPageHarness) -> None:
    spare = page.locator(".spare")
    expect(spare.locator("code").first).to_be_hidden()
    spare.locator("summary").click()
    expect(spare).to_contain_text("adds it in the chat, with /servers")
    warsaw = demo_page.system.panels.named("warsaw")
    for name, text in (("Address", warsaw.address), ("Token", warsaw.token)):
        expect(spare.locator("code", has_text=text)).to_be_visible()
        spare.get_by_role("button", name=f"Copy: {name}").click()
        expect(spare.get_by_text("Copied")).to_have_count(1)
        assert page.evaluate("navigator.clipboard.readText()") == text
        expect(spare.get_by_text("Copied")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_on_a_narrow_screen_nothing_overflows(visitor: Visitor, language: str) -> None:
    page = visitor.opens(NARROW, language)
    page.locator("#views button").last.click()
    expect(fault(page, "panels").locator(".vpn-panel")).to_have_count(3)
    page.locator(".spare summary").click()
    expect(page.locator(".spare code").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    outside = (
        "[...document.querySelectorAll('#control-panel *')].filter(e => e.getBoundingClientRect().right > innerWidth)"
    )
    assert page.evaluate(f"{outside}.map(e => e.outerHTML.slice(0, 80))") == []


def keys_in(demo_page: DemoPageHarness, place: str) -> int:
    """Return how many keys a panel has."""
    return len(demo_page.system.panels.named(place.lower()).clients)
