"""The chat page in a real browser: what a person sees and can do there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser_windows import DESKTOP, NARROW, BrowserWindows, Size, assert_accessible
from tests.e2e.chat_page_harness import ChatPageHarness

pytestmark = pytest.mark.browser


class OpenPage(Protocol):
    """Opens the chat page in a new window."""

    def __call__(
        self, size: Size = DESKTOP, language: str = "en", *, dark: bool = False, query: str = ""
    ) -> Page: ...


@pytest.fixture
def harness() -> Iterator[ChatPageHarness]:
    with ChatPageHarness() as harness:
        yield harness


@pytest.fixture
def open_page(browser: Browser, harness: ChatPageHarness) -> Iterator[OpenPage]:
    windows = BrowserWindows(browser)

    def open_page(size: Size = DESKTOP, language: str = "en", *, dark: bool = False, query: str = "") -> Page:
        page = windows.open(f"{harness.address}/?lang={language}{query}", size, dark=dark)
        expect(page.locator(".key").first).to_be_visible()
        return page

    yield open_page
    windows.close()
    assert windows.errors == []


def test_it_opens_after_start_with_the_first_button_in_view(open_page: OpenPage) -> None:
    page = open_page()
    first = page.locator(".key").first
    expect(first).to_have_text("🎁 Try free")
    expect(first).to_be_in_viewport(ratio=1)
    expect(page.locator(".message.own .words")).to_have_text("/start")
    expect(page.locator(".composer")).to_be_visible()


def test_a_tap_edits_the_message_and_shows_a_toast(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Try free").click()
    expect(page.locator(".toast")).to_have_text("Your key is ready")
    expect(page.locator(".message.bot")).to_have_count(1)
    expect(page.locator(".message.bot b").first).to_have_text("3 days")
    expect(page.locator(".message.bot .meta")).to_contain_text("edited")
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)


def test_a_picture_can_be_enlarged_a_document_downloaded_and_a_link_copied(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Try free").click()
    page.get_by_role("button", name="iPhone, iPad").click()
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("navigator.clipboard.readText()") == "https://example.org/s/token"
    install = page.get_by_role("link", name="Install")
    expect(install).to_have_attribute("href", "https://example.org/happ")
    page.get_by_role("button", name="QR", exact=True).click()
    picture = page.locator(".photo img")
    expect(picture).to_be_in_viewport()
    assert page.evaluate("document.querySelector('.photo img').naturalWidth") > 200
    picture.click()
    expect(page.locator("#picture")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Hide").click()
    expect(picture).to_have_count(0)
    page.get_by_role("button", name="My data").click()
    with page.expect_download() as download:
        page.locator(".document").click()
    assert download.value.suggested_filename == "my-data.json"


def test_an_alert_stays_until_it_is_confirmed(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Русский", exact=False).last.click()
    alert = page.get_by_role("dialog")
    expect(alert).to_contain_text("Nothing was charged. <3")
    page.keyboard.press("Enter")
    expect(alert).to_have_count(0)


def test_the_qr_code_can_be_reached_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.key')"):
            break
    expect(page.locator(".key").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="iPhone, iPad")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.locator(".key").first).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="QR", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".photo")).to_be_visible()


def test_on_a_narrow_screen_nothing_overflows_and_the_first_button_is_in_view(open_page: OpenPage) -> None:
    page = open_page(NARROW, "ru")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    expect(page.locator(".key").first).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Попробовать бесплатно").click()
    page.get_by_role("button", name="iPhone, iPad").click()
    expect(page.get_by_role("button", name="Скопировать ссылку")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    widths = page.evaluate(
        "[...document.querySelectorAll('.phone, .bubble, .key')].map(e => e.getBoundingClientRect().right)"
    )
    assert max(widths) <= NARROW[0]


def test_the_language_switch_changes_the_page_and_the_persons_telegram_language(
    open_page: OpenPage, harness: ChatPageHarness
) -> None:
    page = open_page()
    page.get_by_role("group", name="Language of the page").get_by_role("button", name="Русский").click()
    expect(page.get_by_placeholder("Сообщение")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert harness.people()[0].account.language == "ru"
    page.get_by_role("button", name="Добавить человека").click()
    expect(page.locator(".key").first).to_have_text("🎁 Попробовать бесплатно")


def test_the_theme_follows_the_system_until_it_is_switched(open_page: OpenPage) -> None:
    page = open_page(dark=True)
    panel = "getComputedStyle(document.querySelector('.head').parentElement).backgroundColor"
    dark = page.evaluate(panel)
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(panel) != dark
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-shown", "light")


def test_two_phones_show_the_same_chat_and_only_the_tapped_one_shows_the_toast(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Second phone").click()
    phones = page.locator(".phone")
    expect(phones).to_have_count(2)
    for phone in phones.all():
        expect(phone.locator(".key").first).to_be_visible()
    phones.nth(0).get_by_role("button", name="Try free").click(no_wait_after=True)
    for phone in phones.all():
        expect(phone.get_by_role("button", name="Android")).to_be_visible()
    expect(phones.nth(0).locator(".toast")).to_have_text("Your key is ready")
    expect(phones.nth(1).locator(".toast")).to_be_empty()


def test_a_second_person_has_a_separate_chat(open_page: OpenPage, harness: ChatPageHarness) -> None:
    page = open_page()
    page.get_by_role("button", name="Try free").click()
    expect(page.get_by_role("button", name="Android")).to_be_visible()
    page.get_by_role("button", name="Add a person").click()
    expect(page.get_by_role("button", name="Try free")).to_be_visible()
    expect(page.locator(".message.bot")).to_have_count(1)
    assert len(harness.people()) == 2
    page.get_by_role("button", name="You", exact=True).click()
    expect(page.get_by_role("button", name="Android")).to_be_visible()


def test_the_bot_can_be_blocked_and_restarted(open_page: OpenPage, harness: ChatPageHarness) -> None:
    page = open_page()
    page.locator(".head-menu summary").click()
    page.get_by_role("button", name="Stop and block bot").click()
    expect(page.locator(".start")).to_have_text("Restart bot")
    assert harness.people()[0].account.blocked
    page.locator(".start").click()
    expect(page.locator(".message.bot")).to_have_count(2)


def test_messages_have_virtual_times_and_are_grouped_by_day(open_page: OpenPage, harness: ChatPageHarness) -> None:
    page = open_page()
    before = page.locator(".status-date").first.text_content()
    harness.move(timedelta(days=2))
    expect(page.locator(".status-date").first).not_to_have_text(str(before))
    expect(page.locator(".day")).not_to_have_text("Today")
    page.locator("textarea").fill("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".day")).to_have_count(2)


def test_times_are_those_of_the_chat_and_not_of_the_browser(open_page: OpenPage, harness: ChatPageHarness) -> None:
    page = open_page()
    sent = harness.people()[0].messages[0].sent_at
    shown = page.locator(".message.own .meta")
    expect(shown).to_contain_text(f"{sent:%H:%M}")
    page.get_by_role("group", name="Language of the page").get_by_role("button", name="Русский").click()
    expect(shown).to_contain_text(f"{sent + timedelta(hours=3):%H:%M}")


def test_a_button_stays_busy_while_the_bot_does_not_answer(open_page: OpenPage, harness: ChatPageHarness) -> None:
    page = open_page()
    harness.bot.silent = True
    page.get_by_role("button", name="Try free").click()
    expect(page.locator('.key[aria-busy="true"]')).to_have_count(1)


def test_the_control_panel_is_beside_the_chat_and_a_tab_on_a_narrow_screen(open_page: OpenPage) -> None:
    paragraph = "Object.assign(document.createElement('p'), {textContent: 'A panel'})"
    fill = f"document.querySelector('#control-panel').append({paragraph})"
    wide = open_page()
    wide.evaluate(fill)
    expect(wide.get_by_text("A panel")).to_be_in_viewport()
    narrow = open_page(NARROW)
    narrow.evaluate(fill)
    expect(narrow.get_by_text("A panel")).to_be_hidden()
    narrow.get_by_role("button", name="Control panel").click()
    expect(narrow.get_by_text("A panel")).to_be_visible()
    expect(narrow.locator(".phone")).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_violation(open_page: OpenPage, size: tuple[int, int], language: str, dark: bool) -> None:
    page = open_page(size, language, dark=dark)
    assert_accessible(page)
    page.locator(".key").first.click()
    page.get_by_role("button", name="iPhone, iPad").click()
    page.get_by_role("button", name="QR", exact=True).click()
    page.locator(".photo").click()
    expect(page.locator("#picture")).to_be_visible()
    assert_accessible(page)


def test_the_field_grows_with_its_text_and_shift_enter_begins_a_line(
    open_page: OpenPage, harness: ChatPageHarness
) -> None:
    page = open_page()
    page.get_by_role("button", name="Try free").click()
    field = page.get_by_role("textbox", name="Message", exact=True)
    one_line, last_key = _height(field), page.locator(".key").last
    expect(last_key).to_be_in_viewport(ratio=1)
    field.click()
    for line in range(1, 6):
        page.keyboard.type(f"line {line}")
        page.keyboard.press("Shift+Enter")
    page.keyboard.type("line 6")
    six_lines = _height(field)
    assert six_lines == one_line + 5 * 20
    expect(last_key).to_be_in_viewport(ratio=1)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line 7")
    assert _height(field) == six_lines
    assert len(harness.people()[0].messages) == 2  # nothing was sent yet
    page.keyboard.press("Enter")
    expect(page.locator(".message.own .words").last).to_contain_text("line 1\nline 2")
    expect(field).to_have_value("")
    assert _height(field) == one_line
    expect(field).to_be_focused()


def test_enter_of_an_input_method_does_not_send(open_page: OpenPage) -> None:
    page = open_page()
    field = page.locator("textarea")
    field.fill("にほん")
    composing = "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', %s, bubbles: true}))"
    field.evaluate(composing % "isComposing: true")
    field.evaluate(composing % "keyCode: 229")
    expect(field).to_have_value("にほん")
    field.evaluate(composing % "keyCode: 13")
    expect(page.locator(".message.own .words").last).to_have_text("にほん")


def test_enter_begins_a_line_on_a_touch_screen(browser: Browser, harness: ChatPageHarness) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{harness.address}/?lang=en")
    field = page.locator("textarea")
    field.fill("first")
    field.press("End")
    field.press("Enter")
    page.keyboard.type("second")
    expect(field).to_have_value("first\nsecond")
    page.locator(".send").tap()
    expect(page.locator(".message.own .words").last).to_have_text("first\nsecond")
    context.close()


def _height(field: Locator) -> int:
    return int(field.evaluate("field => field.offsetHeight"))
