"""Discounts in the chat: the staff make a code, people enter it, see both prices, and pay the lower one."""

from datetime import timedelta

import pytest

from tests.fakes.shop import update
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.selling import notified, one_plan, open_shop, pays_in_stars, the_order
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.staff.acts import PromoAct
from vpnbot.usecases.promo.keep_codes import change_code, make_code


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


def offers(harness: ChatHarness, code: PromoCode) -> PromoCode:
    """Make a code."""
    return make_code(harness.shop.codes, code, Entry(update(), "made", harness.shop.clock(), "admin:1"))


def spring(harness: ChatHarness, **more: object) -> PromoCode:
    """Make a code for 15 % that ends in a week."""
    ends_at = harness.shop.clock() + timedelta(days=7)
    return offers(harness, PromoCode("SPRING", 0, percent=15, ends_at=ends_at, **more))  # type: ignore[arg-type]  # its own


def to_confirmation(user: ChatUser, method: str = "Card or SBP") -> None:
    """Go to the confirmation of a month of the first plan."""
    user.sends("/plans")
    user.taps("Standard")
    user.taps("1 month")
    user.taps(method)


class TestStaff:
    """A discount code is made in a few taps, and its card says what became of it."""

    def test_a_percentage_for_one_plan_from_a_price_on(self, harness: ChatHarness, admin: ChatUser) -> None:
        open_shop(harness)
        admin.sends("/admin")
        for tap in ("🎟 Promo codes", "➕ New code", "🎲 Make one"):
            admin.taps(tap)
        for tap in ("🎁 7 days", "−15", "⭐ Any plan", "⭐ Family", "⬅️ Back"):
            admin.taps(tap)
        for tap in ("💰 Any price", "300", "▶️ From now", "3"):
            admin.taps(tap)
        admin.taps("✅ Create")
        admin.sees("−15", "Used: 0 of 100", "⭐ Family", "💰 ≥ 300", "From 4 Mar")
        (code,) = harness.shop.codes.latest()
        assert (code.percent, code.plans, code.minimum) == (15, ("family",), Money(30_000, "RUB"))
        assert code.ends_at == harness.shop.clock() + timedelta(days=33)

    def test_several_plans_are_chosen_one_after_the_other_and_all_again(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        open_shop(harness)
        admin.sends("/admin")
        for tap in ("🎟 Promo codes", "➕ New code", "🎲 Make one", "🎁 7 days", "−15", "⭐ Any plan"):
            admin.taps(tap)
        admin.sees("for which plans does the discount count?")
        admin.taps("⭐ Family")
        admin.sees_buttons("⭐ Any plan / ⭐ Standard / ✅ Family / ⬅️ Back")
        admin.taps("⭐ Standard")
        admin.sees_buttons("⭐ Any plan / ✅ Standard / ✅ Family / ⬅️ Back")
        admin.taps("⬅️ Back")
        admin.taps("⭐ 2 plans")
        admin.taps("✅ Family")
        admin.taps("✅ Standard")
        admin.taps("⬅️ Back")
        admin.taps("⭐ Any plan")
        for tap in ("⭐ Standard", "⭐ Family", "⭐ Any plan", "⭐ Any plan", "⭐ Family", "⭐ Standard", "⬅️ Back"):
            admin.taps(tap)
        admin.taps("✅ Create")
        admin.sees("⭐ Family", "⭐ Standard")
        (code,) = harness.shop.codes.latest()
        assert code.plans == ("family", "standard")

    def test_more_plans_than_the_card_has_room_for_are_on_a_screen_of_their_own(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        open_shop(harness)
        spring(harness, plans=("family", "gone", "standard"))
        admin.sends("/admin")
        admin.taps("🎟 Promo codes")
        admin.taps("SPRING")
        admin.taps("⭐ 3 plans")
        admin.sees("⭐ SPRING counts for:", "⭐ Family", "⭐ gone", "⭐ Standard")
        admin.taps("⬅️ Back")
        admin.sees("🟢 SPRING: −15")

    def test_several_plans_are_no_plan_of_days(self, harness: ChatHarness, admin: ChatUser) -> None:
        open_shop(harness)
        admin.sends("/admin")
        for tap in ("🎟 Promo codes", "➕ New code", "🎲 Make one", "🎁 7 days", "−15", "⭐ Any plan", "⭐ Family"):
            admin.taps(tap)
        for tap in ("⭐ Standard", "⬅️ Back", "🎁", "+7 days", "⭐ Their own plan"):
            admin.taps(tap)
        admin.sees("time of which plan?")
        admin.taps("⭐ Family")
        admin.taps("✅ Create")
        admin.sees("Family, 7 days")

    def test_days_of_a_plan(self, harness: ChatHarness, admin: ChatUser) -> None:
        open_shop(harness)
        admin.sends("/admin")
        for tap in ("🎟 Promo codes", "➕ New code", "🎲 Make one", "⭐ Their own plan", "⭐ Family", "✅ Create"):
            admin.taps(tap)
        admin.sees("Family, 7 days")
        (code,) = harness.shop.codes.latest()
        user = harness.user()
        user.sends(f"/start p_{code.id}")
        user.sees("Family for 7 days, fast, private internet for free.")
        user.taps("🎟 Use the code")
        user.sees("🎟 Family, 7 days: now until")
        assert user.person.subscription.plan is not None
        assert (user.person.subscription.plan.id, user.person.subscription.plan.devices) == ("family", 5)

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_the_offer_of_a_plan_is_short_and_one_of_a_plan_that_is_gone_is_refused(
        self, harness: ChatHarness, language: Language
    ) -> None:
        open_shop(harness)
        offers(harness, PromoCode("A" * 16, 90, plan="family"))
        user = harness.user(language)
        user.sends(f"/start p_{'A' * 16}")
        assert words_in(user.screen.text) <= LONGEST_SCREEN_WORDS
        use = user.screen.buttons[0][0].callback_data
        open_shop(harness, one_plan())
        harness.deliver(user.tap(use, user.screen.id))
        assert not user.person.subscription.entitled(harness.shop.clock())
        user.sends(f"/start p_{'A' * 16}")
        user.sees("This code has ended" if language == "en" else "Этот промокод")

    def test_days_of_a_plan_leave_a_plan_that_was_bought(self, harness: ChatHarness) -> None:
        card = open_shop(harness)
        user = harness.user()
        SITUATIONS["expired"](user)
        to_confirmation(user)
        user.taps("💳 Pay")
        card.pays(card.last())
        notified(user, card, card.last())
        offers(harness, PromoCode("FAMILY", 7, plan="family"))
        user.sends("/start p_FAMILY")
        user.sees("added to your Standard by its worth")
        assert user.person.subscription.plan is not None
        assert user.person.subscription.plan.id == "standard"

    def test_the_card_says_what_it_has_brought(self, harness: ChatHarness, admin: ChatUser) -> None:
        card = open_shop(harness)
        spring(harness)
        user = harness.user()
        SITUATIONS["expired"](user)
        user.sends("/start p_SPRING")
        to_confirmation(user)
        user.taps("💳 Pay")
        card.pays(card.last())
        notified(user, card, card.last())
        admin.sends("/admin")
        admin.taps("🎟 Promo codes")
        admin.taps("SPRING")
        admin.sees("🟢 SPRING: −15", "Used: 1", "Brought 254.15")

    def test_the_card_of_a_person_names_their_discount(self, harness: ChatHarness, admin: ChatUser) -> None:
        open_shop(harness)
        spring(harness)
        user = harness.user()
        SITUATIONS["expired"](user)
        user.sends("/start p_SPRING")
        admin.sends("/admin")
        admin.taps("🔎 Find")
        admin.sends(str(user.user_id))
        admin.sees("🎟 SPRING: −15")


class TestBuying:
    """What a person with a discount sees, and pays."""

    @pytest.fixture
    def user(self, harness: ChatHarness) -> ChatUser:
        """A person whose trial has ended, in a shop with a code."""
        self.card = open_shop(harness)
        spring(harness)
        person = harness.user()
        SITUATIONS["expired"](person)
        return person

    def test_from_the_code_to_the_payment(self, user: ChatUser) -> None:
        user.sends("/start p_SPRING")
        user.sees("🎟 SPRING: −15", "It counts at your next payment, until")
        user.sees_buttons("⭐ Plans / ✖️ Without the discount | 🏠 Home")
        user.taps("⭐ Plans")
        user.sees("SPRING: −15")
        user.taps("Standard · 2 devices · from 254.15")
        assert ["1\u00a0month · 299\u00a0₽ → 254.15\u00a0₽"] in user.screen.labels
        user.taps("1 month")
        user.sees_buttons(
            "Card or SBP · 299\u00a0₽ → 254.15\u00a0₽ / Telegram Stars · 199\u00a0⭐ → 170\u00a0⭐ / ⬅️ Back | 🏠 Home"
        )
        user.taps("Card or SBP")
        user.sees("Standard, 1 month: 299 ₽ → 254.15 ₽")
        user.taps("🔁 Auto-renew: off")
        user.sees("254.15", "🔁 Then 299")
        user.taps("💳 Pay 254.15")
        user.sees("Left to pay: Standard, 1 month, 254.15")
        assert the_order(user).price == Money(25_415, "RUB")
        self.card.pays(self.card.last())
        notified(user, self.card, self.card.last())
        user.sees("✅ 254.15")
        user.sends("/plans")
        user.taps("Standard · 2 devices · from 299")

    def test_in_stars_there_is_no_renewal_with_a_discount(self, user: ChatUser) -> None:
        user.sends("/start p_SPRING")
        to_confirmation(user, "Telegram Stars")
        user.sees("199", "170")
        assert not any("Auto-renew" in label for row in user.screen.labels for label in row)
        user.taps("Pay 170")
        pays_in_stars(user)
        user.sees("✅ 170")
        assert the_order(user).price == Money(170, STARS)

    def test_it_can_be_taken_off_and_entered_again(self, user: ChatUser) -> None:
        user.sends("/start p_SPRING")
        user.taps("✖️ Without the discount")
        user.sends("/plans")
        user.taps("Standard · 2 devices · from 299")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sends("spring")
        user.taps("⭐ Plans")
        user.taps("🎟 Promo code")
        user.sees("Send the code", "SPRING: −15")
        user.sees_buttons("✖️ Without the discount / 🏠 Home")

    def test_one_that_has_ended_meanwhile_shows_the_full_price_and_places_nothing(self, user: ChatUser) -> None:
        user.sends("/start p_SPRING")
        to_confirmation(user)
        codes = user.harness.shop.codes
        code = codes.get("SPRING")
        assert code is not None
        entry = Entry(update(), "ended", user.harness.shop.clock(), "admin:1")
        change_code(codes, code.id, entry, PromoCode.ended, PromoAct.END_CODE, seen=code.version)
        user.taps("💳 Pay 254.15")
        user.sees("The discount doesn't count any more", "Standard, 1 month: 299")
        assert user.person.orders == ()
        user.taps("💳 Pay 299")
        assert the_order(user).price == Money(29_900, "RUB")

    def test_one_whose_time_is_over_shows_the_full_price(self, user: ChatUser) -> None:
        user.sends("/start p_SPRING")
        to_confirmation(user)
        user.harness.passes(days=7)
        user.taps("💳 Pay 254.15")
        user.sees("The discount doesn't count any more", "299")
        assert user.person.orders == ()

    def test_a_redelivered_update_says_the_same_again(self, user: ChatUser) -> None:
        user.sends("/start p_SPRING")
        user.harness.again()
        user.sees("🎟 SPRING: −15", "It counts at your next payment")

    def test_the_reduced_price_is_at_least_the_smallest_payment(self, harness: ChatHarness) -> None:
        open_shop(harness, one_plan(), providers=("stars",))
        offers(harness, PromoCode("ALL", 0, percent=100))
        user = harness.user()
        SITUATIONS["expired"](user)
        user.sends("/start p_ALL")
        user.sends("/plans")
        user.taps("Pay 1")
        assert the_order(user).price == Money(1, STARS)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("situation", ["running", "expired", "new"])
def test_every_screen_with_a_discount_is_short(harness: ChatHarness, language: Language, situation: str) -> None:
    open_shop(harness)
    spring(harness, plans=("standard", "family"), minimum=Money(10_000, "RUB"))
    user = harness.user(language)
    SITUATIONS[situation](user)
    user.sends("/start p_SPRING")
    seen = [user.screen.text]
    user.sends("/plans")
    for number in (0, 0, 0):
        seen.append(user.screen.text)
        data = user.screen.buttons[number][0].callback_data
        harness.deliver(user.tap(data, user.screen.id))
    seen.append(user.screen.text)
    renewal = next((b for row in user.screen.buttons for b in row if "🔁" in b.text), None)
    if renewal is not None:
        harness.deliver(user.tap(renewal.callback_data, user.screen.id))
        seen.append(user.screen.text)
    assert max(map(words_in, seen)) <= LONGEST_SCREEN_WORDS, seen
