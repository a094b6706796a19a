"""An owner changes in the chat what newcomers see, looks at the history, and undoes a change."""

from datetime import timedelta

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.acting import member
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop, settings_of
from tests.functional.loading import loads
from vpnbot.domain.payments.setting_field import CHOSEN, SettingField
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import month_of


@pytest.fixture
def harness() -> ChatHarness:
    """A new shop."""
    return new_shop()


def changes(admin: ChatUser, label: str, answer: str) -> None:
    """Change one of the settings that are not about money."""
    admin.sends("/shop")
    admin.taps("⚙️ Settings")
    admin.taps("🏪 Name, trial, links")
    admin.taps(label)
    admin.sends(answer)


def offered_by(harness: ChatHarness) -> Front:
    """Return what customers see of the shop now."""
    return harness.views.front


def data_of(admin: ChatUser, beginning: str) -> str:
    """Return the callback data of the first button that begins so."""
    data = [button.callback_data or "" for row in admin.screen.buttons for button in row]
    return next(each for each in data if each.startswith(beginning))


def words_of(admin: ChatUser, message_id: int) -> str:
    """Return what a message says now."""
    return next(message.words for message in admin.chat if message.id == message_id)


class TestFront:
    """What is saved in the chat holds for the next update of everybody."""

    def test_a_newcomer_gets_the_trial_that_was_saved(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🎁 Trial days", "7")
        admin.sees("Saved", "Trial: 7 d")
        changes(admin, "📱 Trial devices", "5")
        changes(admin, "📊 Trial traffic", "30")
        admin.sees("7 d, devices 5, 30 GB")
        newcomer = harness.user("en", 77)
        newcomer.sends("/start")
        newcomer.sees("up to 5 devices", "7 days free")
        newcomer.taps("🎁 Try free")
        plan = newcomer.person.subscription.plan
        assert plan is not None
        assert (plan.duration, plan.devices, plan.traffic_limit_bytes) == (timedelta(days=7), 5, 30 * 10**9)

    def test_a_setting_goes_back_to_that_of_the_deployment(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🎁 Trial days", "7")
        admin.taps("🎁 Trial days")
        admin.taps("As deployed")
        assert settings_of(harness).trial_days is None
        admin.sees("Trial: 3 d")

    def test_the_device_limit_is_switched_with_one_button_and_undone(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        customer = harness.user("en", 77)
        situations.running(customer)
        assert [loads(harness.shop, name, user_id=77) for name in ("one", "two", "three")] == [True, True, False]
        admin.sends("/shop")
        for label in ("⚙️ Settings", "🏪 Name, trial, links", "📱 Device limit: on"):
            admin.taps(label)
        admin.sees("Saved")
        assert not offered_by(harness).device_limit
        assert "📱 Device limit: off" in [label for row in admin.screen.labels for label in row]
        customer.harness.deliver(customer.tap("devices", customer.screen.id))
        customer.sees("📱 Devices: 2. Only apps")
        admin.taps("↩️ Undo")
        assert offered_by(harness).device_limit
        customer.harness.deliver(customer.tap("devices", customer.screen.id))
        customer.sees("📱 Devices: 2 of 2.")

    @pytest.mark.parametrize("link", ["https://t.me/vpn_help", "tg://resolve?domain=vpn_help"])
    def test_the_support_link_is_that_of_customers_buttons(
        self, harness: ChatHarness, admin: ChatUser, link: str
    ) -> None:
        changes(admin, "💬 Support link", link)
        customer = harness.user("en", 77)
        customer.sends("/start")
        assert harness.views.view(customer.person, harness.shop.clock()).support_url == link

    @pytest.mark.parametrize(
        ("label", "answer", "sentence"),
        [
            ("🎁 Trial days", "0", "Trial days: 1 to 90"),
            ("🎁 Trial days", "91", "Trial days: 1 to 90"),
            ("🎁 Trial days", "many", "whole number"),
            ("📱 Trial devices", "101", "Trial devices: 1 to 100"),
            ("📊 Trial traffic", "10000", "Trial traffic: 0 to 9999"),
            ("💬 Support link", "javascript:alert(1)", "full link"),
            ("💬 Support link", "https://user@evil.example/", "full link"),
            ("📄 Terms link", "tg://resolve?domain=x", "full link"),
            ("📄 Terms link", "https://vpn.example/" + "x" * 200, "full link"),
            ("📣 Broadcasts: 20/s", "26", "Broadcast speed: 1 to 25"),
        ],
    )
    def test_a_value_out_of_bounds_is_refused_with_a_sentence(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, sentence: str
    ) -> None:
        before = settings_of(harness)
        changes(admin, label, answer)
        admin.sees(sentence)
        assert settings_of(harness) == before

    def test_the_terms_lead_to_the_full_text(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "📄 Terms link", "https://vpn.example/terms")
        customer = harness.user("en", 77)
        customer.sends("/terms")
        assert ("📄 Full text",) in [tuple(row) for row in customer.screen.labels]

    def test_the_speed_of_broadcasts_is_saved(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "📣 Broadcasts: 20/s", "9")
        assert settings_of(harness).broadcast_rate == 9


class TestVersions:
    """A value is saved only over what its operator has seen."""

    def test_an_answer_to_an_older_version_is_not_saved(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("🏪 Name, trial, links")
        admin.taps("🎁 Trial days")
        other = harness.user("en", 78)
        other.sends("/start")
        harness.administered_by(admin.user_id, other.user_id)
        changes(other, "📱 Trial devices", "4")
        admin.sends("9")
        admin.sees("a colleague was faster")
        assert (settings_of(harness).trial_days, settings_of(harness).trial_devices) == (None, 4)

    def test_a_button_of_an_older_screen_changes_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        old, screen = data_of(admin, "shop:set:news"), admin.screen.id
        changes(admin, "🎁 Trial days", "7")
        version = settings_of(harness).version
        harness.deliver(admin.tap(old, screen))
        assert "a colleague was faster" in words_of(admin, screen)
        assert settings_of(harness).version == version

    @pytest.mark.parametrize(
        ("label", "none"),
        [("🎁 Trial days", "As deployed"), ("🏷 Shop name", "No name"), ("📄 Terms link", "No link")],
    )
    def test_the_button_for_no_value_is_one_of_a_version(
        self, harness: ChatHarness, admin: ChatUser, label: str, none: str
    ) -> None:
        changes(admin, label, {"🎁": "7", "🏷": "Fox", "📄": "https://vpn.example/t"}[label.split(maxsplit=1)[0]])
        admin.taps(label)
        old = next(b.callback_data or "" for row in admin.screen.buttons for b in row if b.text == none)
        changes(admin, "📱 Trial devices", "5")
        before = settings_of(harness)
        harness.deliver(admin.tap(old, admin.screen.id))
        admin.sees("a colleague was faster")
        assert settings_of(harness) == before

    def test_the_button_below_telegrams_rule_is_one_of_a_version(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        harness.deliver(admin.tap("shop:set:provider:yookassa", admin.screen.id))
        old = data_of(admin, "shop:rule")
        changes(admin, "📱 Trial devices", "5")
        harness.deliver(admin.tap(old, admin.screen.id))
        admin.sees("a colleague was faster")
        assert settings_of(harness).providers == ("stars",)

    def test_the_question_names_the_value_that_holds(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        for label in ("⚙️ Settings", "🏪 Name, trial, links", "🎁 Trial days"):
            admin.taps(label)
        admin.sees("Now: 3")
        admin.sends("7")
        admin.taps("🎁 Trial days")
        admin.sees("Now: 7")

    def test_a_photo_is_no_value(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🏷 Shop name", "Fox")
        before = settings_of(harness)
        for field in SettingField:
            harness.deliver(admin.tap(f"shop:setting:{field}", admin.screen.id))
            admin.sends_a("photo", [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}])
        assert settings_of(harness) == before


class TestHistory:
    """The history says what was changed by whom, and each change that still holds can be undone."""

    def test_a_change_is_undone_once(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🎁 Trial days", "7")
        changes(admin, "🎁 Trial days", "8")
        admin.taps("↩️ Undo")
        admin.sees("the earlier value is back", "Trial: 7 d")
        version = settings_of(harness).version
        harness.again()
        assert (settings_of(harness).trial_days, settings_of(harness).version) == (7, version)

    def test_a_value_that_was_changed_again_is_not_taken_back(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🎁 Trial days", "7")
        undo, screen = data_of(admin, "shop:undo"), admin.screen.id
        changes(admin, "🎁 Trial days", "8")
        harness.deliver(admin.tap(undo, screen))
        assert "nothing was undone" in words_of(admin, screen)
        assert settings_of(harness).trial_days == 8

    def test_it_names_each_change_the_newest_first_over_pages(self, harness: ChatHarness, admin: ChatUser) -> None:
        for days in range(1, 9):
            changes(admin, "🎁 Trial days", str(days))
        admin.taps("🕓 History")
        words = admin.screen.words
        assert words.index("7 d → 8 d") < words.index("6 d → 7 d")
        assert "1 d → 2 d" not in words
        admin.taps("➡️ Older")
        admin.sees("1 d → 2 d", "as deployed → 1 d")
        admin.taps("⏫ Newest")
        admin.sees("7 d → 8 d")
        assert [label for row in admin.screen.labels for label in row].count("↩️ trial days") == 1, "the present one"

    def test_the_ways_to_pay_are_brought_back_in_their_order(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("✅ Telegram Stars")
        assert settings_of(harness).providers == ()
        admin.taps("↩️ Undo")
        assert settings_of(harness).providers == ("stars",)

    def test_each_change_is_in_the_log_of_acts(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🎁 Trial days", "7")
        admin.taps("↩️ Undo")
        acts = harness.shop.staff.acts.page(month_of(harness.shop.clock()), before="", limit=9)
        assert [(act.kind, act.value) for act in acts] == [
            ("undo_setting", '{"trial_days": ""}'),
            ("setting", '{"trial_days": "7"}'),
        ]


def test_an_admin_who_is_no_owner_changes_no_setting(harness: ChatHarness) -> None:
    helper = member(harness, Role.ADMIN)
    before = settings_of(harness)
    harness.deliver(helper.tap("shop:set:news:all", helper.screen.id))
    harness.deliver(helper.tap("shop:setting:trial_days", helper.screen.id))
    helper.sends("9")
    assert settings_of(harness) == before


@pytest.mark.parametrize("field", sorted(CHOSEN))
def test_a_button_of_no_screen_asks_for_no_value_that_is_only_chosen(
    harness: ChatHarness, admin: ChatUser, field: SettingField
) -> None:
    admin.sends("/shop")
    before = settings_of(harness)
    for data in (f"shop:setting:{field}", f"shop:set:{field}:none_of_them:{before.version}"):
        harness.deliver(admin.tap(data, admin.screen.id))
        assert admin.screen.labels
    assert settings_of(harness) == before
