"""Servers are changed completely or not at all; a change to another panel or token is tried on the panel first."""

from dataclasses import replace

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.new_server import NEW, add
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import Misconfigured
from vpnbot.usecases.servers.add_server import PanelAlreadyAdded
from vpnbot.usecases.servers.change_server import change_server, change_token, drain_server, reopen_server


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    empty_shop.tokens.put("nl", "of nl")
    return with_servers(empty_shop, "nl")


@pytest.fixture
def breaker_open(shop: Shop) -> Shop:
    """A shop whose server has an open circuit breaker, while its panel works again."""
    shop.guarded, shop.panel.fault_mode = True, FaultMode.DOWN
    shop.on_trial()
    shop.days(0.1)
    assert shop.servers.breakers["nl"].blocks(shop.clock())
    shop.panel.fault_mode = FaultMode.FINE
    return shop


class TestChanging:
    """A change applies to new keys at once, and to existing keys with the next reconciliation run."""

    def test_a_title_is_stored_and_shown_in_links(self, shop: Shop) -> None:
        shop.on_trial()
        change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, title="Fast one"),
            update(),
            "operator",
        )
        shop.minute()
        endpoint = shop.look().living_accesses[0].endpoint
        assert endpoint is not None
        assert endpoint.title == "Fast one"

    def test_a_new_capacity_is_divided_among_the_shards(self, shop: Shop) -> None:
        changed = change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, capacity=8),
            update(),
            "operator",
        )
        assert changed.capacity == 8
        (listing,) = shop.servers.listings()
        assert sum(shard.limit for shard in listing.shards) == 8

    def test_no_token_is_sent_to_a_new_address_at_which_no_panel_answers(self, shop: Shop) -> None:
        shop.panel.trouble = PanelRejected(PanelTrouble.WEB_PAGE, "HTTP 401")
        before = len(shop.faults.passed)
        for token in (None, "t" * 48):
            with pytest.raises(PanelRejected):
                change_server(
                    shop.fleet,
                    shop.context,
                    "nl",
                    lambda known: replace(known, address="https://other.example"),
                    update(),
                    "operator",
                    token=token,
                )
        called = [point for point in shop.faults.passed[before:] if point.startswith("panel.")]
        assert set(called) == {"panel.identify.before"}

    def test_a_new_address_is_stored_only_if_its_panel_answers(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        with pytest.raises(PanelUnavailable):
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, address="https://x.example"),
                update(),
                "op",
            )
        assert shop.servers.get("nl").address == ""

    def test_an_address_of_another_servers_panel_is_rejected(self, shop: Shop) -> None:
        add(shop)
        with pytest.raises(PanelAlreadyAdded) as rejection:
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, address=NEW.address),
                update(),
                "operator",
            )
        assert rejection.value.server_id == "de"
        assert shop.servers.get("nl").address == ""

    def test_a_server_can_keep_its_address_and_change_its_inbound(self, shop: Shop) -> None:
        added = add(shop)
        changed = change_server(
            shop.fleet,
            shop.context,
            "de",
            lambda known: replace(known, address=NEW.address, inbound_id=2),
            update(),
            "operator",
        )
        assert (changed.address, changed.former_inbound_ids) == (added.address, (1,))

    def test_a_new_address_clears_the_former_inbounds(self, shop: Shop) -> None:
        change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, inbound_id=4),
            update(),
            "operator",
        )
        changed = change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, address="https://x.example"),
            update(),
            "op",
        )
        assert changed.former_inbound_ids == ()

    def test_the_address_can_be_changed_while_the_circuit_breaker_is_open(self, breaker_open: Shop) -> None:
        changed = change_server(
            breaker_open.fleet,
            breaker_open.context,
            "nl",
            lambda known: replace(known, address="https://x.example"),
            update(),
            "operator",
        )
        assert changed.address == "https://x.example"
        assert breaker_open.servers.breakers == {}

    def test_a_country_can_be_changed_while_the_panel_is_down(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        changed = change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, country="FR"),
            update(),
            "operator",
        )
        assert changed.endpoint is not None
        assert changed.endpoint.country == "FR"

    def test_a_change_without_differences_makes_no_new_version(self, shop: Shop) -> None:
        before = shop.servers.get("nl")
        assert change_server(shop.fleet, shop.context, "nl", lambda known: known, update(), "operator") == before

    def test_a_redelivered_change_is_made_once(self, shop: Shop) -> None:
        for _ in range(2):
            drain_server(shop.fleet, shop.context, "nl", "update:1:9", "operator")
        assert shop.servers.get("nl").version == 2

    def test_the_error_for_an_unknown_server_contains_its_name(self, shop: Shop) -> None:
        with pytest.raises(Misconfigured, match="fr"):
            reopen_server(shop.fleet, shop.context, "fr", update(), "operator")

    def test_draining_begins_within_a_minute_and_can_be_reverted(self, shop: Shop) -> None:
        add(shop)
        shop.minute()
        shop.on_trial()
        drain_server(shop.fleet, shop.context, "nl", update(), "operator")
        shop.minute()
        (leaving,) = [access for access in shop.look().accesses if access.server_id == "nl"]
        assert leaving.leaving_at is not None
        assert reopen_server(shop.fleet, shop.context, "nl", update(), "operator").state is ServerState.OPEN

    def test_one_inbound_cannot_be_both_the_normal_and_the_limited_one(self, shop: Shop) -> None:
        with pytest.raises(BadInput, match="same_inbound"):
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, limited_inbound_id=1),
                update(),
                "operator",
            )


class TestTheToken:
    """A token that the panel rejects never replaces one that it accepts."""

    def test_an_accepted_token_is_stored_and_the_old_one_deleted(self, shop: Shop) -> None:
        changed = change_token(shop.fleet, shop.context, "nl", "new", update(), "operator")
        assert shop.tokens.stored == {changed.token_id: "new"}
        assert shop.servers.get("nl").token_id == changed.token_id != "nl", "no process has cached it"

    @pytest.mark.parametrize("fault_mode", [FaultMode.DOWN, FaultMode.REFUSING])
    def test_a_token_that_the_panel_does_not_accept_is_not_stored(self, shop: Shop, fault_mode: FaultMode) -> None:
        shop.panel.fault_mode = fault_mode
        with pytest.raises((PanelUnavailable, PanelRejected)):
            change_token(shop.fleet, shop.context, "nl", "bad", update(), "operator")
        assert shop.tokens.stored == {"nl": "of nl"}
        assert shop.servers.get("nl").token_id == "nl"

    def test_a_token_can_be_changed_while_the_circuit_breaker_is_open(self, breaker_open: Shop) -> None:
        changed = change_token(breaker_open.fleet, breaker_open.context, "nl", "new", update(), "operator")
        assert breaker_open.tokens.stored == {changed.token_id: "new"}
        assert breaker_open.servers.breakers == {}

    def test_a_server_without_a_token_gets_one(self, shop: Shop) -> None:
        shop.tokens.remove("nl")
        changed = change_token(shop.fleet, shop.context, "nl", "new", update(), "operator")
        assert shop.tokens.stored == {changed.token_id: "new"}

    def test_a_redelivered_change_of_token_stores_one_token(self, shop: Shop) -> None:
        cause = update()
        first = change_token(shop.fleet, shop.context, "nl", "new", cause, "operator")
        change_token(shop.fleet, shop.context, "nl", "new", cause, "operator")
        assert shop.tokens.stored == {first.token_id: "new"}

    def test_a_crash_before_the_commit_leaves_the_old_token_in_use(self, shop: Shop) -> None:
        shop.faults.at("panel.inbounds.before", Crash())
        with pytest.raises(Crash):
            change_token(shop.fleet, shop.context, "nl", "unseen", update(), "operator")
        assert shop.servers.get("nl").token_id == "nl"
        assert shop.tokens.stored["nl"] == "of nl"

    def test_address_and_token_can_be_changed_together(self, shop: Shop) -> None:
        def with_new_address(server: Server) -> Server:
            return replace(server, address="https://new.example")

        changed = change_server(
            shop.fleet, shop.context, "nl", with_new_address, update(), "operator", token="of the new one"
        )
        assert changed.address == "https://new.example"
        assert shop.tokens.stored == {changed.token_id: "of the new one"}
