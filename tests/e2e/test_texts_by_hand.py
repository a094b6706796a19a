"""The operator words ten texts by hand on the demo page, and a customer beside reads them, in a real browser."""

import re
from dataclasses import dataclass
from time import monotonic

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.demo_page_harness import Visitor, key

pytestmark = pytest.mark.browser

WITH_LINES = "Our rules:\n1. Be kind.\n2. <b>Share</b> nothing illegal."
SAVED = "✅ Saved"
EVERYWHERE_WITHIN_SECONDS = 60
"""A process keeps the texts for half a minute of real time; the rest is for a busy machine."""
ASKED_AGAIN_MS = 3000


@dataclass(frozen=True, slots=True)
class Desk:
    """The page with a customer, and the operator's phone beside it."""

    page: Page

    @property
    def operator(self) -> Locator:
        """The operator's phone."""
        return self.page.locator(".phone").nth(1)

    @property
    def customer(self) -> Locator:
        """The customer's phone."""
        return self.page.locator(".phone").nth(0)

    def opens(self, name: str, language: str = "English") -> None:
        """Go from the operator's home screen to the card of a text."""
        self.writes("/admin")
        self.taps("✏️ Texts")
        expect(self.newest).to_contain_text("Texts in English")
        if language != "English":
            self.taps(language)
            expect(self.newest).to_contain_text(f"Texts in {language}")
        wanted = self.newest.locator(".key", has_text=re.compile(f"^(✅ )?{re.escape(name)}$"))
        page_of_texts = 0
        while not wanted.count():
            page_of_texts += 1
            assert page_of_texts < 5, name
            before = self.newest.inner_text()
            self.taps("➡️")
            expect(self.newest).not_to_have_text(before, use_inner_text=True)
        wanted.click()
        expect(self.newest.locator(".key", has_text="Change")).to_be_visible()

    def types(self, text: str) -> None:
        """Tap *Change*, and type a text with its lines."""
        self.taps("✏️ Change")
        expect(self.newest).to_contain_text("Send the new text")
        self.writes(text)

    def words(self, name: str, text: str, language: str = "English") -> None:
        """Word a text, and save it after its preview."""
        self.opens(name, language)
        self.types(text)
        self.taps("✅ Save")
        expect(self.newest).to_contain_text(SAVED)

    def writes(self, text: str) -> None:
        """Type a message as people do: Shift and Enter for a new line, Enter to send."""
        field = self.operator.locator("textarea")
        sent = self.operator.locator(".message.own").count()
        field.click()
        if len(text) > 200:  # pasted
            field.fill(text)
        else:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.page.keyboard.press("Shift+Enter")
                self.page.keyboard.insert_text(line)
        self.page.keyboard.press("Enter")
        expect(field).to_have_value("")
        expect(self.operator.locator(".message.own")).to_have_count(sent + 1)
        expect(self.operator.locator(".message").last).to_have_class(re.compile(r"\bbot\b"))

    def taps(self, label: str) -> None:
        """Tap a button of the newest message of the operator."""
        self.newest.locator(".key", has_text=label).click()
        expect(self.operator.locator('.key[aria-busy="true"]')).to_have_count(0)

    def refuses(self, text: str, reason: str) -> None:
        """Type a text that is refused with a reason, and go back to the card, which still has the present text."""
        present = self.newest.locator(".words").inner_text()
        self.types(text)
        expect(self.newest).to_contain_text("Not saved")
        expect(self.newest).to_contain_text(reason)
        expect(self.newest.locator(".key", has_text="Save")).to_have_count(0)
        expect(self.operator.locator(".message.own").last).to_contain_text(text[:20])
        self.taps("Back")
        expect(self.newest.locator(".words")).to_have_text(present, use_inner_text=True)

    def customer_reads(self, command: str, text: str) -> None:
        """Let the customer ask for a screen until it shows the new text, which it does within half a minute."""
        until = monotonic() + EVERYWHERE_WITHIN_SECONDS
        while True:
            asked = self.customer.locator(".message.own").count()
            self.customer.locator("textarea").fill(command)
            self.customer.locator("textarea").press("Enter")
            expect(self.customer.locator(".message.own")).to_have_count(asked + 1)
            shown = self.customer.locator(".message").last
            expect(shown).to_have_class(re.compile(r"\bbot\b"))
            if text in shown.locator(".words").inner_text():
                return
            assert monotonic() < until, shown.locator(".words").inner_text()
            self.page.wait_for_timeout(ASKED_AGAIN_MS)

    @property
    def newest(self) -> Locator:
        """The newest message of the bot to the operator."""
        return self.operator.locator(".message.bot").last


@pytest.fixture
def desk(visitor: Visitor) -> Desk:
    page = visitor.opens()
    page.locator("#operator-phone").click()
    expect(page.locator(".phone")).to_have_count(2)
    return Desk(page)


def test_ten_texts_are_worded_by_hand_and_the_customer_reads_them(desk: Desk) -> None:
    desk.words("terms", WITH_LINES)
    desk.customer_reads("/terms", "Our rules:\n1. Be kind.\n2. Share nothing illegal.")

    desk.words("home, new", "Free for { $days } days on { $devices } devices.")
    desk.customer_reads("/start", "Free for 3 days on 2 devices.")

    desk.opens("privacy")
    desk.refuses("1 < 2 & so on", "Telegram cannot show it")
    desk.refuses("word " * 300, "too long")
    desk.refuses("Kept for { $weeks } weeks.", "$weeks is not known")
    desk.refuses("Kept for { $years years.", "braces do not match")
    desk.refuses("<b>Kept", "<b> is not closed")
    desk.types("Kept as long as the law says.")  # without { $years }, which may be left out
    desk.taps("✅ Save")
    expect(desk.newest).to_contain_text(SAVED)
    desk.customer_reads("/privacy", "Kept as long as the law says.")

    desk.words("my data", "Only what a shop needs.")
    desk.words("support, ask", "Tell us <i>everything</i>.")
    desk.customer_reads("/support", "Tell us everything.")
    desk.words("plans", "Choose:")
    desk.words("end of the trial", "It is over, thank you.")
    desk.words("connect, first", "Here you go: { $days } days.")
    desk.words("how was it", "Well?")
    desk.words("terms", "Наши правила:\nбудьте добры.", "Русский")

    desk.opens("terms")
    desk.taps("History")
    desk.taps("Undo")
    expect(desk.newest).to_contain_text("the earlier text is back")
    expect(desk.newest).to_contain_text("Use the VPN lawfully")
    desk.opens("terms", "Русский")
    expect(desk.newest).to_contain_text("Наши правила:\nбудьте добры.", use_inner_text=True)
    desk.opens("privacy")
    desk.taps("Original text")
    expect(desk.newest).to_contain_text("No browsing history")
    desk.customer_reads("/privacy", "No browsing history")
    desk.customer_reads("/terms", "Use the VPN lawfully")

    desk.page.locator(".preset-other_language").click()
    expect(key(desk.page, "🎁 Попробовать")).to_be_visible()
    desk.customer_reads("/terms", "Наши правила:\nбудьте добры.")
