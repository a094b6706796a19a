"""A reconciliation run ends although the panel's clients change meanwhile, and each of its slices is short."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.fakes.panel import Client, FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import add_server, drain, reconcile_now, slice_now, with_servers
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import LONGEST_RUN
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import INTERVAL, ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.usecases.ports import Context, People, Session
from vpnbot.usecases.servers import key_windows, reconcile_key, reconcile_server
from vpnbot.usecases.servers.rebuild_server import compare_server

PEOPLE = 14


class ReconciliationRuns:
    """One server with a key for each of `PEOPLE`, and runs whose slices are one small window of keys each."""

    @pytest.fixture
    def shop(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
        """A shop whose server has more keys than fit in one window."""
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 6)
        monkeypatch.setattr(reconcile_server, "SLICE", timedelta(0))
        shop.trial = replace(TRIAL, keys=1)
        with_servers(shop, "nl")
        for user_id in range(PEOPLE):
            shop.on_trial(user_id)
        return shop

    def slices(self, shop: Shop) -> list[ReconciliationRun]:
        """Make a run until it ends, and return its state after each slice."""
        done = [reconcile_now(shop, settle=False)]
        while done[-1].ended_at is None:
            assert len(done) < 3 * PEOPLE, "the run does not end"
            shop.clock.advance(timedelta(minutes=1))
            done.append(reconcile_now(shop, settle=False))
        return done

    def servers_of_people(self, shop: Shop) -> list[set[str]]:
        """Return the servers on which each person has a working key."""
        people = [shop.look(user_id) for user_id in range(PEOPLE)]
        return [{one.server_id for one in person.offered_accesses if one.works} for person in people]


class TestClientsThatChange(ReconciliationRuns):
    """Clients appear and disappear between two slices."""

    def test_a_draining_server_is_emptied_after_an_outage_of_its_panel(self, shop: Shop) -> None:
        add_server(shop, "de")
        drain(shop, "nl")
        shop.panel.fault_mode = FaultMode.DOWN
        interrupted = reconcile_now(shop, settle=False)
        assert (interrupted.keys, interrupted.ended_at) == (6, None)
        shop.panel.fault_mode = FaultMode.FINE
        ended = self.slices(shop)[-1]
        assert (ended.keys, ended.unmoved) == (PEOPLE, 0)
        shop.settles(minutes=3)
        assert self.servers_of_people(shop) == [{"de"}] * PEOPLE

    def test_clients_that_reappear_after_their_window_do_not_stop_the_run(self, shop: Shop) -> None:
        all_clients = dict(shop.panel.held)
        for place in sorted(all_clients)[:6]:
            del shop.panel.held[place]
        shop.faults.at("panel.apply.before", *[PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)] * PEOPLE)
        first, second = reconcile_now(shop, settle=False), reconcile_now(shop, settle=False)
        assert [one.keys for one in (first, second)] == [6, 12]
        shop.panel.held = dict(all_clients)
        shop.faults.clear()
        ended = self.slices(shop)[-1]
        assert (ended.keys, ended.missing) == (PEOPLE, 6)
        shop.settles(minutes=3)
        assert shop.panel.held == all_clients


class TestSlicesAreSmall(ReconciliationRuns):
    """A slice never handles more keys than a window, however few clients the panel has."""

    def test_a_panel_that_has_lost_all_clients_is_restored_window_by_window(self, shop: Shop) -> None:
        all_clients = dict(shop.panel.held)
        shop.panel.held.clear()
        slices = self.slices(shop)
        assert max(after.keys - before.keys for before, after in pairwise(slices)) <= slices[0].keys == 6
        assert (slices[-1].keys, slices[-1].missing) == (PEOPLE, PEOPLE)
        shop.settles(minutes=3)
        assert shop.panel.held == all_clients

    def test_a_slice_whose_keys_take_long_ends_before_its_worker_is_killed(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 500)
        add_server(shop, "de")
        drain(shop, "nl")
        load = shop.people.open

        def slow(person_id: PersonId) -> Session:
            shop.clock.advance(timedelta(seconds=9))
            return load(person_id)

        monkeypatch.setattr(shop.people, "open", slow)
        shop.servers.make_run_due("nl", shop.clock())
        for keys in (5, 10, PEOPLE):
            began = shop.clock()
            run = slice_now(shop)
            assert shop.clock() - began < LONGEST_RUN
            assert (run.keys, run.unmoved, run.ended_at is None) == (keys, 0, keys < PEOPLE)
        monkeypatch.undo()
        shop.settles(minutes=3)
        assert self.servers_of_people(shop) == [{"de"}] * PEOPLE


class TestABugWithOneKey(ReconciliationRuns):
    """A bug in the data of one person is reported, and the run goes on with the others."""

    def test_all_other_keys_that_a_panel_has_lost_are_restored(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        all_clients = dict(shop.panel.held)
        broken = sorted(all_clients)[7]
        shop.panel.held.clear()
        mark = reconcile_key.reconcile_key

        def buggy(
            people: People, context: Context, server: Server, key: ExpectedClient, *rest: Any, **more: Any
        ) -> None:
            if key.name == broken[1]:
                raise KeyError("a bug")
            mark(people, context, server, key, *rest, **more)

        monkeypatch.setattr(reconcile_server, "reconcile_key", buggy)
        assert self.slices(shop)[-1].keys == PEOPLE
        assert shop.meter.failed_work == [("ROUND", "KeyError")]
        shop.settles(minutes=3)
        assert all_clients.keys() - shop.panel.held.keys() == {broken}


class TestForeignNames(ReconciliationRuns):
    """Clients that vpnbot did not create are listed between its own."""

    FOREIGN_NAMES = ("V_A", "V_z", "Zoë", "vera", "v_", "v_ё", "Мама", "анна", f"v_{'a' * 16}", f"v_{'z' * 16}")

    @pytest.mark.parametrize("window", [1, 2, 3, 5])
    def test_foreign_names_make_no_key_missing_and_no_client_an_orphan(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, window: int
    ) -> None:
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", window)
        foreign = replace(next(iter(shop.panel.held.values())).credentials, mark="")
        for name in self.FOREIGN_NAMES:
            shop.panel.held["nl", name] = Client(replace(foreign, email=name), enabled=True, devices=1)
        ended = self.slices(shop)[-1]
        assert (ended.keys, ended.missing, ended.different, ended.orphans) == (PEOPLE, 0, 0, 0)
        found = compare_server(shop.fleet, shop.servers.get("nl"))
        assert (found.there, found.foreign) == (PEOPLE, len(self.FOREIGN_NAMES))


class TestHastening(ReconciliationRuns):
    """After an operator's change the next run is made at once, unless a worker has claimed it."""

    def test_a_run_that_a_worker_has_claimed_is_not_hastened(self, shop: Shop) -> None:
        shop.clock.advance(INTERVAL)
        (item,) = shop.index.due(shop.clock(), 10)
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        shop.servers.make_run_due("nl", shop.clock() + timedelta(seconds=5))
        run = shop.servers.reconciliation_run("nl")
        assert run is not None
        assert run.due is not None
        assert (run.due.at, run.due.attempts) == (claim.due_at, 0)
