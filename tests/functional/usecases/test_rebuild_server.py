"""Restoring a lost panel that was set up again: its keys are made again, and nothing else is changed."""

from dataclasses import replace

import pytest

from tests.fakes.panel import Client, FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.usecases.servers import key_windows
from vpnbot.usecases.servers.rebuild_server import compare_server, rebuild_keys
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with twelve people on a server."""
    shop = with_servers(empty_shop, "nl")
    for user_id in range(12):
        shop.on_trial(user_id)
    return shop


def test_the_comparison_changes_nothing(shop: Shop) -> None:
    shop.panel.held.clear()
    made = len(shop.panel.made)
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    assert (found.belong, found.there, found.missing, found.different) == (12, 0, 12, 0)
    assert shop.panel.held == {}
    assert len(shop.panel.made) == made
    assert all(shop.look(user_id).accesses[0].in_sync for user_id in range(12))


def test_every_key_is_restored_unchanged(shop: Shop) -> None:
    suspend(shop.open(3), shop.fleet, shop.context, "pause", "operator")
    before = dict(shop.panel.held)
    shop.panel.held.clear()
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    made = list(rebuild_keys(shop.people, shop.fleet, shop.context, shop.servers.get("nl"), found.to_make))
    assert [one.error for one in made] == [None] * 12
    assert shop.panel.held == before
    again = compare_server(shop.fleet, shop.servers.get("nl"))
    assert (again.there, again.to_make) == (12, ())


def test_only_missing_and_different_clients_are_changed(shop: Shop) -> None:
    names = [name for _, name in shop.panel.held]
    del shop.panel.held["nl", names[0]]
    shop.panel.held["nl", names[1]] = replace(shop.panel.held["nl", names[1]], devices=99)
    foreign = replace(shop.panel.held["nl", names[2]].credentials, email="alice", mark="")
    shop.panel.held["nl", "alice"] = Client(foreign, enabled=True, devices=1)
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    assert (found.there, found.missing, found.different, found.foreign) == (10, 1, 1, 1)
    list(rebuild_keys(shop.people, shop.fleet, shop.context, shop.servers.get("nl"), found.to_make))
    assert shop.panel.held["nl", "alice"].devices == 1
    assert compare_server(shop.fleet, shop.servers.get("nl")).to_make == ()


def test_clients_of_others_are_counted_once_however_many_windows_a_page_takes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 3)
    foreign = replace(next(iter(shop.panel.held.values())).credentials, mark="")
    names = ("alice", "Zoë", "Мама", "анна", f"v_{'a' * 16}", f"v_{'z' * 16}")
    shop.panel.held = {("nl", name): Client(replace(foreign, email=name), enabled=True, devices=1) for name in names}
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    assert (found.missing, found.foreign) == (12, len(names))


def test_after_an_outage_during_the_rebuild_all_keys_are_restored(shop: Shop) -> None:
    shop.panel.held.clear()
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    progress = rebuild_keys(shop.people, shop.fleet, shop.context, shop.servers.get("nl"), found.to_make)
    for _ in range(8):
        assert next(progress).error is None
    shop.panel.fault_mode = FaultMode.DOWN
    assert all(one.error for one in progress)
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=5)
    assert len(shop.panel.held) == 12


def test_keys_that_wait_to_be_made_are_made_during_the_rebuild(shop: Shop) -> None:
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial(99)
    shop.panel.fault_mode = FaultMode.FINE
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    assert (found.waiting, len(found.to_make)) == (1, 1)
    list(rebuild_keys(shop.people, shop.fleet, shop.context, shop.servers.get("nl"), found.to_make))
    assert shop.look(99).living_accesses[0].works


def test_a_key_that_was_retired_after_the_comparison_is_not_restored(shop: Shop) -> None:
    shop.panel.held.clear()
    found = compare_server(shop.fleet, shop.servers.get("nl"))
    person = shop.look(5)
    session = shop.open(5)
    session.commit(person.with_key_retired(person.accesses[0], shop.clock()))
    made = list(rebuild_keys(shop.people, shop.fleet, shop.context, shop.servers.get("nl"), found.to_make))
    assert len(made) == 12
    assert len(shop.panel.held) == 11
