"""On one machine links to the bot lead to the chat page, for the person who followed them, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from local.system import SUPPORT_CHAT_ID
from tests.e2e.browser_windows import PHONE
from tests.e2e.demo_page_harness import DemoPageHarness, Visitor, key, takes_the_trial

pytestmark = pytest.mark.browser


def follows(page: Page, selector: str) -> None:
    """Click a link without the mouse, which a question of Chromium about an app may take."""
    page.locator(selector).first.evaluate("link => link.click()")


def test_the_page_behind_a_link_leads_back_to_the_chat_once(visitor: Visitor) -> None:
    page = visitor.opens(PHONE)
    takes_the_trial(page)
    key(page, "Android").click()
    link = key(page, "🚀").get_attribute("href")
    assert link is not None
    tab = page.context.new_page()
    tab.goto(link.partition("?")[0])
    assert "t.me" not in tab.content()
    follows(tab, 'a[href="/?start=s_check"]')
    expect(tab.locator(".message.own .words").last).to_have_text("/start s_check")
    expect(key(tab, "🔌")).to_be_visible()
    expect(tab).to_have_url(page.url.partition("?")[0])
    tab.reload()
    expect(key(tab, "🔌")).to_be_visible()
    expect(tab.locator(".message.own", has_text="s_check")).to_have_count(1)


def test_after_a_payment_the_shop_is_one_click_away(visitor: Visitor) -> None:
    page = visitor.opens(PHONE)
    takes_the_trial(page)
    for label in ("Home", "Plans", "Standard", "1 month", "Card or SBP", "💳"):
        key(page, label).click()
    expect(key(page, "I've paid")).to_be_visible()
    with page.context.expect_page() as opened:
        key(page, "💳").click()
    tab = opened.value
    tab.get_by_role("button", name="Pay 299").click()
    follows(tab, 'a[href^="/?start=o_"]')
    expect(tab.locator(".message.own .words").last).to_contain_text("/start o_")
    expect(tab.locator(".message.bot .words").last).to_contain_text("299 ₽ received")


def test_the_operators_phone_speaks_the_language_of_the_page(visitor: Visitor, demo_page: DemoPageHarness) -> None:
    page = visitor.opens(language="ru")
    page.locator("#operator-phone").click()
    expect(page.locator(".phone")).to_have_count(2)
    page.wait_for_function("document.querySelector('#operator-phone').ariaPressed === 'true'")
    phone = page.locator(".phone").nth(1)
    phone.locator("textarea").fill("/admin")
    phone.locator(".send").click()
    expect(phone.locator(".key", has_text="Серверы")).to_be_visible()
    assert demo_page.system.telegram.conversations.accounts[SUPPORT_CHAT_ID].language == "ru"
    page.locator("#operator-phone").click()
