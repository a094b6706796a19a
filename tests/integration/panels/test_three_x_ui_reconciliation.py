"""Reconciliation and comparison over HTTP, with foreign clients and with changes that the panel makes."""

from dataclasses import replace

import pytest
from aiohttp import web

from local.three_x_ui import routes
from local.three_x_ui.answers import client_json
from local.three_x_ui.inbounds import Inbound
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
FOREIGN_NAMES = ("alice", "Zoë", "Иван", "Мама", "анна", "ёж", f"v_{'a' * 16}", f"v_{'z' * 16}")


@pytest.fixture
def shop(connected_panel: ConnectedPanel) -> OnPanels:
    """A shop with one server behind the 3x-ui adapter, and one customer with a key on it."""
    shop = shop_on(connected_panel.panels)
    shop.trial = replace(TRIAL, keys=1, traffic_limit_bytes=LIMIT)
    first = ReconciliationRun("nl", shop.clock(), due=Due(shop.clock()))
    shop.servers.add(replace(connected_panel.server, capacity=80), entry("add:nl"), first)
    shop.on_trial()
    return shop


def client_name(shop: OnPanels, user_id: int = USER_ID) -> str:
    """Return the name of a customer's client on the panel."""
    (access,) = shop.look(user_id).living_accesses
    return access.name


class TestForeignClients:
    """Foreign clients have any names, and the database of the panel decides their order."""

    def test_foreign_names_in_any_alphabet_do_not_stop_reconciliation_or_comparison(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        for foreign in FOREIGN_NAMES:
            connected_panel.panel.add_foreign_client(foreign)
        assert [client.email for client in connected_panel.panel.state.in_order()] != sorted(
            connected_panel.panel.clients, key=str.lower
        )
        ended = reconcile_now(shop)
        assert ended.ended_at == ended.began_at
        assert (ended.keys, ended.missing, ended.orphans) == (1, 0, 0)
        found = compare_server(shop.fleet, shop.servers.get("nl"))
        assert (found.there, found.foreign, found.to_make) == (1, len(FOREIGN_NAMES), ())

    def test_a_missing_client_is_created_again_among_foreign_clients(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        own = client_name(shop)
        connected_panel.panel.wipe()
        for foreign in FOREIGN_NAMES:
            connected_panel.panel.add_foreign_client(foreign)
        assert reconcile_now(shop).missing == 1
        assert set(connected_panel.panel.clients) == {own, *FOREIGN_NAMES}


class TestManyClients:
    """The list of all clients comes in one answer, packed."""

    def test_the_list_is_sent_packed(self, connected_panel: ConnectedPanel, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[web.Response] = []
        real = routes.packed

        def packed(answer: routes.Json) -> web.Response:
            sent.append(real(answer))
            return sent[-1]

        monkeypatch.setattr(routes, "packed", packed)
        connected_panel.adapter().clients()
        assert [response.headers["Content-Encoding"] for response in sent] == ["gzip"]

    def test_a_panel_with_fifteen_thousand_clients_is_listed_in_one_call(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        for number in range(15_000):
            connected_panel.panel.add_foreign_client(f"foreign{number}", comment="a comment as long as our mark " * 2)
        connected_panel.panel.calls.clear()
        assert reconcile_now(shop).missing == 0
        assert connected_panel.routes().count("clients/list") == 1
        assert len(shop.fleet.panels.of(shop.servers.get("nl")).clients()) == 15_001


class TestChangedClients:
    """An administrator changes a client in the panel so that its key does not work any more."""

    def changed(self, connected_panel: ConnectedPanel, name: str, **fields: object) -> None:
        """Send the panel's own update of a client, with some fields changed."""
        client = client_json(connected_panel.panel.clients[name])
        connected_panel.panel.state.update(name, client | {"id": client["uuid"]} | fields)

    @pytest.mark.parametrize(
        "fields",
        [
            {"id": "0d1f2c3b-4a59-4687-9a7b-0c1d2e3f4a5b"},
            {"flow": ""},
            {"expiryTime": 1_893_456_000_000},
            {"subId": "another"},
            {"comment": "a note"},
            {"enable": False},
            {"limitIp": 9},
            {"totalGB": 1},
        ],
        ids=str,
    )
    def test_the_client_works_again_after_the_next_run(
        self, connected_panel: ConnectedPanel, shop: OnPanels, fields: dict[str, object]
    ) -> None:
        name = client_name(shop)
        before = client_json(connected_panel.panel.clients[name])
        self.changed(connected_panel, name, **fields)
        assert reconcile_now(shop).different == 1
        after = client_json(connected_panel.panel.clients[name])
        assert {**after, "updatedAt": 0} == {**before, "updatedAt": 0}
        assert reconcile_now(shop).different == 0

    def test_a_key_in_another_inbound_too_is_no_drift_whatever_flow_is_listed(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        name = client_name(shop)
        connected_panel.panel.state.attach(name, [3])
        connected_panel.panel.clients[name].listed_flow = ""
        assert reconcile_now(shop).different == 0

    def test_a_list_with_an_outdated_flow_is_corrected_once(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        """The list keeps the flow of an inbound that the client has left; the client itself is as it should be."""
        connected_panel.panel.clients[client_name(shop)].listed_flow = ""
        assert [reconcile_now(shop).different for _ in range(3)] == [1, 0, 0]


class TestFormerInbound:
    """An operator chooses another inbound of the same panel."""

    def test_every_client_leaves_the_former_inbound_and_stays_out_after_the_end(
        self, connected_panel: ConnectedPanel, shop: OnPanels
    ) -> None:
        connected_panel.panel.state.inbounds[4] = Inbound(4, "New", 8443)

        def change(**fields: int) -> None:
            change_server(
                shop.fleet,
                shop.context,
                "nl",
                lambda known: replace(known, **fields),  # type: ignore[arg-type]  # fields of Server
                update(),
                "operator",
            )
            reconcile_now(shop)

        change(limited_inbound_id=2)
        assert connected_panel.panel.clients[client_name(shop)].inbound_ids == [1]
        change(inbound_id=4)
        assert connected_panel.panel.clients[client_name(shop)].inbound_ids == [4]
        connected_panel.panel.state.attach(client_name(shop), [1])
        assert reconcile_now(shop).different == 1
        assert connected_panel.panel.clients[client_name(shop)].inbound_ids == [4], (
            "the former inbound is removed again"
        )
        shop.days(3.1)
        client = connected_panel.panel.clients[client_name(shop)]
        assert (client.inbound_ids, client.enable) == ([2], True)


class TestUsedTraffic:
    """The panel disables a client that has used its limit; vpnbot moves it to the limited inbound."""

    def test_a_client_that_the_panel_disabled_is_corrected_once(
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
        connected_panel.panel.use_traffic(client_name(shop), down=LIMIT)
        reconcile_now(shop)
        assert shop.look().telegram_only
        assert [reconcile_now(shop).different for _ in range(3)] == [0, 0, 0]
        client = connected_panel.panel.state.client(client_name(shop))
        assert (client.inbound_ids, client.enable, client.total_bytes) == ([2], True, 0)


class TestPanelThatIsNotCalled:
    """A fault before the panel: an unknown host opens the circuit breaker, an unreadable token does not."""

    def test_a_key_is_created_once_an_unknown_host_is_known_again(
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

    def test_an_unreadable_token_does_not_open_the_circuit_breaker(
        self, connected_panel: ConnectedPanel, shop: OnPanels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreadable(server_id: str, *, again: bool = False) -> str:
            raise Retryable("the token store does not answer")

        with monkeypatch.context() as patch:
            patch.setattr(connected_panel.tokens, "get", unreadable)
            assert shop.on_trial(7).subscription.waits_for_key
            with pytest.raises(PanelNotCalled, match="token_unreadable"):
                shop.fleet.panels.of(shop.servers.get("nl")).clients()
            assert shop.servers.breakers == {}
            assert not shop.fleet.panels.of(connected_panel.server).health().healthy
            assert shop.servers.breakers == {}, "the panel was not called, so the circuit breaker stays closed"
            run_diagnosis(shop.open(), shop.fleet, shop.context)
        shop.settles(minutes=2)
        assert shop.look(7).served
