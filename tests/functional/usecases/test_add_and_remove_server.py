"""Servers are added with a healthy panel only, and removed only when they have no keys."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.new_server import NEW, add
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health, ServerState
from vpnbot.errors import Rejected
from vpnbot.usecases.servers.add_server import PanelAlreadyAdded
from vpnbot.usecases.servers.change_server import drain_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import probe_panel
from vpnbot.usecases.servers.remove_server import KeysOnServer, remove_server

STOPPED = Health(panel_answers=True, server_runs=False, trouble=PanelTrouble.CORE_STOPPED)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    empty_shop.tokens.put("nl", "of nl")
    return with_servers(empty_shop, "nl")


class TestAdding:
    """From the address of a panel to a server that gets keys."""

    def test_the_endpoint_is_read_from_the_panel(self, shop: Shop) -> None:
        shop.panel.endpoints["de", 1] = Endpoint("203.0.113.7", 8443, "p" * 43, "www.example.org", "ff")
        added = add(shop)
        assert added.endpoint is not None
        assert (added.endpoint.host, added.endpoint.port, added.endpoint.country) == ("203.0.113.7", 8443, "DE")
        assert shop.servers.get("de") == added

    def test_the_next_key_is_placed_there_and_the_first_reconciliation_run_is_due(self, shop: Shop) -> None:
        add(shop)
        person = shop.on_trial()
        assert {access.server_id for access in person.accesses} == {"nl", "de"}
        shop.minute()
        run = shop.servers.reconciliation_run("de")
        assert run is not None
        assert run.ended_at is not None

    def test_a_redelivered_tap_adds_one_server(self, shop: Shop) -> None:
        first = add(shop, cause="update:1:7")
        assert add(shop, cause="update:1:7") == first

    def test_a_name_that_is_in_use_is_rejected(self, shop: Shop) -> None:
        add(shop)
        with pytest.raises(Rejected, match="already"):
            add(shop)

    @pytest.mark.parametrize(
        ("fault_mode", "error"), [(FaultMode.DOWN, PanelUnavailable), (FaultMode.REFUSING, PanelRejected)]
    )
    def test_no_server_is_added_while_its_panel_fails(
        self, shop: Shop, fault_mode: FaultMode, error: type[Exception]
    ) -> None:
        shop.panel.fault_mode = fault_mode
        with pytest.raises(error):
            add(shop)
        assert shop.servers.ids == ["nl"]

    def test_a_server_whose_core_is_stopped_is_rejected_with_the_reason(self, shop: Shop) -> None:
        shop.panel.reported_health = STOPPED
        with pytest.raises(PanelRejected) as rejection:
            add(shop)
        assert rejection.value.trouble is PanelTrouble.CORE_STOPPED
        assert shop.servers.ids == ["nl"]

    def test_a_panel_that_belongs_to_another_server_is_rejected(self, shop: Shop) -> None:
        add(shop)
        with pytest.raises(PanelAlreadyAdded) as rejection:
            add(shop, replace(NEW, id="de2", inbound_id=2))
        assert rejection.value.server_id == "de"
        assert shop.servers.ids == ["nl", "de"]

    def test_the_limited_endpoint_is_read_too(self, shop: Shop) -> None:
        added = add(shop, replace(NEW, limited_inbound_id=2))
        assert added.limited_endpoint is not None
        assert added.limited_endpoint.limited

    def test_a_panel_can_be_probed_before_an_inbound_is_chosen(self, shop: Shop) -> None:
        examined = probe_panel(shop.fleet, replace(NEW, inbound_id=0))
        assert [inbound.port for inbound in examined.inbounds] == [443]


class TestAServerThatIsAddedAgain:
    """Causes of a removed server do not count for a new one of the same name."""

    def test_a_server_that_is_added_again_can_be_drained_again(self, shop: Shop) -> None:
        shop.trial = replace(shop.trial, keys=1, duration=timedelta(days=30))
        shop.on_trial()
        for _ in range(2):
            add(shop)
            self.drain(shop, "nl")
            assert self.servers_of_person(shop) == ["de"]
            reopen_server(shop.fleet, shop.context, "nl", update(), "operator")
            self.drain(shop, "de")
            assert self.servers_of_person(shop) == ["nl"]
            assert remove_server(shop.fleet, shop.context, "de", update(), "operator")

    def test_changes_on_the_panel_of_a_server_that_is_added_again_are_read(self, shop: Shop) -> None:
        for port in (8443, 9443):
            plain = Endpoint("203.0.113.7", 443, "p" * 43, "www.example.org", "ff")
            shop.panel.endpoints["de", 1] = plain
            add(shop)
            shop.panel.endpoints["de", 1] = replace(plain, port=port)
            shop.clock.advance(timedelta(minutes=1))
            shop.minute()
            endpoint = shop.servers.get("de").endpoint
            assert endpoint is not None
            assert endpoint.port == port
            assert remove_server(shop.fleet, shop.context, "de", update(), "operator")

    def drain(self, shop: Shop, server_id: str) -> None:
        """Drain a server, and let time pass until it is empty."""
        drain_server(shop.fleet, shop.context, server_id, update(), "operator")
        shop.days(1.2)

    def servers_of_person(self, shop: Shop) -> list[str]:
        """Return the servers on which the person has a key."""
        return [access.server_id for access in shop.look().living_accesses]


class TestRemoving:
    """A server is removed only when it has no keys."""

    def test_an_empty_server_is_removed_with_its_token(self, shop: Shop) -> None:
        assert remove_server(shop.fleet, shop.context, "nl", update(), "operator")
        assert shop.servers.ids == []
        assert shop.tokens.stored == {}

    def test_a_server_with_keys_is_not_removed(self, shop: Shop) -> None:
        shop.on_trial()
        with pytest.raises(KeysOnServer, match="drain it first"):
            remove_server(shop.fleet, shop.context, "nl", update(), "operator")
        assert shop.servers.ids == ["nl"]
        assert shop.tokens.stored == {"nl": "of nl"}

    def test_a_server_with_a_lost_panel_is_removed_after_its_keys_have_been_moved(self, shop: Shop) -> None:
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
        assert "nl" not in shop.servers.ids
