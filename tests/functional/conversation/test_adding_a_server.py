"""An administrator adds a server in the chat: each answer, and each error of its panel."""

import pytest
from aiogram.fsm.storage.base import DefaultKeyBuilder, StorageKey

from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.administrator import (
    ADDRESS,
    ADMIN,
    FINGERPRINT,
    TOKEN,
    at_confirm,
    at_token,
    stored,
)
from tests.functional.conversation.bot_session import BOT_ID
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.servers.panel_errors import (
    CERTIFICATE_TROUBLES,
    INBOUND_TROUBLES,
    TOKEN_TROUBLES,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import Health, Inbound, PanelKind, ServerState

TWO_INBOUNDS = (
    Inbound(1, "Reality", "vless", 443),
    Inbound(2, "XHTTP", "vless", 8443),
    Inbound(3, "SS", "shadowsocks", 8388, PanelTrouble.INBOUND_UNUSABLE),
)


@pytest.fixture
def harness() -> ChatHarness:
    shop = shop_in_memory()
    shop.servers.ids = []
    return ChatHarness(shop, admin_ids=frozenset({ADMIN}))


def test_from_an_address_to_a_server_in_six_answers(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/servers")
    admin.sees("There are no servers yet")
    admin.taps("Add a server")
    admin.sees("address as your browser shows it")
    admin.sends(f"  {ADDRESS}/panel/inbounds ")
    admin.sees("API token of https://ams.example.com:2053/base")
    admin.sends(TOKEN)
    admin.sees("Which country is the server in?")
    admin.taps("Netherlands")
    admin.sees("How many keys")
    admin.sends("1 000")
    admin.sees("Add it?", "🇳🇱 NL, up to 1,000 keys", "Reality: www.example.com, short id ab12")
    assert harness.shop.servers.listings() == ()
    admin.taps("Add it")
    admin.sees("ams is added", "0 of 1,000 keys")
    (listing,) = harness.shop.servers.listings()
    server = listing.server
    assert (server.id, server.address, server.country, server.capacity) == ("ams", ADDRESS, "NL", 1000)
    assert (server.kind, server.state, server.inbound_id) == (PanelKind.THREE_X_UI, ServerState.OPEN, 1)
    assert server.endpoint is not None
    assert server.endpoint.country == "NL"
    assert stored(harness) == {server.token_id: TOKEN}
    assert harness.shop.servers.reconciliation_run("ams") is not None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("hello", "That isn't an address"),
        ("http://ams.example.com/base", "It has to begin with https://"),
        ("https://admin:1234@ams.example.com", "leave the name and password out"),
        ("https://ams.example.com:99999", "The port must be 1–65535"),
    ],
)
def test_an_invalid_address_is_asked_for_again(admin: ChatUser, answer: str, words: str) -> None:
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(answer)
    admin.sees(words, "Send the panel's address")
    admin.sends(ADDRESS)
    admin.sees("API token")


def test_a_photo_is_rejected_and_the_question_repeated(admin: ChatUser) -> None:
    at_token(admin)
    admin.sends_a("photo", [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}])
    admin.sees("A token is one word", "API token")
    admin.sends(TOKEN)
    admin.sees("Which country is the server in?")


def test_a_text_instead_of_a_tap_repeats_the_question(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS
    at_token(admin)
    admin.sends(TOKEN)
    admin.sends("the first one")
    admin.sees("Which inbound?")


@pytest.mark.parametrize(
    "trouble",
    sorted(set(PanelTrouble) - TOKEN_TROUBLES - CERTIFICATE_TROUBLES - INBOUND_TROUBLES),
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_error_of_a_panel_has_its_text_and_can_be_retried(
    harness: ChatHarness, trouble: PanelTrouble, language: str
) -> None:
    admin = harness.user(language, ADMIN)
    admin.sends("/servers")
    admin.taps("Add a server" if language == "en" else "Добавить сервер")
    admin.sends(ADDRESS)
    harness.shop.panel.trouble = PanelRejected(trouble, "<some & detail>")
    admin.sends(TOKEN)
    assert admin.screen.words == harness.messages.text(language, f"trouble-{trouble}", {"detail": "<some & detail>"})
    harness.shop.panel.trouble = None
    admin.taps("Look again" if language == "en" else "Проверить снова")
    admin.sees("Which country is the server in?" if language == "en" else "В какой стране сервер?")


@pytest.mark.parametrize("trouble", sorted(INBOUND_TROUBLES))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_inbound_that_cannot_be_served_is_never_added(
    harness: ChatHarness, trouble: PanelTrouble, language: str
) -> None:
    admin = harness.user(language, ADMIN)
    harness.shop.panel.offered = TWO_INBOUNDS
    admin.sends("/servers")
    admin.taps("Add a server" if language == "en" else "Добавить сервер")
    admin.sends(ADDRESS)
    admin.sends(TOKEN)
    (token_name,) = stored(harness)
    harness.shop.panel.endpoints[token_name, 1] = PanelRejected(trouble, "<detail>")
    admin.taps("Reality")
    admin.sees(harness.messages.text(language, f"trouble-{trouble}", {"detail": "<detail>"}))
    admin.sees("Which inbound?" if language == "en" else "Какое входящее подключение?")
    assert harness.shop.servers.listings() == ()
    admin.taps("XHTTP")
    admin.sees("Which country is the server in?" if language == "en" else "В какой стране сервер?")


def test_that_devices_are_not_limited_is_said_before_a_server_is_added(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.reported_health = Health(True, True, limits_devices=False)
    at_confirm(admin)
    admin.sees("Add it?", "The limit of devices does not work")


def test_a_country_that_there_is_not_is_asked_for_again(admin: ChatUser) -> None:
    at_token(admin)
    admin.sends(TOKEN)
    admin.sends("UK")
    admin.sees("No country has this code", "GB for the United Kingdom", "Which country is the server in?")
    admin.sends("GB")
    admin.sees("How many keys")


def test_a_long_error_text_of_a_panel_is_cut(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.REFUSED, "long " * 500)
    admin.sends(TOKEN)
    admin.sees("The panel refuses: long")
    assert not harness.quarantine.updates


def test_a_self_signed_certificate_is_pinned_after_confirmation(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
    admin.sends(TOKEN)
    admin.sees("The certificate is self-signed", FINGERPRINT)
    admin.taps("trust it")
    admin.taps("Finland")
    admin.taps("50")
    admin.taps("Add it")
    (listing,) = harness.shop.servers.listings()
    assert listing.server.certificate_sha256 == FINGERPRINT


def test_only_usable_inbounds_are_offered_when_there_are_several(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS
    at_token(admin)
    admin.sends(TOKEN)
    admin.sees("Which inbound?")
    labels = [label for row in admin.screen.labels for label in row]
    assert "Reality · 443" in labels
    assert not any("SS" in label for label in labels)
    admin.taps("XHTTP · 8443")
    admin.taps("Netherlands")
    admin.taps("50")
    admin.taps("Add it")
    (listing,) = harness.shop.servers.listings()
    assert listing.server.inbound_id == 2


def test_another_inbound_can_be_chosen_when_the_first_is_unusable(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS
    at_token(admin)
    admin.sends(TOKEN)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.INBOUND_UNUSABLE)
    admin.taps("XHTTP")
    admin.sees("It has to be VLESS with Reality over tcp or xhttp", "Which inbound?")
    harness.shop.panel.trouble = None
    admin.taps("Reality · 443")
    admin.sees("Which country is the server in?")


def test_a_panel_without_a_usable_inbound_can_be_checked_again(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS[2:]
    at_token(admin)
    admin.sends(TOKEN)
    admin.sees("No inbound fits")
    harness.shop.panel.offered = TWO_INBOUNDS[:1]
    admin.taps("Look again")
    admin.sees("Which country is the server in?")


def test_the_address_of_an_existing_server_shows_that_server(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Add it")
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(ADDRESS)
    admin.sees("You have already added this panel", "ams")
    assert len(harness.shop.servers.listings()) == 1


def test_two_hosts_with_the_same_first_label_get_two_server_ids(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Add it")
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends("https://ams.example.org")
    admin.sends("another")
    admin.taps("Germany")
    admin.taps("50")
    admin.taps("Add it")
    assert {one.server.id: stored(harness)[one.server.token_id] for one in harness.shop.servers.listings()} == {
        "ams": TOKEN,
        "ams-2": "another",
    }


def test_a_tap_that_is_delivered_again_adds_one_server(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Add it")
    harness.again()
    assert len(harness.shop.servers.listings()) == 1
    assert list(stored(harness).values()) == [TOKEN]


def test_the_second_administrator_who_adds_the_same_panel_changes_nothing(
    harness: ChatHarness, admin: ChatUser
) -> None:
    harness.administered_by(ADMIN, 8)
    other = harness.user("en", 8)
    at_confirm(admin)
    other.sends("/servers")
    other.taps("Add a server")
    other.sends(ADDRESS)
    other.sends("o" * 48)
    other.taps("Germany")
    other.taps("50")
    admin.taps("Add it")
    other.taps("Add it")
    other.sees("Another administrator has already added this panel")
    assert f'<a href="tg://user?id={ADMIN}">' in other.screen.text
    (listing,) = harness.shop.servers.listings()
    assert (listing.server.country, stored(harness)) == ("NL", {listing.server.token_id: TOKEN})


@pytest.mark.parametrize(
    "address", ["https://ams.example.com:443", "https://ams.example.com.:443/base", "https://ams.example.com./base"]
)
def test_different_spellings_of_an_address_are_one_address(
    harness: ChatHarness, admin: ChatUser, address: str
) -> None:
    normalized = "https://ams.example.com/base" if "base" in address else "https://ams.example.com"
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(address)
    admin.sees(f"API token of {normalized}:")


def test_look_again_shows_that_the_panel_was_checked(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
    admin.sends(TOKEN)
    admin.taps("Look again")
    assert admin.toast == "🔄 Checked just now."


def test_a_panel_that_is_down_at_the_last_tap_can_be_checked_again(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)
    admin.taps("Add it")
    admin.sees("Nothing answers at this port")
    assert harness.shop.servers.listings() == ()
    harness.shop.panel.trouble = None
    admin.taps("Look again")
    admin.sees("Add it?")


@pytest.mark.parametrize("data", ["servers:add_now", "servers:inbound:1", "servers:country:NL", "servers:trust"])
def test_a_stale_button_shows_the_current_question(admin: ChatUser, data: str) -> None:
    at_token(admin)
    admin.harness.deliver(admin.tap(data, admin.screen.id))
    assert admin.toast == "Here is the current screen."
    admin.sees("API token")


@pytest.mark.parametrize("data", ["servers:add_now", "servers:look", "servers:capacity:50"])
def test_a_button_of_an_ended_conversation_shows_the_list_of_servers(admin: ChatUser, data: str) -> None:
    admin.sends("/servers")
    admin.harness.deliver(admin.tap(data, admin.screen.id))
    admin.sees("Here is the current screen.", "There are no servers yet")


def test_a_draft_that_cannot_be_read_ends_the_conversation(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    session = harness.shop.open(ADMIN)
    key = DefaultKeyBuilder(prefix="", with_bot_id=True, with_business_connection_id=True, with_destiny=True)
    name = key.build(StorageKey(BOT_ID, ADMIN, ADMIN))
    later = '{"draft": {"id": "x", "trouble": "of a later version"}}'
    session.states.stage(name, state=session.states.get(name).state, data_json=later)
    session.flush()
    admin.sends(TOKEN)
    admin.sees("Here is the current screen.", "There are no servers yet")


def test_a_message_delivered_again_shows_the_current_question(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    shown = len(admin.chat)
    harness.again()
    assert len(admin.chat) == shown + 1
    admin.sees("API token")


def test_a_person_who_is_no_administrator_cannot_open_the_servers(harness: ChatHarness) -> None:
    other = harness.user("en", 8)
    other.sends("/servers")
    other.sees("I didn't get that.")
    for data in ("servers:list", "servers:add", "servers:add_now", "servers:drain_now:ams"):
        harness.deliver(other.tap(data, other.screen.id))
        other.sees("Here is the current screen.")
    assert "Servers" not in repr(other.screen.labels)


def test_the_home_screen_of_an_administrator_has_a_button_for_the_servers(admin: ChatUser) -> None:
    admin.sends("/start")
    admin.taps("👑 Shop")
    admin.taps("Servers")
    admin.sees("There are no servers yet")
