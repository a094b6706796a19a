"""Reconciliation runs: drift of our own clients is corrected, and clients that others created are not touched."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import Client, FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import CHANGED_BY_HAND, change, reconcile_now, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import Derivation, Key
from vpnbot.domain.scheduling import CLAIM, RECONCILE_SERVER, Due, kind_of
from vpnbot.domain.servers.circuit_breaker import tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.domain.servers.server import ServerState
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.servers import key_windows, reconcile_server
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    return with_servers(empty_shop, "nl")


def only_client(shop: Shop, server_id: str = "nl") -> Client:
    """Return the one client of a server."""
    (client,) = shop.panel.clients_on(server_id).values()
    return client


class TestWithoutDrift:
    """What a run costs when the panel is as it should be."""

    def test_no_person_is_loaded_and_the_clients_are_listed_once(self, shop: Shop) -> None:
        for user_id in range(20):
            shop.on_trial(user_id)
        shop.faults.passed.clear()
        ended = reconcile_now(shop, settle=False)
        assert (ended.keys, ended.missing, ended.different, ended.orphans) == (20, 0, 0, 0)
        assert "query" not in shop.faults.passed
        assert shop.faults.passed.count("panel.clients.before") == 1

    def test_the_next_run_is_made_after_half_an_hour(self, shop: Shop) -> None:
        shop.on_trial()
        ended = reconcile_now(shop, settle=False)
        assert ended.due is not None
        assert ended.due.at == shop.clock() + INTERVAL
        shop.until(shop.clock() + INTERVAL)
        again = shop.servers.reconciliation_run("nl")
        assert again is not None
        assert again.ended_at is not None
        assert again.ended_at > shop.clock() - timedelta(minutes=2)

    def test_two_workers_with_one_claim_make_one_run(self, shop: Shop) -> None:
        shop.on_trial()
        shop.servers.make_run_due("nl", shop.clock())
        (item,) = [item for item in shop.index.due(shop.clock(), 10) if kind_of(item) is RECONCILE_SERVER]
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        shop.work(claim)
        calls = shop.faults.passed.count("panel.clients.before")
        shop.work(claim)
        assert shop.faults.passed.count("panel.clients.before") == calls
        assert shop.meter.counts[Metric.DUPLICATES] == 1


class TestDrift:
    """Clients that are missing on the panel or differ from the stored keys."""

    def test_keys_that_a_rebuilt_panel_has_lost_are_restored_with_unchanged_links(self, shop: Shop) -> None:
        before = [shop.on_trial(user_id).living_accesses for user_id in range(5)]
        clients = shop.panel.clients_on("nl")
        shop.panel.held.clear()
        ended = reconcile_now(shop)
        assert (ended.missing, shop.meter.counts[Metric.DRIFT]) == (5, 5)
        assert {name: client.credentials for name, client in shop.panel.clients_on("nl").items()} == {
            name: client.credentials for name, client in clients.items()
        }
        for user_id, accesses in enumerate(before):
            (access,) = shop.look(user_id).living_accesses
            assert (access.key, access.in_sync) == (accesses[0].key, True)
        assert reconcile_now(shop).missing == 0

    @pytest.mark.parametrize("by_hand", CHANGED_BY_HAND.values(), ids=CHANGED_BY_HAND)
    def test_a_client_that_was_changed_by_hand_is_restored(
        self, shop: Shop, by_hand: Callable[[Client], Client]
    ) -> None:
        shop.on_trial()
        (place, original) = next(iter(shop.panel.held.items()))
        shop.panel.held[place] = by_hand(original)
        assert reconcile_now(shop).different == 1
        assert shop.panel.held[place] == original
        assert reconcile_now(shop).different == 0

    def test_an_enabled_client_of_a_paused_person_is_disabled(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        only_client(shop).enabled = True
        assert reconcile_now(shop).different == 1
        assert not only_client(shop).enabled

    def test_a_key_that_is_being_made_is_not_drift(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        ended = reconcile_now(shop, settle=False)
        assert (ended.keys, ended.missing) == (1, 0)

    def test_a_stale_list_of_keys_does_not_enable_a_paused_client(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The list says that the key is enabled and in sync; the person was paused afterwards."""
        shop.on_trial()
        stale = shop.servers.expected("nl")
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        monkeypatch.setattr(shop.servers, "expected", lambda *_, after="", **__: [] if after else stale)
        reconcile_now(shop)
        assert not only_client(shop).enabled
        assert shop.look().living_accesses[0].wanted is Wanted.DISABLED


class TestKeysThatLagBehind:
    """A key that the panel did not take is applied as soon as a run finds that the panel answers."""

    def waiting(self, shop: Shop, due: Due) -> None:
        """Leave a pause unapplied, because the panel refuses it; the next attempt is at `due`."""
        shop.on_trial()
        session = shop.open()
        (access,) = session.person.accesses
        paused = access.changed(Wanted.DISABLED, shop.clock())
        session.commit(session.person.with_access(paused.failed("no_inbound", due)))

    def test_the_attempt_is_made_in_the_same_minute(self, shop: Shop) -> None:
        self.waiting(shop, Due(shop.clock() + timedelta(hours=5), attempts=3))
        assert only_client(shop).enabled
        assert reconcile_now(shop).missing == 0
        assert not only_client(shop).enabled
        assert shop.look().accesses[0].in_sync

    def test_the_run_changes_nothing_while_the_panel_fails(self, shop: Shop) -> None:
        due = Due(shop.clock() + timedelta(hours=5), attempts=3)
        self.waiting(shop, due)
        change(shop, "nl", state=ServerState.DRAINING)
        shop.panel.fault_mode = FaultMode.DOWN
        reconcile_now(shop, settle=False)
        assert shop.look().accesses[0].due == due

    def test_a_first_attempt_is_left_to_its_worker(self, shop: Shop) -> None:
        due = Due(shop.clock() + CLAIM)
        self.waiting(shop, due)
        reconcile_now(shop, settle=False)
        assert shop.look().accesses[0].due == due

    def test_a_key_that_is_being_applied_for_the_first_time_loads_no_person(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        (access,) = session.person.accesses
        session.commit(session.person.with_access(access.changed(Wanted.DISABLED, shop.clock())))
        shop.faults.passed.clear()
        reconcile_now(shop, settle=False)
        assert "query" not in shop.faults.passed


class TestClientsOfOthers:
    """The same panel has clients that vpnbot did not create."""

    def test_clients_of_others_stay_whatever_their_names_and_marks(self, shop: Shop) -> None:
        person = shop.on_trial()
        ours = only_client(shop).credentials
        key = Key(1, "another")
        others = {
            "alice": replace(ours, email="alice", mark=""),
            "v_aaaaaaaaaaaaaaaa": replace(ours, email="v_aaaaaaaaaaaaaaaa", mark=""),
            "v_copied": replace(ours, email="v_copied", mark=ours.mark),
            "v_forged": replace(ours, email="v_forged", mark=f"vpnbot {person.id} {'0' * 16}"),
            "v_words": replace(ours, email="v_words", mark="vpnbot made this, I think"),
            "v_other": replace(shop.ring.credentials(person.id, key, "nl", Derivation.PER_SERVER), email="v_other"),
        }
        for name, credentials in others.items():
            shop.panel.held["nl", name] = Client(credentials, enabled=True, devices=1)
        ended = reconcile_now(shop)
        assert set(others) < set(shop.panel.clients_on("nl"))
        assert len(shop.panel.clients_on("nl")) == len(others) + 1
        assert (ended.orphans, ended.missing, ended.different) == (0, 0, 0)
        assert shop.meter.counts[Metric.ORPHANS_REMOVED] == 0

    def test_an_orphan_client_is_removed(self, shop: Shop) -> None:
        person = shop.on_trial()
        old = shop.ring.credentials(person.id, Key(1, "an older key"), "nl", Derivation.SHARED)
        shop.panel.held["nl", old.email] = Client(old, enabled=True, devices=1)
        ended = reconcile_now(shop)
        assert ended.orphans == 1
        assert list(shop.panel.clients_on("nl")) == [person.living_accesses[0].name]
        assert shop.meter.counts[Metric.ORPHANS_REMOVED] == 1

    def test_the_client_of_a_key_that_a_stale_list_lacks_is_no_orphan(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.on_trial()
        monkeypatch.setattr(shop.servers, "expected", lambda *_, **__: [])
        assert reconcile_now(shop).orphans == 0
        assert len(shop.panel.held) == 1


class TestSlices:
    """A run over many keys is made in slices, so that other due work does not wait long."""

    def test_each_slice_continues_where_the_last_one_stopped(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(30):
            shop.on_trial(user_id)
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 7)
        for name in list(shop.panel.held)[::3]:
            del shop.panel.held[name]
        monkeypatch.setattr(reconcile_server, "SLICE", timedelta(0))
        slices = [reconcile_now(shop, settle=False)]
        while slices[-1].ended_at is None:
            slices.append(reconcile_now(shop, settle=False))
        assert [one.keys for one in slices] == [7, 14, 21, 28, 30]
        names = sorted(shop.look(user_id).accesses[0].name for user_id in range(30))
        assert [one.last_name for one in slices] == [*names[6::7], ""]
        assert (slices[-1].keys, slices[-1].missing) == (30, 10)
        shop.settles(minutes=2)
        assert len(shop.panel.held) == 30

    def test_the_panel_lists_its_clients_once_in_each_slice(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(20):
            shop.on_trial(user_id)
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 3)
        shop.faults.passed.clear()
        assert reconcile_now(shop, settle=False).keys == 20
        assert shop.faults.passed.count("panel.clients.before") == 1

    def test_a_foreign_client_between_two_slices_makes_no_key_missing(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(12):
            shop.on_trial(user_id)
        monkeypatch.setattr(key_windows, "KEYS_AT_ONCE", 4)
        monkeypatch.setattr(reconcile_server, "SLICE", timedelta(0))
        reconcile_now(shop, settle=False)
        first = min(name for _, name in shop.panel.held)
        shop.panel.held["nl", "a_newcomer"] = replace(shop.panel.held["nl", first])
        made = list(shop.panel.made)
        for _ in range(4):
            reconcile_now(shop)
        assert len(shop.panel.clients_on("nl")) == 13
        assert shop.panel.made == made

    def test_names_in_capitals_do_not_break_the_order(self, shop: Shop) -> None:
        shop.on_trial()
        foreign = replace(only_client(shop).credentials, email="ZED", mark="")
        shop.panel.held["nl", "ZED"] = Client(foreign, enabled=True, devices=1)
        ended = reconcile_now(shop)
        assert (ended.keys, ended.missing, ended.orphans) == (1, 0, 0)


class TestPanelFailures:
    """A run is retried until the panel answers, and is never dead-lettered."""

    @pytest.mark.parametrize("fault_mode", [FaultMode.DOWN, FaultMode.REFUSING])
    def test_runs_continue_when_the_panel_answers_again(self, shop: Shop, fault_mode: FaultMode) -> None:
        shop.on_trial()
        shop.panel.fault_mode = fault_mode
        shop.days(2)
        assert shop.index.dead_lettered() == []
        shop.panel.held.clear()
        shop.panel.fault_mode = FaultMode.FINE
        shop.days(0.2, step=timedelta(minutes=1))
        assert len(shop.panel.held) == 1

    def test_a_panel_whose_circuit_breaker_is_open_is_not_called(self, empty_shop: Shop) -> None:
        empty_shop.guarded = True
        shop = with_servers(empty_shop, "nl")
        shop.on_trial()
        shop.servers.save_breaker("nl", None, tripped(None, shop.clock(), PanelTrouble.TIMED_OUT))
        shop.faults.passed.clear()
        shop.servers.make_run_due("nl", shop.clock())
        shop.minute()
        assert [point for point in shop.faults.passed if point.startswith("panel")] == []

    def test_a_conflict_with_one_person_does_not_stop_the_run_for_the_others(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(4):
            shop.on_trial(user_id)
        shop.panel.held.clear()
        opened = shop.people.open

        def busy(person_id: object) -> object:
            session = opened(person_id)  # type: ignore[arg-type]  # a person's id
            if person_id == shop.person_id(0):
                access = session.person.accesses[0]
                other = opened(session.person.id)
                other.observe(access, access.with_counter(access.counter_bytes + 1))
            return session

        monkeypatch.setattr(shop.people, "open", busy)
        reconcile_now(shop, settle=False)
        monkeypatch.undo()
        for _ in range(3):
            shop.clock.advance(timedelta(minutes=1))
            shop.minute()
        assert len(shop.panel.held) >= 3
        reconcile_now(shop)
        assert len(shop.panel.held) == 4
