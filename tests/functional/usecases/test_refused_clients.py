"""Clients that a panel refuses for good: its server works for all others, and a run goes on past them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.guarded_panels import GuardedPanels, refuse
from tests.functional.usecases.reconciled_servers import reconcile_now, slice_now, with_servers
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.servers import key_windows
from vpnbot.usecases.servers.probe_clients import MOST_PROBES
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

MINUTE = timedelta(minutes=1)
OWNERS = range(1, 21)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """One server behind a circuit breaker, with a key for each of `OWNERS`."""
    empty_shop.guarded = True
    empty_shop.trial = replace(TRIAL, keys=1)
    with_servers(empty_shop, "nl", capacity=800)
    for user_id in OWNERS:
        empty_shop.on_trial(user_id)
    return empty_shop


def works(shop: Shop, user_id: int) -> bool:
    """Tell whether a person has a key that works."""
    return any(key.works for key in shop.look(user_id).living_accesses)


def refuse_clients(shop: Shop, *owners: int) -> None:
    """Let the panel lose the clients of these people, and refuse to add them again."""
    for user_id in owners:
        name = shop.look(user_id).accesses[0].name
        shop.panel.refused_clients.add(name)
        del shop.panel.held["nl", name]


def late(shop: Shop) -> list[int]:
    """Let a person come every half an hour, 24 people; return those who had no key after a minute."""
    found = []
    for user_id in range(100, 124):
        shop.until(shop.clock.now + timedelta(minutes=30), step=MINUTE)
        shop.on_trial(user_id)
        shop.clock.advance(MINUTE)
        shop.minute()
        if not works(shop, user_id):
            found.append(user_id)
    return found


def test_three_clients_that_are_refused_for_good_do_not_close_a_server_for_new_people(shop: Shop) -> None:
    refuse_clients(shop, 1, 2, 3)
    assert len(late(shop)) <= 2, "those who come before a run has shown that the panel accepts other clients"
    assert all(works(shop, user_id) for user_id in range(100, 124))
    assert reconcile_now(shop).lagging == 3


def test_three_clients_that_a_panel_does_not_remove_do_not_close_a_server_for_new_people(shop: Shop) -> None:
    for user_id in (1, 2, 3):
        shop.panel.refused_clients.add(shop.look(user_id).accesses[0].name)
        delete_data(shop.open(user_id), shop.fleet, shop.context, update())
    assert late(shop) == []


def test_a_panel_that_refuses_every_client_takes_no_new_people_until_it_accepts_one_that_works(shop: Shop) -> None:
    names = {shop.look(user_id).accesses[0].name for user_id in OWNERS}
    shop.panel.refused_clients |= names
    for user_id in (1, 2, 3):
        del shop.panel.held["nl", shop.look(user_id).accesses[0].name]
    shop.until(shop.clock.now + timedelta(hours=6), step=MINUTE)
    (listing,) = shop.servers.listings()
    assert listing.refuses
    lagging = [user_id for user_id in OWNERS if not shop.look(user_id).living_accesses[0].in_sync]
    assert len(lagging) <= 3 + MOST_PROBES
    run = shop.servers.reconciliation_run("nl")
    assert run is not None
    assert run.failure is not None
    assert (run.failure.trouble, run.failure.waiting) == (PanelTrouble.NAME_CLASH, len(lagging))
    assert shop.clock.now - run.failure.since >= timedelta(hours=5)
    shop.fleet.panels.of(listing.server).health()
    assert shop.servers.listings()[0].refuses, "that it can be read does not show that it changes clients"
    shop.panel.refused_clients.clear()
    shop.settles(minutes=20)
    assert not shop.servers.listings()[0].refuses
    assert all(shop.look(user_id).living_accesses[0].in_sync for user_id in OWNERS)


def test_a_run_names_only_clients_that_the_panel_has_refused(shop: Shop) -> None:
    refuse_clients(shop, 1, 2, 3)
    refused = {shop.look(user_id).accesses[0].name for user_id in (1, 2, 3)}
    reconcile_now(shop)
    assert shop.servers.listings()[0].refuses
    suspend(shop.open(4), shop.fleet, shop.context, update(), "operator")
    assert not shop.look(4).accesses[0].in_sync, "the panel was not called"
    (listing,) = shop.servers.listings()
    assert listing.breaker is not None
    shop.clock.now = listing.breaker.probe_at
    shop.servers.make_run_due("nl", shop.clock())
    run = slice_now(shop)
    assert (run.lagging, set(run.refused)) == (4, refused)


def test_an_orphan_that_the_panel_does_not_remove_is_named_and_the_run_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 3)
    first, *_, last = sorted(shop.panel.held)
    (owner,) = [user_id for user_id in OWNERS if shop.look(user_id).accesses[0].name == first[1]]
    orphan = shop.panel.held[first]
    delete_data(shop.open(owner), shop.fleet, shop.context, update())
    shop.settles(minutes=5)
    shop.panel.held[first] = orphan
    del shop.panel.held[last]
    shop.faults.at("panel.remove.before", *[PanelRejected(PanelTrouble.REFUSED, "database is locked")] * 1000)
    run = reconcile_now(shop)
    assert run.ended_at is not None
    assert (run.failure, run.missing, run.refused) == (None, 1, (first[1],))
    assert last in shop.panel.held, "a key that comes after the orphan"


def test_after_a_silence_an_answer_closes_the_breaker_although_a_client_was_refused_before(
    guard: GuardedPanels,
) -> None:
    refuse(guard, "v_1")
    guard.fail()
    guard.plan.error.clear()
    guard.clock.advance(timedelta(seconds=10))
    guard.panel.clients()
    assert not any(listing.failing for listing in guard.servers.listings())
