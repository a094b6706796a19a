"""The catalogue of servers on an emulated DynamoDB: capacity, breakers, reconciliation runs, expected keys."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.servers import server
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.circuit_breaker import Breaker, tripped
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, Server, ServerState
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Rejected, UnknownServer, UnreadableItem
from vpnbot.storage.conversions import converter
from vpnbot.storage.people.people import People
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.table import Record


def entry(cause: str) -> Entry:
    return Entry(cause, "changed", START, "operator")


@pytest.fixture
def catalogue(table_name: str) -> Catalogue:
    assert table_name
    return Catalogue()


@pytest.fixture
def shop(empty_shop: Shop, catalogue: Catalogue) -> Shop:
    """A shop whose people and servers are in the table."""
    empty_shop.people = People(empty_shop.clock)
    empty_shop.servers = catalogue  # type: ignore[assignment]  # the one under test
    return empty_shop


def put(catalogue: Catalogue, *servers: str, capacity: int = 100) -> None:
    for server_id in servers:
        first = ReconciliationRun(server_id, START, due=Due(START))
        catalogue.add(server(server_id, capacity=capacity), entry(f"add:{server_id}"), first)


class TestServers:
    """An operator adds, changes and removes servers."""

    def test_an_added_server_is_listed_with_its_full_capacity(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl", "de", capacity=19)
        first, second = Catalogue().listings()
        assert (first.server.id, second.server) == ("de", server("nl", capacity=19))
        assert [shard.limit for shard in first.shards] == [3, 3, 3, 2, 2, 2, 2, 2]
        assert {shard.taken for shard in first.shards} == {0}

    def test_a_name_that_is_in_use_and_a_repeated_cause_are_rejected(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        with pytest.raises(AlreadyDecided):
            put(catalogue, "nl")
        with pytest.raises(Rejected, match="already"):
            catalogue.add(server("nl"), entry("another"), ReconciliationRun("nl", START))

    def test_a_change_updates_the_limits_and_conflicts_with_an_outdated_version(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=8)
        seen = catalogue.get("nl")
        catalogue.replace(seen, replace(seen, capacity=80, state=ServerState.DRAINING), entry("1"))
        (listing,) = catalogue.listings()
        assert (listing.server.capacity, listing.server.state, listing.server.version) == (
            80,
            ServerState.DRAINING,
            2,
        )
        assert {shard.limit for shard in listing.shards} == {10}
        with pytest.raises(Conflict):
            catalogue.replace(seen, replace(seen, capacity=1), entry("2"))
        with pytest.raises(AlreadyDecided):
            catalogue.replace(catalogue.get("nl"), seen, entry("1"))

    def test_removing_a_server_removes_its_shards_reconciliation_run_and_breaker(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        catalogue.save_breaker("nl", None, tripped(None, START, PanelTrouble.TIMED_OUT))
        catalogue.remove(catalogue.get("nl"), entry("remove"))
        assert catalogue.listings() == ()
        assert catalogue.reconciliation_run("nl") is None
        with pytest.raises(UnknownServer, match="nl: there is no server of this name"):
            catalogue.get("nl")
        put(Catalogue(), "fi")

    def test_the_demo_server_is_listed_until_a_server_is_added(self, table_name: str) -> None:
        assert table_name
        demo = replace(server("demo"), title="Demo")
        catalogue = Catalogue(demo)
        assert [listing.server for listing in catalogue.listings()] == [demo]
        put(catalogue, "nl")
        assert [listing.server.id for listing in catalogue.listings()] == ["nl"]
        assert catalogue.get("demo") == demo, "keys on the demo server keep working"


class TestPanels:
    """One panel is one server, and each server has a token."""

    ADDRESS = "https://203.0.113.7:2053/base"

    def test_a_panel_of_another_server_is_rejected(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        seen = catalogue.get("nl")
        catalogue.replace(seen, replace(seen, address=self.ADDRESS), entry("1"))
        with pytest.raises(Conflict, match="'nl' has this panel"):
            catalogue.add(server("de", address=self.ADDRESS), entry("2"), ReconciliationRun("de", START))
        put(catalogue, "de")
        other = catalogue.get("de")
        with pytest.raises(Conflict, match="'nl' has this panel"):
            catalogue.replace(other, replace(other, address=self.ADDRESS), entry("3"))

    def test_a_panel_that_a_server_has_left_can_be_added_again(self, catalogue: Catalogue) -> None:
        for number in range(2):
            catalogue.add(server("nl", address=self.ADDRESS), entry(f"add:{number}"), ReconciliationRun("nl", START))
            catalogue.remove(catalogue.get("nl"), entry(f"remove:{number}"))
        put(catalogue, "de")
        seen = catalogue.get("de")
        catalogue.replace(seen, replace(seen, address=self.ADDRESS), entry("change"))
        assert catalogue.get("de").address == self.ADDRESS

    @pytest.mark.parametrize("changes", [False, True])
    def test_of_two_commits_at_once_with_one_panel_only_the_first_succeeds(
        self, table_name: str, monkeypatch: pytest.MonkeyPatch, changes: bool
    ) -> None:
        assert table_name
        first, second = Catalogue(), Catalogue()
        put(first, "fi")
        before = second.get("fi")
        lock = second._panel_lock

        def lock_and_wait(known: Server) -> object:
            held = lock(known)
            first.add(server("nl", address=self.ADDRESS), entry("nl"), ReconciliationRun("nl", START))
            return held

        def commit() -> None:
            if changes:
                second.replace(before, replace(before, address=self.ADDRESS), entry("de"))
            else:
                second.add(server("de", address=self.ADDRESS), entry("de"), ReconciliationRun("de", START))

        monkeypatch.setattr(second, "_panel_lock", lock_and_wait)
        with pytest.raises((Conflict, Rejected)):
            commit()
        addresses = [listing.server.address for listing in Catalogue().listings()]
        assert addresses.count(self.ADDRESS) == 1

    def test_the_tokens_in_use_are_those_of_all_servers(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl", "de")
        seen = catalogue.get("nl")
        catalogue.replace(seen, replace(seen, token_name="token-1"), entry("1"))
        assert set(Catalogue().tokens_in_use()) == {"token-1", "de"}

    def test_the_tokens_in_use_are_unknown_while_a_server_cannot_be_read(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl", "de")
        Record("SERVERS", "SERVER#de", body={"of": "a later release"}).save()
        with pytest.raises(UnreadableItem, match="SERVER#de"):
            catalogue.tokens_in_use()

    def test_the_ledger_tells_whether_a_cause_was_decided(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        assert catalogue.decided("add:nl")
        assert not catalogue.decided("add:de")


class TestCache:
    """Listings are at most 30 seconds old, and read again on request."""

    def test_servers_are_read_at_most_once_in_30_seconds(self, table_name: str) -> None:
        assert table_name
        seconds = [0.0]
        catalogue = Catalogue(monotonic=lambda: seconds[0])
        assert catalogue.listings() == ()
        put(Catalogue(), "nl")
        assert catalogue.listings() == ()
        assert len(catalogue.listings(fresh=True)) == 1
        put(Catalogue(), "de")
        seconds[0] = 31
        assert len(catalogue.listings()) == 2

    def test_an_unknown_name_is_looked_up_again(self, catalogue: Catalogue) -> None:
        assert catalogue.listings() == ()
        put(Catalogue(), "nl")
        assert catalogue.get("nl").id == "nl"


class TestCapacity:
    """Capacity is reserved by a conditional write."""

    def test_a_trial_takes_capacity_and_its_end_releases_it(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=CAPACITY_SHARDS)
        shop.on_trial()
        assert catalogue.listings(fresh=True)[0].taken == 1
        shop.days(3.1)
        assert catalogue.listings(fresh=True)[0].taken == 0

    def test_a_server_never_gets_more_keys_than_its_capacity(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=3)
        people = [shop.on_trial(USER_ID + number) for number in range(5)]
        placed = [person for person in people if person.living_accesses]
        assert len(placed) == 3
        assert catalogue.listings(fresh=True)[0].taken == 3
        assert all(person.subscription.waits_for_key for person in people if person not in placed)

    def test_when_a_shard_is_full_placement_chooses_again(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=1)
        stale = catalogue.listings()
        assert stale[0].has_capacity
        shop.servers = Catalogue()  # type: ignore[assignment]  # another process
        shop.on_trial(1)
        shop.servers = catalogue  # type: ignore[assignment]  # the process with outdated listings
        put(Catalogue(), "se", capacity=1)
        person = shop.on_trial(2)
        assert [access.server_id for access in person.living_accesses] == ["se"]

    def test_a_server_with_keys_is_not_removed(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        shop.on_trial()
        with pytest.raises(Rejected, match="still has keys"):
            catalogue.remove(catalogue.get("nl"), entry("remove"))


class TestExpectedKeys:
    """The keys that belong on a server, read from an index."""

    def test_keys_are_listed_in_the_order_of_their_names(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", "de")
        for number in range(5):
            shop.tries(update(), USER_ID + number)
        names = [key.name for key in catalogue.expected("nl")]
        assert names == sorted(names)
        assert len(names) == 5
        assert [key.name for key in catalogue.expected("nl", after=names[1], limit=2)] == names[2:4]
        assert [key.name for key in catalogue.expected("nl", limit=2)] == names[:2]
        key = catalogue.expected("de")[0]
        person = shop.people.open(key.person_id).person
        access = person.access("de", key.key_tag)
        assert access is not None
        assert key == ExpectedClient.of(key.person_id, access)
        assert key.credentials(shop.ring, "de") == access.credentials(shop.ring, person.id)

    def test_a_key_that_lags_behind_is_listed_as_one_with_a_failed_attempt(
        self, shop: Shop, catalogue: Catalogue
    ) -> None:
        put(catalogue, "nl")
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        (key,) = catalogue.expected("nl")
        assert (key.in_sync, key.failed) == (False, True)
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles()
        (key,) = catalogue.expected("nl")
        assert (key.in_sync, key.failed) == (True, False)

    def test_a_removed_key_is_not_listed(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        shop.on_trial()
        shop.days(34, step=timedelta(days=1))
        assert catalogue.expected("nl") == []


class TestBreakersAndReconciliationRuns:
    """A circuit breaker and a reconciliation run are changed only by the holder of their current state."""

    def test_breakers_are_compatible_with_the_previous_release(self) -> None:
        """The previous release requires `error` and stored a text in it; a missing `trouble` means "timed out"."""
        breaker = tripped(None, START, PanelTrouble.REFUSED_CONNECTION)
        body: dict[str, str | int] = converter.unstructure(breaker)
        assert body["error"] == ""
        assert converter.structure(body, Breaker) == breaker
        older = {name: value for name, value in body.items() if name != "trouble"} | {"error": "no answer"}
        read = converter.structure(older, Breaker)
        assert (read.trouble, read.detail, read.since) == (PanelTrouble.TIMED_OUT, "no answer", START)

    def test_of_two_processes_with_the_same_breaker_one_makes_the_probe(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        other = Catalogue()
        assert catalogue.save_breaker("nl", None, tripped(None, START, PanelTrouble.TIMED_OUT))
        seen = catalogue.breaker("nl")
        assert seen is not None
        assert other.breaker("nl") == seen
        assert other.save_breaker("nl", seen, seen.probed(START))
        assert not catalogue.save_breaker("nl", seen, seen.probed(START))
        assert catalogue.breaker("nl") == seen.probed(START), "a failed save reads the stored breaker again"
        assert catalogue.save_breaker("nl", seen.probed(START), None)
        assert Catalogue().breaker("nl") is None

    def test_a_reconciliation_run_is_saved_only_by_its_holder(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        seen = catalogue.reconciliation_run("nl")
        assert seen is not None
        further = seen.continued("v_abc", START + timedelta(minutes=1))
        catalogue.save_run(seen, further)
        assert catalogue.reconciliation_run("nl") == further
        with pytest.raises(ClaimLost):
            catalogue.save_run(seen, further)
        catalogue.make_run_due("nl", START)
        hastened = catalogue.reconciliation_run("nl")
        assert hastened is not None
        assert hastened.due == Due(START)
