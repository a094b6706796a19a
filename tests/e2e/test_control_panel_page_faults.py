"""The control panel's faults in a real browser: a button injects each, and a text reports its outcome."""

import re

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from local.control_panel.provider_faults import fault_names
from local.telegram.payment_faults import PaymentFault
from tests.e2e.browser_windows import NARROW, assert_accessible
from tests.e2e.demo_page_harness import LONG_TIMEOUT_MS, Visitor, fault, key, takes_the_trial
from vpnbot.domain.orders.provider_names import CRYPTO_PAY, YOOKASSA

pytestmark = pytest.mark.browser


def test_simultaneous_taps_on_two_phones_make_one_key_on_each_server(visitor: Visitor) -> None:
    page = visitor.opens()
    page.locator(".preset-race").click()
    outcome = page.locator(".panel-presets .outcome")
    expect(outcome).to_have_text(
        "2 taps at the same instant: done once, one key on each of 3 servers", timeout=LONG_TIMEOUT_MS
    )
    expect(page.locator(".phone")).to_have_count(2)
    for phone in page.locator(".phone").all():
        expect(phone.get_by_role("button", name="Android")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("busy", "delivered 2×, done once, one key on each of 3 servers. We answered 503, 200."),
        ("lost", "delivered 1×, done once, one key on each of 3 servers. We asked again; the chat shows it once."),
        ("again", "delivered 3×, done once, one key on each of 3 servers. We answered 200, 200, 200."),
        ("crash_before", "delivered 2×, done once, one key on each of 3 servers. We answered 500, 200."),
        ("crash_after", "delivered 2×, done once, one key on each of 3 servers. We answered 500, 200."),
    ],
)
def test_a_fault_can_be_shown_with_a_new_person_and_its_outcome_is_reported(
    visitor: Visitor, name: str, words: str
) -> None:
    page = visitor.opens()
    fault(page, name).get_by_role("button", name="Show me").click()
    expect(fault(page, name).locator(".outcome")).to_have_text(words, timeout=LONG_TIMEOUT_MS)
    expect(key(page, "Android")).to_be_visible()


def test_a_fault_can_wait_for_the_next_tap_in_the_chat(visitor: Visitor) -> None:
    page = visitor.opens()
    crash = fault(page, "crash_after")
    crash.get_by_role("button", name="Break it on my next tap").click()
    expect(crash.locator(".outcome")).to_have_text("Waits for the next tap in the chat.")
    takes_the_trial(page)
    expect(crash.locator(".outcome")).to_contain_text(
        "delivered 2×, done once, one key on each of 3 servers", timeout=LONG_TIMEOUT_MS
    )
    crash.get_by_role("button", name="Break it on my next tap").click()
    expect(crash.locator(".outcome")).to_have_text("Waits for the next tap in the chat.")
    key(page, "Android").click()
    expect(crash.locator(".outcome")).to_contain_text("That tap wrote nothing", timeout=LONG_TIMEOUT_MS)
    page.get_by_role("button", name="Reset faults").click()
    expect(crash.locator(".outcome")).to_be_empty()


def test_a_notification_that_telegram_rejected_is_sent_later_once(visitor: Visitor) -> None:
    page = visitor.opens()
    takes_the_trial(page)
    fault(page, "busy").get_by_role("button", name="Break it on my next tap").click()
    expect(fault(page, "busy").locator(".outcome")).to_have_text("Waits for the next tap in the chat.")
    page.locator(".future").click()
    expect(page.locator(".panel-time .outcome")).to_contain_text("It is", timeout=LONG_TIMEOUT_MS)
    page.get_by_role("button", name="+1 hour").click()  # the refused message is due again half a minute later
    expect(page.get_by_text("not connected yet")).to_have_count(1, timeout=LONG_TIMEOUT_MS)
    expect(fault(page, "busy").locator(".outcome")).to_contain_text("the message still came, once")


def test_on_a_narrow_screen_the_control_panel_is_a_tab_and_outcomes_show_over_the_chat(visitor: Visitor) -> None:
    page = visitor.opens(NARROW)
    tab = page.get_by_role("button", name="Control panel")
    tab.click()
    expect(page.locator(".future")).to_be_in_viewport(ratio=1)
    expect(page.locator(".phone")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    overflowing = (
        "[...document.querySelectorAll('#control-panel *')].filter(e => e.getBoundingClientRect().right > innerWidth)"
    )
    assert page.evaluate(f"{overflowing}.map(e => e.outerHTML.slice(0, 80))") == []
    connect_button = key(page, "Connect")
    page.get_by_role("button", name="Chat", exact=True).click()
    takes_the_trial(page)
    tab.click()
    expect(page.locator(".future")).to_have_text(
        re.compile("^⏩ offer of help, in 5\\d min"), timeout=LONG_TIMEOUT_MS
    )
    page.locator(".future").click()
    expect(page.locator(".panel-time .outcome")).to_contain_text("1 message came", timeout=LONG_TIMEOUT_MS)
    page.get_by_role("button", name="Chat", exact=True).click()
    expect(connect_button).to_be_in_viewport(ratio=1)
    tab.click()
    fault(page, "again").get_by_role("button", name="Show me").click()
    expect(page.locator(".phone")).to_be_visible()
    expect(page.locator("#caption p")).to_contain_text(
        "delivered 3×, done once, one key on each of 3 servers", timeout=LONG_TIMEOUT_MS
    )


@pytest.mark.parametrize("provider", ["payments", YOOKASSA, CRYPTO_PAY])
def test_every_fault_of_payments_can_be_ordered_and_removed(visitor: Visitor, provider: str) -> None:
    page = visitor.opens(NARROW)
    page.locator('#views [data-view="control-panel"]').click()
    card = fault(page, provider)
    names = card.locator("option").evaluate_all(
        "options => options.map((option) => [option.value, option.textContent])"
    )
    assert [name for name, _ in names] == _names(provider)
    for name, words in names:
        if words.startswith(("Now", "Forged now")):
            continue  # it happens at once, and needs a payment
        card.locator("select").select_option(name)
        card.get_by_role("button", name="Break the next one").click()
        expect(card.locator(".outcome")).to_contain_text(words)
    assert_accessible(page)
    page.get_by_role("button", name="Reset faults").click()
    expect(card.locator(".outcome")).to_be_empty()


def test_a_button_takes_no_click_while_its_fault_is_being_ordered(visitor: Visitor) -> None:
    page = visitor.opens()
    card, button = fault(page, CRYPTO_PAY), fault(page, CRYPTO_PAY).get_by_role("button", name="Break the next one")
    held = HeldAnswer(page, "**/control/api/faults/payments")
    card.locator("select").select_option("cut")
    button.click()
    held.arrives()
    _refresh(page)  # the fault is ordered: a refresh may show it before the answer to the order is here
    expect(card.locator(".outcome")).to_contain_text("The connection breaks before acting")
    expect(button).to_be_disabled()
    held.release()
    expect(button).to_be_enabled()
    card.locator("select").select_option("throttled")
    button.click()
    expect(card.locator(".outcome")).to_contain_text("Too many requests (429)")
    page.get_by_role("button", name="Reset faults").click()
    expect(card.locator(".outcome")).to_be_empty()


class HeldAnswer:
    """Holds the answer to the next request to an address until it is released."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._held: list[tuple[Route, APIResponse]] = []
        page.route(address, self._hold, times=1)

    def arrives(self) -> None:
        """Wait until the server has answered."""
        while not self._held:
            self._page.wait_for_timeout(20)

    def release(self) -> None:
        """Let the browser have the answer."""
        ((route, answer),) = self._held
        route.fulfill(response=answer)

    def _hold(self, route: Route) -> None:
        self._held.append((route, route.fetch()))


def _refresh(page: Page) -> None:
    """Make the control panel ask for its state now, as an event of another person would."""
    page.evaluate("document.dispatchEvent(new Event('person'))")


def _names(provider: str) -> list[str]:
    if provider == "payments":
        return list(PaymentFault)
    return fault_names(provider)
