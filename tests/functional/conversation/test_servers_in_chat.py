"""An administrator looks at the servers in the chat, drains one, removes one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation.administrator import (
    ADMIN,
    FINGERPRINT,
    at_server,
    customers,
    harness_with_servers,
)
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.walk import Walk
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import INBOUND_TROUBLES, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import Failure
from vpnbot.domain.servers.server import Health, Inbound, ServerState
from vpnbot.domain.servers.server_field import Field
from vpnbot.telegram.admin.callbacks import ServerAction

OTHER_ADMIN = 9
INBOUNDS = (Inbound(1, "Reality", "vless", 443), Inbound(4, "Telegram only", "vless", 8443))


@pytest.fixture
def harness() -> ChatHarness:
    return harness_with_servers("nl", "de")


class TestScreens:
    """The list of servers, and the screen of one server."""

    def test_the_list_has_a_line_for_each_server(self, harness: ChatHarness, admin: ChatUser) -> None:
        customers(harness, 2)
        admin.sends("/servers")
        admin.sees("4 of 160 keys", "🟢 🇩🇪 de: 2 of 80 keys", "🟢 🇳🇱 nl: 2 of 80 keys")
        admin.sees_buttons("🇩🇪 de | 🇳🇱 nl / ➕ Add a server | 👑 Shop")

    def test_each_state_has_its_symbol(self, harness: ChatHarness, admin: ChatUser) -> None:
        shop = harness.shop
        with_servers(shop, "aa", "bb", "cc", "dd", "ee", capacity=8)
        change(shop, "bb", capacity=0)
        change(shop, "cc", state=ServerState.DRAINING)
        change(shop, "dd", state=ServerState.DECOMMISSIONED)
        since = shop.clock() - timedelta(minutes=12)
        shop.servers.breakers["ee"] = Breaker(3, shop.clock(), since, "no answer", PanelTrouble.TIMED_OUT)
        admin.sends("/servers")
        admin.sees("🟢", "🟡", "full", "🔵", "being emptied", "⚫", "is lost", "🔴", "no answer for 12 min")

    def test_a_server_whose_panel_refuses_is_shown_with_the_keys_that_wait_and_what_it_refuses(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        shop = harness.shop
        failure = Failure(shop.clock(), PanelTrouble.WRONG_TOKEN, waiting=2)
        run = shop.servers.reconciliation_run("nl")
        assert run is not None
        shop.servers.put_run(replace(run, failure=failure, refused=("v_1", "v_2")))
        since = shop.clock() - timedelta(minutes=12)
        shop.servers.breakers["nl"] = Breaker(3, shop.clock(), since, "", PanelTrouble.WRONG_TOKEN, refuses=True)
        admin.sends("/servers")
        admin.sees("🔴 🇳🇱 nl: refuses our calls, failing for 12 min", "2 keys wait for this panel")
        admin.taps("nl")
        admin.sees("refuses these clients: v_1, v_2")

    def test_many_servers_are_shown_in_pages(self, admin: ChatUser) -> None:
        harness = harness_with_servers(*(f"s{number:02}" for number in range(30)))
        admin = harness.user("en", ADMIN)
        admin.sends("/servers")
        admin.sees("s00", "s11")
        admin.taps("➡️")
        admin.sees("s12", "s23")
        admin.taps("➡️")
        admin.sees("s24", "s29")
        assert not any("➡️" in label for row in admin.screen.labels for label in row)
        admin.taps("⬅️")
        admin.sees("s12")

    def test_a_server_shows_the_state_of_its_panel_and_inbound(self, harness: ChatHarness, admin: ChatUser) -> None:
        change(harness.shop, "nl", address="https://nl.example/base")
        harness.shop.panel.reported_health = Health(True, True, panel_version="3.6.0", core_version="26.7.10")
        at_server(admin)
        admin.sees("🟢 🇳🇱 nl")
        admin.taps("Details")
        admin.sees("Panel: https://nl.example/base", "3x-ui 3.6.0, Xray 26.7.10")
        admin.sees("Inbound 1: nl.example:443, tcp, xtls-rprx-vision", "Reality: www.example.com, short id ab12")

    def test_a_server_shows_what_the_last_reconciliation_run_found(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        customers(harness, 3)
        reconcile_now(harness.shop)
        at_server(admin)
        admin.sees("3 keys compared, all right")
        harness.shop.panel.held.clear()
        reconcile_now(harness.shop)
        at_server(admin)
        admin.sees("3 keys compared, 3 set right")

    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize("trouble", list(PanelTrouble))
    def test_each_error_of_a_panel_has_its_text(
        self, harness: ChatHarness, trouble: PanelTrouble, language: str
    ) -> None:
        admin = harness.user(language, ADMIN)
        harness.shop.panel.trouble = PanelRejected(trouble, "detail")
        at_server(admin)
        admin.sees(harness.messages.text(language, f"trouble-{trouble}", {"detail": "detail"}))

    def test_a_panel_that_rejects_some_apps_is_shown_with_the_setting_to_change(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        known = harness.shop.servers.get("nl").endpoint
        assert known is not None
        change(harness.shop, "nl", endpoint=replace(known, accepts_every_app=False))
        at_server(admin)
        admin.sees("set minClientVer to 1.0.0")

    def test_a_panel_that_does_not_limit_devices_is_shown_with_what_it_needs(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_server(admin)
        assert "fail2ban" not in admin.screen.words
        harness.shop.panel.reported_health = Health(True, True, limits_devices=False)
        admin.taps("Check now")
        admin.sees("The limit of devices does not work: the panel needs fail2ban")

    @pytest.mark.parametrize("trouble", sorted(INBOUND_TROUBLES))
    def test_check_now_shows_what_is_wrong_with_the_inbound(
        self, harness: ChatHarness, admin: ChatUser, trouble: PanelTrouble
    ) -> None:
        at_server(admin)
        harness.shop.panel.endpoints["nl", 1] = PanelRejected(trouble, "fact")
        admin.taps("Check now")
        admin.sees(harness.messages.text("en", f"trouble-{trouble}", {"detail": "fact"}))

    def test_check_now_reads_the_inbound_again(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        known = harness.shop.servers.get("nl").endpoint
        assert known is not None
        harness.shop.panel.endpoints["nl", 1] = replace(known, server_name="new.example.com", title="", country="")
        admin.taps("Check now")
        assert admin.toast == "🔄 Checked just now."
        admin.taps("Details")
        admin.sees("Reality: new.example.com")

    def test_check_now_shows_that_the_panel_is_down(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)
        admin.taps("Check now")
        admin.sees("Nothing answers at this port")

    def test_a_certificate_that_has_changed_can_be_trusted(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.CERTIFICATE_CHANGED, FINGERPRINT)
        at_server(admin)
        admin.sees("shows another certificate")
        admin.taps("trust it")
        assert harness.shop.servers.get("nl").certificate_sha256 == FINGERPRINT
        admin.sees("Saved")

    def test_only_the_certificate_that_was_shown_is_trusted(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.CERTIFICATE_CHANGED, FINGERPRINT)
        at_server(admin)
        other = ":".join(["EE"] * 32)
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.CERTIFICATE_CHANGED, other)
        admin.taps("trust it")
        assert harness.shop.servers.get("nl").certificate_sha256 is None
        admin.sees("Here is the current screen.")

    def test_a_stale_button_of_a_removed_server_shows_the_list(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        harness.shop.servers.ids = ["de"]
        for label in ("Check now", "Change", "Empty it", "Remove"):
            admin.taps(label)
            admin.sees("not here any more", "de: 0 of 80")
            at_server(admin, "de")
            harness.deliver(admin.tap("servers:show:nl", admin.screen.id))
            admin.sees("not here any more")
            harness.shop.servers.ids = ["de", "nl"]
            at_server(admin)
            harness.shop.servers.ids = ["de"]

    @pytest.mark.parametrize("data", ["servers:", "servers:dance", "servers:show", "servers:field:nl:colour"])
    def test_a_malformed_button_shows_the_list(self, admin: ChatUser, data: str) -> None:
        admin.sends("/servers")
        admin.taps("nl")
        admin.harness.deliver(admin.tap(data, admin.screen.id))
        admin.sees("0 of 160 keys")


class TestDrainingAndRemoving:
    """A server is drained, made active again, removed, or given up."""

    def test_draining_asks_for_confirmation_and_says_where_the_keys_go(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        customers(harness, 3)
        at_server(admin)
        admin.taps("Empty it")
        admin.sees("Move everybody off 🇳🇱 nl? Keys that go to other servers: 3")
        assert "⚠️" not in admin.screen.words
        assert harness.shop.servers.get("nl").state is ServerState.OPEN
        admin.taps("Move everybody")
        admin.sees("People are being moved off", "🔵")
        assert harness.shop.servers.get("nl").state is ServerState.DRAINING
        admin.taps("Open again")
        admin.sees("New keys go here again", "🟢")
        assert harness.shop.servers.get("nl").state is ServerState.OPEN

    def test_a_server_that_is_not_open_any_more_is_shown_instead_of_the_question(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_server(admin)
        change(harness.shop, "nl", state=ServerState.DECOMMISSIONED)
        admin.taps("Empty it")
        admin.sees("This server has been changed meanwhile", "its panel is lost")

    def test_too_little_capacity_on_other_servers_is_shown_before_draining(self) -> None:
        harness = harness_with_servers("nl", "de", capacity=8)
        admin = harness.user("en", ADMIN)
        customers(harness, 3)
        change(harness.shop, "de", capacity=0)
        at_server(admin)
        admin.taps("Empty it")
        admin.sees("The others have room for 0")

    def test_an_unused_server_is_removed_together_with_its_token(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        admin.taps("Remove")
        admin.sees("There are no keys on it")
        admin.taps("Remove it")
        admin.sees("nl is removed")
        assert harness.shop.servers.ids == ["de"]
        assert harness.shop.tokens.stored == {"de": "token of de"}

    def test_a_server_with_keys_is_not_removed(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        admin.taps("Remove")
        customers(harness, 1)
        admin.taps("Remove it")
        admin.sees("still has keys")
        assert "nl" in harness.shop.servers.ids

    def test_a_server_given_up_after_confirmation_is_removed_once_it_has_no_keys(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        customers(harness, 2)
        at_server(admin)
        admin.taps("Remove")
        admin.taps("Its panel is lost")
        admin.sees("lost for good?")
        assert harness.shop.servers.get("nl").state is ServerState.OPEN
        admin.taps("Lost, move everybody")
        admin.sees("People are being moved off 🇳🇱 nl")
        harness.passes(hours=2)
        assert harness.shop.servers.ids == ["de"]
        for user_id in (100, 101):
            assert [access.server_id for access in harness.shop.look(user_id).accesses] == ["de"]


class TestTwoAdministrators:
    """A button acts only on the state that its screen showed: *lost* and *reopen* undo nothing by accident."""

    @pytest.fixture
    def other(self, harness: ChatHarness) -> ChatUser:
        """Another administrator, whose chat has an older screen of the same server."""
        harness.administered_by(ADMIN, OTHER_ADMIN)
        return harness.user("en", OTHER_ADMIN)

    def test_opening_a_drained_server_again_does_not_undo_that_its_panel_is_lost(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser
    ) -> None:
        customers(harness, 1)
        change(harness.shop, "nl", state=ServerState.DRAINING)
        at_server(other)
        at_server(admin)
        for label in ("Remove", "Its panel is lost", "Lost, move everybody"):
            admin.taps(label)
        other.taps("Open again")
        other.sees("This server has been changed meanwhile", "its panel is lost")
        assert harness.shop.servers.get("nl").state is ServerState.DECOMMISSIONED

    def test_declaring_a_panel_lost_does_not_undo_that_the_server_was_opened_again(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser
    ) -> None:
        customers(harness, 1)
        change(harness.shop, "nl", state=ServerState.DRAINING)
        at_server(other)
        for label in ("Remove", "Its panel is lost"):
            other.taps(label)
        at_server(admin)
        admin.taps("Open again")
        other.taps("Lost, move everybody")
        other.sees("This server has been changed meanwhile", "🟢")
        assert harness.shop.servers.get("nl").state is ServerState.OPEN

    def test_emptying_a_server_does_not_undo_that_its_panel_is_lost(
        self, harness: ChatHarness, admin: ChatUser, other: ChatUser
    ) -> None:
        customers(harness, 1)
        at_server(other)
        other.taps("Empty it")
        at_server(admin)
        for label in ("Remove", "Its panel is lost", "Lost, move everybody"):
            admin.taps(label)
        other.taps("Move everybody")
        other.sees("This server has been changed meanwhile", "its panel is lost")
        assert harness.shop.servers.get("nl").state is ServerState.DECOMMISSIONED

    def test_a_lost_panel_that_is_back_is_opened_after_confirmation(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        customers(harness, 1)
        change(harness.shop, "nl", state=ServerState.DECOMMISSIONED)
        at_server(admin)
        admin.taps("Open again")
        admin.sees("Is the panel of 🇳🇱 nl back?")
        assert harness.shop.servers.get("nl").state is ServerState.DECOMMISSIONED
        admin.taps("Open again")
        admin.sees("New keys go here again", "🟢")
        assert harness.shop.servers.get("nl").state is ServerState.OPEN

    def test_a_server_that_is_being_given_up_offers_neither_to_empty_it_nor_to_give_it_up(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        customers(harness, 1)
        change(harness.shop, "nl", state=ServerState.DECOMMISSIONED)
        at_server(admin)
        admin.taps("Remove")
        admin.sees("People are being moved off 🇳🇱 nl")
        admin.sees_buttons("⬅️ Back")

    def test_a_redelivered_tap_is_no_change_by_another_administrator(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        change(harness.shop, "nl", state=ServerState.DRAINING)
        at_server(admin)
        admin.taps("Open again")
        harness.again()
        admin.sees("🟢")
        assert "Another administrator" not in admin.screen.words


def _running_shop(user: ChatUser) -> None:
    customers(user.harness, 2)
    user.sends("/servers")


def _panel_down(user: ChatUser) -> None:
    user.harness.shop.panel.fault_mode = FaultMode.DOWN
    user.sends("/servers")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("start", [_running_shop, _panel_down])
def test_each_tap_is_answered_and_each_screen_has_a_button(start: object, language: str) -> None:
    harness = harness_with_servers("nl", "de", admin_id=42)
    harness.shop.panel.offered = INBOUNDS
    walk = Walk(start, language, harness)  # type: ignore[arg-type]  # one of the two above
    assert len(walk.next_screens) > 20
    for seen in walk.screens:
        assert seen.leads_on, f"no button: {seen.words}"


def test_every_button_of_a_server_with_the_longest_name_fits_into_callback_data() -> None:
    harness = harness_with_servers("a" * 24, "b" * 24)
    admin = harness.user("en", ADMIN)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
    at_server(admin, "a" * 24)
    admin.sees("The certificate is self-signed")
    for field in Field:
        for value in ("", "100000", "NL"):
            assert len(ServerAction.VALUE.on("a" * 24, field, value).encode()) <= 64
    longest = max(ServerState, key=len)
    assert all(len(action.on("a" * 24, longest).encode()) <= 64 for action in ServerAction)
