"""The control panel in a real browser: time, costs, stored items, the operator, the tour."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser_windows import DESKTOP, NARROW, PHONE, assert_accessible
from tests.e2e.demo_page_harness import LONG_TIMEOUT_MS, Visitor, key, takes_the_trial

pytestmark = pytest.mark.browser

TOUR_CAPTIONS = (
    "A new person opens the bot.",
    "One tap: three days free, with keys of their own on three servers.",
    "Which device? The right app comes with it.",
    "A QR code for another device.",
    "An hour later, not connected yet: help is offered.",
    "Two days pass: a scheduled reminder.",
    "Three hours before the end, once more.",
    "The end: VPN is switched off. Nothing was charged.",
)

RECORD_CAPTIONS = """
    window.captions = [];
    new MutationObserver(() => {
      const words = document.querySelector("#caption p")?.textContent;
      if (words && words !== captions.at(-1)) captions.push(words);
    }).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""A caption is shown for as little as half a second, which a busy machine may take to look at the page."""
COVERED_BY_THE_CAPTION = """() => {
    const caption = document.querySelector("#caption"), of = caption.getBoundingClientRect();
    return [...document.querySelectorAll("button, a, input, textarea")].filter((each) => {
      const at = each.getBoundingClientRect(), shown = each.checkVisibility() && !caption.contains(each);
      return shown && at.left < of.right && of.left < at.right && at.top < of.bottom && of.top < at.bottom;
    }).map((each) => each.outerHTML.slice(0, 80));
}"""
LONGEST_TOUR_MS = 180_000


def test_the_tour_shows_a_trial_from_beginning_to_end(visitor: Visitor) -> None:
    page = visitor.opens(query="&tour=5", script=RECORD_CAPTIONS)
    page.wait_for_function("captions.at(-1)?.startsWith('All of it cost')", timeout=LONGEST_TOUR_MS)
    *steps, end = page.evaluate("captions")
    assert tuple(steps) == TOUR_CAPTIONS
    assert "All of it cost $0." in end
    expect(page.locator(".photo")).to_have_count(1)
    expect(page.get_by_text("not connected yet")).to_have_count(1)
    expect(page.get_by_text("VPN switches off on")).to_have_count(2)
    expect(page.get_by_text("VPN is off: your trial is over")).to_have_count(1)
    expect(page.locator("#caption")).to_be_hidden(timeout=LONG_TIMEOUT_MS)


def test_escape_and_the_button_stop_the_tour(visitor: Visitor) -> None:
    page = visitor.opens()
    for stop in ("Escape", "button"):
        page.locator(".tour").click()
        expect(page.locator("#caption p")).to_have_text(TOUR_CAPTIONS[1], timeout=LONG_TIMEOUT_MS)
        if stop == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Stop the tour").click()
        expect(page.locator("#caption p")).to_have_text("The tour was stopped.")


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESKTOP, True), (DESKTOP, False), (NARROW, True)])
def test_the_caption_of_the_tour_covers_nothing_and_is_accessible(
    visitor: Visitor, size: tuple[int, int], dark: bool
) -> None:
    page = visitor.opens(size, dark=dark, query="&tour=1")
    expect(page.locator("#caption p")).to_have_text(TOUR_CAPTIONS[1], timeout=LONG_TIMEOUT_MS)
    assert page.evaluate(COVERED_BY_THE_CAPTION) == []
    assert_accessible(page)


def test_time_can_be_moved_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.opens()
    takes_the_trial(page)
    expect(page.locator(".future")).to_contain_text("offer of help")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.future')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("not connected yet")).to_be_visible(timeout=LONG_TIMEOUT_MS)
    expect(page.locator(".future")).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, DESKTOP, NARROW])
def test_the_page_opens_after_start_with_try_free_in_view(visitor: Visitor, size: tuple[int, int]) -> None:
    page = visitor.opens(size)
    expect(page.locator(".message.own .words")).to_have_text("/start")
    expect(key(page, "Try free")).to_be_in_viewport(ratio=1)


def test_one_button_names_the_next_event_and_moves_time_there(visitor: Visitor) -> None:
    page = visitor.opens()
    future = page.locator(".future")
    takes_the_trial(page)
    expect(future).to_have_text("⏩ offer of help, in 59 min")
    future.click()
    expect(page.get_by_text("not connected yet")).to_be_visible(timeout=LONG_TIMEOUT_MS)
    expect(page.locator(".panel-time .outcome")).to_contain_text("1 message came")
    expect(future).to_have_text(re.compile(r"⏩ last offer of help, in 22 h 5\d min"))
    future.click()
    expect(page.get_by_text("Still not connected?")).to_be_visible(timeout=LONG_TIMEOUT_MS)
    expect(future).to_have_text(re.compile(r"⏩ reminder, in 23 h 5\d min"))
    future.click()
    expect(page.get_by_text("VPN switches off on")).to_be_visible(timeout=LONG_TIMEOUT_MS)
    expect(future).to_have_text(re.compile(r"⏩ last reminder, in 20 h 5\d min"))
    page.get_by_role("button", name="+1 hour").click()
    expect(future).to_have_text(re.compile(r"⏩ last reminder, in 19 h 5\d min"), timeout=LONG_TIMEOUT_MS)
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_text("VPN is off: your trial is over")).to_be_visible(timeout=LONG_TIMEOUT_MS)


def test_after_an_outage_of_three_days_no_late_reminder_is_sent(visitor: Visitor) -> None:
    page = visitor.opens()
    takes_the_trial(page)
    page.get_by_role("button", name="Our servers are off for 3 days").click()
    expect(page.locator(".panel-time .outcome")).to_contain_text(
        "Our servers were off for 3 days", timeout=LONG_TIMEOUT_MS
    )
    expect(page.get_by_text("VPN is off: your trial is over")).to_be_visible()
    expect(page.get_by_text("VPN switches off on")).to_have_count(0)


def test_a_person_with_the_other_language_gets_texts_in_it(visitor: Visitor) -> None:
    page = visitor.opens()
    page.locator(".preset-other_language").click()
    expect(key(page, "Попробовать бесплатно")).to_be_visible()
    expect(page.get_by_role("heading", name="Пусть пройдёт время")).to_be_visible()


def test_the_costs_of_taps_are_listed_newest_first(visitor: Visitor) -> None:
    page = visitor.opens()
    takes_the_trial(page)
    key(page, "Android").click()
    rows = page.locator(".costs tbody tr")
    expect(rows.nth(0)).to_contain_text("Android")
    expect(rows.nth(1)).to_contain_text("Try free")
    cells = rows.nth(0).locator("td")
    expect(cells.nth(0)).to_have_text("1")
    expect(cells.nth(2)).to_have_text("1")
    expect(cells.nth(3)).to_have_text(re.compile(r"^\$0\.0000\d\d\$0\.0\d\d$"))
    expect(page.locator(".costs tfoot")).to_contain_text("Everything")


def test_stored_items_are_shown_as_changes(visitor: Visitor) -> None:
    page = visitor.opens()
    takes_the_trial(page)
    changes = page.locator(".memory")
    expect(changes).to_contain_text(re.compile(r"Subscription: status none → trial;.* ends \d+ \w+, \d\d:\d\d"))
    expect(changes).to_contain_text("trial started · by the person")
    expect(changes).not_to_contain_text("seed")
    raw = page.locator(".raw pre")
    expect(raw).to_be_hidden()
    page.get_by_text("Raw items").click()
    expect(raw).to_contain_text('"status": "trial"')


def test_a_question_reaches_the_operator_and_the_answer_the_customer(visitor: Visitor) -> None:
    page = visitor.opens()
    asker = page.locator('.person[aria-pressed="true"]').get_attribute("data-person")
    page.get_by_role("button", name="Write to us").click()
    expect(page.get_by_text("Write to us here")).to_be_visible()
    page.locator("textarea").fill("Does it work on a TV?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Operator, unread messages")).to_be_visible()
    page.locator(".preset-operator").click()
    page.locator(".message.bot", has_text="#id_").get_by_role("button", name="Reply").click()
    expect(page.locator(".replying")).to_contain_text("Reply to this message")
    page.keyboard.type("Yes, it does.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("👌")).to_be_visible()
    expect(page.locator(".message.own .quote")).to_contain_text("Reply to this message")
    page.locator(f'[data-person="{asker}"]').click()
    expect(page.locator(".message.bot", has_text="Yes, it does.")).to_be_visible()


def test_a_reply_can_be_cancelled(visitor: Visitor) -> None:
    page = visitor.opens()
    page.locator(".message.bot").hover()
    page.locator(".message.bot .reply").click()
    expect(page.locator(".replying")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".replying")).to_be_hidden()
