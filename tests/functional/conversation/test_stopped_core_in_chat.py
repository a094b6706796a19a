"""A server whose panel answers, and says that its VPN core has stopped: in the list, in its card, and measured."""

from datetime import timedelta

import pytest

from tests.fakes.downtimes import DowntimesInMemory
from tests.functional.conversation.administrator import (
    ADMIN,
    at_server,
    customers,
    harness_with_servers,
)
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.usecases.reconciled_servers import change, reconcile_now
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.downtime import Evidence
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import ServerState
from vpnbot.errors import UnreadableItem


@pytest.fixture
def harness() -> ChatHarness:
    return harness_with_servers("nl", "de")


class TestStoppedCore:
    """A server whose panel answers, but whose Xray does not run, is not shown as one that works."""

    @pytest.fixture
    def downtimes(self, harness: ChatHarness) -> DowntimesInMemory:
        """The measured outages."""
        assert isinstance(harness.shop.staff.downtimes, DowntimesInMemory)
        return harness.shop.staff.downtimes

    @pytest.mark.parametrize(("language", "words"), [("en", "Xray stopped, 0 of 80"), ("ru", "Xray остановлен")])
    def test_its_screen_shows_it_and_begins_a_downtime(
        self, harness: ChatHarness, downtimes: DowntimesInMemory, language: str, words: str
    ) -> None:
        reconcile_now(harness.shop)
        healthy_at = harness.shop.clock()
        harness.passes(minutes=5)
        run = harness.shop.servers.reconciliation_run("nl")
        assert run is not None
        harness.shop.panel.stopped.add("nl")
        admin = harness.user(language, ADMIN)
        at_server(admin)
        admin.sees(f"🔴 🇳🇱 nl: {words}", harness.messages.text(language, "trouble-core_stopped"))
        assert len(admin.screen.words.split()) <= 30
        (begun,) = downtimes.stored.values()
        assert (begun.server_id, begun.evidence, begun.counts) == ("nl", Evidence.CORE_STOPPED, True)
        assert begun.last_good_at == run.healthy_at
        assert begun.last_good_at is not None
        assert begun.last_good_at <= healthy_at < begun.first_bad_at
        admin.taps(harness.messages.text(language, "button-server-check"))
        assert list(downtimes.stored.values()) == [begun], "one downtime, however often the card is opened"

    def test_the_downtime_is_followed_to_its_end(
        self, harness: ChatHarness, admin: ChatUser, downtimes: DowntimesInMemory
    ) -> None:
        customers(harness, 1)
        harness.shop.panel.stopped.add("nl")
        at_server(admin)
        harness.passes(minutes=3)
        harness.shop.panel.stopped.clear()
        harness.passes(minutes=3)
        (found,) = downtimes.stored.values()
        assert (found.open, found.frozen) == (False, True)
        admin.sends("/servers")
        admin.sees("🟢 🇳🇱 nl: 1 of 80 keys")

    @pytest.mark.parametrize(("language", "words"), [("en", "Xray stopped, 1 of 80"), ("ru", "Xray остановлен")])
    def test_the_list_shows_it_once_a_run_or_a_look_has_found_it(
        self, harness: ChatHarness, language: str, words: str
    ) -> None:
        customers(harness, 1)
        harness.shop.panel.stopped.add("nl")
        admin = harness.user(language, ADMIN)
        admin.sends("/servers")
        admin.sees("🟢 🇳🇱 nl")
        reconcile_now(harness.shop)
        admin.sends("/servers")
        admin.sees(f"🔴 🇳🇱 nl: {words}", "🟢 🇩🇪 de")
        assert len(admin.screen.words.split()) <= 30

    def test_a_panel_that_is_silent_as_well_is_shown_as_silent(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.stopped.add("nl")
        at_server(admin)
        since = harness.shop.clock() - timedelta(minutes=12)
        harness.shop.servers.breakers["nl"] = Breaker(3, harness.shop.clock(), since, "", PanelTrouble.TIMED_OUT)
        admin.sends("/servers")
        admin.sees("🔴 🇳🇱 nl: no answer for 12 min")

    def test_a_silent_panel_alone_does_not_show_a_stopped_core(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.away.add("nl")
        reconcile_now(harness.shop)
        harness.shop.servers.breakers.clear()
        admin.sends("/servers")
        admin.sees("🟢 🇳🇱 nl")

    def test_a_downtime_of_another_version_keeps_no_screen_from_being_shown(
        self, harness: ChatHarness, admin: ChatUser, downtimes: DowntimesInMemory
    ) -> None:
        harness.shop.panel.stopped.add("nl")
        downtimes.faults.at("downtimes.last_of", *[UnreadableItem("downtime")] * 4)
        at_server(admin)
        admin.sees("🔴 🇳🇱 nl: Xray stopped")
        assert not downtimes.stored

    def test_a_server_whose_panel_was_declared_lost_is_not_measured(
        self, harness: ChatHarness, admin: ChatUser, downtimes: DowntimesInMemory
    ) -> None:
        customers(harness, 1)
        change(harness.shop, "nl", state=ServerState.DECOMMISSIONED)
        harness.shop.panel.stopped.add("nl")
        at_server(admin)
        admin.sees("⚫ 🇳🇱 nl", "Xray does not run there")
        assert not downtimes.stored
