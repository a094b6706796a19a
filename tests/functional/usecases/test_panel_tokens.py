"""Each panel has one token in the token store, and what crashes, drafts and removals leave there is deleted."""

from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.new_server import add
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.servers.server_draft import ServerDraft
from vpnbot.errors import InvalidCall, Misconfigured, Retryable, StorageUnavailable, UnreadableItem
from vpnbot.usecases.servers.change_server import change_token
from vpnbot.usecases.servers.draft_server import with_token
from vpnbot.usecases.servers.panel_tokens import UNUSED_FOR, sweep_tokens, token_name
from vpnbot.usecases.servers.remove_server import remove_server

DRAFT = ServerDraft("token-first", "https://ams.example.com")


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server and its token."""
    empty_shop.tokens.put("nl", "of nl")
    return with_servers(empty_shop, "nl")


class TestNames:
    """A token has the name of the cause that stored it."""

    def test_a_redelivered_token_of_a_draft_has_the_same_name(self, shop: Shop) -> None:
        cause = update()
        first = with_token(shop.fleet, DRAFT, "secret", cause)
        assert with_token(shop.fleet, DRAFT, "secret", cause) == first
        assert shop.tokens.stored == {"nl": "of nl", first.id: "secret"}

    def test_another_token_of_a_draft_has_another_name_and_replaces_the_first(self, shop: Shop) -> None:
        """Another process may have the first cached, and a panel reads a rejected token again once a minute."""
        first = with_token(shop.fleet, DRAFT, "wrong", update())
        second = with_token(shop.fleet, first, "right", update())
        assert second.id != first.id
        assert shop.tokens.stored == {"nl": "of nl", second.id: "right"}

    def test_a_redelivered_change_of_a_token_keeps_the_new_token(self, shop: Shop) -> None:
        cause = update()
        changed = change_token(shop.fleet, shop.context, "nl", "new", cause, "operator")
        assert change_token(shop.fleet, shop.context, "nl", "new", cause, "operator") == changed
        assert shop.tokens.stored == {token_name(cause): "new"}
        assert shop.servers.get("nl").token_id == token_name(cause)


class TestSweeping:
    """Each reconciliation run deletes the tokens that no server has used for a day."""

    @pytest.mark.parametrize(("age", "stays"), [(UNUSED_FOR - timedelta(minutes=1), True), (UNUSED_FOR, False)])
    def test_a_token_that_no_server_uses_is_deleted_after_a_day(
        self, shop: Shop, age: timedelta, stays: bool
    ) -> None:
        shop.tokens.put("token-left", "of a draft")
        shop.clock.advance(age)
        sweep_tokens(shop.fleet, shop.context)
        assert ("token-left" in shop.tokens.stored) is stays
        assert shop.tokens.stored["nl"] == "of nl", "a token that is in use stays for ever"

    def test_a_reconciliation_run_sweeps(self, shop: Shop) -> None:
        shop.tokens.put("token-left", "of a draft")
        shop.clock.advance(UNUSED_FOR)
        reconcile_now(shop)
        assert shop.tokens.stored == {"nl": "of nl"}

    def test_the_token_of_a_removed_server_is_swept_if_its_removal_failed(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.tokens.put("de", "of de")
        add(shop)

        def busy(_: str) -> None:
            raise Retryable("Parameter Store did not answer")

        with monkeypatch.context() as patch:
            patch.setattr(shop.tokens, "remove", busy)
            assert remove_server(shop.fleet, shop.context, "de", update(), "operator")
        assert "de" in shop.tokens.stored
        shop.clock.advance(UNUSED_FOR)
        reconcile_now(shop)
        assert shop.tokens.stored == {"nl": "of nl"}

    @pytest.mark.parametrize(
        "error",
        [
            Retryable("Parameter Store did not answer"),
            Misconfigured("SECRETS_PATH", "Parameter Store refuses the function"),
        ],
    )
    def test_a_token_store_that_fails_does_not_fail_the_run(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def fails() -> None:
            raise error

        monkeypatch.setattr(shop.tokens, "last_changes", fails)
        assert reconcile_now(shop).ended_at == shop.clock.now - timedelta(minutes=3)
        assert ("sweep_tokens", type(error).__name__) in shop.meter.deferred_work

    def test_a_bug_is_not_hidden(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails() -> None:
            raise InvalidCall("Parameter Store: ValidationException")

        monkeypatch.setattr(shop.tokens, "last_changes", fails)
        with pytest.raises(InvalidCall):
            sweep_tokens(shop.fleet, shop.context)

    @pytest.mark.parametrize("error", [UnreadableItem("SERVER#de"), StorageUnavailable("throttled")])
    def test_nothing_is_deleted_while_a_server_cannot_be_read(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        """The unused token may be that of the server that this version cannot read."""

        def fails() -> None:
            raise error

        shop.tokens.put("token-of-de", "of de")
        shop.clock.advance(UNUSED_FOR)
        monkeypatch.setattr(shop.servers, "tokens_in_use", fails)
        sweep_tokens(shop.fleet, shop.context)
        assert "token-of-de" in shop.tokens.stored
