"""An administrator looks at the servers in the chat, changes one, empties it, removes it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.walk import Walk
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health, Inbound, ServerState
from vpnbot.domain.servers.server_field import Field
from vpnbot.telegram.admin.callbacks import ServerAction

ADMIN = 7
FINGERPRINT = ":".join(["CD"] * 32)
INBOUNDS = (Inbound(1, "Reality", "vless", 443), Inbound(4, "Telegram only", "vless", 8443))


def stage_with(*ids: str, capacity: int = 80, admin_id: int = ADMIN) -> ChatHarness:
    shop = with_servers(shop_in_memory(), *ids, capacity=capacity)
    for server_id in ids:
        shop.tokens.stored[server_id] = f"token of {server_id}"
    return ChatHarness(shop, admin_ids=frozenset({admin_id}))


@pytest.fixture
def harness() -> ChatHarness:
    return stage_with("nl", "de")


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    return harness.user("en", ADMIN)


def at_server(admin: ChatUser, server_id: str = "nl") -> None:
    admin.sends("/servers")
    admin.taps(server_id)


def at_field(admin: ChatUser, label: str) -> None:
    at_server(admin)
    admin.taps("Change")
    admin.taps(label)


def customers(harness: ChatHarness, amount: int) -> None:
    for user_id in range(100, 100 + amount):
        harness.shop.on_trial(user_id)


class TestLooking:
    """The list, and one server."""

    def test_all_servers_are_a_line_each(self, harness: ChatHarness, admin: ChatUser) -> None:
        customers(harness, 2)
        admin.sends("/servers")
        admin.sees("4 of 160 keys", "🟢 🇩🇪 de: 2 of 80 keys", "🟢 🇳🇱 nl: 2 of 80 keys")
        admin.sees_buttons("🇩🇪 de | 🇳🇱 nl / ➕ Add a server | 🏠 Home")

    def test_each_state_has_its_light(self, harness: ChatHarness, admin: ChatUser) -> None:
        shop = harness.shop
        with_servers(shop, "aa", "bb", "cc", "dd", "ee", capacity=8)
        change(shop, "bb", capacity=0)
        change(shop, "cc", state=ServerState.DRAINING)
        change(shop, "dd", state=ServerState.DECOMMISSIONED)
        since = shop.clock() - timedelta(minutes=12)
        shop.servers.breakers["ee"] = Breaker(3, shop.clock(), since, "no answer", PanelTrouble.TIMED_OUT)
        admin.sends("/servers")
        admin.sees("🟢", "🟡", "full", "🔵", "being emptied", "⚫", "is lost", "🔴", "no answer for 12 min")

    def test_many_servers_come_in_pages(self, admin: ChatUser) -> None:
        harness = stage_with(*(f"s{number:02}" for number in range(30)))
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

    def test_one_server_shows_how_its_panel_and_inbound_are(self, harness: ChatHarness, admin: ChatUser) -> None:
        change(harness.shop, "nl", address="https://nl.example/base")
        harness.shop.panel.reported_health = Health(True, True, panel_version="3.6.0", core_version="26.7.10")
        at_server(admin)
        admin.sees("🟢 🇳🇱 nl", "Panel: https://nl.example/base", "3x-ui 3.6.0, Xray 26.7.10")
        admin.sees("Inbound 1: nl.example:443, tcp, xtls-rprx-vision", "Reality: www.example.com, short id ab12")

    def test_it_tells_what_the_last_round_found(self, harness: ChatHarness, admin: ChatUser) -> None:
        customers(harness, 3)
        reconcile_now(harness.shop)
        at_server(admin)
        admin.sees("3 keys compared, all as they should be")
        harness.shop.panel.held.clear()
        reconcile_now(harness.shop)
        at_server(admin)
        admin.sees("3 keys compared, 3 set right")

    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize("trouble", list(PanelTrouble))
    def test_whatever_is_wrong_is_said(self, harness: ChatHarness, trouble: PanelTrouble, language: str) -> None:
        admin = harness.user(language, ADMIN)
        harness.shop.panel.trouble = PanelRejected(trouble, "detail")
        at_server(admin)
        admin.sees(harness.messages.text(language, f"trouble-{trouble}", {"detail": "detail"}))

    def test_a_panel_that_lets_only_some_apps_in_says_what_to_set(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        known = harness.shop.servers.get("nl").endpoint
        assert known is not None
        change(harness.shop, "nl", endpoint=replace(known, accepts_every_app=False))
        at_server(admin)
        admin.sees("set minClientVer")

    def test_checking_reads_the_inbound_anew(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        known = harness.shop.servers.get("nl").endpoint
        assert known is not None
        harness.shop.panel.endpoints["nl", 1] = replace(known, server_name="new.example.com", title="", country="")
        admin.taps("Check now")
        admin.sees("Reality: new.example.com")
        assert admin.toast == "🔄 Checked just now."

    def test_checking_a_panel_that_is_down_says_so(self, harness: ChatHarness, admin: ChatUser) -> None:
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

    def test_a_server_that_is_gone_by_now_leads_to_all_of_them(self, harness: ChatHarness, admin: ChatUser) -> None:
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
    def test_a_button_that_means_nothing_leads_to_the_servers(self, admin: ChatUser, data: str) -> None:
        admin.sends("/servers")
        admin.taps("nl")
        admin.harness.deliver(admin.tap(data, admin.screen.id))
        admin.sees("0 of 160 keys")


class TestEmptying:
    """Emptied, opened again, removed."""

    def test_it_asks_first_and_says_where_the_keys_go(self, harness: ChatHarness, admin: ChatUser) -> None:
        customers(harness, 3)
        at_server(admin)
        admin.taps("Empty it")
        admin.sees("Move everybody off 🇳🇱 nl? 3 keys go to other servers")
        assert "⚠️" not in admin.screen.words
        assert harness.shop.servers.get("nl").state is ServerState.OPEN
        admin.taps("Move everybody")
        admin.sees("People are being moved off", "🔵")
        assert harness.shop.servers.get("nl").state is ServerState.DRAINING
        admin.taps("Open again")
        admin.sees("New keys go here again", "🟢")
        assert harness.shop.servers.get("nl").state is ServerState.OPEN

    def test_too_little_room_elsewhere_is_said_before(self) -> None:
        harness = stage_with("nl", "de", capacity=8)
        admin = harness.user("en", ADMIN)
        customers(harness, 3)
        change(harness.shop, "de", capacity=0)
        at_server(admin)
        admin.taps("Empty it")
        admin.sees("The others have room for 0")

    def test_an_unused_server_goes_with_its_token(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        admin.taps("Remove")
        admin.sees("Nobody has a key on it")
        admin.taps("Remove it")
        admin.sees("nl is removed")
        assert harness.shop.servers.ids == ["de"]
        assert harness.shop.tokens.stored == {"de": "token of de"}

    def test_a_used_server_is_not_removed(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_server(admin)
        admin.taps("Remove")
        customers(harness, 1)
        admin.taps("Remove it")
        admin.sees("still has keys")
        assert "nl" in harness.shop.servers.ids

    def test_a_lost_panel_is_given_up_after_a_question_and_goes_by_itself(
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


class TestChanging:
    """One thing at a time."""

    @pytest.mark.parametrize(
        ("label", "answer", "field", "value"),
        [
            ("Name", "  Amsterdam   fast ", "title", "Amsterdam fast"),
            ("Country", "fi", "country", "FI"),
            ("Country", "🇸🇪", "country", "SE"),
            ("Capacity", "1 200", "capacity", 1200),
            ("Address", "panel.example.com/x/panel", "address", "https://panel.example.com/x"),
        ],
    )
    def test_what_is_typed_is_kept(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, field: str, value: object
    ) -> None:
        at_field(admin, label)
        admin.sends(answer)
        admin.sees("Saved")
        assert getattr(harness.shop.servers.get("nl"), field) == value

    @pytest.mark.parametrize(
        ("label", "button", "field", "value"),
        [
            ("Name", "the country will do", "title", ""),
            ("Country", "Finland", "country", "FI"),
            ("Capacity", "500", "capacity", 500),
            ("Inbound", "Telegram only", "inbound_id", 4),
            ("After the end", "Telegram only", "limited_inbound_id", 4),
            ("After the end", "None", "limited_inbound_id", None),
        ],
    )
    def test_what_is_tapped_is_kept(
        self, harness: ChatHarness, admin: ChatUser, label: str, button: str, field: str, value: object
    ) -> None:
        harness.shop.panel.offered = INBOUNDS
        at_field(admin, label)
        admin.taps(button)
        admin.sees("Saved")
        assert getattr(harness.shop.servers.get("nl"), field) == value

    @pytest.mark.parametrize(
        ("label", "answer", "words"),
        [
            ("Name", "x" * 33, "1 to 32 characters"),
            ("Country", "Netherlands", "two letters"),
            ("Capacity", "many", "a number from 1 to 100000"),
            ("Capacity", "0", "a number from 1 to 100000"),
            ("Address", "http://panel.example.com", "begin with https://"),
            ("Token", "two words", "one word"),
        ],
    )
    def test_what_cannot_be_read_is_asked_for_again(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, words: str
    ) -> None:
        before = harness.shop.servers.get("nl")
        at_field(admin, label)
        admin.sends(answer)
        admin.sees(words)
        assert harness.shop.servers.get("nl") == before
        assert harness.shop.tokens.stored["nl"] == "token of nl"

    def test_a_new_token_is_kept_once_the_panel_takes_it_and_its_message_deleted(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Token")
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.WRONG_TOKEN)
        admin.sends("wrong-one")
        admin.sees("does not take this token")
        assert harness.shop.tokens.stored["nl"] == "token of nl"
        harness.shop.panel.trouble = None
        before = len(harness.telegram.calls)
        admin.sends("right-one")
        assert harness.telegram.named()[before:] == ["deleteMessage", "sendMessage"]
        admin.sees("Saved")
        assert harness.shop.tokens.stored[harness.shop.servers.get("nl").token_id] == "right-one"
        assert "right-one" not in repr((harness.telegram.calls, harness.shop.people.table.states))  # type: ignore[attr-defined]  # in memory

    def test_a_token_that_could_not_be_deleted_is_said(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Token")
        harness.telegram.refuse("deleteMessage", Refusal(400, "Bad Request: message can't be deleted for everyone"))
        admin.sends("right-one")
        admin.sees("could not be deleted", "Saved")

    def test_a_telegram_that_is_busy_is_asked_again_before_anything_is_decided(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Token")
        harness.telegram.refuse("deleteMessage", Refusal(429, "Too Many Requests", retry_after=3))
        assert admin.sends("right-one").status == 503
        assert harness.shop.servers.get("nl").token_id == "nl"
        harness.again()
        assert harness.telegram.named().count("deleteMessage") == 2
        admin.sees("Saved")
        assert "could not be deleted" not in admin.screen.words

    def test_a_panel_built_anew_elsewhere_comes_with_its_new_token(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Address")
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.WRONG_TOKEN)
        admin.sends("https://anew.example")
        admin.sees("does not take this token", "new API token of https://anew.example")
        assert harness.shop.servers.get("nl").address == ""
        harness.shop.panel.trouble = None
        admin.sends("of-the-new-one")
        admin.sees("Saved")
        known = harness.shop.servers.get("nl")
        assert known.address == "https://anew.example"
        assert harness.shop.tokens.stored == {known.token_id: "of-the-new-one", "de": "token of de"}

    def test_a_certificate_that_is_trusted_may_be_followed_by_another_trouble(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.CERTIFICATE_CHANGED, FINGERPRINT)
        at_server(admin)
        harness.shop.panel.after_pinning = PanelUnavailable(PanelTrouble.TIMED_OUT)
        admin.taps("trust it")
        admin.sees("did not answer in time")
        assert not harness.quarantine.updates

    def test_the_inbound_of_the_other_role_is_not_offered(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.offered = INBOUNDS
        at_field(admin, "After the end")
        labels = [label for row in admin.screen.labels for label in row]
        assert "Telegram only · 8443" in labels
        assert "Reality · 443" not in labels
        harness.deliver(admin.tap("servers:value:nl:limited:1", admin.screen.id))
        admin.sees("People use this one")
        assert "Telegram only · 8443" in str(admin.screen.labels), "there is something to choose from"

    def test_a_new_address_with_a_certificate_of_its_own_is_pinned_with_it(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        change(harness.shop, "nl", address="https://old.example", certificate_sha256="AA")
        at_field(admin, "Address")
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
        admin.sends("https://new.example")
        admin.sees("Nobody has signed", FINGERPRINT)
        assert harness.shop.servers.get("nl").address == "https://old.example"
        admin.taps("trust it")
        admin.sees("Saved")
        changed = harness.shop.servers.get("nl")
        assert (changed.address, changed.certificate_sha256) == ("https://new.example", FINGERPRINT)

    def test_a_new_address_leaves_the_old_certificate_behind(self, harness: ChatHarness, admin: ChatUser) -> None:
        change(harness.shop, "nl", address="https://old.example", certificate_sha256="AA")
        at_field(admin, "Address")
        admin.sends("https://new.example")
        assert harness.shop.servers.get("nl").certificate_sha256 is None

    def test_a_panel_that_is_down_keeps_nothing_that_concerns_it(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Address")
        harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
        admin.sends("https://new.example")
        admin.sees("did not answer in time", "Send the new one")
        assert harness.shop.servers.get("nl").address == ""
        harness.shop.panel.trouble = None
        admin.sends("https://new.example")
        admin.sees("Saved")

    def test_inbounds_of_a_panel_that_is_down_cannot_be_offered(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
        at_field(admin, "Inbound")
        admin.sees("did not answer in time", "Which inbound")
        harness.shop.panel.trouble = None
        admin.sends("the first")
        admin.sees("Which inbound")

    def test_links_follow_a_change_of_name(self, harness: ChatHarness, admin: ChatUser) -> None:
        customers(harness, 1)
        at_field(admin, "Name")
        admin.sends("Fast one")
        harness.passes(minutes=5)
        titles = {a.server_id: a.endpoint.title for a in harness.shop.look(100).accesses if a.endpoint}
        assert titles["nl"] == "Fast one"

    def test_an_answer_that_is_delivered_again_changes_nothing_more(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Capacity")
        admin.sends("300")
        version = harness.shop.servers.get("nl").version
        harness.again()
        assert harness.shop.servers.get("nl").version == version

    def test_a_question_that_is_delivered_again_is_shown_again(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Capacity")
        harness.again()
        admin.sees("How many shall it be?")

    def test_a_server_that_goes_meanwhile_ends_the_conversation(self, harness: ChatHarness, admin: ChatUser) -> None:
        for label, answer in (("Capacity", "300"), ("Token", "right-one")):
            at_field(admin, label)
            harness.shop.servers.ids = ["de"]
            admin.sends(answer)
            admin.sees("not here any more")
            harness.shop.servers.ids = ["de", "nl"]


def _running_shop(user: ChatUser) -> None:
    customers(user.harness, 2)
    user.sends("/servers")


def _panel_down(user: ChatUser) -> None:
    user.harness.shop.panel.fault_mode = FaultMode.DOWN
    user.sends("/servers")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("start", [_running_shop, _panel_down])
def test_no_button_is_dead_and_no_screen_a_dead_end(start: object, language: str) -> None:
    harness = stage_with("nl", "de", admin_id=42)
    harness.shop.panel.offered = INBOUNDS
    walk = Walk(start, language, harness)  # type: ignore[arg-type]  # one of the two above
    assert len(walk.leads) > 20
    for seen in walk.screens:
        assert seen.data, f"a dead end: {seen.words}"


def test_every_button_of_a_server_with_the_longest_name_fits_into_callback_data() -> None:
    harness = stage_with("a" * 24, "b" * 24)
    admin = harness.user("en", ADMIN)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
    at_server(admin, "a" * 24)
    admin.sees("Nobody has signed")
    for field in Field:
        for value in ("", "100000", "NL"):
            assert len(ServerAction.VALUE.on("a" * 24, field, value).encode()) <= 64
    assert all(len(action.on("a" * 24).encode()) <= 64 for action in ServerAction)
