"""Rounds and comparisons over HTTP: other people live on the panel, and it has a will of its own."""

from dataclasses import replace

import pytest

from local.three_x_ui.state import Inbound
from tests.fakes.shop import USER_ID, update
from tests.functional.usecases.rounds import entry, round_over
from tests.integration.panels.conftest import Desk
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
def shop(desk: Desk) -> OnPanels:
    """A shop with one server on a real adapter, and somebody who has a key on it."""
    shop = shop_on(desk.panels)
    shop.trial = replace(TRIAL, keys=1, traffic_limit_bytes=LIMIT)
    first = ReconciliationRun("nl", shop.clock(), due=Due(shop.clock()))
    shop.servers.add(replace(desk.server, capacity=80), entry("add:nl"), first)
    shop.on_trial()
    return shop


def name(shop: OnPanels, user_id: int = USER_ID) -> str:
    """Return what somebody's client is called on the panel."""
    (access,) = shop.look(user_id).living_accesses
    return access.name


class TestClientsOfOthers:
    """Their names are theirs to choose, and how they sort is the database's business."""

    def test_names_in_any_alphabet_stop_no_round_and_no_comparison(self, desk: Desk, shop: OnPanels) -> None:
        for other in OTHERS:
            desk.panel.add_foreign_client(other)
        assert [client.email for client in desk.panel.state.in_order()] != sorted(desk.panel.clients, key=str.lower)
        ended = round_over(shop)
        assert ended.ended_at == ended.began_at
        assert (ended.keys, ended.missing, ended.orphans) == (1, 0, 0)
        found = compare_server(shop.fleet, shop.servers.get("nl"))
        assert (found.there, found.foreign, found.to_make) == (1, len(OTHERS), ())

    def test_a_key_that_is_missing_among_them_comes_back(self, desk: Desk, shop: OnPanels) -> None:
        ours = name(shop)
        desk.panel.wipe()
        for other in OTHERS:
            desk.panel.add_foreign_client(other)
        assert round_over(shop).missing == 1
        assert set(desk.panel.clients) == {ours, *OTHERS}


class TestAnInboundThatServedBefore:
    """An operator chooses another inbound on the same panel."""

    def test_every_key_leaves_it_now_and_after_the_end(self, desk: Desk, shop: OnPanels) -> None:
        desk.panel.state.inbounds[4] = Inbound(4, "New", 8443)

        def changed(**fields: int) -> None:
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, **fields),  # type: ignore[arg-type]  # fields of Server
                update(),
                "operator",
            )
            round_over(shop)

        changed(limited_inbound_id=2)
        assert desk.panel.clients[name(shop)].inbound_ids == [1]
        changed(inbound_id=4)
        assert desk.panel.clients[name(shop)].inbound_ids == [4]
        desk.panel.state.attach(name(shop), [1])
        assert round_over(shop).different == 1
        assert desk.panel.clients[name(shop)].inbound_ids == [4], "whoever put it back there"
        shop.days(3.1)
        client = desk.panel.clients[name(shop)]
        assert (client.inbound_ids, client.enable) == ([2], True)


class TestWhoeverHasUsedAllOfTheirTraffic:
    """The panel switches off by itself who has used their limit; we let them reach Telegram."""

    def test_the_panel_and_we_do_not_fight_over_their_key(self, desk: Desk, shop: OnPanels) -> None:
        change_server(
            shop.fleet,
            shop.context,
            "nl",
            lambda known: replace(known, limited_inbound_id=2),
            update(),
            "operator",
        )
        desk.panel.use_traffic(name(shop), down=LIMIT)
        round_over(shop)
        assert shop.look().telegram_only
        assert [round_over(shop).different for _ in range(3)] == [0, 0, 0]
        client = desk.panel.state.client(name(shop))
        assert (client.inbound_ids, client.enable, client.total_bytes) == ([2], True, 0)


class TestAPanelThatIsNotAsked:
    """What stands between us and the panel decides who has to wait, and for what."""

    def test_a_host_that_nobody_knows_just_now_is_waited_for(self, desk: Desk, shop: OnPanels) -> None:
        shop.servers.put(replace(shop.servers.get("nl"), address="https://panel.invalid"))
        shop.on_trial(7)
        shop.days(2)
        assert shop.servers.breakers["nl"].trouble is PanelTrouble.UNKNOWN_HOST
        assert shop.index.dead_lettered() == []
        shop.servers.put(replace(shop.servers.get("nl"), address=desk.panel.address))
        shop.settles(minutes=20)
        assert shop.look(7).served

    def test_a_token_that_cannot_be_read_is_no_trouble_of_the_panels(
        self, desk: Desk, shop: OnPanels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def hangs(server_id: str, *, again: bool = False) -> str:
            raise Retryable("the safe does not answer")

        with monkeypatch.context() as for_a_while:
            for_a_while.setattr(desk.tokens, "get", hangs)
            assert shop.on_trial(7).subscription.waits_for_key
            with pytest.raises(PanelNotCalled, match="token_unreadable"):
                shop.fleet.panels.of(shop.servers.get("nl")).clients(1)
            assert shop.servers.breakers == {}
            assert not shop.fleet.panels.of(desk.server).health().well
            assert shop.servers.breakers == {}, "nobody was asked, so that nothing is known against it"
            run_diagnosis(shop.open(), shop.fleet, shop.context)
        shop.settles(minutes=2)
        assert shop.look(7).served
