"""The control panel's API for VPN panels: they are down, slow, restarted or wiped, and people keep their keys."""

from typing import Any

import pytest

from local.telegram.person import Person
from tests.e2e.running_demo import ONE_KEY_ON_EACH, Ask, RunningDemo, play, take_trial

HOUR_SECONDS = 3600


async def panels(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = (await ask("GET", "state"))["panels"]
    return found


def test_the_three_servers_are_listed_in_order_with_their_clients(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        before = await panels(ask)
        assert list(before) == list(ONE_KEY_ON_EACH)
        assert all(panel["down"] is False and panel["latency_ms"] == 0 for panel in before.values())
        await take_trial(person)
        after = await panels(ask)
        assert {server: after[server]["clients"] - before[server]["clients"] for server in after} == ONE_KEY_ON_EACH

    play(demo, scenario)


def test_all_panels_can_be_made_down_or_slow(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await ask("POST", "faults/panel", {"down": True})
        assert [panel["down"] for panel in (await panels(ask)).values()] == [True] * 3
        await take_trial(person)
        assert person.sees("Making your key")
        answer = await ask("POST", "faults/panel", {"down": False, "latency_ms": 20})
        fault_modes = [(panel["down"], panel["latency_ms"]) for panel in answer["panels"].values()]
        assert fault_modes == [(False, 20)] * 3
        await ask("POST", "time", {"advance_seconds": HOUR_SECONDS})
        assert person.sees("Your key is ready")
        assert demo.system.panels.keys(person.user_id) == ONE_KEY_ON_EACH

    play(demo, scenario)


def test_one_panel_can_be_down_and_clearing_faults_restores_it(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await ask("POST", "faults/panel", {"server_id": "frankfurt", "down": True})
        assert [panel["down"] for panel in (await panels(ask)).values()] == [False, True, False]
        await take_trial(person)
        assert person.sees("What shall we connect?")
        assert demo.system.panels.keys(person.user_id) == {"amsterdam": 1, "helsinki": 1}
        cleared = await ask("POST", "faults/clear", {"only": "panels"})
        assert [panel["down"] for panel in cleared["panels"].values()] == [False] * 3
        await ask("POST", "time", {"advance_seconds": HOUR_SECONDS})
        assert demo.system.panels.keys(person.user_id) == ONE_KEY_ON_EACH

    play(demo, scenario)


def test_a_restarted_panel_is_up_and_has_all_its_clients(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await take_trial(person)
        address = demo.system.panels.named("helsinki").address
        await ask("POST", "faults/panel", {"server_id": "helsinki", "down": True})
        before = await panels(ask)
        answer = await ask("POST", "panels/restart", {"server_id": "helsinki"})
        assert answer["panels"] == before | {"helsinki": before["helsinki"] | {"down": False}}
        assert demo.system.panels.named("helsinki").address == address
        assert demo.system.panels.keys(person.user_id) == ONE_KEY_ON_EACH

    play(demo, scenario)


def test_a_wiped_panel_has_all_clients_again_after_the_next_reconciliation_run(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await take_trial(person)
        before = await panels(ask)
        answer = await ask("POST", "panels/wipe", {"server_id": "amsterdam"})
        had = before["amsterdam"]["clients"]
        assert answer["panels"] == before | {"amsterdam": before["amsterdam"] | {"clients": 0, "lost": had}}
        await demo.system.settle()
        assert (await panels(ask))["amsterdam"]["clients"] == 0, "no reconciliation run is made before it is due"
        await ask("POST", "time", {"advance_seconds": HOUR_SECONDS})
        assert await panels(ask) == before
        assert demo.system.panels.keys(person.user_id) == ONE_KEY_ON_EACH

    play(demo, scenario)


def test_the_spare_panel_is_not_in_the_catalogue(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        spare = await ask("GET", "panels/spare")
        assert spare == {
            "server_id": "warsaw",
            "country": "PL",
            "address": demo.system.panels.named("warsaw").address,
            "token": demo.system.panels.named("warsaw").token,
            "added": False,
        }
        assert "warsaw" not in await panels(ask)

    play(demo, scenario)


@pytest.mark.parametrize("function", ["telegram_webhook", "due_worker"])
def test_the_operator_is_an_administrator_and_functions_use_the_real_panel_adapter(
    demo: RunningDemo, function: str
) -> None:
    environment = demo.system.template.function(function).environment
    operators = [person for person in demo.system.telegram.people() if person.account.operator]
    assert environment["ADMIN_IDS"] == str(operators[0].user_id)
    assert environment["PANEL"] == "three_x_ui"
