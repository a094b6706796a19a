"""Apps that say which device they run on: only so many get keys as the plan says, and the others read why."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from types import MappingProxyType
from typing import Any

import pytest

from tests.fakes.faults import Crash
from tests.fakes.session import Session as FakeSession
from tests.fakes.shop import Shop, update
from tests.functional.link_client import (
    BOT,
    SUPPORT,
    LinkClient,
    Page,
    decoded,
    is_placeholder,
    lines,
    on_trial_in,
    remarks,
)
from vpnbot.domain.keys.devices import FORGOTTEN_AFTER, MOST_LISTED, DeviceHeaders, Devices
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.errors import StorageUnavailable
from vpnbot.subscription_page.request import Request
from vpnbot.usecases.keys.remove_device import remove_device
from vpnbot.usecases.keys.rotate_key import rotate_key
from vpnbot.usecases.ports import Session
from vpnbot.web_pages.responses import PageResponse

LIMIT = 2
"""The devices of the trial."""


def headers(name: str) -> DeviceHeaders:
    return DeviceHeaders(name, f"Model {name}", "Android 15")


class Household:
    """A person on trial, and the devices that load the link."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        shop.on_trial()
        self.client = LinkClient(shop)

    def loads(self, name: str | None, **rest: Any) -> PageResponse:
        """Let a device load the link; None: an app that does not say which it is."""
        return self.client.app(device=headers(name) if name else None, **rest)

    def gets_keys(self, name: str | None, **rest: Any) -> bool:
        """Let a device load the link, and tell whether it gets keys."""
        return not is_placeholder(self.loads(name, **rest))

    @property
    def devices(self) -> Devices:
        return self.shop.look().devices or Devices()

    @property
    def models(self) -> list[str]:
        return sorted(device.model for device in self.devices.known)


@pytest.fixture
def household(shop: Shop) -> Household:
    return Household(shop)


class TestTheLimit:
    """Who gets keys."""

    def test_a_device_beyond_the_limit_reads_what_to_do_instead_of_keys(self, household: Household) -> None:
        assert household.gets_keys("one")
        assert household.gets_keys("two")
        response = household.loads("three")
        assert remarks(response) == ["📱 Device limit · remove one in bot"]
        assert "127.0.0.1:1?" in lines(response)[0]
        assert response.headers["support-url"] == f"https://t.me/{BOT}?start=s_devices"
        assert household.loads("one").headers["support-url"] == SUPPORT
        assert "All 2 places" in decoded(response.headers["announce"])
        assert household.gets_keys("one")
        assert household.models == ["Model one", "Model two"]

    @pytest.mark.parametrize("form", ["sing-box", "clash", "base64"])
    def test_no_format_has_a_key_for_a_device_without_a_place(self, household: Household, form: str) -> None:
        (key,) = household.shop.panel.enabled()
        secret = str(key.credentials.client_id)
        assert secret in household.loads("one", format="clash").body
        household.loads("two")
        assert secret not in household.loads("three", format=form).body
        assert "Device limit" in household.loads("three", format="clash").body

    def test_russian_readers_get_it_in_russian(self, shop: Shop) -> None:
        on_trial_in(shop, "ru")
        client = LinkClient(shop)
        for name in ("one", "two"):
            client.app(device=headers(name))
        response = client.app(device=headers("three"))
        assert remarks(response) == ["📱 Лимит устройств · удалите в боте"]
        assert "Мои устройства" in decoded(response.headers["announce"])

    def test_apps_that_do_not_say_which_device_they_run_on_get_keys_and_are_not_listed(
        self, household: Household
    ) -> None:
        for name in ("one", "two"):
            household.loads(name)
        assert household.gets_keys(None)
        assert household.models == ["Model one", "Model two"]

    def test_a_removed_device_frees_its_place_at_once_and_then_is_a_new_one(self, household: Household) -> None:
        shop = household.shop
        for name in ("one", "two", "three"):
            household.loads(name)
        first = next(device for device in household.devices.known if device.model == "Model one")
        remove_device(shop.open(), shop.context, update(), first.id)
        assert household.gets_keys("three")
        assert not household.gets_keys("one")

    def test_a_device_that_was_not_seen_for_two_weeks_frees_its_place(self, shop: Shop) -> None:
        shop.trial = shop.trial.__class__("trial", timedelta(days=60), LIMIT)
        household = Household(shop)
        household.loads("one")
        household.loads("two")
        shop.clock.advance(FORGOTTEN_AFTER - timedelta(hours=1))
        assert not household.gets_keys("three")
        assert household.gets_keys("two")
        shop.clock.advance(timedelta(hours=1))
        assert household.gets_keys("three")
        assert household.models == ["Model three", "Model two"]

    def test_a_new_link_frees_all_places(self, household: Household) -> None:
        shop, key = household.shop, household.shop.look().subscription.key
        assert key is not None
        household.loads("one")
        household.loads("two")
        rotate_key(shop.open(), shop.fleet, shop.context, update(), key.tag)
        assert household.devices.known == ()
        assert household.loads("one").status == 404
        assert LinkClient(shop).app(device=headers("three")).status == 200

    def test_the_owner_can_switch_the_limit_off(self, household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("one", "two", "three"):
            household.loads(name)
        monkeypatch.setattr(household.client.links, "_front", lambda: Front(household.shop.trial, device_limit=False))
        assert household.gets_keys("three")
        assert household.gets_keys("four")
        assert len(household.models) == 4
        assert household.devices.rejected_at is None

    def test_after_the_end_nobody_reads_of_the_limit(self, household: Household) -> None:
        household.loads("one")
        household.loads("two")
        household.shop.clock.advance(timedelta(days=4))
        assert "VPN is off" in remarks(household.loads("three"))[0]
        assert household.models == ["Model one", "Model two"]

    def test_devices_of_another_version_are_not_limited_and_not_touched(
        self, household: Household, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        household.loads("one")
        household.loads("two")
        opened = household.shop.people.open

        def unreadable(person_id: PersonId) -> Session:
            session = opened(person_id)
            assert isinstance(session, FakeSession)
            session._person = replace(session.person, devices=None, unreadable=frozenset({"DEVICES"}))
            return session

        monkeypatch.setattr(household.shop.people, "open", unreadable)
        assert household.gets_keys("three")
        monkeypatch.undo()
        assert household.models == ["Model one", "Model two"]


class TestWhoCounts:
    """Only VPN apps that load the link have a place."""

    @pytest.mark.parametrize("user_agent", ["TelegramBot (like TwitterBot)", "WhatsApp/2.24", "curl/8.5.0"])
    def test_a_preview_never_counts(self, household: Household, user_agent: str) -> None:
        household.client.fetch(user_agent, "*/*", device=headers("preview"))
        assert household.shop.look().devices is None

    def test_a_browser_and_a_request_without_a_body_never_count(self, household: Household) -> None:
        household.client.fetch("Mozilla/5.0", "text/html", device=headers("browser"))
        household.loads("one", head=True)
        assert household.shop.look().devices is None

    def test_the_headers_are_read_whatever_they_contain(self) -> None:
        class Http:
            method, path, own_url = "GET", "/s/x", None
            query: Mapping[str, str] = MappingProxyType({})
            path_parameters = query
            headers: Mapping[str, str] = MappingProxyType(
                {"x-hwid": "7\x004f", "x-device-os": "iOS", "x-ver-os": "18.1", "x-device-model": "iPhone\n15"}
            )

        assert Request.of(Http()).device == DeviceHeaders("7 4f", "iPhone 15", "iOS 18.1")


class TestWrites:
    """What a load costs, and what fails."""

    def test_a_load_is_one_read_and_at_most_one_write(self, household: Household) -> None:
        faults = household.shop.faults
        for name, wrote in (("one", True), ("one", False), ("two", True), ("three", True), ("three", False)):
            before = len(faults.passed)
            household.loads(name)
            passed = faults.passed[before:]
            assert passed == ["query", *(["put", "put.after"] if wrote else [])], name

    def test_fifty_random_devices_leave_as_many_items_as_the_limit_and_few_writes(self, household: Household) -> None:
        faults = household.shop.faults
        household.loads("owner")
        before = faults.passed.count("put")
        assert sum(household.gets_keys(f"random {number}") for number in range(50)) == LIMIT - 1
        assert len(household.devices.known) == LIMIT
        assert faults.passed.count("put") - before == 2
        assert household.gets_keys("owner")

    def test_without_a_limit_fifty_random_devices_leave_twenty(
        self, household: Household, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(household.client.links, "_front", lambda: Front(household.shop.trial, device_limit=False))
        assert all(household.gets_keys(f"random {number}") for number in range(50))
        assert len(household.devices.known) == MOST_LISTED
        assert household.shop.faults.passed.count("put") == MOST_LISTED

    @pytest.mark.parametrize("number", range(5))
    def test_of_two_new_devices_at_once_exactly_one_gets_the_last_place(
        self, household: Household, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        household.loads("one")
        together, opened, reloaded = Barrier(2), household.shop.people.open, set[int]()

        def open_together(person_id: PersonId) -> Session:
            session = opened(person_id)
            together.wait()
            reloaded.add(id(session))
            return session

        monkeypatch.setattr(household.shop.people, "open", open_together)
        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(household.gets_keys, [f"two {number}", f"three {number}"]))
        assert sorted(got) == [False, True]
        monkeypatch.undo()
        assert len(household.devices.known) == LIMIT

    def test_a_device_that_loses_three_races_is_asked_to_come_again(
        self, household: Household, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(FakeSession, "record_load", lambda *_, **__: False)
        response = household.loads("one")
        assert response.status == 503
        assert response.headers["retry-after"]

    def test_while_the_storage_does_not_answer_a_device_gets_keys_if_there_was_a_place(
        self, household: Household, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        household.loads("one")

        def down(*_: object, **__: object) -> bool:
            raise StorageUnavailable("DynamoDB: no answer")

        monkeypatch.setattr(FakeSession, "record_load", down)
        assert household.gets_keys("two")
        monkeypatch.undo()
        assert household.models == ["Model one"]
        household.loads("two")
        monkeypatch.setattr(FakeSession, "record_load", down)
        assert not household.gets_keys("three")

    def test_a_crash_at_any_point_of_a_load_leaves_at_most_this_device(self, household: Household) -> None:
        faults = household.shop.faults
        for point in ("put", "put.after"):
            faults.at(point, Crash())
            with pytest.raises(Crash):
                household.loads("one")
        assert household.models == ["Model one"]
        assert household.gets_keys("one")
        assert household.gets_keys("two")

    def test_a_crash_at_any_point_of_a_removal_removes_it_once(self, household: Household) -> None:
        shop, faults = household.shop, household.shop.faults
        household.loads("one")
        household.loads("two")
        (one,) = (device for device in household.devices.known if device.model == "Model one")
        cause, version = update(), household.devices.version
        for point in ("commit.before", "commit.after"):
            faults.at(point, Crash())
            with pytest.raises(Crash):
                remove_device(shop.open(), shop.context, cause, one.id)
        assert household.gets_keys("one")  # again, with another place
        person = remove_device(shop.open(), shop.context, cause, one.id)
        assert person.devices == household.devices
        assert household.models == ["Model one", "Model two"]
        assert household.devices.version == version + 2

    def test_a_removal_and_a_load_at_once_lose_neither(self, household: Household) -> None:
        shop = household.shop
        household.loads("one")
        session = shop.open()
        household.loads("two")
        (one,) = (device for device in household.devices.known if device.model == "Model one")
        remove_device(session, shop.context, update(), one.id)
        assert household.models == ["Model two"]


class TestThePage:
    """The page of the link shows the same list, and nothing on it removes a device."""

    def test_a_browser_sees_the_devices_their_systems_and_how_they_are_removed(self, household: Household) -> None:
        household.loads("one")
        page = Page(household.client.browser())
        assert f"https://t.me/{BOT}?start=s_devices" in page.links
        for words in ("Your devices: 1 of 2", "Model one · Happ", "Android 15 · seen 1 Mar, 12:00", "My devices."):
            assert words in page.text.replace("\N{NO-BREAK SPACE}", " ")

    def test_all_times_are_in_the_zone_of_the_chat_also_in_another_language(self, household: Household) -> None:
        household.loads("one")
        text = Page(household.client.browser(language="ru")).text
        assert text.count("UTC") == 2
        assert "МСК" not in text

    def test_without_devices_there_is_no_card(self, household: Household) -> None:
        assert "Your devices" not in Page(household.client.browser()).text

    def test_a_name_is_no_markup(self, household: Household) -> None:
        household.client.app(device=DeviceHeaders("x", "<script>alert(1)</script>"))
        assert "<script>alert" not in household.client.browser().body

    def test_a_device_without_a_place_is_marked(self, household: Household) -> None:
        shop = household.shop
        household.loads("one")
        household.loads("two")
        session = shop.open()
        subscription = session.person.subscription
        assert subscription.plan is not None
        smaller = replace(subscription, plan=replace(subscription.plan, devices=1))
        session.commit(replace(session.person, subscription=smaller))
        text = Page(household.client.browser()).text
        assert "Your devices: 1 of 1" in text
        assert text.count("no place · seen") == 1
