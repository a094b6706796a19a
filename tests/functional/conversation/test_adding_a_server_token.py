"""The token of a server that is being added is stored only in the token store, and removed with the draft."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.administrator import (
    ADMIN,
    FINGERPRINT,
    TOKEN,
    at_confirm,
    at_server,
    at_token,
    stored,
)
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.servers.panel_errors import (
    TOKEN_TROUBLES,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.errors import Retryable, StorageUnavailable


@pytest.fixture
def harness() -> ChatHarness:
    shop = shop_in_memory()
    shop.servers.ids = []
    return ChatHarness(shop, admin_ids=frozenset({ADMIN}))


def everything_kept(harness: ChatHarness, admin: ChatUser) -> str:
    """Return everything that was stored or sent, except for the token store."""
    table = harness.shop.people.table  # type: ignore[attr-defined]  # people in memory have a table
    return repr(
        (table.items, table.states, table.ledger, harness.telegram.calls, harness.quarantine.updates, harness.answers)
    )


def test_the_token_is_stored_only_in_the_token_store(harness: ChatHarness, admin: ChatUser) -> None:
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


def test_the_administrator_is_asked_to_delete_a_message_that_the_bot_cannot_delete(
    harness: ChatHarness, admin: ChatUser
) -> None:
    at_token(admin)
    harness.telegram.refuse("deleteMessage", Refusal(400, "Bad Request: message can't be deleted"))
    admin.sends(TOKEN)
    admin.sees(
        "could not be deleted. If it has a token, please delete it yourself", "Which country is the server in?"
    )


def test_an_update_quarantined_after_a_bug_contains_no_token(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)

    def fail(server_id: str, token: str) -> None:
        raise RuntimeError("a bug")

    harness.shop.tokens.put = fail  # type: ignore[method-assign]  # a token store with a bug
    admin.sends(TOKEN)
    ((quarantined, reason),) = harness.quarantine.updates
    assert reason == "RuntimeError"
    assert TOKEN not in json.dumps(quarantined)


def test_a_token_store_that_is_busy_makes_telegram_deliver_again(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    put = harness.shop.tokens.put

    def fail(server_id: str, token: str) -> None:
        raise Retryable("the token store is busy")

    harness.shop.tokens.put = fail  # type: ignore[method-assign]  # a token store that is busy
    assert admin.sends(TOKEN).status == 503
    harness.shop.tokens.put = put  # type: ignore[method-assign]  # it accepts the token now
    assert harness.again().status == 200
    admin.sees("Which country is the server in?")


@pytest.mark.parametrize("trouble", sorted(TOKEN_TROUBLES))
def test_a_wrong_token_is_asked_for_again(harness: ChatHarness, admin: ChatUser, trouble: PanelTrouble) -> None:
    at_token(admin)
    harness.shop.panel.trouble = PanelRejected(trouble)
    admin.sends("w" * 48)
    admin.sees("token", "API token of")
    harness.shop.panel.trouble = None
    admin.sends(TOKEN)
    admin.sees("Which country is the server in?")
    assert list(stored(harness).values()) == [TOKEN]


def test_another_address_removes_the_token_and_asks_for_one(harness: ChatHarness, admin: ChatUser) -> None:
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


def test_cancelling_removes_the_token(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.taps("Cancel")
    assert stored(harness) == {}
    admin.sees("There are no servers yet")
    admin.sends("anything")
    admin.sees("I didn't get that")


def test_the_next_draft_removes_the_token_that_an_abandoned_one_has_left(
    harness: ChatHarness, admin: ChatUser
) -> None:
    """No server is added yet, so that no reconciliation run does it."""
    harness.administered_by(ADMIN, 8)
    other = harness.user("en", 8)
    at_confirm(other)
    at_confirm(admin)
    assert len(stored(harness)) == 2
    harness.shop.clock.advance(timedelta(days=1))
    admin.sends("/servers")
    admin.taps("Add a server")
    assert stored(harness) == {}
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.NO_TOKEN)
    other.taps("Add it")
    other.sees("API token of https://ams.example.com")
    harness.shop.panel.trouble = None
    other.sends(TOKEN)
    other.taps("Add it")
    other.sees("is added")


def test_the_token_of_an_old_draft_is_new_again_when_its_server_is_added(
    harness: ChatHarness, admin: ChatUser
) -> None:
    """Otherwise a reconciliation run that has listed the old tokens could delete that of a server just added."""
    at_confirm(admin)
    harness.shop.clock.advance(timedelta(days=2))
    admin.taps("Add it")
    assert set(harness.shop.tokens.last_changes().values()) == {harness.shop.clock()}


def test_a_token_whose_delivery_failed_is_stored_once(
    harness: ChatHarness, admin: ChatUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_token(admin)

    def fails(_: object) -> None:
        raise StorageUnavailable("throttled")

    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr("tests.fakes.people.Session.flush", fails)
            response = harness.again() if stored(harness) else admin.sends(TOKEN)
        assert response.status == 503
        assert list(stored(harness).values()) == [TOKEN]
    assert harness.again().status == 200
    admin.sees("Which country is the server in?")
    assert list(stored(harness).values()) == [TOKEN]


def test_opening_the_list_of_servers_removes_the_draft_and_its_token(harness: ChatHarness, admin: ChatUser) -> None:
    at_confirm(admin)
    admin.sends("/servers")
    assert stored(harness) == {}


def test_an_added_server_keeps_its_token_when_the_answer_failed(harness: ChatHarness, admin: ChatUser) -> None:
    """The server is in the catalogue, but the conversation still has the draft, which is removed."""
    at_confirm(admin)
    harness.telegram.refuse("editMessageText", *[Refusal(500, "Internal Server Error")] * 2)
    assert admin.taps("Add it").status == 503
    admin.sends("/servers")
    (listing,) = harness.shop.servers.listings()
    assert stored(harness) == {listing.server.token_id: TOKEN}


def test_a_text_of_an_administrator_is_never_quarantined(harness: ChatHarness, admin: ChatUser) -> None:
    """Storage fails, so that the bot cannot know that the text is a token; the update is too old to be retried."""
    at_token(admin)
    update = admin.message(text=TOKEN)
    harness.shop.clock.advance(timedelta(minutes=11))
    harness.shop.faults.at("query", StorageUnavailable("away"))
    harness.deliver(update)
    ((quarantined, _),) = harness.quarantine.updates
    assert TOKEN not in json.dumps(quarantined)


def test_a_former_administrator_leaves_the_conversation_and_the_token_is_not_stored(
    harness: ChatHarness, admin: ChatUser
) -> None:
    at_token(admin)
    harness.administered_by()
    admin.sends(TOKEN)
    admin.sees("Pass this on to us?")
    assert stored(harness) == {}


def at_address(admin: ChatUser) -> None:
    """Begin to add a server, up to the question for its address."""
    admin.sends("/servers")
    admin.taps("Add a server")


def at_country(admin: ChatUser) -> None:
    """Begin to add a server, up to the question for its country."""
    at_token(admin)
    admin.sends(TOKEN)


def at_capacity(admin: ChatUser) -> None:
    """Begin to add a server, up to the question for its capacity."""
    at_country(admin)
    admin.taps("Netherlands")


def at_trouble(admin: ChatUser) -> None:
    """Begin to add a server whose panel does not answer with the token."""
    at_token(admin)
    admin.harness.shop.panel.trouble = PanelRejected(PanelTrouble.OLD_PANEL)
    admin.sends(TOKEN)


def changing(label: str) -> Callable[[ChatUser], None]:
    """Return how to come to the question for a field of a server."""

    def begin(admin: ChatUser) -> None:
        at_confirm(admin)
        admin.taps("Add it")
        at_server(admin, "ams")
        admin.taps("Change")
        admin.taps(label)

    return begin


OTHER = "pasted0token0at0the0wrong0step0" * 2
STEPS = {
    "address": at_address,
    "country": at_country,
    "capacity": at_capacity,
    "trouble": at_trouble,
    "confirm": at_confirm,
    "changed address": changing("Address"),
    "changed capacity": changing("Capacity"),
}


@pytest.mark.parametrize("step", STEPS)
def test_whatever_is_typed_at_any_step_is_deleted_and_kept_nowhere(
    harness: ChatHarness, admin: ChatUser, step: str
) -> None:
    STEPS[step](admin)
    before, calls = len(harness.telegram.calls), everything_kept(harness, admin)
    assert OTHER not in calls
    admin.sends(OTHER)
    assert harness.telegram.named()[before:] == ["deleteMessage", "sendMessage"]
    assert OTHER not in everything_kept(harness, admin)
    assert OTHER not in stored(harness).values()


@pytest.mark.parametrize("step", STEPS)
def test_a_message_that_cannot_be_deleted_is_named_at_any_step(
    harness: ChatHarness, admin: ChatUser, step: str
) -> None:
    STEPS[step](admin)
    harness.telegram.refuse("deleteMessage", Refusal(400, "Bad Request: message can't be deleted"))
    admin.sends(OTHER)
    admin.sees("could not be deleted. If it has a token, please delete it yourself")


def test_a_picture_with_the_token_is_deleted_too(harness: ChatHarness, admin: ChatUser) -> None:
    at_token(admin)
    before = len(harness.telegram.calls)
    picture = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    harness.deliver(admin.message(photo=picture, caption=OTHER))
    assert harness.telegram.named()[before:] == ["deleteMessage", "sendMessage"]
    admin.sees("A token is one word")
    assert OTHER not in everything_kept(harness, admin)


@pytest.mark.parametrize(
    "trouble",
    [
        PanelUnavailable(PanelTrouble.UNKNOWN_HOST),
        PanelUnavailable(PanelTrouble.TIMED_OUT),
        PanelRejected(PanelTrouble.NOT_TLS),
        PanelRejected(PanelTrouble.WRONG_PATH),
        PanelRejected(PanelTrouble.WEB_PAGE, "HTTP 401"),
    ],
    ids=lambda error: str(error.trouble),
)
def test_no_token_is_asked_for_before_a_panel_answers_at_the_address(
    harness: ChatHarness, admin: ChatUser, trouble: PanelUnavailable | PanelRejected
) -> None:
    at_address(admin)
    harness.shop.panel.trouble = trouble
    admin.sends("https://ams.example.com")
    assert "API token" not in admin.screen.words
    assert any("Look again" in label for row in admin.screen.labels for label in row)
    admin.sends(TOKEN)
    assert stored(harness) == {}
    harness.shop.panel.trouble = None
    admin.taps("Look again")
    admin.sees("API token of https://ams.example.com")


def test_a_certificate_is_confirmed_before_the_token_is_asked_for(harness: ChatHarness, admin: ChatUser) -> None:
    at_address(admin)
    harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
    admin.sends("https://ams.example.com")
    admin.sees("The certificate is self-signed", FINGERPRINT)
    admin.taps("trust it")
    admin.sees("API token of https://ams.example.com")
    admin.sends(TOKEN)
    admin.sees("Which country is the server in?")


def test_an_administrator_may_answer_a_question_while_adding_a_server() -> None:
    shop = shop_in_memory()
    shop.servers.ids = []
    harness = ChatHarness(shop, admin_ids=frozenset({ADMIN}), support_chat_id=ADMIN)
    admin, customer = harness.user("en", ADMIN), harness.user("en", 77)
    customer.sends("/start")
    customer.taps("Write to us")
    customer.sends("Hello?")
    asked = admin.screen.words
    at_token(admin)
    original = {"message_id": 5, "date": 1, "chat": {"id": ADMIN, "type": "private"}, "text": asked}
    harness.deliver(admin.message(text="In a minute", reply_to_message=original))
    customer.sees("In a minute")
    admin.sends(TOKEN)
    admin.sees("Which country is the server in?")
