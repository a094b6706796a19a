"""Two administrators act on the servers at the same moment: each hears what happened, and nothing fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.functional.conversation.administrator import (
    ADMIN,
    TOKEN,
    at_field,
    at_server,
    harness_with_servers,
    stored,
)
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.usecases.ports import Metric

OTHER = 8
NAMED = "https://ams.example.com:2053/base"
NUMBERED = "https://203.0.113.7:2053/base"


@pytest.fixture
def harness() -> ChatHarness:
    harness = harness_with_servers("nl", "de")
    harness.administered_by(ADMIN, OTHER)
    return harness


@pytest.fixture
def other(harness: ChatHarness) -> ChatUser:
    return harness.user("en", OTHER)


def just_before(harness: ChatHarness, method: str, act: Callable[[], object]) -> None:
    """Let another person act while the next call of this method of the catalogue is on its way to the table."""
    servers: Any = harness.shop.servers
    call = getattr(servers, method)

    def after_the_act(*args: Any, **kwargs: Any) -> Any:
        setattr(servers, method, call)
        with ThreadPoolExecutor(1) as thread:  # as another function does, with an event loop of its own
            thread.submit(act).result()
        return call(*args, **kwargs)

    setattr(servers, method, after_the_act)


def at_confirm(user: ChatUser, address: str, country: str, token: str = TOKEN) -> None:
    """Begin to add a server, up to the confirmation."""
    user.sends("/servers")
    user.taps("Add a server")
    user.sends(address)
    user.sends(token)
    user.taps(country)
    user.taps("200")


def assert_nothing_failed(harness: ChatHarness) -> None:
    """Assert that no update was quarantined, requested again or answered with an apology."""
    assert not harness.quarantine.updates
    assert {answer.status for answer in harness.answers} == {200}
    assert not {Metric.BUGS, Metric.REFUSED, Metric.RETRIED} & harness.shop.meter.counts.keys()
    assert not any("went wrong" in str(answer.method) for answer in harness.answers)


class TestAddAndAdd:
    """One panel becomes one server; the second administrator sees who was first."""

    @pytest.mark.parametrize("address", [NAMED, NUMBERED])
    @pytest.mark.parametrize("countries", [("Netherlands", "Netherlands"), ("Netherlands", "Germany")])
    def test_the_same_panel_becomes_one_server(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser, address: str, countries: tuple[str, str]
    ) -> None:
        at_confirm(admin, address, countries[0])
        at_confirm(other, address, countries[1], "o" * 48)
        just_before(harness, "add", lambda: admin.taps("Add it"))
        other.taps("Add it")
        admin.sees("is added")
        other.sees("Another administrator has already added this panel.")
        added = [item.server for item in harness.shop.servers.listings() if item.server.address == address]
        assert len(added) == 1
        assert {name: text for name, text in stored(harness).items() if name.startswith("token-")} == {
            added[0].token_id: TOKEN
        }
        assert_nothing_failed(harness)

    def test_two_panels_that_suggest_the_same_name_become_two_servers(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser
    ) -> None:
        at_confirm(admin, "https://ams.example.com", "Netherlands")
        at_confirm(other, "https://ams.example.org", "Netherlands", "o" * 48)
        just_before(harness, "add", lambda: admin.taps("Add it"))
        assert other.taps("Add it").status == 503
        assert harness.deliver(harness.delivered[-2]).status == 200
        other.sees("ams-2 is added")
        assert {"ams", "ams-2"} < set(harness.shop.servers.ids)

    def test_a_server_cannot_get_the_panel_that_another_server_gets(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser
    ) -> None:
        at_confirm(admin, NAMED, "Netherlands")
        at_field(other, "Address")
        just_before(harness, "replace", lambda: admin.taps("Add it"))
        other.sends(NAMED)
        other.sees("Another administrator has already added this panel.")
        assert harness.shop.servers.get("nl").address == ""
        assert_nothing_failed(harness)

    @pytest.mark.parametrize(
        ("added_by", "words"),
        [
            ("operator", "This panel has already been added on the command line."),
            ("admin:of-a-former-administrator", "This panel is already one of the servers."),
            ("", "This panel is already one of the servers."),
        ],
    )
    def test_the_words_say_who_was_first_as_far_as_known(
        self, harness: ChatHarness, admin: ChatUser, added_by: str, words: str
    ) -> None:
        known = harness.shop.servers.get("nl")
        harness.shop.servers.put(replace(known, address=NAMED, added_by=added_by))
        admin.sends("/servers")
        admin.taps("Add a server")
        admin.sends(NAMED)
        admin.sees(words)


class TestRemoved:
    """What was removed a moment ago is not here any more."""

    @pytest.mark.parametrize("method", ["listings", "expected", "remove"])
    def test_the_second_who_removes_a_server_hears_that_it_is_gone(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser, method: str
    ) -> None:
        for user in (admin, other):
            at_server(user)
            user.taps("Remove")
        just_before(harness, method, lambda: admin.taps("Remove it"))
        other.taps("Remove it")
        admin.sees("🇳🇱 nl is removed")
        other.sees("This server is not here any more.")
        assert harness.shop.servers.ids == ["de"]
        assert "nl" not in stored(harness)
        assert_nothing_failed(harness)

    @pytest.mark.parametrize("method", ["listings", "replace", "make_run_due", "get"])
    @pytest.mark.parametrize(("label", "answer"), [("Token", "n" * 48), ("Capacity", "500"), ("Address", NAMED)])
    def test_a_change_of_a_server_that_is_being_removed(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser, label: str, answer: str, method: str
    ) -> None:
        at_server(admin)
        admin.taps("Remove")
        at_field(other, label)
        just_before(harness, method, lambda: admin.taps("Remove it"))
        other.sends(answer)
        admin.sees("🇳🇱 nl is removed")
        other.sees("This server is not here any more.")
        assert harness.shop.servers.ids == ["de"]
        assert set(stored(harness)) == {"de"}, "neither the old token nor the new one stays"
        assert_nothing_failed(harness)
        other.sends("anything")
        other.sees("I didn't get that")

    @pytest.mark.parametrize("method", ["listings", "replace", "make_run_due", "get"])
    @pytest.mark.parametrize("labels", [["Empty it", "Move everybody"], ["Check now"], ["Change", "Name"]])
    def test_a_tap_on_a_server_that_is_being_removed(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser, labels: list[str], method: str
    ) -> None:
        at_server(admin)
        admin.taps("Remove")
        at_server(other)
        for label in labels[:-1]:
            other.taps(label)
        just_before(harness, method, lambda: admin.taps("Remove it"))
        other.taps(labels[-1])
        if "nl" not in harness.shop.servers.ids:
            other.sees("not here any more")
        assert_nothing_failed(harness)


class TestRedelivered:
    """An update whose answer was lost shows its outcome when Telegram delivers it again."""

    @staticmethod
    def _lose_answer(harness: ChatHarness) -> None:
        harness.telegram.refuse("editMessageText", Refusal(0), Refusal(0))
        harness.telegram.refuse("sendMessage", Refusal(502, "Bad Gateway"))

    def _again(self, harness: ChatHarness) -> None:
        assert harness.answers[-1].status == 503
        harness.telegram.refusals.clear()
        assert harness.again().status == 200
        assert not harness.quarantine.updates

    def test_an_added_server(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_confirm(admin, NAMED, "Netherlands")
        self._lose_answer(harness)
        admin.taps("Add it")
        self._again(harness)
        admin.sees("✅ 🇳🇱 ams is added.", "0 of 200 keys")

    def test_a_panel_that_is_known(self, harness: ChatHarness, admin: ChatUser, other: ChatUser) -> None:
        at_confirm(other, NAMED, "Netherlands")
        at_confirm(admin, NAMED, "Netherlands")
        other.taps("Add it")
        self._lose_answer(harness)
        admin.taps("Add it")
        self._again(harness)
        admin.sees("Another administrator has already added this panel", "ams")

    @pytest.mark.parametrize(("label", "answer"), [("Capacity", "500"), ("Token", "n" * 48), ("Address", NAMED)])
    def test_a_typed_change(self, harness: ChatHarness, admin: ChatUser, label: str, answer: str) -> None:
        at_field(admin, label)
        self._lose_answer(harness)
        admin.sends(answer)
        self._again(harness)
        admin.sees("✅ Saved.", "nl:")
        assert len(stored(harness)) == 2

    def test_a_chosen_change(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Capacity")
        self._lose_answer(harness)
        admin.taps("500")
        self._again(harness)
        admin.sees("✅ Saved.", "0 of 500 keys")

    def test_a_removed_server(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        admin.taps("Remove")
        self._lose_answer(harness)
        admin.taps("Remove it")
        self._again(harness)
        admin.sees("nl is removed")

    def test_the_list_of_servers_that_ended_a_conversation(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_confirm(admin, NAMED, "Netherlands")
        self._lose_answer(harness)
        admin.taps("Cancel")
        self._again(harness)
        admin.sees("keys are taken")

    def test_the_list_of_servers_that_a_command_asked_for(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_confirm(admin, NAMED, "Netherlands")
        self._lose_answer(harness)
        admin.sends("/servers")
        self._again(harness)
        admin.sees("keys are taken")
