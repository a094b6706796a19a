"""The control panel is accessible in both languages, light and dark, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser_windows import DESKTOP, NARROW, assert_accessible, badly_drawn
from tests.e2e.demo_page_harness import Visitor, fault, takes_the_trial

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_violation(visitor: Visitor, size: tuple[int, int], language: str, dark: bool) -> None:
    page = visitor.opens(size, language, dark=dark)
    takes_the_trial(page)
    if size == NARROW:
        page.locator("#views button").last.click()
    expect(page.locator(".future")).to_contain_text("⏩")
    fault(page, "busy").locator(".chip").first.click()
    expect(fault(page, "busy").locator(".outcome")).not_to_be_empty()
    page.locator(".raw summary").click()
    page.locator(".spare summary").click()
    expect(page.locator(".spare code").last).to_be_visible()
    page.locator(".vpn-panel-helsinki .quiet").first.click()
    expect(fault(page, "panels").locator(".outcome")).not_to_be_empty()
    assert_accessible(page)
    assert not badly_drawn(page, "#control-panel button")
    page.locator(".panel-faults .panel-head .chip").click()
    expect(fault(page, "busy").locator(".outcome")).to_be_empty()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_button_with_an_icon_has_a_caption_that_begins_its_name(visitor: Visitor, language: str) -> None:
    """Who speaks to the computer says what is written (WCAG 2.2, 2.5.3)."""
    page = visitor.opens(DESKTOP, language)
    captions = page.locator(".tool-caption:visible")
    expect(captions).to_have_count(3)
    for caption in captions.all():
        name = caption.locator("..").get_attribute("aria-label")
        assert (name or "").startswith(caption.inner_text())


def test_the_keyboard_shows_where_it_is_on_the_whole_page(visitor: Visitor) -> None:
    page = visitor.opens(DESKTOP, "en")
    takes_the_trial(page)
    for _ in range(40):
        page.keyboard.press("Tab")
        drawn = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return document.activeElement === document.body"
            " || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2); }"
        )
        assert drawn, page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
