"""An administrator looks at the servers in the chat, changes one, empties it, removes it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import Mood
from tests.fakes.world import world_in_memory
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.stage import Somebody, Stage
from tests.functional.conversation.walk import Walk
from tests.functional.usecases.rounds import change, round_over, with_servers
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.server import Health, Inbound, ServerState
from vpnbot.domain.servers.server_field import Field
from vpnbot.errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.telegram.admin.callbacks import ServerAction

ADMIN = 7
FINGERPRINT = ":".join(["CD"] * 32)
INBOUNDS = (Inbound(1, "Reality", "vless", 443), Inbound(4, "Telegram only", "vless", 8443))


def stage_with(*ids: str, capacity: int = 80, admin_id: int = ADMIN) -> Stage:
    world = with_servers(world_in_memory(), *ids, capacity=capacity)
    for server_id in ids:
        world.tokens.stored[server_id] = f"token of {server_id}"
    return Stage(world, admin_ids=frozenset({admin_id}))


@pytest.fixture
def stage() -> Stage:
    return stage_with("nl", "de")


@pytest.fixture
def admin(stage: Stage) -> Somebody:
    return stage.somebody("en", ADMIN)


def at_server(admin: Somebody, server_id: str = "nl") -> None:
    admin.sends("/servers")
    admin.taps(server_id)


def at_field(admin: Somebody, label: str) -> None:
    at_server(admin)
    admin.taps("Change")
    admin.taps(label)


def customers(stage: Stage, amount: int) -> None:
    for user_id in range(100, 100 + amount):
        stage.world.on_trial(user_id)


class TestLooking:
    """The list, and one server."""

    def test_all_servers_are_a_line_each(self, stage: Stage, admin: Somebody) -> None:
        customers(stage, 2)
        admin.sends("/servers")
        admin.sees("4 of 160 keys", "🟢 🇩🇪 de: 2 of 80 keys", "🟢 🇳🇱 nl: 2 of 80 keys")
        admin.sees_buttons("🇩🇪 de | 🇳🇱 nl / ➕ Add a server | 🏠 Home")

    def test_each_state_has_its_light(self, stage: Stage, admin: Somebody) -> None:
        world = stage.world
        with_servers(world, "aa", "bb", "cc", "dd", "ee", capacity=8)
        change(world, "bb", capacity=0)
        change(world, "cc", state=ServerState.DRAINING)
        change(world, "dd", state=ServerState.DECOMMISSIONED)
        since = world.clock() - timedelta(minutes=12)
        world.servers.breakers["ee"] = Breaker(3, world.clock(), since, "no answer", PanelTrouble.TIMED_OUT)
        admin.sends("/servers")
        admin.sees("🟢", "🟡", "full", "🔵", "being emptied", "⚫", "is lost", "🔴", "no answer for 12 min")

    def test_many_servers_come_in_pages(self, admin: Somebody) -> None:
        stage = stage_with(*(f"s{number:02}" for number in range(30)))
        admin = stage.somebody("en", ADMIN)
        admin.sends("/servers")
        admin.sees("s00", "s11")
        admin.taps("➡️")
        admin.sees("s12", "s23")
        admin.taps("➡️")
        admin.sees("s24", "s29")
        assert not any("➡️" in label for row in admin.screen.labels for label in row)
        admin.taps("⬅️")
        admin.sees("s12")

    def test_one_server_shows_how_its_panel_and_inbound_are(self, stage: Stage, admin: Somebody) -> None:
        change(stage.world, "nl", address="https://nl.example/base")
        stage.world.panel.health_told = Health(True, True, panel_version="3.6.0", core_version="26.7.10")
        at_server(admin)
        admin.sees("🟢 🇳🇱 nl", "Panel: https://nl.example/base", "3x-ui 3.6.0, Xray 26.7.10")
        admin.sees("Inbound 1: nl.example:443, tcp, xtls-rprx-vision", "Reality: www.example.com, short id ab12")

    def test_it_tells_what_the_last_round_found(self, stage: Stage, admin: Somebody) -> None:
        customers(stage, 3)
        round_over(stage.world)
        at_server(admin)
        admin.sees("3 keys compared, all as they should be")
        stage.world.panel.held.clear()
        round_over(stage.world)
        at_server(admin)
        admin.sees("3 keys compared, 3 set right")

    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize("trouble", list(PanelTrouble))
    def test_whatever_is_wrong_is_said(self, stage: Stage, trouble: PanelTrouble, language: str) -> None:
        admin = stage.somebody(language, ADMIN)
        stage.world.panel.trouble = PanelRejected("x", trouble=trouble, detail="detail")
        at_server(admin)
        admin.sees(stage.wording.text(language, f"trouble-{trouble}", {"detail": "detail"}))

    def test_a_panel_that_lets_only_some_apps_in_says_what_to_set(self, stage: Stage, admin: Somebody) -> None:
        known = stage.world.servers.get("nl").endpoint
        assert known is not None
        change(stage.world, "nl", endpoint=replace(known, accepts_every_app=False))
        at_server(admin)
        admin.sees("set minClientVer")

    def test_checking_reads_the_inbound_anew(self, stage: Stage, admin: Somebody) -> None:
        at_server(admin)
        known = stage.world.servers.get("nl").endpoint
        assert known is not None
        stage.world.panel.endpoints["nl", 1] = replace(known, server_name="new.example.com", title="", country="")
        admin.taps("Check now")
        admin.sees("Reality: new.example.com")
        assert admin.toast == "🔄 Checked just now."

    def test_checking_a_panel_that_is_down_says_so(self, stage: Stage, admin: Somebody) -> None:
        at_server(admin)
        stage.world.panel.trouble = PanelUnavailable("x", trouble=PanelTrouble.REFUSED_CONNECTION)
        admin.taps("Check now")
        admin.sees("Nothing answers at this port")

    def test_a_certificate_that_has_changed_can_be_trusted(self, stage: Stage, admin: Somebody) -> None:
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.CERTIFICATE_CHANGED, detail=FINGERPRINT)
        at_server(admin)
        admin.sees("shows another certificate")
        admin.taps("trust it")
        assert stage.world.servers.get("nl").certificate_sha256 == FINGERPRINT
        admin.sees("Saved")

    def test_only_the_certificate_that_was_shown_is_trusted(self, stage: Stage, admin: Somebody) -> None:
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.CERTIFICATE_CHANGED, detail=FINGERPRINT)
        at_server(admin)
        other = ":".join(["EE"] * 32)
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.CERTIFICATE_CHANGED, detail=other)
        admin.taps("trust it")
        assert stage.world.servers.get("nl").certificate_sha256 is None
        admin.sees("Here is the current screen.")

    def test_a_server_that_is_gone_by_now_leads_to_all_of_them(self, stage: Stage, admin: Somebody) -> None:
        at_server(admin)
        stage.world.servers.ids = ["de"]
        for label in ("Check now", "Change", "Empty it", "Remove"):
            admin.taps(label)
            admin.sees("not here any more", "de: 0 of 80")
            at_server(admin, "de")
            stage.deliver(admin.tap("servers:show:nl", admin.screen.id))
            admin.sees("not here any more")
            stage.world.servers.ids = ["de", "nl"]
            at_server(admin)
            stage.world.servers.ids = ["de"]

    @pytest.mark.parametrize("data", ["servers:", "servers:dance", "servers:show", "servers:field:nl:colour"])
    def test_a_button_that_means_nothing_leads_to_the_servers(self, admin: Somebody, data: str) -> None:
        admin.sends("/servers")
        admin.taps("nl")
        admin.stage.deliver(admin.tap(data, admin.screen.id))
        admin.sees("0 of 160 keys")


class TestEmptying:
    """Emptied, opened again, removed."""

    def test_it_asks_first_and_says_where_the_keys_go(self, stage: Stage, admin: Somebody) -> None:
        customers(stage, 3)
        at_server(admin)
        admin.taps("Empty it")
        admin.sees("Move everybody off 🇳🇱 nl? 3 keys go to other servers")
        assert "⚠️" not in admin.screen.words
        assert stage.world.servers.get("nl").state is ServerState.OPEN
        admin.taps("Move everybody")
        admin.sees("People are being moved off", "🔵")
        assert stage.world.servers.get("nl").state is ServerState.DRAINING
        admin.taps("Open again")
        admin.sees("New keys go here again", "🟢")
        assert stage.world.servers.get("nl").state is ServerState.OPEN

    def test_too_little_room_elsewhere_is_said_before(self) -> None:
        stage = stage_with("nl", "de", capacity=8)
        admin = stage.somebody("en", ADMIN)
        customers(stage, 3)
        change(stage.world, "de", capacity=0)
        at_server(admin)
        admin.taps("Empty it")
        admin.sees("The others have room for 0")

    def test_an_unused_server_goes_with_its_token(self, stage: Stage, admin: Somebody) -> None:
        at_server(admin)
        admin.taps("Remove")
        admin.sees("Nobody has a key on it")
        admin.taps("Remove it")
        admin.sees("nl is removed")
        assert stage.world.servers.ids == ["de"]
        assert stage.world.tokens.stored == {"de": "token of de"}

    def test_a_used_server_is_not_removed(self, stage: Stage, admin: Somebody) -> None:
        at_server(admin)
        admin.taps("Remove")
        customers(stage, 1)
        admin.taps("Remove it")
        admin.sees("still has keys")
        assert "nl" in stage.world.servers.ids

    def test_a_lost_panel_is_given_up_after_a_question_and_goes_by_itself(
        self, stage: Stage, admin: Somebody
    ) -> None:
        customers(stage, 2)
        at_server(admin)
        admin.taps("Remove")
        admin.taps("Its panel is lost")
        admin.sees("lost for good?")
        assert stage.world.servers.get("nl").state is ServerState.OPEN
        admin.taps("Lost, move everybody")
        admin.sees("People are being moved off 🇳🇱 nl")
        stage.passes(hours=2)
        assert stage.world.servers.ids == ["de"]
        for user_id in (100, 101):
            assert [access.server_id for access in stage.world.look(user_id).accesses] == ["de"]


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
        self, stage: Stage, admin: Somebody, label: str, answer: str, field: str, value: object
    ) -> None:
        at_field(admin, label)
        admin.sends(answer)
        admin.sees("Saved")
        assert getattr(stage.world.servers.get("nl"), field) == value

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
        self, stage: Stage, admin: Somebody, label: str, button: str, field: str, value: object
    ) -> None:
        stage.world.panel.offered = INBOUNDS
        at_field(admin, label)
        admin.taps(button)
        admin.sees("Saved")
        assert getattr(stage.world.servers.get("nl"), field) == value

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
        self, stage: Stage, admin: Somebody, label: str, answer: str, words: str
    ) -> None:
        before = stage.world.servers.get("nl")
        at_field(admin, label)
        admin.sends(answer)
        admin.sees(words)
        assert stage.world.servers.get("nl") == before
        assert stage.world.tokens.stored["nl"] == "token of nl"

    def test_a_new_token_is_kept_once_the_panel_takes_it_and_its_message_deleted(
        self, stage: Stage, admin: Somebody
    ) -> None:
        at_field(admin, "Token")
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.WRONG_TOKEN)
        admin.sends("wrong-one")
        admin.sees("does not take this token")
        assert stage.world.tokens.stored["nl"] == "token of nl"
        stage.world.panel.trouble = None
        before = len(stage.telegram.calls)
        admin.sends("right-one")
        assert stage.telegram.named()[before:] == ["deleteMessage", "sendMessage"]
        admin.sees("Saved")
        assert stage.world.tokens.stored[stage.world.servers.get("nl").token_id] == "right-one"
        assert "right-one" not in repr((stage.telegram.calls, stage.world.people.table.states))  # type: ignore[attr-defined]  # in memory

    def test_a_token_that_could_not_be_deleted_is_said(self, stage: Stage, admin: Somebody) -> None:
        at_field(admin, "Token")
        stage.telegram.refuse("deleteMessage", Refusal(400, "Bad Request: message can't be deleted for everyone"))
        admin.sends("right-one")
        admin.sees("could not be deleted", "Saved")

    def test_a_telegram_that_is_busy_is_asked_again_before_anything_is_decided(
        self, stage: Stage, admin: Somebody
    ) -> None:
        at_field(admin, "Token")
        stage.telegram.refuse("deleteMessage", Refusal(429, "Too Many Requests", retry_after=3))
        assert admin.sends("right-one").status == 503
        assert stage.world.servers.get("nl").token_id == "nl"
        stage.again()
        assert stage.telegram.named().count("deleteMessage") == 2
        admin.sees("Saved")
        assert "could not be deleted" not in admin.screen.words

    def test_a_panel_built_anew_elsewhere_comes_with_its_new_token(self, stage: Stage, admin: Somebody) -> None:
        at_field(admin, "Address")
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.WRONG_TOKEN)
        admin.sends("https://anew.example")
        admin.sees("does not take this token", "new API token of https://anew.example")
        assert stage.world.servers.get("nl").address == ""
        stage.world.panel.trouble = None
        admin.sends("of-the-new-one")
        admin.sees("Saved")
        known = stage.world.servers.get("nl")
        assert known.address == "https://anew.example"
        assert stage.world.tokens.stored == {known.token_id: "of-the-new-one", "de": "token of de"}

    def test_a_certificate_that_is_trusted_may_be_followed_by_another_trouble(
        self, stage: Stage, admin: Somebody
    ) -> None:
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.CERTIFICATE_CHANGED, detail=FINGERPRINT)
        at_server(admin)
        stage.world.panel.after_pinning = PanelUnavailable("x", trouble=PanelTrouble.TIMED_OUT)
        admin.taps("trust it")
        admin.sees("did not answer in time")
        assert not stage.parking.parked

    def test_the_inbound_of_the_other_role_is_not_offered(self, stage: Stage, admin: Somebody) -> None:
        stage.world.panel.offered = INBOUNDS
        at_field(admin, "After the end")
        labels = [label for row in admin.screen.labels for label in row]
        assert "Telegram only · 8443" in labels
        assert "Reality · 443" not in labels
        stage.deliver(admin.tap("servers:value:nl:limited:1", admin.screen.id))
        admin.sees("People use this one")
        assert "Telegram only · 8443" in str(admin.screen.labels), "there is something to choose from"

    def test_a_new_address_with_a_certificate_of_its_own_is_pinned_with_it(
        self, stage: Stage, admin: Somebody
    ) -> None:
        change(stage.world, "nl", address="https://old.example", certificate_sha256="AA")
        at_field(admin, "Address")
        stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.SELF_SIGNED, detail=FINGERPRINT)
        admin.sends("https://new.example")
        admin.sees("Nobody has signed", FINGERPRINT)
        assert stage.world.servers.get("nl").address == "https://old.example"
        admin.taps("trust it")
        admin.sees("Saved")
        changed = stage.world.servers.get("nl")
        assert (changed.address, changed.certificate_sha256) == ("https://new.example", FINGERPRINT)

    def test_a_new_address_leaves_the_old_certificate_behind(self, stage: Stage, admin: Somebody) -> None:
        change(stage.world, "nl", address="https://old.example", certificate_sha256="AA")
        at_field(admin, "Address")
        admin.sends("https://new.example")
        assert stage.world.servers.get("nl").certificate_sha256 is None

    def test_a_panel_that_is_down_keeps_nothing_that_concerns_it(self, stage: Stage, admin: Somebody) -> None:
        at_field(admin, "Address")
        stage.world.panel.trouble = PanelUnavailable("x", trouble=PanelTrouble.TIMED_OUT)
        admin.sends("https://new.example")
        admin.sees("did not answer in time", "Send the new one")
        assert stage.world.servers.get("nl").address == ""
        stage.world.panel.trouble = None
        admin.sends("https://new.example")
        admin.sees("Saved")

    def test_inbounds_of_a_panel_that_is_down_cannot_be_offered(self, stage: Stage, admin: Somebody) -> None:
        stage.world.panel.trouble = PanelUnavailable("x", trouble=PanelTrouble.TIMED_OUT)
        at_field(admin, "Inbound")
        admin.sees("did not answer in time", "Which inbound")
        stage.world.panel.trouble = None
        admin.sends("the first")
        admin.sees("Which inbound")

    def test_links_follow_a_change_of_name(self, stage: Stage, admin: Somebody) -> None:
        customers(stage, 1)
        at_field(admin, "Name")
        admin.sends("Fast one")
        stage.passes(minutes=5)
        titles = {a.server_id: a.endpoint.title for a in stage.world.look(100).accesses if a.endpoint}
        assert titles["nl"] == "Fast one"

    def test_an_answer_that_is_delivered_again_changes_nothing_more(self, stage: Stage, admin: Somebody) -> None:
        at_field(admin, "Capacity")
        admin.sends("300")
        version = stage.world.servers.get("nl").version
        stage.again()
        assert stage.world.servers.get("nl").version == version

    def test_a_question_that_is_delivered_again_is_shown_again(self, stage: Stage, admin: Somebody) -> None:
        at_field(admin, "Capacity")
        stage.again()
        admin.sees("How many shall it be?")

    def test_a_server_that_goes_meanwhile_ends_the_conversation(self, stage: Stage, admin: Somebody) -> None:
        for label, answer in (("Capacity", "300"), ("Token", "right-one")):
            at_field(admin, label)
            stage.world.servers.ids = ["de"]
            admin.sends(answer)
            admin.sees("not here any more")
            stage.world.servers.ids = ["de", "nl"]


def _running_shop(user: Somebody) -> None:
    customers(user.stage, 2)
    user.sends("/servers")


def _panel_down(user: Somebody) -> None:
    user.stage.world.panel.mood = Mood.DOWN
    user.sends("/servers")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("start", [_running_shop, _panel_down])
def test_no_button_is_dead_and_no_screen_a_dead_end(start: object, language: str) -> None:
    stage = stage_with("nl", "de", admin_id=42)
    stage.world.panel.offered = INBOUNDS
    walk = Walk(start, language, stage)  # type: ignore[arg-type]  # one of the two above
    assert len(walk.leads) > 20
    for seen in walk.screens:
        assert seen.data, f"a dead end: {seen.words}"


def test_every_button_of_a_server_with_the_longest_name_fits_into_callback_data() -> None:
    stage = stage_with("a" * 24, "b" * 24)
    admin = stage.somebody("en", ADMIN)
    stage.world.panel.trouble = PanelRejected("x", trouble=PanelTrouble.SELF_SIGNED, detail=FINGERPRINT)
    at_server(admin, "a" * 24)
    admin.sees("Nobody has signed")
    for field in Field:
        for value in ("", "100000", "NL"):
            assert len(ServerAction.VALUE.on("a" * 24, field, value).encode()) <= 64
    assert all(len(deed.on("a" * 24).encode()) <= 64 for deed in ServerAction)
