"""Servers are added only when their panel is well, changed as a whole or not at all, and removed only when empty."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.servers import server
from tests.fakes.shop import Shop, update
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health, Server, ServerState
from vpnbot.errors import Misconfigured, Rejected
from vpnbot.usecases.servers.add_server import PanelAlreadyAdded, add_server
from vpnbot.usecases.servers.change_server import change_server, change_token, drain_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import probe_panel
from vpnbot.usecases.servers.remove_server import KeysOnServer, remove_server

NEW = Server("de", "", "DE", address="https://de.example.com/x", inbound_id=1, capacity=50)
STOPPED = Health(panel_answers=True, server_runs=False, trouble=PanelTrouble.CORE_STOPPED)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    empty_shop.tokens.put("nl", "of nl")
    return with_servers(empty_shop, "nl")


@pytest.fixture
def resting(shop: Shop) -> Shop:
    """The same, its panel having been away for so long that it is left alone for minutes."""
    shop.guarded, shop.panel.fault_mode = True, FaultMode.DOWN
    shop.on_trial()
    shop.days(0.1)
    assert shop.servers.breakers["nl"].blocks(shop.clock())
    shop.panel.fault_mode = FaultMode.FINE
    return shop


def add(shop: Shop, what: Server = NEW, cause: str = "") -> Server:
    """Let the operator add a server."""
    return add_server(shop.fleet, shop.context, what, cause or update(), "operator")


class TestAdding:
    """From an address to a server that gets keys."""

    def test_what_links_will_show_is_read_from_the_panel(self, shop: Shop) -> None:
        shop.panel.endpoints["de", 1] = Endpoint("203.0.113.7", 8443, "p" * 43, "www.example.org", "ff")
        added = add(shop)
        assert added.endpoint is not None
        assert (added.endpoint.host, added.endpoint.port, added.endpoint.country) == ("203.0.113.7", 8443, "DE")
        assert shop.servers.get("de") == added

    def test_the_next_key_goes_there_and_the_first_round_is_due(self, shop: Shop) -> None:
        add(shop)
        person = shop.on_trial()
        assert {access.server_id for access in person.accesses} == {"nl", "de"}
        shop.minute()
        looked_at = shop.servers.reconciliation_run("de")
        assert looked_at is not None
        assert looked_at.ended_at is not None

    def test_the_same_tap_adds_once(self, shop: Shop) -> None:
        first = add(shop, cause="update:1:7")
        assert add(shop, cause="update:1:7") == first

    def test_a_name_is_given_once(self, shop: Shop) -> None:
        add(shop)
        with pytest.raises(Rejected, match="already"):
            add(shop)

    @pytest.mark.parametrize(
        ("fault_mode", "error"), [(FaultMode.DOWN, PanelUnavailable), (FaultMode.REFUSING, PanelRejected)]
    )
    def test_a_panel_that_cannot_be_used_adds_nothing(
        self, shop: Shop, fault_mode: FaultMode, error: type[Exception]
    ) -> None:
        shop.panel.fault_mode = fault_mode
        with pytest.raises(error):
            add(shop)
        assert shop.servers.ids == ["nl"]

    def test_a_server_that_does_not_run_is_named(self, shop: Shop) -> None:
        shop.panel.reported_health = STOPPED
        with pytest.raises(PanelRejected) as refusal:
            add(shop)
        assert refusal.value.trouble is PanelTrouble.CORE_STOPPED
        assert shop.servers.ids == ["nl"]

    def test_a_panel_is_one_server(self, shop: Shop) -> None:
        add(shop)
        with pytest.raises(PanelAlreadyAdded) as refusal:
            add(shop, replace(NEW, id="de2", inbound_id=2))
        assert refusal.value.server_id == "de"
        assert shop.servers.ids == ["nl", "de"]

    def test_the_limited_way_in_is_read_too(self, shop: Shop) -> None:
        added = add(shop, replace(NEW, limited_inbound_id=2))
        assert added.limited_endpoint is not None
        assert added.limited_endpoint.limited

    def test_a_panel_can_be_looked_at_before_an_inbound_is_chosen(self, shop: Shop) -> None:
        examined = probe_panel(shop.fleet, replace(NEW, inbound_id=0))
        assert [inbound.port for inbound in examined.inbounds] == [443]


class TestChanging:
    """What is changed holds from the next key on, and reaches everybody else with the next round."""

    def test_a_title_is_kept_and_reaches_links(self, shop: Shop) -> None:
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

    def test_capacity_is_room_for_more(self, shop: Shop) -> None:
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

    def test_another_panel_is_looked_at_first(self, shop: Shop) -> None:
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

    def test_the_panel_of_another_server_is_not_taken(self, shop: Shop) -> None:
        add(shop)
        with pytest.raises(PanelAlreadyAdded) as refusal:
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, address=NEW.address),
                update(),
                "operator",
            )
        assert refusal.value.server_id == "de"
        assert shop.servers.get("nl").address == ""

    def test_a_server_may_keep_its_own_panel(self, shop: Shop) -> None:
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

    def test_another_panel_has_no_inbound_that_served_before(self, shop: Shop) -> None:
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

    def test_a_lost_panel_that_is_built_anew_elsewhere_need_not_be_waited_for(self, resting: Shop) -> None:
        changed = change_server(
            resting.fleet,
            resting.context,
            "nl",
            lambda known: replace(known, address="https://x.example"),
            update(),
            "operator",
        )
        assert changed.address == "https://x.example"
        assert resting.servers.breakers == {}

    def test_what_does_not_concern_the_panel_needs_no_panel(self, shop: Shop) -> None:
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

    def test_nothing_changed_is_no_new_version(self, shop: Shop) -> None:
        before = shop.servers.get("nl")
        assert change_server(shop.fleet, shop.context, "nl", lambda known: known, update(), "operator") == before

    def test_a_redelivered_change_is_made_once(self, shop: Shop) -> None:
        for _ in range(2):
            drain_server(shop.fleet, shop.context, "nl", "update:1:9", "operator")
        assert shop.servers.get("nl").version == 2

    def test_a_server_that_is_not_there_is_named(self, shop: Shop) -> None:
        with pytest.raises(Misconfigured, match="fr"):
            reopen_server(shop.fleet, shop.context, "fr", update(), "operator")

    def test_draining_begins_with_the_next_minute_and_can_be_taken_back(self, shop: Shop) -> None:
        add(shop)
        shop.minute()
        shop.on_trial()
        drain_server(shop.fleet, shop.context, "nl", update(), "operator")
        shop.minute()
        (leaving,) = [access for access in shop.look().accesses if access.server_id == "nl"]
        assert leaving.leaving_at is not None
        assert reopen_server(shop.fleet, shop.context, "nl", update(), "operator").state is ServerState.OPEN


class TestTheToken:
    """A token that the panel does not take never replaces one that it does."""

    def test_a_good_one_is_kept_and_the_old_one_forgotten(self, shop: Shop) -> None:
        changed = change_token(shop.fleet, shop.context, "nl", "new", update(), "operator")
        assert shop.tokens.stored == {changed.token_id: "new"}
        assert shop.servers.get("nl").token_id == changed.token_id != "nl", "no process knows an old one by this name"

    @pytest.mark.parametrize("fault_mode", [FaultMode.DOWN, FaultMode.REFUSING])
    def test_a_bad_one_is_not(self, shop: Shop, fault_mode: FaultMode) -> None:
        shop.panel.fault_mode = fault_mode
        with pytest.raises((PanelUnavailable, PanelRejected)):
            change_token(shop.fleet, shop.context, "nl", "bad", update(), "operator")
        assert shop.tokens.stored == {"nl": "of nl"}
        assert shop.servers.get("nl").token_id == "nl"

    def test_a_panel_that_rests_is_asked_all_the_same(self, resting: Shop) -> None:
        changed = change_token(resting.fleet, resting.context, "nl", "new", update(), "operator")
        assert resting.tokens.stored == {changed.token_id: "new"}
        assert resting.servers.breakers == {}

    def test_a_server_without_one_gets_one(self, shop: Shop) -> None:
        shop.tokens.remove("nl")
        changed = change_token(shop.fleet, shop.context, "nl", "new", update(), "operator")
        assert shop.tokens.stored == {changed.token_id: "new"}

    def test_kept_twice_for_one_cause_it_is_kept_once(self, shop: Shop) -> None:
        cause = update()
        first = change_token(shop.fleet, shop.context, "nl", "new", cause, "operator")
        change_token(shop.fleet, shop.context, "nl", "new", cause, "operator")
        assert shop.tokens.stored == {first.token_id: "new"}

    def test_a_process_that_dies_before_the_catalogue_knows_leaves_the_old_one_at_work(self, shop: Shop) -> None:
        shop.faults.at("panel.inbounds.before", Crash())
        with pytest.raises(Crash):
            change_token(shop.fleet, shop.context, "nl", "unseen", update(), "operator")
        assert shop.servers.get("nl").token_id == "nl"
        assert shop.tokens.stored["nl"] == "of nl"

    def test_a_panel_built_anew_gets_address_and_token_at_once(self, shop: Shop) -> None:
        def moved(server: Server) -> Server:
            return replace(server, address="https://anew.example")

        changed = change_server(shop.fleet, shop.context, "nl", moved, update(), "operator", token="of the new one")
        assert changed.address == "https://anew.example"
        assert shop.tokens.stored == {changed.token_id: "of the new one"}


def test_nobodys_vpn_goes_on_for_ever_because_both_inbounds_are_one(shop: Shop) -> None:
    with pytest.raises(BadInput, match="same_inbound"):
        change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, limited_inbound_id=1),
            update(),
            "operator",
        )


class TestOneOfTheSameName:
    """A server that was removed and is added again is another one: nothing about it has been decided yet."""

    def test_it_can_be_drained_again(self, shop: Shop) -> None:
        shop.trial = replace(shop.trial, keys=1, duration=timedelta(days=30))
        shop.on_trial()
        for _ in range(2):
            add(shop)
            self.emptied(shop, "nl")
            assert self.homes(shop) == ["de"]
            reopen_server(shop.fleet, shop.context, "nl", update(), "operator")
            self.emptied(shop, "de")
            assert self.homes(shop) == ["nl"]
            assert remove_server(shop.fleet, shop.context, "de", update(), "operator")

    def test_what_its_panel_changes_is_read_again(self, shop: Shop) -> None:
        for port in (8443, 9443):
            plain = Endpoint("203.0.113.7", 443, "p" * 43, "www.example.org", "ff")
            shop.panel.endpoints["de", 1] = plain
            add(shop)
            shop.panel.endpoints["de", 1] = replace(plain, port=port)
            shop.clock.pass_by(timedelta(minutes=1))
            shop.minute()
            endpoint = shop.servers.get("de").endpoint
            assert endpoint is not None
            assert endpoint.port == port
            assert remove_server(shop.fleet, shop.context, "de", update(), "operator")

    def emptied(self, shop: Shop, server_id: str) -> None:
        drain_server(shop.fleet, shop.context, server_id, update(), "operator")
        shop.days(1.2)

    def homes(self, shop: Shop) -> list[str]:
        return [access.server_id for access in shop.look().living_accesses]


class TestRemoving:
    """Nobody's key is taken from them."""

    def test_an_empty_server_goes_with_its_token(self, shop: Shop) -> None:
        assert remove_server(shop.fleet, shop.context, "nl", update(), "operator")
        assert shop.servers.ids == []
        assert shop.tokens.stored == {}

    def test_one_with_keys_stays(self, shop: Shop) -> None:
        shop.on_trial()
        with pytest.raises(KeysOnServer, match="drain it first"):
            remove_server(shop.fleet, shop.context, "nl", update(), "operator")
        assert shop.servers.ids == ["nl"]
        assert shop.tokens.stored == {"nl": "of nl"}

    def test_one_whose_panel_is_lost_goes_when_everybody_has_been_moved(self, shop: Shop) -> None:
        shop.trial = replace(shop.trial, keys=1)
        shop.on_trial()
        add(shop)
        assert not remove_server(shop.fleet, shop.context, "nl", update(), "operator", panel_is_lost=True)
        assert shop.servers.get("nl").state is ServerState.DECOMMISSIONED
        shop.settles(minutes=20)
        assert shop.servers.ids == ["de"]
        assert [access.server_id for access in shop.look().accesses if access.works] == ["de"]

    def test_a_drained_server_can_be_removed(self, shop: Shop) -> None:
        shop.trial = replace(shop.trial, keys=1, duration=shop.trial.duration * 2)
        shop.on_trial()
        add(shop)
        drain_server(shop.fleet, shop.context, "nl", update(), "operator")
        shop.days(1.2)
        reconcile_now(shop, "nl")
        assert remove_server(shop.fleet, shop.context, "nl", update(), "operator")
        assert server("nl").id not in shop.servers.ids
