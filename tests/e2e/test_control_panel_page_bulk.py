"""The control panel's switches for messages to many, and the operator's phone with a group, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser_windows import DESKTOP, NARROW, assert_accessible
from tests.e2e.demo_page_harness import LONG_TIMEOUT_MS, DemoPageHarness, Visitor, key

pytestmark = pytest.mark.browser


def test_the_person_shown_blocks_the_bot_and_comes_back(visitor: Visitor) -> None:
    page = visitor.opens()
    outcome = page.locator(".panel-bulk .outcome")
    page.locator(".preset-block_me").click()
    expect(outcome).to_contain_text("has blocked the bot")
    expect(page.locator(".preset-block_me")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".start")).to_have_text("Restart bot")
    page.locator(".preset-block_me").click()
    expect(outcome).to_contain_text("can be reached again")
    expect(page.locator(".composer")).to_be_visible()


def test_telegram_slows_and_the_faults_are_reset(visitor: Visitor, demo_page: DemoPageHarness) -> None:
    page = visitor.opens()
    limits = demo_page.system.telegram.faults.limits
    page.locator(".preset-slow").click()
    expect(page.locator(".preset-slow")).to_have_attribute("aria-pressed", "true")
    assert (limits.all_per_second, limits.private_per_second) == (30, 1)
    page.get_by_role("button", name="Reset faults").click()
    expect(page.locator(".preset-slow")).to_have_attribute("aria-pressed", "false")
    page.locator(".preset-slow").click()
    expect(page.locator(".panel-bulk .outcome")).to_contain_text("429")
    page.locator(".preset-slow").click()
    expect(page.locator(".panel-bulk .outcome")).to_have_text("Telegram is as fast as usual.")
    assert limits.all_per_second is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_people_are_added_and_a_worker_is_killed(visitor: Visitor, demo_page: DemoPageHarness, language: str) -> None:
    page = visitor.opens(NARROW, language)
    known = len(demo_page.system.telegram.conversations.accounts)
    shown = page.locator(".person").count()
    outcome = page.locator(".panel-bulk .outcome")
    page.locator("#views button").last.click()
    page.locator(".people-count").fill("40")
    page.locator('[data-word="people_add"]').click()
    expect(outcome).to_contain_text("40")
    assert len(demo_page.system.telegram.conversations.accounts) == known + 40
    expect(page.locator(".person")).to_have_count(shown)
    expect(page.locator(".tour small")).to_have_attribute("data-word", "tour_why")
    page.locator(".preset-kill").click()
    expect(outcome).to_contain_text("Telegram")
    assert demo_page.system.kills.waiting == {"due_worker": ""}
    page.locator('[data-word="mend"]').click()
    expect(page.locator('[data-word="mend"]')).to_be_enabled()
    assert_accessible(page)
    page.locator(".people-count").fill("0")
    page.locator('[data-word="people_add"]').click()
    expect(page.locator(".people-count:invalid")).to_be_focused()
    assert len(demo_page.system.telegram.conversations.accounts) == known + 40


def test_with_many_people_the_tour_does_not_promise_seconds(visitor: Visitor) -> None:
    page = visitor.opens(DESKTOP)
    page.locator(".people-count").fill("120")
    page.locator('[data-word="people_add"]').click()
    expect(page.locator(".tour small")).to_have_text("minutes, with so many people", timeout=LONG_TIMEOUT_MS)


def test_the_operator_has_a_group_with_topics_beside_the_customer(
    visitor: Visitor, demo_page: DemoPageHarness
) -> None:
    page = visitor.opens(NARROW, "ru")
    page.locator("#operator-phone").click()
    phone = page.locator(".phone").nth(1)
    phone.locator(".place").nth(1).click()
    expect(phone.locator(".bot-name")).to_have_text("Operators · Операторы")
    phone.locator('[data-topic="general"]').click()
    phone.locator("textarea").fill("Всем привет")
    phone.locator(".send").click()
    expect(phone.locator(".message.own")).to_contain_text("Всем привет")
    assert_accessible(page)
    demo_page.settle()
    deliveries = demo_page.system.telegram.journal.deliveries
    in_group = [delivery for delivery in deliveries if delivery.queue.startswith("chat:-")]
    assert [delivery.status for delivery in in_group] == [200]
    page.locator("#operator-phone").click()
    expect(page.locator(".phone")).to_have_count(1)
    expect(key(page, "🎁")).to_be_visible()
