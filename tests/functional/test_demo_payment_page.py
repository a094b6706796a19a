"""The page of a demo payment: its token, its buttons, its words, its policy."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from tests.fakes.clock import START, Clock
from tests.integration.providers.crypto_pay_app import ORDER_ID, order_of
from tests.unit.memory_store import MemoryStore
from vpnbot.demo.payment_actions import Action, DemoPaymentActions
from vpnbot.demo.payment_page import DemoPaymentPage
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.declines import REMEDIES
from vpnbot.localization.messages import Messages
from vpnbot.providers.demo.payments import DemoPayment, DemoPayments
from vpnbot.providers.demo.provider import DemoProvider
from vpnbot.web_pages.markup import source_hash
from vpnbot.web_pages.responses import PageResponse

RING = KeyRing({1: b"first secret, of thirty-two bytes"})
TOKEN = RING.demo_payment_token(ORDER_ID)
PAGE_WORDS = "demo-pay-no-money"


class Shown(HTMLParser):
    """What a page has: the values of its buttons and options, and its text."""

    def __init__(self, response: PageResponse) -> None:
        super().__init__()
        self.actions: list[str] = []
        self.reasons: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.checked = False
        self.language: str | None = None
        self.text = ""
        self.feed(response.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        match tag:
            case "button":
                self.actions.append(str(found["value"]))
            case "option":
                self.reasons.append(str(found["value"]))
            case "form":
                self.forms.append(found)
            case "input":
                self.checked = "checked" in found
            case "html":
                self.language = found["lang"]

    def handle_data(self, data: str) -> None:
        self.text += data


class Browser:
    """Opens the page of one order and posts its form; `notified` are the payments that the shop was notified of."""

    def __init__(self, order: Order) -> None:
        self.clock = Clock(START)
        payments = DemoPayments(MemoryStore())
        self.notified: list[DemoPayment] = []
        self.provider = DemoProvider(payments, lambda: RING, lambda: "https://vpn.example", self.clock)
        actions = DemoPaymentActions(payments, self.clock)
        self.page = DemoPaymentPage(actions, lambda: RING, self.clock, self.notified.append)
        self.provider.begin(order)

    def open(self, token: str = TOKEN, language: str = "en", order_id: str = ORDER_ID) -> PageResponse:
        """Return the page."""
        return self.page.show(order_id, token, language)

    def tap(self, action: str, token: str = TOKEN, **fields: str) -> PageResponse:
        """Post the form."""
        return self.page.act(ORDER_ID, token, "en", urlencode({"action": action, **fields}))


@pytest.fixture
def browser() -> Browser:
    """The page of an order of 299 roubles."""
    return Browser(order_of())


def test_the_page_shows_price_plan_and_every_action(browser: Browser) -> None:
    shown = Shown(browser.open())
    assert "299\u00a0₽" in shown.text
    assert "Standard: VPN for 1 month" in shown.text
    assert set(shown.actions) == set(Action)
    assert shown.reasons == list(REMEDIES)


@pytest.mark.parametrize("language", Messages().languages)
def test_the_page_is_complete_in_every_language(browser: Browser, language: str) -> None:
    shown = Shown(browser.open(language=language))
    assert shown.language == language
    assert Messages().text(language, PAGE_WORDS) in shown.text


def test_the_page_uses_the_language_of_the_order() -> None:
    assert Shown(Browser(order_of(language="ru")).open(language="")).language == "ru"


def test_links_to_other_languages_keep_the_token(browser: Browser) -> None:
    assert f'href="?t={TOKEN}&amp;lang=ru"' in browser.open().body


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], RING.demo_payment_token("other"), "é" * 43])
def test_a_wrong_token_shows_and_changes_nothing(browser: Browser, token: str) -> None:
    assert browser.open(token).status == 404
    assert browser.tap("pay", token).status == 404
    assert browser.notified == []
    assert set(Shown(browser.open()).actions) == set(Action)


@pytest.mark.parametrize("order_id", ["", "../x", "01JDRS2S01ABCDEFGHJKMNPQRS"])
def test_an_unknown_order_is_not_found(browser: Browser, order_id: str) -> None:
    token = RING.demo_payment_token(order_id)
    assert browser.open(token, order_id=order_id).status == 404


def test_a_tap_redirects_to_the_page_which_then_has_no_form(browser: Browser) -> None:
    response = browser.tap("pay")
    assert (response.status, response.headers["location"]) == (303, f"?t={TOKEN}&lang=en")
    shown = Shown(browser.open())
    assert shown.actions == []
    assert "Paid: 299\u00a0₽" in shown.text


@pytest.mark.parametrize(
    ("fields", "words", "notified"),
    [
        ({"action": "pay"}, "Paid: 299", 1),
        ({"action": "silent"}, "Paid: 299", 0),
        ({"action": "twice"}, "Paid: 299", 2),
        ({"action": "less"}, "Paid: 298", 1),
        ({"action": "later"}, "It will be paid on", 0),
        ({"action": "decline", "reason": "card_expired"}, "Declined. The card has expired.", 1),
    ],
)
def test_each_action_is_done_shown_and_notified_of(
    browser: Browser, fields: dict[str, str], words: str, notified: int
) -> None:
    browser.tap(**fields)
    assert words in Shown(browser.open()).text
    assert len(browser.notified) == notified


@pytest.mark.parametrize("fields", [{"action": ""}, {"action": "steal"}, {"action": "decline"}, {"action": "é"}])
def test_an_unknown_action_changes_nothing(browser: Browser, fields: dict[str, str]) -> None:
    assert browser.tap(**fields).status == 303
    assert browser.notified == []
    assert set(Shown(browser.open()).actions) == set(Action)


def test_a_second_tap_notifies_of_nothing(browser: Browser) -> None:
    browser.tap("pay")
    browser.tap("twice")
    assert len(browser.notified) == 1


@pytest.mark.parametrize(("fields", "saved"), [({}, False), ({"save": "yes"}, True)])
def test_the_card_is_saved_only_if_that_is_checked(browser: Browser, fields: dict[str, str], saved: bool) -> None:
    browser.tap("pay", **fields)
    (payment,) = browser.notified
    assert (browser.provider.look(payment.id).method is not None) is saved


def test_the_time_to_pay_ends_after_an_hour(browser: Browser) -> None:
    browser.clock.advance(timedelta(hours=1))
    shown = Shown(browser.open())
    assert shown.actions == []
    assert "The time to pay is over." in shown.text


def test_a_price_of_one_smallest_unit_has_no_button_for_less() -> None:
    assert "less" not in Shown(Browser(order_of(price=Money(1, "XTR"))).open()).actions


def policy_of(response: PageResponse) -> Sequence[str]:
    """Return the parts of the Content-Security-Policy."""
    return response.headers["content-security-policy"].split("; ")


def test_the_policy_allows_only_the_pages_own_styles_and_a_form_to_the_same_address(browser: Browser) -> None:
    response = browser.open()
    styles = f"style-src {source_hash('style.css')} {source_hash('demo_payment.css')}"
    assert {"default-src 'none'", styles, "form-action 'self'", "frame-ancestors 'none'"} <= set(policy_of(response))
    assert "<script" not in response.body
    (form,) = Shown(response).forms
    assert (form["method"], form.get("action")) == ("post", None)


def test_a_page_without_a_form_allows_none(browser: Browser) -> None:
    browser.tap("pay")
    assert "form-action 'none'" in policy_of(browser.open())


def test_titles_of_plans_are_escaped() -> None:
    order = order_of()
    plan = replace(order.offer.plan, titles={"en": "<b>Fast</b>"})
    body = Browser(replace(order, offer=replace(order.offer, plan=plan))).open().body
    assert "&lt;b&gt;Fast" in body
