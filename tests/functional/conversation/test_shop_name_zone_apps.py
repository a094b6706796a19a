"""An owner names the shop, sets its zone and chooses the apps: customers see it in the chat and on the page."""

from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import settings_of
from tests.functional.conversation.test_shop_front_in_chat import changes
from tests.functional.link_client import LinkClient, Page, decoded
from vpnbot.domain.payments.revisions import SETTINGS
from vpnbot.localization.messages import Messages


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with an administrator, whose messages know what is stored."""
    shop = shop_in_memory()
    return ChatHarness(shop=shop, messages=Messages(own=shop.sales.settings.load), admin_ids=frozenset({ADMIN}))


def page_of(shop: Shop) -> LinkClient:
    """Return the page of the customer's link, with what is stored."""
    client = LinkClient(shop)
    client.links._messages = Messages(own=shop.sales.settings.load)
    first = client.links._front
    client.links._front = lambda: first().with_settings(shop.sales.settings.load())
    return client


def at_apps(admin: ChatUser, platform: str) -> None:
    """Show the apps of a platform."""
    admin.sends("/shop")
    for label in ("⚙️ Settings", "🏪 Name, trial, links", "📲 Apps", platform):
        admin.taps(label)


def labels(user: ChatUser) -> list[str]:
    """Return all buttons of the present screen."""
    return [label for row in user.screen.labels for label in row]


class TestName:
    """The name is where the bot speaks of itself, and on the page of a link."""

    def test_newcomers_and_the_page_show_it(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🏷 Shop name", "Fox <VPN>")
        admin.sees("Saved", "Name: Fox <VPN>")
        newcomer = harness.user("ru", 42)
        newcomer.sends("/start")
        newcomer.sees("Fox <VPN>")
        newcomer.taps("🎁 Попробовать бесплатно")
        client = page_of(harness.shop)
        body = client.browser().body
        assert body.count("Fox &lt;VPN&gt;") >= 3, "brand, title and heading"
        assert "<title>Fox &lt;VPN&gt;</title>" in body
        assert '<h1 class="unseen">Fox &lt;VPN&gt;</h1>' in body
        assert "Fox <VPN>" not in body
        assert decoded(client.app().headers["profile-title"]) == "Fox <VPN>", "no room for more"

    def test_without_one_nothing_is_named(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🏷 Shop name", "Fox")
        admin.taps("🏷 Shop name")
        admin.taps("No name")
        assert settings_of(harness).name == ""
        newcomer = harness.user("en", 42)
        newcomer.sends("/start")
        assert "Fox" not in newcomer.screen.words
        newcomer.taps("🎁 Try free")
        client = page_of(harness.shop)
        assert "<title>Your VPN</title>" in client.browser().body
        assert decoded(client.app().headers["profile-title"]) == "VPN · trial"

    @pytest.mark.parametrize("name", ["x" * 25, "🦊", "Fox\u202eVPN"])
    def test_a_name_that_apps_cannot_show_is_refused(self, harness: ChatHarness, admin: ChatUser, name: str) -> None:
        changes(admin, "🏷 Shop name", name)
        admin.sees("Up to 24 characters")
        assert settings_of(harness).name == ""

    def test_a_command_is_no_name(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🏷 Shop name", "/fox")
        admin.sees("a command, not a value", "Send the name")
        admin.sends("Fox")
        assert settings_of(harness).name == "Fox", "the question stays"


class TestZone:
    """All times are in the zone that was saved, for customers and for the staff."""

    def test_customers_and_staff_read_it(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🕐 Time zone", "UTC+5")
        admin.sees("Saved", "times: UTC+5")
        customer = harness.user("ru", 42)
        customer.sends("/start")
        customer.taps("🎁 Попробовать бесплатно")
        customer.sends("/start")
        customer.sees("UTC+5")
        assert "UTC+5" in Page(page_of(harness.shop).browser()).text
        admin.taps("🕓 History")
        admin.sees("UTC+5", "by language → UTC+5")
        admin.taps("↩️ time zone")
        assert settings_of(harness).zone_hours is None

    def test_a_zone_of_half_an_hour_is_that_of_all_times(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "🕐 Time zone", "+5:30")
        admin.sees("Saved", "times: UTC+5:30")
        customer = harness.user("ru", 42)
        customer.sends("/start")
        customer.taps("🎁 Попробовать бесплатно")
        customer.sends("/start")
        customer.sees("UTC+5:30")
        assert "UTC+5:30" in Page(page_of(harness.shop).browser()).text
        admin.taps("🕓 History")
        admin.sees("UTC+5:30", "→ UTC+5:30")
        changes(admin, "🕐 Time zone", "-3:30")
        admin.taps("↩️ Undo")
        assert settings_of(harness).zone == timedelta(hours=5, minutes=30)

    @pytest.mark.parametrize(
        ("text", "sentence"), [("Moscow", "no time zone"), ("+3:20", "no time zone"), ("+15", "UTC-12 to UTC+14")]
    )
    def test_no_other_zone_is_taken(self, harness: ChatHarness, admin: ChatUser, text: str, sentence: str) -> None:
        changes(admin, "🕐 Time zone", text)
        admin.sees(sentence)
        assert settings_of(harness).zone_hours is None


class TestApps:
    """The apps that are switched on are offered in their order, the first one as recommended."""

    def test_the_first_app_is_recommended_and_one_that_is_off_is_not_offered(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_apps(admin, "Android")
        assert labels(admin)[:5] == ["✅ Happ", "✅ v2RayTun", "⬆️", "✅ v2rayNG", "⬆️"]
        admin.taps("✅ Happ")
        admin.sees("Saved", "Apps for Android")
        assert labels(admin)[0] == "↩️ Undo"
        assert labels(admin)[1:5] == ["✅ v2RayTun", "✅ v2rayNG", "⬆️", "➕ Happ"]
        admin.taps("⬆️")
        assert settings_of(harness).apps == ("android.v2rayng", "android.v2raytun")
        customer = harness.user("en", 42)
        customer.sends("/start")
        customer.taps("🎁 Try free")
        customer.taps("Android")
        customer.sees("v2rayNG")
        customer.taps("Another app")
        assert labels(customer)[:2] == ["v2rayNG", "v2RayTun"]
        body = page_of(harness.shop).browser().body
        panel = body[body.index('"panel panel-android"') : body.index('"panel panel-windows"')]
        assert panel.index("v2rayNG") < panel.index("v2RayTun")
        assert "Happ" not in panel
        harness.deliver(customer.tap("app:android:happ", customer.screen.id))
        customer.sees("Android")
        assert "Happ" not in labels(customer), "a button of an older message"

    def test_the_last_app_stays(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_apps(admin, "Windows")
        admin.taps("✅ v2RayTun")
        before = settings_of(harness)
        admin.taps("✅ Happ")
        admin.sees("One app has to stay", "Apps for Windows")
        assert settings_of(harness) == before

    def test_both_a_switch_and_a_move_are_undone(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_apps(admin, "Android")
        admin.taps("✅ Happ")
        admin.taps("⬆️")
        admin.taps("↩️ Undo")
        admin.sees("the earlier value is back")
        assert settings_of(harness).apps == ("android.v2raytun", "android.v2rayng")
        rows = harness.shop.sales.settings.revisions(SETTINGS)
        assert {row.field for row in rows} == {"apps"}

    def test_a_button_of_an_older_version_changes_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_apps(admin, "Android")
        old = next(b.callback_data or "" for row in admin.screen.buttons for b in row if b.text == "✅ v2rayNG")
        admin.taps("✅ Happ")
        before = settings_of(harness)
        harness.deliver(admin.tap(old, admin.screen.id))
        admin.sees("a colleague was faster", "Apps for Android")
        assert settings_of(harness) == before

    def test_a_move_of_a_way_to_pay_is_undone(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        harness.deliver(admin.tap("shop:set:provider:yookassa", admin.screen.id))
        admin.taps("I've read it")
        admin.taps("⬆️")
        assert settings_of(harness).providers == ("yookassa", "stars")
        admin.taps("↩️ Undo")
        assert settings_of(harness).providers == ("stars", "yookassa")
