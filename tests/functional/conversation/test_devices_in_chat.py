"""The list of devices in the chat: who is on it, how a device is removed, and what the staff see."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.acting import at_card
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.loading import loads
from vpnbot.domain.payments.shop_settings import Switch


@pytest.fixture
def user() -> ChatUser:
    """A person on trial, for up to two devices."""
    user = ChatHarness().user("en")
    situations.running(user)
    return user


def _three_devices(user: ChatUser) -> None:
    """Let three devices load the link, the third without a place."""
    shop = user.harness.shop
    assert loads(shop, "phone", "Pixel 8", "Android 15")
    user.harness.passes(hours=1)
    assert loads(shop, "phone, another app", "Pixel 8", "Android 15", app="v2raytun")
    user.harness.passes(minutes=5)
    assert not loads(shop, "laptop", "", "Windows 11", app="other")


class TestTheList:
    """What the person sees."""

    def test_without_a_subscription_there_is_no_button(self) -> None:
        user = ChatHarness().user("en")
        situations.new(user)
        user.harness.deliver(user.tap("settings", user.screen.id))
        assert not [label for row in user.screen.labels for label in row if "devices" in label]

    def test_before_an_app_has_said_its_device_the_list_says_how_it_gets_there(self, user: ChatUser) -> None:
        user.taps("Settings")
        user.taps("My devices")
        user.sees("No devices yet. They appear when an app loads your link.", "Only apps that name their device")
        user.sees_buttons("🔌 Connect / ⬅️ Back | 🏠 Home")

    def test_each_device_is_a_button_and_two_apps_on_one_phone_are_two(self, user: ChatUser) -> None:
        _three_devices(user)
        user.taps("Settings")
        user.taps("My devices")
        user.sees("📱 Devices: 2 of 2.", "14 days")
        user.sees_buttons("📱 Pixel 8 · v2RayTun / 📱 Pixel 8 · Happ / ⬅️ Back | 🏠 Home")
        user.taps("Pixel 8 · Happ")
        user.sees("Pixel 8 · Happ", "Android 15, seen 1 h 5 min ago")
        user.sees("Remove it?", "Only a new link takes its keys away.")
        user.sees_buttons("🗑 Remove / 🔑 New link / ⬅️ Back | 🏠 Home")
        user.taps("Back")
        user.sees("Devices: 2 of 2")

    def test_a_device_that_only_named_its_system_is_shown_by_it_and_an_unknown_one_has_a_name_too(
        self, user: ChatUser
    ) -> None:
        shop = user.harness.shop
        loads(shop, "laptop", "", "Windows 11", app="other")
        user.harness.passes(minutes=1)
        loads(shop, "?", app="other")
        user.harness.deliver(user.tap("devices", user.screen.id))
        user.sees_buttons("📱 Unnamed device / 📱 Windows 11 / ⬅️ Back | 🏠 Home")
        user.taps("Unnamed device")
        user.sees("–, seen 1 min ago")

    def test_markup_in_a_name_is_shown_and_does_nothing(self, user: ChatUser) -> None:
        loads(user.harness.shop, "x", "<b>&amp;", "<i>")
        user.harness.deliver(user.tap("devices", user.screen.id))
        user.taps("<b>&amp;")
        user.sees("<b>&amp; · Happ")

    def test_with_fewer_places_than_devices_those_without_one_are_marked(self, user: ChatUser) -> None:
        shop = user.harness.shop
        loads(shop, "one", "iPad")
        user.harness.passes(minutes=1)
        loads(shop, "two", "iPhone 15")
        session = shop.open(user.user_id)
        plan = session.person.subscription.plan
        assert plan is not None
        smaller = replace(session.person.subscription, plan=replace(plan, devices=1))
        session.commit(replace(session.person, subscription=smaller))
        user.harness.deliver(user.tap("devices", user.screen.id))
        user.sees("Devices: 1 of 1.", "Without a place: 1. Remove one to free a place.")
        user.sees_buttons("📱 iPhone 15 · Happ / ⚪️ iPad · Happ / ⬅️ Back | 🏠 Home")
        assert not loads(shop, "one", "iPad")
        user.taps("iPhone 15 · Happ")
        user.taps("Remove")
        assert loads(shop, "one", "iPad")

    def test_without_the_limit_the_list_names_no_limit(self, user: ChatUser) -> None:
        stored = user.harness.shop.sales.settings
        stored.observe(stored.load(), replace(stored.load(), device_limit=Switch.OFF))
        loads(user.harness.shop, "one", "iPad")
        user.harness.deliver(user.tap("devices", user.screen.id))
        user.sees("📱 Devices: 1. Only apps")

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_every_screen_is_short_in_both_languages(self, language: str) -> None:
        user = ChatHarness().user(language)
        situations.running(user)
        _three_devices(user)
        for data in ("devices", f"devices:{_first(user)}", "broken", f"devices:{_first(user)}:remove"):
            user.harness.deliver(user.tap(data, user.screen.id))
            assert words_in(user.screen.words) <= LONGEST_SCREEN_WORDS, user.screen.words


def _first(user: ChatUser) -> str:
    devices = user.person.devices
    assert devices is not None
    return devices.known[0].id


class TestRemoving:
    """A device is removed once, after a question."""

    def test_its_place_is_free_at_once(self, user: ChatUser) -> None:
        _three_devices(user)
        user.harness.deliver(user.tap("devices", user.screen.id))
        user.taps("Pixel 8 · Happ")
        user.taps("Remove")
        assert user.toast == "✅ Removed."
        user.sees("Devices: 1 of 2")
        assert loads(user.harness.shop, "laptop", "", "Windows 11", app="other")
        assert not loads(user.harness.shop, "phone", "Pixel 8", "Android 15")

    def test_a_second_tap_and_a_stale_one_show_the_list_and_remove_nothing_more(self, user: ChatUser) -> None:
        _three_devices(user)
        device = _first(user)
        for rest in (f"{device}:remove", f"{device}:remove", device, "", "x", "x:remove"):
            user.harness.deliver(user.tap(f"devices:{rest}", user.screen.id))
            user.sees("Devices: 1 of 2")
        decided = [entry["what"] for entry in user.harness.shop.people.history(user.person.id)]
        assert decided.count("device removed") == 1

    def test_an_update_that_comes_again_does_not_remove_a_device_that_has_come_back(self, user: ChatUser) -> None:
        shop = user.harness.shop
        loads(shop, "phone", "Pixel 8")
        user.harness.deliver(user.tap(f"devices:{_first(user)}:remove", user.screen.id))
        loads(shop, "phone", "Pixel 8")
        user.harness.again()
        user.sees("Devices: 1 of 2")
        assert user.person.devices is not None
        assert len(user.person.devices.known) == 1

    def test_no_other_person_can_remove_it(self, user: ChatUser) -> None:
        _three_devices(user)
        other = user.harness.user("en", 77)
        situations.running(other)
        other.harness.deliver(other.tap(f"devices:{_first(user)}:remove", other.screen.id))
        other.sees("No devices yet")
        assert user.person.devices is not None
        assert len(user.person.devices.known) == 2


class TestElsewhere:
    """Where else devices are read."""

    def test_vpn_does_not_work_names_the_limit_and_leads_to_the_list(self, user: ChatUser) -> None:
        _three_devices(user)
        user.harness.shop.panel.used_bytes["nl"] = 5000
        user.taps("VPN doesn't work")
        user.sees("All places for devices are taken, so a new one got no keys.")
        user.sees_buttons("📱 My devices / 🔄 Check again | 💬 Write to us / 🏠 Home")
        user.taps("My devices")
        user.taps("Pixel 8 · Happ")
        user.taps("Remove")
        user.sends("/start")
        user.taps("VPN doesn't work")
        user.sees("Everything works on our side.")

    def test_my_data_has_them_and_a_deletion_removes_them(self, user: ChatUser) -> None:
        _three_devices(user)
        user.harness.deliver(user.tap("download", user.screen.id))
        document = json.loads(user.screen.document or b"")
        assert [(each["model"], each["system"], each["app"]) for each in document["devices"]] == [
            ("Pixel 8", "Android 15", "v2raytun"),
            ("Pixel 8", "Android 15", "happ"),
        ]
        assert "phone" not in json.dumps(document["devices"])
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        assert user.person.devices is None

    def test_the_staff_see_how_many_there_are_and_their_names(self, user: ChatUser) -> None:
        _three_devices(user)
        user.harness.administered_by(ADMIN)
        staff = user.harness.user("en", ADMIN)
        at_card(staff, user.user_id)
        staff.sees("📱 2/2: Pixel 8, Pixel 8")

    def test_a_device_that_is_not_seen_any_more_leaves_the_list(self, user: ChatUser) -> None:
        loads(user.harness.shop, "phone", "Pixel 8")
        session = user.harness.shop.open(user.user_id)
        person = session.person
        longer = replace(person.subscription, ends_at=user.harness.shop.clock() + timedelta(days=40))
        session.commit(replace(person, subscription=longer))
        user.harness.passes(days=14)
        user.harness.deliver(user.tap("devices", user.screen.id))
        user.sees("No devices yet")
