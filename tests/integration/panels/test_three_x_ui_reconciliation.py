"""Rounds and comparisons over HTTP: other people live on the panel, and it has a will of its own."""

from dataclasses import replace

import pytest

from local.three_x_ui.state import Inbound
from tests.fakes.shop import USER_ID, update
from tests.functional.usecases.reconciled_servers import entry, reconcile_now
from tests.integration.panels.conftest import ConnectedPanel
from tests.integration.panels.on_panels import OnPanels, shop_on
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import Retryable
from vpnbot.usecases.servers.change_server import change_server
from vpnbot.usecases.servers.rebuild_server import compare_server
from vpnbot.usecases.support.diagnose import run_diagnosis

LIMIT = 50_000_000_000
OTHERS = ("alice", "Zoë", "Иван", "Мама", "анна", "ёж", f"v_{'a' * 16}", f"v_{'z' * 16}")


@pytest.fixture
def shop(connected_panel: ConnectedPanel) -> OnPanels:
    """A shop with one server on a real adapter, and somebody who has a key on it."""
    shop = shop_on(connected_panel.panels)
    shop.trial = replace(TRIAL, keys=1, traffic_limit_bytes=LIMIT)
    first = ReconciliationRun("nl", shop.clock(), due=Due(shop.clock()))
    shop.servers.add(replace(connected_panel.server, capacity=80), entry("add:nl"), first)
    shop.on_trial()
    return shop


def name(shop: OnPanels, user_id: int = USER_ID) -> str:
    """Return what somebody's client is called on the panel."""
    (access,) = shop.look(user_id).living_accesses
    return access.name


class TestClientsOfOthers:
    """Their names are theirs to choose, and how they sort is the database's business."""

    def test_names_in_any_alphabet_stop_no_round_and_no_comparison(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        for other in OTHERS:
            connected_panel.panel.add_foreign_client(other)
        assert [client.email for client in connected_panel.panel.state.in_order()] != sorted(
            connected_panel.panel.clients, key=str.lower
        )
        ended = reconcile_now(shop)
        assert ended.ended_at == ended.began_at
        assert (ended.keys, ended.missing, ended.orphans) == (1, 0, 0)
        found = compare_server(shop.fleet, shop.servers.get("nl"))
        assert (found.there, found.foreign, found.to_make) == (1, len(OTHERS), ())

    def test_a_key_that_is_missing_among_them_comes_back(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        ours = name(shop)
        connected_panel.panel.wipe()
        for other in OTHERS:
            connected_panel.panel.add_foreign_client(other)
        assert reconcile_now(shop).missing == 1
        assert set(connected_panel.panel.clients) == {ours, *OTHERS}


class TestAnInboundThatServedBefore:
    """An operator chooses another inbound on the same panel."""

    def test_every_key_leaves_it_now_and_after_the_end(self, connected_panel: ConnectedPanel, shop: OnPanels) -> None:
        connected_panel.panel.state.inbounds[4] = Inbound(4, "New", 8443)

        def changed(**fields: int) -> None:
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, **fields),  # type: ignore[arg-type]  # fields of Server
                update(),
                "operator",
            )
            reconcile_now(shop)

        changed(limited_inbound_id=2)
        assert connected_panel.panel.clients[name(shop)].inbound_ids == [1]
        changed(inbound_id=4)
        assert connected_panel.panel.clients[name(shop)].inbound_ids == [4]
        connected_panel.panel.state.attach(name(shop), [1])
        assert reconcile_now(shop).different == 1
        assert connected_panel.panel.clients[name(shop)].inbound_ids == [4], "whoever put it back there"
        shop.days(3.1)
        client = connected_panel.panel.clients[name(shop)]
        assert (client.inbound_ids, client.enable) == ([2], True)


class TestWhoeverHasUsedAllOfTheirTraffic:
    """The panel switches off by itself who has used their limit; we let them reach Telegram."""

    def test_the_panel_and_we_do_not_fight_over_their_key(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, limited_inbound_id=2),
            update(),
            "operator",
        )
        connected_panel.panel.use_traffic(name(shop), down=LIMIT)
        reconcile_now(shop)
        assert shop.look().telegram_only
        assert [reconcile_now(shop).different for _ in range(3)] == [0, 0, 0]
        client = connected_panel.panel.state.client(name(shop))
        assert (client.inbound_ids, client.enable, client.total_bytes) == ([2], True, 0)


class TestAPanelThatIsNotAsked:
    """What stands between us and the panel decides who has to wait, and for what."""

    def test_a_host_that_nobody_knows_just_now_is_waited_for(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        shop.servers.put(replace(shop.servers.get("nl"), address="https://panel.invalid"))
        shop.on_trial(7)
        shop.days(2)
        assert shop.servers.breakers["nl"].trouble is PanelTrouble.UNKNOWN_HOST
        assert shop.index.dead_lettered() == []
        shop.servers.put(replace(shop.servers.get("nl"), address=connected_panel.panel.address))
        shop.settles(minutes=20)
        assert shop.look(7).served

    def test_a_token_that_cannot_be_read_is_no_trouble_of_the_panels(
        self, connected_panel: ConnectedPanel, shop: OnPanels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def hangs(server_id: str, *, again: bool = False) -> str:
            raise Retryable("the safe does not answer")

        with monkeypatch.context() as for_a_while:
            for_a_while.setattr(connected_panel.tokens, "get", hangs)
            assert shop.on_trial(7).subscription.waits_for_key
            with pytest.raises(PanelNotCalled, match="token_unreadable"):
                shop.fleet.panels.of(shop.servers.get("nl")).clients(1)
            assert shop.servers.breakers == {}
            assert not shop.fleet.panels.of(connected_panel.server).health().healthy
            assert shop.servers.breakers == {}, "nobody was asked, so that nothing is known against it"
            run_diagnosis(shop.open(), shop.fleet, shop.context)
        shop.settles(minutes=2)
        assert shop.look(7).served
