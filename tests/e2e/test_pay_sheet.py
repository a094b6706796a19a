"""The payment sheet and a person's Stars on the chat page, in a real browser at phone width."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser_windows import NARROW, SCHEMES, BrowserWindows, assert_accessible
from tests.e2e.chat_page_harness import ChatPageHarness
from tests.integration.stars_invoices import INVOICE, PERIOD

pytestmark = pytest.mark.browser


@pytest.fixture
def harness() -> Iterator[ChatPageHarness]:
    with ChatPageHarness() as harness:
        yield harness


@pytest.fixture
def page(browser: Browser, harness: ChatPageHarness) -> Iterator[Page]:
    windows = BrowserWindows(browser)
    page = windows.open(f"{harness.address}/?lang=en", NARROW)
    expect(page.locator(".key").first).to_be_visible()
    yield page
    windows.close()
    assert windows.errors == []


def call(harness: ChatPageHarness, method: str, **arguments: object) -> Any:
    """Call a method of the Bot API; return its result."""

    url = f"{harness.address}/bot{harness.telegram.token}/{method}"
    body = json.dumps(arguments).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
        return json.load(response)["result"]


def offers(harness: ChatPageHarness, **changed: object) -> None:
    """Make the bot send a message with a button that opens a payment sheet."""
    link = call(harness, "createInvoiceLink", **{**INVOICE, **changed})
    keyboard = {"inline_keyboard": [[{"text": "Pay · 199 ⭐", "url": link}]]}
    (person,) = harness.people()
    call(harness, "sendMessage", chat_id=person.user_id, text="Your order", reply_markup=keyboard)


def test_a_payment_is_made_and_a_subscription_is_turned_off(page: Page, harness: ChatPageHarness) -> None:
    offers(harness, subscription_period=PERIOD)
    page.get_by_role("button", name="Pay · 199 ⭐").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Standard")
    expect(sheet).to_contain_text("VPN for 30 days")
    expect(sheet).to_contain_text("Charged every 30 days")
    expect(sheet).to_contain_text("10,000")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)
    sheet.get_by_role("button", name="Confirm and pay").click()
    expect(sheet).to_contain_text("Paid ⭐️ 199")
    sheet.get_by_role("button", name="Done").click()
    expect(sheet).to_have_count(0)
    expect(page.locator(".message.service")).to_have_text("You paid ⭐️ 199")
    page.locator(".head-menu summary").click()
    page.get_by_role("button", name="My Stars").click()
    stars = page.get_by_role("dialog")
    expect(stars).to_contain_text("9,801")
    assert_accessible(page)
    stars.get_by_role("button", name="Cancel").click()
    expect(stars.get_by_role("button", name="Resume")).to_be_visible()
    stars.get_by_role("button", name="Set to 0").click()
    expect(stars).to_contain_text("My Stars: ⭐️ 0")
    stars.get_by_role("button", name="Close").click()
    (person,) = harness.people()
    charge = harness.telegram.wallet(person.user_id).subscriptions[0].first_charge
    call(harness, "refundStarPayment", user_id=person.user_id, telegram_payment_charge_id=charge)
    expect(page.locator(".message.service").last).to_have_text("⭐️ 199 came back")


def test_the_sheet_says_why_nothing_was_paid(page: Page, harness: ChatPageHarness) -> None:
    harness.bot.checkout = {"ok": False, "error_message": "This offer is out of date."}
    offers(harness)
    page.get_by_role("button", name="Pay · 199 ⭐").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Confirm and pay").click()
    expect(sheet).to_contain_text("This offer is out of date.")
    page.keyboard.press("Escape")
    (person,) = harness.people()
    harness.telegram.wallet(person.user_id).has(100)
    page.get_by_role("button", name="Pay · 199 ⭐").click()
    sheet.get_by_role("button", name="Confirm and pay").click()
    expect(sheet).to_contain_text("99 more are needed")
    expect(page.locator(".message.service")).to_have_count(0)


def test_an_invoice_in_the_chat_has_its_own_button(page: Page, harness: ChatPageHarness) -> None:
    (person,) = harness.people()
    call(harness, "sendInvoice", **INVOICE, chat_id=person.user_id)
    expect(page.locator(".message.bot").last).to_contain_text("VPN for 30 days")
    page.get_by_role("button", name="Pay ⭐️199").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm and pay").click()
    expect(page.locator(".message.service")).to_have_text("You paid ⭐️ 199")
