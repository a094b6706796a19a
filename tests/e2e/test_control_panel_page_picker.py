"""The operator finds a person with Telegram's own list of people, in a real browser."""

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.demo_page_harness import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_operator_chooses_a_person_below_the_input(visitor: Visitor, language: str) -> None:
    page = visitor.opens(language=language)
    name = page.locator('.person[aria-pressed="true"]').inner_text().splitlines()[-1].strip()
    page.locator("#operator-phone").click()
    phone = page.locator(".phone").nth(1)
    _writes(phone, "/admin")
    phone.locator(".key", has_text="🔎").last.click()
    phone.locator(".key", has_text="👤").last.click()
    keyboard = phone.locator(".reply-keyboard")
    keyboard.get_by_role("button", name="👤").click()
    keyboard.get_by_role("button", name=name, exact=True).last.click()
    expect(phone.locator(".message").last).to_contain_text(name)
    expect(keyboard).to_be_hidden()
    page.locator("#operator-phone").click()


def _writes(phone: Locator, text: str) -> None:
    phone.locator("textarea").fill(text)
    phone.locator(".send").click()
