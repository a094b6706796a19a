"""An administrator changes one field of a server in the chat."""

import pytest

from tests.functional.conversation.administrator import (
    FINGERPRINT,
    at_field,
    at_server,
    customers,
    harness_with_servers,
)
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.usecases.reconciled_servers import change
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Inbound

INBOUNDS = (Inbound(1, "Reality", "vless", 443), Inbound(4, "Telegram only", "vless", 8443))


@pytest.fixture
def harness() -> ChatHarness:
    return harness_with_servers("nl", "de")


class TestChanging:
    """An administrator changes one field of a server."""

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
    def test_a_typed_value_is_saved(
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
    def test_a_value_chosen_by_a_button_is_saved(
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
    def test_an_invalid_value_is_not_saved_and_asked_for_again(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, words: str
    ) -> None:
        before = harness.shop.servers.get("nl")
        at_field(admin, label)
        admin.sends(answer)
        admin.sees(words)
        assert harness.shop.servers.get("nl") == before
        assert harness.shop.tokens.stored["nl"] == "token of nl"

    def test_a_new_token_is_saved_once_the_panel_accepts_it_and_its_message_is_deleted(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Token")
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.WRONG_TOKEN)
        admin.sends("wrong-one")
        admin.sees("rejects this token")
        assert harness.shop.tokens.stored["nl"] == "token of nl"
        harness.shop.panel.trouble = None
        before = len(harness.telegram.calls)
        admin.sends("right-one")
        assert harness.telegram.named()[before:] == ["deleteMessage", "sendMessage"]
        admin.sees("Saved")
        assert harness.shop.tokens.stored[harness.shop.servers.get("nl").token_id] == "right-one"
        assert "right-one" not in repr((harness.telegram.calls, harness.shop.people.table.states))  # type: ignore[attr-defined]  # in memory

    def test_the_administrator_is_asked_to_delete_a_token_that_the_bot_cannot_delete(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Token")
        harness.telegram.refuse("deleteMessage", Refusal(400, "Bad Request: message can't be deleted for everyone"))
        admin.sends("right-one")
        admin.sees("could not be deleted", "Saved")

    def test_nothing_is_saved_before_a_throttled_deletion_is_repeated(
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

    def test_an_address_whose_panel_rejects_the_token_is_saved_with_a_new_token(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_field(admin, "Address")
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.WRONG_TOKEN)
        admin.sends("https://moved.example")
        admin.sees("rejects this token", "new API token of https://moved.example")
        assert harness.shop.servers.get("nl").address == ""
        harness.shop.panel.trouble = None
        admin.sends("of-the-new-one")
        admin.sees("Saved")
        known = harness.shop.servers.get("nl")
        assert known.address == "https://moved.example"
        assert harness.shop.tokens.stored == {known.token_id: "of-the-new-one", "de": "token of de"}

    def test_another_error_after_trusting_a_certificate_is_shown(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.CERTIFICATE_CHANGED, FINGERPRINT)
        at_server(admin)
        harness.shop.panel.after_pinning = PanelUnavailable(PanelTrouble.TIMED_OUT)
        admin.taps("trust it")
        admin.sees("did not answer in time")
        assert not harness.quarantine.updates

    def test_the_inbound_that_is_already_used_for_the_other_purpose_is_not_offered(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        harness.shop.panel.offered = INBOUNDS
        at_field(admin, "After the end")
        labels = [label for row in admin.screen.labels for label in row]
        assert "Telegram only · 8443" in labels
        assert "Reality · 443" not in labels
        harness.deliver(admin.tap("servers:value:nl:limited:1", admin.screen.id))
        admin.sees("People use this one")
        assert "Telegram only · 8443" in str(admin.screen.labels), "the other inbound can still be chosen"

    def test_a_new_address_with_a_self_signed_certificate_is_saved_with_its_fingerprint(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        change(harness.shop, "nl", address="https://old.example", certificate_sha256="AA")
        at_field(admin, "Address")
        harness.shop.panel.trouble = PanelRejected(PanelTrouble.SELF_SIGNED, FINGERPRINT)
        admin.sends("https://new.example")
        admin.sees("The certificate is self-signed", FINGERPRINT)
        assert harness.shop.servers.get("nl").address == "https://old.example"
        admin.taps("trust it")
        admin.sees("Saved")
        changed = harness.shop.servers.get("nl")
        assert (changed.address, changed.certificate_sha256) == ("https://new.example", FINGERPRINT)

    def test_a_new_address_removes_the_pinned_certificate(self, harness: ChatHarness, admin: ChatUser) -> None:
        change(harness.shop, "nl", address="https://old.example", certificate_sha256="AA")
        at_field(admin, "Address")
        admin.sends("https://new.example")
        assert harness.shop.servers.get("nl").certificate_sha256 is None

    def test_a_new_address_is_not_saved_while_its_panel_is_down(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Address")
        harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
        admin.sends("https://new.example")
        admin.sees("did not answer in time", "Send the new one")
        assert harness.shop.servers.get("nl").address == ""
        harness.shop.panel.trouble = None
        admin.sends("https://new.example")
        admin.sees("Saved")

    def test_an_inbound_cannot_be_chosen_while_the_panel_is_down(self, harness: ChatHarness, admin: ChatUser) -> None:
        harness.shop.panel.trouble = PanelUnavailable(PanelTrouble.TIMED_OUT)
        at_field(admin, "Inbound")
        admin.sees("did not answer in time", "Which inbound")
        harness.shop.panel.trouble = None
        admin.sends("the first")
        admin.sees("Which inbound")

    def test_a_change_of_name_reaches_the_links(self, harness: ChatHarness, admin: ChatUser) -> None:
        customers(harness, 1)
        at_field(admin, "Name")
        admin.sends("Fast one")
        harness.passes(minutes=5)
        titles = {a.server_id: a.endpoint.title for a in harness.shop.look(100).accesses if a.endpoint}
        assert titles["nl"] == "Fast one"

    def test_an_answer_that_is_delivered_again_changes_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Capacity")
        admin.sends("300")
        version = harness.shop.servers.get("nl").version
        harness.again()
        assert harness.shop.servers.get("nl").version == version

    def test_a_question_that_is_delivered_again_is_shown_again(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_field(admin, "Capacity")
        harness.again()
        admin.sees("What is the new maximum?")

    def test_the_conversation_ends_if_the_server_was_removed_meanwhile(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        for label, answer in (("Capacity", "300"), ("Token", "right-one")):
            at_field(admin, label)
            harness.shop.servers.ids = ["de"]
            admin.sends(answer)
            admin.sees("not here any more")
            harness.shop.servers.ids = ["de", "nl"]


def test_a_capacity_below_the_use_shows_as_full(harness: ChatHarness, admin: ChatUser) -> None:
    """Each shard has a share of the capacity, and keys are not spread evenly: a shard may be free all the same."""
    for user_id in range(100, 109):
        harness.shop.on_trial(user_id)
    at_field(admin, "Capacity")
    admin.sends("8")
    (listing,) = [item for item in harness.shop.servers.listings() if item.server.id == "nl"]
    assert any(shard.free for shard in listing.shards), "otherwise this test shows nothing"
    admin.sees("🟡 🇳🇱 nl: full, 9 of 8 keys")
    harness.shop.on_trial(200)
    assert {access.server_id for access in harness.shop.look(200).accesses} == {"de"}, "it gets no more keys"
