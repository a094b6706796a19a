"""A discount to come back in the chat: the message, home, plans, prices, settings, the card, the statistics."""

from datetime import timedelta

import pytest

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.selling import notified, open_shop, pays_in_stars
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.conversation.situations import SITUATIONS
from tests.functional.usecases.redeeming import offers
from vpnbot.domain.money import Money
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.promo.code import PromoCode

DAY = timedelta(days=1)


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


def to_confirmation(user: ChatUser, method: str = "Card or SBP") -> None:
    """Go to the confirmation of a month of the first plan."""
    user.sends("/plans")
    user.taps("Standard")
    user.taps("1 month")
    user.taps(method)


def ended(harness: ChatHarness, language: Language = "en") -> tuple[ChatUser, FakeProvider]:
    """Return a person whose paid month has ended, and the provider of payments by card."""
    card = open_shop(harness, winback=Switch.ON)
    user = harness.user(language)
    SITUATIONS["expired"](user)
    user.sends("/plans")
    for _ in range(3):
        harness.deliver(user.tap(user.screen.buttons[0][0].callback_data, user.screen.id))
    harness.deliver(user.tap(user.screen.buttons[0][0].callback_data, user.screen.id))
    card.pays(card.last())
    notified(user, card, card.last())
    harness.shop.days(30.1, step=timedelta(hours=6))
    return user, card


def offered(harness: ChatHarness, language: Language = "en") -> tuple[ChatUser, FakeProvider]:
    """Return a person who has just read of the discount."""
    user, card = ended(harness, language)
    harness.shop.days(3, step=timedelta(hours=1))
    assert sum("💙" in message.words for message in user.chat) == 1
    return user, card


class TestPeople:
    """What a person reads, sees and pays."""

    def test_from_the_message_to_the_payment(self, harness: ChatHarness) -> None:
        user, card = offered(harness)
        user.sees("💙 We'd like to have you back: −30", "on your next payment until", "It applies automatically.")
        user.sees_buttons("⭐ Plans / 🔕 Stop news")
        user.sends("/start")
        user.sees("VPN is off", "💙 −30", "It applies automatically.")
        to_confirmation(user)
        user.sees("Standard, 1 month: 299 ₽ → 209.30 ₽")
        user.taps("🔁 Auto-renew: off")
        user.sees("209.30", "🔁 Then 299")
        user.taps("💳 Pay 209.30")
        card.pays(card.last())
        notified(user, card, card.last())
        user.sees("✅ 209.30")
        user.sends("/plans")
        user.taps("Standard · 2 devices · from 299")

    def test_in_stars_it_is_one_purchase_without_renewal(self, harness: ChatHarness) -> None:
        user, _ = offered(harness)
        to_confirmation(user, "Telegram Stars")
        user.sees("199", "140")
        assert not any("Auto-renew" in label for row in user.screen.labels for label in row)
        user.taps("Pay 140")
        pays_in_stars(user)
        user.sees("✅ 140")

    def test_one_whose_time_is_over_shows_the_full_price_and_places_nothing(self, harness: ChatHarness) -> None:
        user, _ = offered(harness)
        to_confirmation(user)
        harness.shop.clock.advance(3 * DAY)
        user.taps("💳 Pay 209.30")
        user.sees("The discount doesn't count any more", "299")
        assert user.person.orders == ()
        user.sends("/start")
        assert "💙" not in user.screen.text

    def test_stop_news_below_the_message_stops_them_and_takes_nothing(self, harness: ChatHarness) -> None:
        user, _ = offered(harness)
        user.taps("🔕 Stop news")
        assert not user.person.user.news
        to_confirmation(user)
        user.sees("299 ₽ → 209.30 ₽")

    def test_of_a_code_and_it_the_better_one_counts_and_the_code_alone_is_taken_off(
        self, harness: ChatHarness
    ) -> None:
        user, _ = offered(harness)
        offers(harness.shop, PromoCode("HALF", 0, percent=50))
        user.sends("/start p_HALF")
        user.taps("⭐ Plans")
        user.sees("💙 −30", "🎟 HALF: −50", "The better one counts.")
        user.taps("Standard · 2 devices · from 149.50")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sees("HALF")
        user.taps("✖️ Without the discount")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sees_buttons("🏠 Home")
        user.sends("/plans")
        user.taps("Standard · 2 devices · from 209.30")

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_every_screen_with_it_is_short(self, harness: ChatHarness, language: Language) -> None:
        user, _ = offered(harness, language)
        seen = [user.screen.text]
        offers(harness.shop, PromoCode("HALF", 0, percent=20, ends_at=harness.shop.clock() + DAY))
        for text in ("/start", "/start p_HALF", "/plans"):
            user.sends(text)
            seen.append(user.screen.text)
        for _ in range(3):
            harness.deliver(user.tap(user.screen.buttons[0][0].callback_data, user.screen.id))
            seen.append(user.screen.text)
        assert [(words_in(text), text) for text in seen if words_in(text) > LONGEST_SCREEN_WORDS] == []
        assert sum("30" in text for text in seen) >= 4


class TestStaff:
    """The owner switches it on; the card and the statistics say what became of it."""

    def test_it_is_off_until_an_owner_switches_it_on(self, harness: ChatHarness, admin: ChatUser) -> None:
        open_shop(harness)
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("💙 Win-back")
        admin.sees("Off: people whose time has ended get no offer")
        admin.taps("Discount to come back: off")
        admin.sees("Saved", "Offered once after paid time")
        assert harness.shop.sales.settings.load(fresh=True).winback_after == 3 * DAY
        admin.taps("Undo")
        assert harness.shop.sales.settings.load(fresh=True).winback_after is None

    @pytest.mark.parametrize(
        ("label", "answer", "field", "refused"),
        [
            ("Discount: 30", "50", "winback_percent", ("0", "91", "half")),
            ("Offered after: 3 d", "7", "winback_days", ("0", "61", "-1")),
        ],
    )
    def test_each_value_is_typed_and_checked(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, field: str, refused: tuple[str, ...]
    ) -> None:
        open_shop(harness)
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("💙 Win-back")
        admin.taps(label)
        for text in refused:
            admin.sends(text)
            assert getattr(harness.shop.sales.settings.load(fresh=True), field) in {30, 3}
        admin.sends(answer)
        admin.sees("Saved")
        assert getattr(harness.shop.sales.settings.load(fresh=True), field) == int(answer)
        harness.again()
        admin.sees("Saved")

    def test_the_card_and_the_statistics_name_it(self, harness: ChatHarness, admin: ChatUser) -> None:
        user, card = offered(harness)
        admin.sends("/admin")
        admin.taps("🔎 Find")
        admin.sends(str(user.user_id))
        admin.sees("💙 −30", "until")
        admin.taps("📜 Ledger")
        admin.sees("discount to come back offered")
        to_confirmation(user)
        user.taps("💳 Pay 209.30")
        card.pays(card.last())
        notified(user, card, card.last())
        assert the_paid(user) == Money(20_930, "RUB")
        admin.sends("/admin")
        admin.taps("📊 Statistics")
        admin.sees("💙 Win-back: 1 offered, 1 used · 209.30")


def the_paid(user: ChatUser) -> Money:
    """Return the price of the order that the person has placed last."""
    person = user.person
    orders = (*person.orders, *user.harness.shop.people.orders(person.id))
    return max(orders, key=lambda order: order.placed_at).price
