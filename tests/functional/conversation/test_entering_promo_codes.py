"""People enter promo codes by hand or by a link, and read what a code has given them, or why it does not work."""

import pytest

from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.promo_codes import begins, makes
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from vpnbot.domain.promo.entered import ONE_TIME_LENGTH


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


class TestEntering:
    """A code is typed or carried by a link; the answer says what it gave, or why it does not work."""

    @pytest.fixture(autouse=True)
    def _code(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)

    def test_from_the_plans(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/start")
        user.taps("Try free")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sees("🎟 Send the code.")
        user.sends("spring")
        user.sees("🎟 +7 days, now until 11 Mar")
        user.sees_buttons("🔌 Connect / 🏠 Home")
        user.taps("🏠 Home")
        user.sees("VPN is on")

    def test_a_link_brings_a_new_person_the_days_and_a_key(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        begins(user)
        user.sees("🎟 +7 дней, теперь до 8 мар")
        assert user.person.served
        assert user.person.user.came_from == "p_", "the code itself is not kept"

    def test_a_new_person_accepts_the_terms_before_the_code_gives_anything(self, harness: ChatHarness) -> None:
        user = harness.user()
        user.sends("/start p_SPRING")
        user.sees("🎟 SPRING: 7 days", "you accept the terms")
        user.sees_buttons("🎟 Use the code / Terms | 🏠 Home")
        assert not user.person.served
        user.taps("Terms")
        user.sees("Use the VPN lawfully")
        user.taps("⬅️ Back")
        user.taps("🎟 Use the code")
        user.sees("+7 days")
        profile = user.person.user
        assert profile.accepted_terms.startswith("en-")
        assert profile.accepted_at == harness.shop.clock.now
        user.taps("🏠 Home")
        harness.deliver(user.tap("promo:see:SPRING", user.screen.id))
        user.sees("VPN is on")

    def test_who_has_accepted_the_terms_is_not_asked_again(self, harness: ChatHarness) -> None:
        user = harness.user()
        user.sends("/start")
        user.taps("Try free")
        accepted_at = user.person.user.accepted_at
        harness.passes(hours=1)
        user.sends("/start p_SPRING")
        user.sees("+7 days")
        assert user.person.user.accepted_at == accepted_at

    def test_the_longest_code_fits_into_a_button(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin, "A" * 16)
        user = harness.user("ru")
        user.sends(f"/start p_{'A' * 16}")
        assert words_in(user.screen.text) <= LONGEST_SCREEN_WORDS
        data = [len(str(button.callback_data).encode()) for row in user.screen.buttons for button in row]
        assert max(data) + ONE_TIME_LENGTH <= 64

    def test_the_card_counts_the_uses(self, harness: ChatHarness, admin: ChatUser) -> None:
        for user_id in (1, 2, 3):
            begins(harness.user(user_id=user_id))
        admin.taps("🎟 All codes")
        admin.taps("SPRING")
        admin.sees("Used: 3 of 100")

    def test_a_wrong_code_can_be_corrected_at_once(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/start")
        user.taps("Try free")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sends("SPRONG")
        user.sees("There is no such code")
        user.sees_buttons("🎟 Again / 🏠 Home")
        user.sends("SPRING")
        user.sees("+7 days")

    def test_a_new_person_with_a_wrong_link_is_led_to_the_trial(self, harness: ChatHarness) -> None:
        user = harness.user()
        user.sends("/start p_SPRONG")
        user.sees("There is no such code", "you accept the terms")
        user.taps("Try free")
        assert user.person.served

    def test_one_that_the_person_has_used(self, harness: ChatHarness) -> None:
        user = harness.user()
        begins(user)
        user.sends("/start p_SPRING")
        user.sees("You have used this code already")

    def test_after_five_wrong_ones_a_person_has_to_wait(self, harness: ChatHarness) -> None:
        user = harness.user()
        for _ in range(5):
            user.sends("/start p_WRONG")
            user.sees("There is no such code")
        user.sends("/start p_SPRING")
        user.sees("several wrong codes", "in 1 h")
        user.sends("What can I do?")
        assert "code" not in user.screen.words, "the conversation has ended"

    def test_an_update_that_is_delivered_again_says_the_same(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sends("SPRING")
        user.taps("🎟 Use the code")
        harness.again()
        user.sees("+7 days")
        assert sum(lot.bought_seconds for lot in user.person.subscription.lots) == 7 * 86_400

    def test_home_ends_the_question(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.taps("🏠 Home")
        user.sends("SPRING")
        assert "+7 days" not in user.screen.words

    def test_the_history_of_the_person_names_the_code(self, harness: ChatHarness, admin: ChatUser) -> None:
        user = harness.user()
        begins(user)
        admin.sends("/admin")
        admin.taps("🔎 Find")
        admin.sends("42")
        admin.taps("📜 Ledger")
        admin.sees("promo code SPRING")
