"""A round comes to its end whatever a panel's pages do meanwhile, in slices that nobody else has to wait for long."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.fakes.panel import Client, FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import add_server, drain, reconcile_now, with_servers
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import INTERVAL, ReconciliationRun
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.usecases.servers import key_windows
from vpnbot.usecases.servers import reconcile_server as tending
from vpnbot.usecases.servers.rebuild_server import compare_server

PEOPLE = 14


class Rounds:
    """A server with a key for each of a few people, and a round that does one small window at a time."""

    @pytest.fixture
    def shop(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
        """Pages hold fewer clients than a window may hold keys."""
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 6)
        monkeypatch.setattr(tending, "SLICE", timedelta(0))
        shop.trial = replace(TRIAL, keys=1)
        shop.panel.page_size = 4
        with_servers(shop, "nl")
        for user_id in range(PEOPLE):
            shop.on_trial(user_id)
        return shop

    def slices(self, shop: Shop) -> list[ReconciliationRun]:
        """Let a round be made to its end, and return how far it was after each slice."""
        done = [reconcile_now(shop, settle=False)]
        while done[-1].ended_at is None:
            assert len(done) < 3 * PEOPLE, "this round has no end"
            shop.clock.pass_by(timedelta(minutes=1))
            done.append(reconcile_now(shop, settle=False))
        return done

    def homes(self, shop: Shop) -> list[set[str]]:
        """Return the servers where each person has a key that works."""
        people = [shop.look(user_id) for user_id in range(PEOPLE)]
        return [{one.server_id for one in person.offered_accesses if one.works} for person in people]


class TestPagesThatMove(Rounds):
    """What was seen of a panel a minute ago need not be where it was."""

    def test_a_server_whose_panel_was_away_for_a_while_is_emptied_to_the_end(self, shop: Shop) -> None:
        add_server(shop, "de")
        drain(shop, "nl")
        shop.panel.fault_mode = FaultMode.DOWN
        away = reconcile_now(shop, settle=False)
        assert (away.page, away.keys, away.ended_at) == (1, 6, None)
        shop.panel.fault_mode = FaultMode.FINE
        ended = self.slices(shop)[-1]
        assert (ended.keys, ended.unmoved) == (PEOPLE, 0)
        shop.settles(minutes=3)
        assert self.homes(shop) == [{"de"}] * PEOPLE

    def test_clients_that_come_back_where_a_round_has_been_do_not_stop_it(self, shop: Shop) -> None:
        everybody = dict(shop.panel.held)
        for place in sorted(everybody)[:6]:
            del shop.panel.held[place]
        shop.faults.at("panel.apply.before", *[PanelUnavailable(PanelTrouble.REFUSED_CONNECTION)] * PEOPLE)
        first, second = reconcile_now(shop, settle=False), reconcile_now(shop, settle=False)
        assert [(one.page, one.keys) for one in (first, second)] == [(1, 6), (2, 10)]
        shop.panel.held = dict(everybody)
        shop.faults.clear()
        ended = self.slices(shop)[-1]
        assert (ended.keys, ended.missing) == (PEOPLE, 6)
        shop.settles(minutes=3)
        assert shop.panel.held == everybody


class TestSlicesAreSmall(Rounds):
    """However few clients a panel has left."""

    def test_a_panel_that_has_lost_everything_is_filled_window_by_window(self, shop: Shop) -> None:
        everybody = dict(shop.panel.held)
        shop.panel.held.clear()
        slices = self.slices(shop)
        assert max(after.keys - before.keys for before, after in pairwise(slices)) <= slices[0].keys == 6
        assert (slices[-1].keys, slices[-1].missing) == (PEOPLE, PEOPLE)
        shop.settles(minutes=3)
        assert shop.panel.held == everybody


class TestNamesOfOthers(Rounds):
    """Where pages end at a name that is none of ours."""

    OTHERS = ("V_A", "V_z", "Zoë", "vera", "v_", "v_ё", "Мама", "анна", f"v_{'a' * 16}", f"v_{'z' * 16}")

    @pytest.mark.parametrize("page_size", [1, 2, 3, 5])
    def test_nobody_is_missed_or_taken_for_a_stray(self, shop: Shop, page_size: int) -> None:
        shop.panel.page_size = page_size
        theirs = replace(next(iter(shop.panel.held.values())).credentials, mark="")
        for name in self.OTHERS:
            shop.panel.held["nl", name] = Client(replace(theirs, email=name), enabled=True, devices=1)
        ended = self.slices(shop)[-1]
        assert (ended.keys, ended.missing, ended.different, ended.orphans) == (PEOPLE, 0, 0, 0)
        found = compare_server(shop.fleet, shop.servers.get("nl"))
        assert (found.there, found.foreign) == (PEOPLE, len(self.OTHERS))


class TestHastening(Rounds):
    """An operator's change does not wait for the half hour."""

    def test_a_round_that_somebody_is_making_is_left_to_them(self, shop: Shop) -> None:
        shop.clock.pass_by(INTERVAL)
        (item,) = shop.index.due(shop.clock(), 10)
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        shop.servers.hasten_run("nl", shop.clock() + timedelta(seconds=5))
        held = shop.servers.reconciliation_run("nl")
        assert held is not None
        assert held.due is not None
        assert (held.due.at, held.due.attempts) == (claim.due_at, 1)
