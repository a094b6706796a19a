"""An administrator changes the settings of the shop in the chat: providers, receipts, days and hours."""

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop, settings_of
from vpnbot.domain.payments.shop_settings import Receipts


@pytest.fixture
def harness() -> ChatHarness:
    """A new shop."""
    return new_shop()


class TestSettings:
    """The settings of the shop are changed one at a time."""

    def test_telegrams_rule_is_shown_once_when_another_provider_is_switched_on(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.sees("Ways to pay", "Telegram Stars")
        assert ["• 🧾 Receipts: off"] in admin.screen.labels
        harness.deliver(admin.tap("shop:set:provider:yookassa", admin.screen.id))
        admin.sees("Telegram requires Telegram Stars")
        assert settings_of(harness).providers == ("stars",)
        admin.taps("I've read it")
        admin.sees("Saved", "YooKassa")
        assert settings_of(harness).providers == ("stars", "yookassa")
        admin.taps("⬆️")
        assert settings_of(harness).providers == ("yookassa", "stars")
        admin.taps("✅ YooKassa")
        assert settings_of(harness).providers == ("stars",)
        harness.deliver(admin.tap("shop:set:provider:yookassa", admin.screen.id))
        assert settings_of(harness).providers == ("stars", "yookassa"), "the rule was read"

    def test_a_redelivered_switch_is_made_once(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("✅ Telegram Stars")
        admin.sees("none, so the shop is closed")
        harness.again()
        assert settings_of(harness).providers == ()
        admin.sees("none, so the shop is closed")

    def test_receipts_and_their_data_are_set(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("email or phone")
        assert ["• 🧾 Receipts: email or phone"] in admin.screen.labels
        assert ["🧾 VAT code: 1", "💬 Answer: 24 h"] in admin.screen.labels
        admin.taps("full prepayment")
        admin.taps("VAT code")
        admin.sends("40")
        admin.sees("VAT code: 1 to 12")
        admin.sends("4")
        assert any("🧾 VAT code: 4" in row for row in admin.screen.labels)
        assert ["• full prepayment"] in admin.screen.labels
        admin.taps("Receipts to")
        admin.sends("nowhere")
        admin.sees("isn't an address for receipts")
        admin.sends("+79161234567")
        assert any("✉️ Receipts to: +79161234567" in row for row in admin.screen.labels)
        stored = settings_of(harness)
        assert (stored.receipts, stored.vat_code, stored.fallback_contact) == (
            Receipts.EMAIL_OR_PHONE,
            4,
            "+79161234567",
        )
        admin.taps("Receipts to")
        admin.taps("No address")
        assert settings_of(harness).fallback_contact == ""

    @pytest.mark.parametrize(
        ("label", "answer", "field", "value"),
        [
            ("Refunds", "3", "refund_days", 3),
            ("Returns a day", "4", "returns_a_day", 4),
            ("Days for an outage", "5", "compensation_days", 5),
            ("People", "7", "compensation_people", 7),
            ("Answer:", "12", "answer_hours", 12),
            ("Years ahead", "1", "years_ahead", 1),
            ("Years kept", "6", "retention_years", 6),
            ("Currency:", "xtr", "base_currency", "XTR"),
        ],
    )
    def test_a_typed_setting_is_saved(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, field: str, value: object
    ) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps(label)
        admin.sends(answer)
        admin.sees("Saved")
        assert getattr(settings_of(harness), field) == value
        harness.again()
        admin.sees("Saved")

    def test_the_demo_provider_is_refused_where_this_deployment_has_none(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        harness.deliver(admin.tap("shop:rule:demo", admin.screen.id))
        admin.sees("stage demo only")
        assert settings_of(harness).providers == ("stars",)
