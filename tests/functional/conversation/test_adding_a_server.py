"""An administrator adds a server in the chat: every answer, every trouble, and a token that nobody gets to see."""

import json
from datetime import timedelta

import pytest
from aiogram.fsm.storage.base import DefaultKeyBuilder, StorageKey

from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.bot_session import BOT_ID, Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.servers.panel_errors import (
    CERTIFICATE_TROUBLES,
    TOKEN_TROUBLES,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import Inbound, PanelKind, ServerState
from vpnbot.errors import Retryable, StorageUnavailable

ADMIN = 7
TOKEN = "t" * 48
ADDRESS = "https://ams.example.com:2053/base"
FINGERPRINT = ":".join(["AB"] * 32)
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


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    return harness.user("en", ADMIN)


def at_token(admin: ChatUser) -> None:
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(ADDRESS)


def at_confirm(admin: ChatUser) -> None:
    at_token(admin)
    admin.sends(TOKEN)
    admin.taps("Netherlands")
    admin.taps("200")


def stored(harness: ChatHarness) -> dict[str, str]:
    return harness.shop.tokens.stored


def everything_kept(harness: ChatHarness, admin: ChatUser) -> str:
    """Return all that was written down or said, but for the safe: conversations, items, messages, calls, parking."""
    table = harness.shop.people.table  # type: ignore[attr-defined]  # the people in memory have one
    return repr(
        (table.items, table.states, table.ledger, harness.telegram.calls, harness.quarantine.updates, harness.answers)
    )


def test_from_an_address_to_a_server_in_six_answers(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/servers")
    admin.sees("There are no servers yet")
    admin.taps("Add a server")
    admin.sees("address as your browser shows it")
    admin.sends(f"  {ADDRESS}/panel/inbounds ")
    admin.sees("API token of https://ams.example.com:2053/base")
    admin.sends(TOKEN)
    admin.sees("Where does it stand?")
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


def test_the_token_goes_to_the_safe_and_nowhere_else(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Add it")
    assert TOKEN not in everything_kept(harness, admin)
    assert list(stored(harness).values()) == [TOKEN]


def test_the_message_with_the_token_is_deleted_before_the_panel_is_asked(
    harness: ChatHarness, admin: ChatUser
) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
    before = len(harness.telegram.calls)
    admin.sends(TOKEN)
    assert harness.telegram.named()[before:] == ["deleteMessage", "sendMessage"]
    admin.sees("did not answer in time")


def test_a_message_that_cannot_be_deleted_is_left_to_its_writer(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.telegram.refuse("deleteMessage", Refusal(400, "Bad Request: message can't be deleted"))
    admin.sends(TOKEN)
    admin.sees("could not be deleted. Please delete it yourself", "Where does it stand?")


def test_a_bug_while_the_token_is_taken_parks_no_token(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)

    def fail(server_id: str, token: str) -> None:
        raise RuntimeError("a bug")

    harness.shop.tokens.put = fail  # type: ignore[method-assign]  # a safe that breaks
    admin.sends(TOKEN)
    ((parked, reason),) = harness.quarantine.updates
    assert reason == "RuntimeError"
    assert TOKEN not in json.dumps(parked)


def test_a_safe_that_does_not_answer_brings_the_message_again(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    put = harness.shop.tokens.put

    def fail(server_id: str, token: str) -> None:
        raise Retryable("the safe is busy")

    harness.shop.tokens.put = fail  # type: ignore[method-assign]  # a safe that is busy
    assert admin.sends(TOKEN).status == 503
    harness.shop.tokens.put = put  # type: ignore[method-assign]  # and is not any more
    assert harness.again().status == 200
    admin.sees("Where does it stand?")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("hello", "This is no address"),
        ("http://ams.example.com/base", "It has to begin with https://"),
        ("https://admin:1234@ams.example.com", "leave the name and password out"),
        ("https://ams.example.com:99999", "no number from 1 to 65535"),
    ],
)
def test_what_is_no_address_is_asked_for_again(admin: ChatUser, answer: str, words: str) -> None:
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(answer)
    admin.sees(words, "address as your browser shows it")
    admin.sends(ADDRESS)
    admin.sees("API token")


def test_a_photo_is_no_answer_and_loses_nothing(admin: ChatUser) -> None:
    at_token(admin)
    admin.sends_a("photo", [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}])
    admin.sees("A token is one word", "API token")
    admin.sends(TOKEN)
    admin.sees("Where does it stand?")


def test_typing_where_a_button_is_asked_for_shows_the_question_again(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS
    at_token(admin)
    admin.sends(TOKEN)
    admin.sends("the first one")
    admin.sees("Which inbound?")


@pytest.mark.parametrize("trouble", sorted(TOKEN_TROUBLES))
def test_a_wrong_token_is_asked_for_again(harness: ChatHarness, admin: ChatUser, trouble: PanelTrouble) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelRejected(trouble)
    admin.sends("w" * 48)
    admin.sees("token", "API token of")
    harness.shop.panel.trouble = None
    admin.sends(TOKEN)
    admin.sees("Where does it stand?")
    assert list(stored(harness).values()) == [TOKEN]


@pytest.mark.parametrize(
    "trouble",
    sorted(
        set(PanelTrouble)
        - TOKEN_TROUBLES
        - CERTIFICATE_TROUBLES
        - {PanelTrouble.NO_INBOUND, PanelTrouble.INBOUND_UNUSABLE, PanelTrouble.INBOUND_OFF}
    ),
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_trouble_has_words_and_a_way_on(harness: ChatHarness, trouble: PanelTrouble, language: str) -> None:
    admin = harness.user(language, ADMIN)
    admin.sends("/servers")
    admin.taps("Add a server" if language == "en" else "Добавить сервер")
    admin.sends(ADDRESS)
    harness.shop.panel.trouble = PanelRejected(trouble, "<some & detail>")
    admin.sends(TOKEN)
    assert admin.screen.words == harness.messages.text(language, f"trouble-{trouble}", {"detail": "<some & detail>"})
    harness.shop.panel.trouble = None
    admin.taps("Look again" if language == "en" else "Проверить снова")
    admin.sees("Where does it stand?" if language == "en" else "Где он стоит?")


def test_a_panels_own_long_words_are_cut(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.REFUSED, "long " * 500)
    admin.sends(TOKEN)
    admin.sees("The panel refuses: long")
    assert not harness.quarantine.updates


def test_a_certificate_that_nobody_signed_is_pinned_when_it_is_theirs(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
    admin.sends(TOKEN)
    admin.sees("Nobody has signed", FINGERPRINT)
    admin.taps("trust it")
    admin.taps("Finland")
    admin.taps("50")
    admin.taps("Add it")
    (listing,) = harness.shop.servers.listings()
    assert listing.server.certificate_sha256 == FINGERPRINT


def test_of_several_inbounds_one_is_chosen_and_those_that_do_not_fit_are_not_offered(
    harness: ChatHarness, admin: ChatUser
) -> None:
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


def test_an_inbound_that_turns_out_unusable_is_chosen_anew(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS
    at_token(admin)
    admin.sends(TOKEN)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.INBOUND_UNUSABLE)
    admin.taps("XHTTP")
    admin.sees("It has to be VLESS with Reality over tcp or xhttp", "Which inbound?")
    harness.shop.panel.trouble = None
    admin.taps("Reality · 443")
    admin.sees("Where does it stand?")


def test_a_panel_without_a_fitting_inbound_says_what_to_make(harness: ChatHarness, admin: ChatUser) -> None:
    harness.shop.panel.offered = TWO_INBOUNDS[2:]
    at_token(admin)
    admin.sends(TOKEN)
    admin.sees("No inbound fits")
    harness.shop.panel.offered = TWO_INBOUNDS[:1]
    admin.taps("Look again")
    admin.sees("Where does it stand?")


def test_another_address_asks_for_another_token(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    admin.sends(TOKEN)
    admin.taps("Netherlands")
    admin.taps("50")
    admin.taps("Other address")
    assert stored(harness) == {}
    admin.sends("https://fra.example.com")
    admin.sees("API token of https://fra.example.com")
    admin.sends(TOKEN)
    admin.sees("Add it?", "🇳🇱 NL, up to 50 keys")


def test_cancelling_forgets_the_token(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Cancel")
    assert stored(harness) == {}
    admin.sees("There are no servers yet")
    admin.sends("anything")
    admin.sees("Here is the current screen")


def test_going_elsewhere_among_the_servers_forgets_the_draft_with_its_token(
    harness: ChatHarness, admin: ChatUser
) -> None:
    at_confirm(admin)
    admin.sends("/servers")
    assert stored(harness) == {}


def test_a_panel_that_is_a_server_already_is_shown(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Add it")
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(ADDRESS)
    admin.sees("one of the servers already", "ams")
    assert len(harness.shop.servers.listings()) == 1


def test_two_panels_with_the_same_first_name_get_two_names(harness: ChatHarness, admin: ChatUser) -> None:
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


def test_a_tap_that_was_carried_out_and_not_answered_loses_no_token(harness: ChatHarness, admin: ChatUser) -> None:
    """The catalogue has the server, the conversation does not know; going elsewhere forgets drafts, not servers."""
    at_confirm(admin)
    harness.telegram.refuse("editMessageText", *[Refusal(500, "Internal Server Error")] * 2)
    assert admin.taps("Add it").status == 503
    admin.sends("/servers")
    (listing,) = harness.shop.servers.listings()
    assert stored(harness) == {listing.server.token_id: TOKEN}


def test_of_two_administrators_with_one_panel_the_second_changes_nothing(
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
    other.sees("one of the servers already")
    (listing,) = harness.shop.servers.listings()
    assert (listing.server.country, stored(harness)) == ("NL", {listing.server.token_id: TOKEN})


@pytest.mark.parametrize(
    "address", ["https://ams.example.com:443", "https://ams.example.com.:443/base", "https://ams.example.com./base"]
)
def test_one_panel_is_one_panel_however_its_address_is_written(
    harness: ChatHarness, admin: ChatUser, address: str
) -> None:
    change_to = "https://ams.example.com/base" if "base" in address else "https://ams.example.com"
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(address)
    admin.sees(f"API token of {change_to}:")


def test_looking_again_says_that_it_has_looked(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
    admin.sends(TOKEN)
    admin.taps("Look again")
    assert admin.toast == "🔄 Checked just now."


def test_what_an_administrator_types_is_never_parked(harness: ChatHarness, admin: ChatUser) -> None:
    """Storage is away before anybody can know that a token is awaited; ten minutes later the update is kept."""
    at_token(admin)
    update = admin.message(text=TOKEN)
    harness.shop.clock.pass_by(timedelta(minutes=11))
    harness.shop.faults.at("query", StorageUnavailable("away"))
    harness.deliver(update)
    ((parked, _),) = harness.quarantine.updates
    assert TOKEN not in json.dumps(parked)


def test_a_panel_that_goes_down_before_the_last_tap_is_looked_at_again(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)
    admin.taps("Add it")
    admin.sees("Nothing answers at this port")
    assert harness.shop.servers.listings() == ()
    harness.shop.panel.trouble = None
    admin.taps("Look again")
    admin.sees("Add it?")


@pytest.mark.parametrize("data", ["servers:add_now", "servers:inbound:1", "servers:country:NL", "servers:trust"])
def test_a_button_of_another_moment_shows_the_question_at_hand(admin: ChatUser, data: str) -> None:
    at_token(admin)
    admin.harness.deliver(admin.tap(data, admin.screen.id))
    assert admin.toast == "Here is the current screen."
    admin.sees("API token")


@pytest.mark.parametrize("data", ["servers:add_now", "servers:look", "servers:capacity:50"])
def test_a_button_of_a_forgotten_conversation_leads_to_the_servers(admin: ChatUser, data: str) -> None:
    admin.sends("/servers")
    admin.harness.deliver(admin.tap(data, admin.screen.id))
    admin.sees("Here is the current screen.", "There are no servers yet")


def test_a_draft_that_cannot_be_read_any_more_begins_anew(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    session = harness.shop.open(ADMIN)
    key = DefaultKeyBuilder(prefix="", with_bot_id=True, with_business_connection_id=True, with_destiny=True)
    name = key.build(StorageKey(BOT_ID, ADMIN, ADMIN))
    later = '{"draft": {"id": "x", "trouble": "of a later version"}}'
    session.states.stage(name, state=session.states.get(name).state, data_json=later)
    session.flush()
    admin.sends(TOKEN)
    admin.sees("Here is the current screen.", "There are no servers yet")


def test_a_message_delivered_again_shows_the_question_at_hand(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    shown = len(admin.chat)
    harness.again()
    assert len(admin.chat) == shown + 1
    admin.sees("API token")


def test_nobody_else_gets_to_the_servers(harness: ChatHarness) -> None:
    stranger = harness.user("en", 8)
    stranger.sends("/servers")
    stranger.sees("Here is the current screen.")
    for data in ("servers:list", "servers:add", "servers:add_now", "servers:drain_now:ams"):
        harness.deliver(stranger.tap(data, stranger.screen.id))
        stranger.sees("Here is the current screen.")
    assert "Servers" not in repr(stranger.screen.labels)


def test_an_administrator_finds_the_servers_at_home(admin: ChatUser) -> None:
    admin.sends("/start")
    admin.taps("Servers")
    admin.sees("There are no servers yet")


def test_whoever_is_no_administrator_any_more_leaves_the_conversation(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    harness.administered_by()
    admin.sends(TOKEN)
    admin.sees("Here is the current screen.")
    assert stored(harness) == {}
