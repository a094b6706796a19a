"""The rounds: drift is found and mended, for our own clients only, and nothing is deleted that we did not make."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import Client, FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import RECONCILE_SERVER, kind_of
from vpnbot.domain.servers.circuit_breaker import tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.servers import reconcile_server as tending
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    return with_servers(empty_shop, "nl")


def only_client(empty_shop: Shop, server_id: str = "nl") -> Client:
    """Return the one client of a server."""
    (client,) = empty_shop.panel.clients_on(server_id).values()
    return client


class TestNothingIsWrong:
    """What it costs to find that out."""

    def test_nobody_is_opened(self, shop: Shop) -> None:
        for user_id in range(20):
            shop.on_trial(user_id)
        shop.faults.passed.clear()
        ended = reconcile_now(shop, settle=False)
        assert (ended.keys, ended.missing, ended.different, ended.orphans) == (20, 0, 0, 0)
        assert "query" not in shop.faults.passed
        assert shop.faults.passed.count("panel.clients.before") == 1

    def test_the_next_round_comes_in_half_an_hour_by_itself(self, shop: Shop) -> None:
        shop.on_trial()
        ended = reconcile_now(shop, settle=False)
        assert ended.due is not None
        assert ended.due.at == shop.clock() + INTERVAL
        shop.until(shop.clock() + INTERVAL)
        again = shop.servers.reconciliation_run("nl")
        assert again is not None
        assert again.ended_at is not None
        assert again.ended_at > shop.clock() - timedelta(minutes=2)

    def test_two_workers_with_one_claim_do_one_round(self, shop: Shop) -> None:
        shop.on_trial()
        shop.servers.hasten_run("nl", shop.clock())
        (item,) = [item for item in shop.index.due(shop.clock(), 10) if kind_of(item) is RECONCILE_SERVER]
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        shop.work(claim)
        asked = shop.faults.passed.count("panel.clients.before")
        shop.work(claim)
        assert shop.faults.passed.count("panel.clients.before") == asked
        assert shop.meter.counts[Metric.DUPLICATES] == 1


class TestDrift:
    """What a panel has otherwise than it should."""

    def test_keys_that_a_rebuilt_panel_has_lost_come_back_with_everybodys_link_as_it_was(self, shop: Shop) -> None:
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

    @pytest.mark.parametrize(
        "somebody",
        [
            lambda client: replace(client, enabled=False),
            lambda client: replace(client, devices=99),
            lambda client: replace(client, traffic_limit_bytes=1),
            lambda client: replace(client, inbound_id=7),
        ],
        ids=["switched it off", "raised its devices", "limited its traffic", "moved it to another inbound"],
    )
    def test_whatever_somebody_changed_by_hand_is_set_right(self, shop: Shop, somebody: object) -> None:
        shop.on_trial()
        (place, right) = next(iter(shop.panel.held.items()))
        shop.panel.held[place] = somebody(right)  # type: ignore[operator]  # one of the changes above
        assert reconcile_now(shop).different == 1
        assert shop.panel.held[place] == right

    def test_a_key_that_should_be_off_and_is_on_is_switched_off(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        only_client(shop).enabled = True
        assert reconcile_now(shop).different == 1
        assert not only_client(shop).enabled

    def test_what_is_being_made_just_now_is_left_to_its_own_work(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        ended = reconcile_now(shop, settle=False)
        assert (ended.keys, ended.missing) == (1, 0)

    def test_a_list_that_lags_breaks_nothing(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """The list says enabled and settled, the person has been paused since."""
        shop.on_trial()
        stale = shop.servers.expected("nl")
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        monkeypatch.setattr(shop.servers, "expected", lambda *_, after="", **__: [] if after else stale)
        reconcile_now(shop)
        assert not only_client(shop).enabled
        assert shop.look().living_accesses[0].wanted is Wanted.DISABLED


class TestNothingIsTouchedThatWeDidNotMake:
    """Other people live on the same panel."""

    def test_clients_of_others_stay_whatever_they_are_called(self, shop: Shop) -> None:
        person = shop.on_trial()
        ours = only_client(shop).credentials
        key = Key(1, "another")
        others = {
            "alice": replace(ours, email="alice", mark=""),
            "v_aaaaaaaaaaaaaaaa": replace(ours, email="v_aaaaaaaaaaaaaaaa", mark=""),
            "v_copied": replace(ours, email="v_copied", mark=ours.mark),
            "v_forged": replace(ours, email="v_forged", mark=f"vpnbot {person.id} {'0' * 16}"),
            "v_words": replace(ours, email="v_words", mark="vpnbot made this, I think"),
            "v_other": replace(shop.ring.credentials(person.id, key), email="v_other"),
        }
        for name, credentials in others.items():
            shop.panel.held["nl", name] = Client(credentials, enabled=True, devices=1)
        ended = reconcile_now(shop)
        assert set(others) < set(shop.panel.clients_on("nl"))
        assert len(shop.panel.clients_on("nl")) == len(others) + 1
        assert (ended.orphans, ended.missing, ended.different) == (0, 0, 0)
        assert shop.meter.counts[Metric.ORPHANS_REMOVED] == 0

    def test_a_client_of_ours_that_is_nobodys_any_more_goes(self, shop: Shop) -> None:
        person = shop.on_trial()
        old = shop.ring.credentials(person.id, Key(1, "an older key"))
        shop.panel.held["nl", old.email] = Client(old, enabled=True, devices=1)
        ended = reconcile_now(shop)
        assert ended.orphans == 1
        assert list(shop.panel.clients_on("nl")) == [person.living_accesses[0].name]
        assert shop.meter.counts[Metric.ORPHANS_REMOVED] == 1

    def test_a_key_that_the_list_does_not_know_yet_is_no_stray(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.on_trial()
        monkeypatch.setattr(shop.servers, "expected", lambda *_, **__: [])
        assert reconcile_now(shop).orphans == 0
        assert len(shop.panel.held) == 1


class TestSlices:
    """A round over many keys is made in pieces that others do not have to wait for."""

    def test_it_goes_on_where_it_stopped(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        for user_id in range(30):
            shop.on_trial(user_id)
        shop.panel.page_size = 7
        for name in list(shop.panel.held)[::3]:
            del shop.panel.held[name]
        monkeypatch.setattr(tending, "SLICE", timedelta(0))
        slices = [reconcile_now(shop, settle=False)]
        while slices[-1].ended_at is None:
            slices.append(reconcile_now(shop, settle=False))
        assert [one.page for one in slices[:-1]] == list(range(2, len(slices) + 1))
        assert len(slices) >= 3
        assert sorted(one.keys for one in slices) == [one.keys for one in slices]
        assert (slices[-1].keys, slices[-1].missing) == (30, 10)
        shop.settles(minutes=2)
        assert len(shop.panel.held) == 30

    def test_clients_that_move_between_pages_do_no_harm(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        for user_id in range(12):
            shop.on_trial(user_id)
        shop.panel.page_size = 4
        monkeypatch.setattr(tending, "SLICE", timedelta(0))
        reconcile_now(shop, settle=False)
        first = min(name for _, name in shop.panel.held)
        shop.panel.held["nl", "a_newcomer"] = replace(shop.panel.held["nl", first])
        made = list(shop.panel.made)
        for _ in range(4):
            reconcile_now(shop)
        assert len(shop.panel.clients_on("nl")) == 13
        assert shop.panel.made == made

    def test_names_in_capitals_do_not_confuse_the_order(self, shop: Shop) -> None:
        shop.on_trial()
        theirs = replace(only_client(shop).credentials, email="ZED", mark="")
        shop.panel.held["nl", "ZED"] = Client(theirs, enabled=True, devices=1)
        shop.panel.page_size = 1
        ended = reconcile_now(shop)
        assert (ended.keys, ended.missing, ended.orphans) == (1, 0, 0)


class TestThePanelCannotBeLookedAt:
    """A round waits, however long, and is never given up."""

    @pytest.mark.parametrize("fault_mode", [FaultMode.DOWN, FaultMode.REFUSING])
    def test_it_comes_back_when_the_panel_does(self, shop: Shop, fault_mode: FaultMode) -> None:
        shop.on_trial()
        shop.panel.fault_mode = fault_mode
        shop.days(2)
        assert shop.index.dead_lettered() == []
        shop.panel.held.clear()
        shop.panel.fault_mode = FaultMode.FINE
        shop.days(0.2, step=timedelta(minutes=1))
        assert len(shop.panel.held) == 1

    def test_a_panel_that_rests_is_not_asked(self, empty_shop: Shop) -> None:
        empty_shop.guarded = True
        shop = with_servers(empty_shop, "nl")
        shop.on_trial()
        shop.servers.save_breaker("nl", None, tripped(None, shop.clock(), PanelTrouble.TIMED_OUT))
        shop.faults.passed.clear()
        shop.servers.hasten_run("nl", shop.clock())
        shop.minute()
        assert [point for point in shop.faults.passed if point.startswith("panel")] == []

    def test_one_who_cannot_be_changed_just_now_does_not_stop_the_round_for_the_others(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user_id in range(4):
            shop.on_trial(user_id)
        shop.panel.held.clear()
        opened = shop.people.open

        def busy(person_id: object) -> object:
            session = opened(person_id)  # type: ignore[arg-type]  # as it was asked
            if person_id == shop.person_id(0):
                access = session.person.accesses[0]
                other = opened(session.person.id)
                other.observe(access, access.with_counter(access.counter_bytes + 1))
            return session

        monkeypatch.setattr(shop.people, "open", busy)
        reconcile_now(shop, settle=False)
        monkeypatch.undo()
        for _ in range(3):
            shop.clock.pass_by(timedelta(minutes=1))
            shop.minute()
        assert len(shop.panel.held) >= 3
        reconcile_now(shop)
        assert len(shop.panel.held) == 4
