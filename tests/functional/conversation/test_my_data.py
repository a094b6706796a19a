"""A person downloads and deletes their data in the chat."""

import json

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatUser
from vpnbot.usecases.keys.serve_link import serve_link
from vpnbot.usecases.ports import Metric


class TestMyData:
    """A person can download and delete their data."""

    def test_the_download_has_all_data_as_json_without_the_secret_of_the_key(self, user: ChatUser) -> None:
        user.sends("/start ref_7")
        user.taps("Try free")
        key = user.person.subscription.key
        for label in ("Home", "Settings", "My data", "Download"):
            user.taps(label)
        assert user.screen.file_name == "my-vpn-data.json"
        assert user.screen.document is not None
        data = json.loads(user.screen.document)
        assert data["profile"]["came_from"] == "ref_7"
        assert data["profile"]["language"] == "en"
        assert data["subscription"]["status"] == "trial"
        assert [row["what"] for row in data["history"]] == ["met", "trial started", "key ready"]
        assert key is not None
        assert key.seed not in user.screen.document.decode()
        user.taps("Home")
        assert "VPN is on" in user.chat[0].words

    def test_deletion_asks_for_confirmation_and_keep_deletes_nothing(self, user: ChatUser) -> None:
        situations.running(user)
        for label in ("Settings", "My data", "🗑 Delete"):
            user.taps(label)
        assert [button.style for row in user.screen.buttons for button in row] == [None, "danger"]
        user.taps("Keep")
        user.sees("We keep your language")
        assert user.person.user.known

    def test_deletion_stops_the_vpn_invalidates_the_link_and_allows_no_second_trial(self, user: ChatUser) -> None:
        situations.running(user)
        user.taps("Connect")
        user.taps("Android")
        token = user.link("Copy link").rpartition("/")[2]
        for label in ("Devices", "Home", "Settings", "My data", "🗑 Delete", "Delete everything"):
            user.taps(label)
        user.sees("🗑 Done, everything is deleted.")
        assert not user.harness.shop.panel.held
        assert (
            serve_link(
                token, user.harness.shop.people, user.harness.shop.fleet, user.harness.shop.context, app="happ"
            )
            is None
        )
        user.harness.passes(minutes=30)
        user.sends("/start")
        user.sees("👋 Welcome back! Your free trial has already been used.")
        user.harness.deliver(user.tap("try", user.screen.id))
        assert not user.harness.shop.panel.held
        assert (
            serve_link(
                token, user.harness.shop.people, user.harness.shop.fleet, user.harness.shop.context, app="happ"
            )
            is None
        )

    def test_the_confirmation_of_a_deletion_is_in_the_persons_language(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("🌐 Русский")
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.sees("Готово, всё удалено")

    def test_a_deleting_tap_delivered_again_is_counted_once_and_stores_no_person(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.harness.again()
        user.sees("everything is deleted")
        assert not user.person.user.known
        assert user.harness.shop.meter.counts[Metric.DELETED] == 1

    def test_deletion_during_a_support_question_ends_the_conversation(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.deliver(user.tap("support", user.screen.id))
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.sends("hello")
        user.sees("Pass this on to us?")


class TestOldButtonsAfterADeletion:
    """Only a button that asks for service brings a deleted person back."""

    @pytest.mark.parametrize(
        "data", ["download", "data", "delete", "delete_all", "settings", "lang:ru", "mute", "opinion:good", "qr:happ"]
    )
    def test_a_button_about_stored_data_brings_nobody_back(self, user: ChatUser, data: str) -> None:
        situations.running(user)
        old = user.screen.id
        user.harness.deliver(user.tap("delete_all", old))
        gone = user.person
        user.harness.deliver(user.tap(data, old))
        user.sees("🗑 Done, everything is deleted.")
        user.sees_buttons("🏠 Home")
        assert user.screen.document is None
        assert user.person == gone
        user.harness.passes(minutes=30)
        assert user.harness.shop.history(user.user_id) == []

    def test_the_message_with_the_link_can_still_be_removed(self, user: ChatUser) -> None:
        situations.running(user)
        for label in ("Connect", "Android", "QR"):
            user.taps(label)
        picture = user.screen.id
        user.harness.deliver(user.tap("delete_all", user.chat[0].id))
        user.harness.deliver(user.tap("hide", picture))
        assert picture not in [message.id for message in user.chat]
        assert not user.person.user.known

    @pytest.mark.parametrize("data", ["home", "try", "connect", "plans", "support"])
    def test_a_button_that_asks_for_service_brings_the_person_back(self, user: ChatUser, data: str) -> None:
        situations.running(user)
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.harness.deliver(user.tap(data, user.screen.id))
        assert user.person.user.known
