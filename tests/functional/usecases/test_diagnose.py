"""The diagnosis of a VPN that does not work."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import Client, FaultMode, Panel
from tests.fakes.shop import Shop
from tests.functional.usecases.purchases import GB
from tests.functional.usecases.reconciled_servers import CHANGED_BY_HAND
from vpnbot.domain.scheduling import MAX_ATTEMPTS
from vpnbot.domain.servers.server import Health
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.support import Finding
from vpnbot.usecases.support.diagnose import run_diagnosis

BROKEN_SERVER = Health(panel_answers=True, server_runs=False)


@pytest.fixture
def health_checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The servers whose panels were asked for their health, in order."""
    real, asked = Panel.health, list[str]()

    def health(panel: Panel) -> Health:
        asked.append(panel.server.id)
        return real(panel)

    monkeypatch.setattr(Panel, "health", health)
    return asked


class TestDiagnosis:
    """Find why the VPN does not work; call a panel only if its answer can change the finding."""

    def test_no_panel_is_called_for_a_person_without_a_subscription(
        self, shop: Shop, health_checks: list[str]
    ) -> None:
        shop.arrives()
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.NO_SUBSCRIPTION
        assert health_checks == []

    def test_an_end_that_due_work_has_not_processed_is_found_without_calling_a_panel(
        self, shop: Shop, health_checks: list[str]
    ) -> None:
        shop.on_trial()
        shop.clock.advance(timedelta(days=3))
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.EXPIRED
        assert health_checks == []

    def test_a_server_that_is_down_is_for_the_operator_to_repair(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.reported_health = BROKEN_SERVER
        diagnosis = run_diagnosis(shop.open(), shop.fleet, shop.context)
        assert diagnosis.finding is Finding.SERVER_DOWN
        assert diagnosis.ours

    def test_a_server_that_has_left_the_catalogue_is_down(self, shop: Shop) -> None:
        shop.on_trial()
        shop.servers.ids = ["de"]
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.SERVER_DOWN

    def test_a_dead_lettered_key_is_found_without_calling_a_panel(self, shop: Shop, health_checks: list[str]) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.faults.at("panel.apply.before", *(KeyError("a bug") for _ in range(MAX_ATTEMPTS)))
        shop.days(1)
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.KEY_REFUSED
        assert health_checks == []

    def test_the_traffic_is_read_from_the_panel_and_stored(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.NO_TRAFFIC
        shop.panel.used_bytes["nl"] = 4096
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.ALL_GOOD
        assert shop.look().accesses[0].used_bytes == 4096

    def test_nothing_is_called_fine_when_the_panel_reports_health_only(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.on_trial()
        shop.connects()
        shop.panel.used_bytes["nl"] = 4096
        run_diagnosis(shop.open(), shop.fleet, shop.context)
        monkeypatch.setattr(Panel, "health", lambda _: Health(panel_answers=True, server_runs=True))
        shop.panel.fault_mode = FaultMode.DOWN
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.UNCHECKED
        assert shop.look().accesses[0].used_bytes == 4096, "the stored traffic stays"

    @pytest.mark.parametrize("by_hand", CHANGED_BY_HAND.values(), ids=CHANGED_BY_HAND)
    def test_a_client_that_was_changed_by_hand_is_found_and_corrected_within_a_minute(
        self, shop: Shop, by_hand: Callable[[Client], Client]
    ) -> None:
        shop.on_trial()
        shop.connects()
        (place, original) = next(iter(shop.panel.held.items()))
        shop.panel.held[place] = by_hand(original)
        diagnosis = run_diagnosis(shop.open(), shop.fleet, shop.context)
        assert (diagnosis.finding, diagnosis.ours) == (Finding.KEY_LAGS, True)
        shop.settles(minutes=1)
        assert shop.panel.held[place] == original
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.NO_TRAFFIC

    def test_a_client_that_the_panel_has_lost_is_made_again_within_a_minute(self, shop: Shop) -> None:
        shop.on_trial()
        held = dict(shop.panel.held)
        shop.panel.held.clear()
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.KEY_LAGS
        shop.settles(minutes=1)
        assert shop.panel.held == held

    def test_a_client_that_the_panel_disabled_at_its_limit_is_not_called_broken(self, shop: Shop) -> None:
        shop.trial = replace(TRIAL, traffic_limit_bytes=GB)
        shop.on_trial()
        shop.connects()
        shop.panel.use("nl", GB)
        shop.panel.used_bytes["nl"] = GB
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.TRAFFIC_USED_UP

    def test_no_panel_is_called_for_a_person_without_a_key(self, shop: Shop, health_checks: list[str]) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        session = shop.open()
        session.commit(replace(session.person, accesses=()))
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.KEY_BEING_MADE
        assert health_checks == []
