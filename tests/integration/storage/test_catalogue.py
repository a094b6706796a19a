"""The catalogue of servers on an emulated DynamoDB: rooms are taken exactly, breakers and rounds have one holder."""

from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.client import BaseClient

from tests.fakes.clock import START
from tests.fakes.servers import server
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.circuit_breaker import Breaker, tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, ServerState
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, Misconfigured, Rejected
from vpnbot.storage.codec import converter
from vpnbot.storage.people.people import People
from vpnbot.storage.servers.catalogue import Catalogue


def entry(cause: str) -> Entry:
    return Entry(cause, "changed", START, "operator")


@pytest.fixture
def catalogue(table_name: str) -> Catalogue:
    assert table_name
    return Catalogue()


@pytest.fixture
def shop(empty_shop: Shop, catalogue: Catalogue) -> Shop:
    """A shop whose people and servers are both in the table."""
    empty_shop.people = People(empty_shop.clock)
    empty_shop.servers = catalogue  # type: ignore[assignment]  # the real one
    return empty_shop


def put(catalogue: Catalogue, *servers: str, capacity: int = 100) -> None:
    for server_id in servers:
        first = ReconciliationRun(server_id, START, due=Due(START))
        catalogue.add(server(server_id, capacity=capacity), entry(f"add:{server_id}"), first)


class TestTheBook:
    """What the operator keeps."""

    def test_a_server_comes_back_as_it_was_added_with_all_its_rooms_empty(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl", "de", capacity=19)
        first, second = Catalogue().listings()
        assert (first.server.id, second.server) == ("de", server("nl", capacity=19))
        assert [shard.limit for shard in first.shards] == [3, 3, 3, 2, 2, 2, 2, 2]
        assert {shard.taken for shard in first.shards} == {0}

    def test_a_name_is_given_once_and_a_cause_decides_once(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        with pytest.raises(AlreadyDecided):
            put(catalogue, "nl")
        with pytest.raises(Rejected, match="already"):
            catalogue.add(server("nl"), entry("another"), ReconciliationRun("nl", START))

    def test_a_change_moves_the_limits_and_is_made_to_what_was_seen(self, catalogue: Catalogue) -> None:
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

    def test_what_is_removed_is_gone_with_rooms_round_and_breaker(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        catalogue.save_breaker("nl", None, tripped(None, START, PanelTrouble.TIMED_OUT))
        catalogue.remove(catalogue.get("nl"), entry("remove"))
        assert catalogue.listings() == ()
        assert catalogue.reconciliation_run("nl") is None
        with pytest.raises(Misconfigured, match="'nl'"):
            catalogue.get("nl")
        put(Catalogue(), "fi")

    def test_the_demos_server_stands_in_until_there_is_a_real_one(self, table_name: str) -> None:
        assert table_name
        demo = replace(server("demo"), title="Demo")
        catalogue = Catalogue(demo)
        assert [listing.server for listing in catalogue.listings()] == [demo]
        put(catalogue, "nl")
        assert [listing.server.id for listing in catalogue.listings()] == ["nl"]
        assert catalogue.get("demo") == demo, "whoever has a key there keeps it"


class TestWhatIsRead:
    """Half a minute old at most, and fresh when it has to be."""

    def test_it_is_read_once_in_half_a_minute(self, table_name: str) -> None:
        assert table_name
        time = [0.0]
        catalogue = Catalogue(monotonic=lambda: time[0])
        assert catalogue.listings() == ()
        put(Catalogue(), "nl")
        assert catalogue.listings() == ()
        assert len(catalogue.listings(fresh=True)) == 1
        put(Catalogue(), "de")
        time[0] = 31
        assert len(catalogue.listings()) == 2

    def test_a_name_that_is_not_known_is_looked_up_anew(self, catalogue: Catalogue) -> None:
        assert catalogue.listings() == ()
        put(Catalogue(), "nl")
        assert catalogue.get("nl").id == "nl"


class TestRooms:
    """Capacity is taken by a condition, never counted by hand."""

    def test_a_trial_takes_a_room_and_its_end_gives_it_back(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=CAPACITY_SHARDS)
        shop.on_trial()
        assert catalogue.listings(fresh=True)[0].taken == 1
        shop.days(3.1)
        assert catalogue.listings(fresh=True)[0].taken == 0

    def test_a_server_never_takes_more_than_it_has_room_for(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=3)
        people = [shop.on_trial(USER_ID + number) for number in range(5)]
        placed = [person for person in people if person.living_accesses]
        assert len(placed) == 3
        assert catalogue.listings(fresh=True)[0].taken == 3
        assert all(person.subscription.waits_for_key for person in people if person not in placed)

    def test_who_finds_the_room_taken_meanwhile_chooses_anew(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl", capacity=1)
        stale = catalogue.listings()
        assert stale[0].has_capacity
        shop.servers = Catalogue()  # type: ignore[assignment]  # another process
        shop.on_trial(1)
        shop.servers = catalogue  # type: ignore[assignment]  # the one with the old picture
        put(Catalogue(), "se", capacity=1)
        person = shop.on_trial(2)
        assert [access.server_id for access in person.living_accesses] == ["se"]

    def test_a_server_with_keys_is_not_removed(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        shop.on_trial()
        with pytest.raises(Rejected, match="still has keys"):
            catalogue.remove(catalogue.get("nl"), entry("remove"))


class TestTheListOfKeys:
    """Whose keys belong on a server, found without a scan."""

    def test_it_lists_the_keys_in_the_order_of_their_names_and_in_slices(
        self, shop: Shop, catalogue: Catalogue
    ) -> None:
        put(catalogue, "nl", "de")
        for number in range(5):
            shop.tries(update(), USER_ID + number)
        names = [key.name for key in catalogue.expected("nl")]
        assert names == sorted(names)
        assert len(names) == 5
        assert [key.name for key in catalogue.expected("nl", after=names[1], until=names[3])] == names[2:4]
        assert [key.name for key in catalogue.expected("nl", limit=2)] == names[:2]
        key = catalogue.expected("de")[0]
        person = shop.people.open(key.person_id).person
        access = person.access("de", key.key_tag)
        assert access is not None
        assert (key.in_sync, key.devices, key.wanted) == (True, access.devices, access.wanted)

    @pytest.mark.parametrize("until", ["v_a", "v_b"])
    def test_a_range_that_ends_before_it_begins_holds_nothing_and_asks_nothing(
        self, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, until: str
    ) -> None:
        with monkeypatch.context() as only_here:
            only_here.setattr(BaseClient, "_make_api_call", lambda *_: pytest.fail("DynamoDB was asked"))
            assert catalogue.expected("nl", after="v_b", until=until) == []

    def test_a_key_that_is_gone_is_not_listed(self, shop: Shop, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        shop.on_trial()
        shop.days(34)
        assert catalogue.expected("nl") == []


class TestBreakersAndRounds:
    """One holder at a time."""

    def test_the_previous_release_can_read_a_breaker_and_we_can_read_its_own(self) -> None:
        """It needs the attribute `error`, and wrote a sentence there; without `trouble` it said "timed out"."""
        breaker = tripped(None, START, PanelTrouble.REFUSED_CONNECTION)
        body: dict[str, str | int] = converter.unstructure(breaker)
        assert body["error"] == ""
        assert converter.structure(body, Breaker) == breaker
        older = {name: value for name, value in body.items() if name != "trouble"} | {"error": "no answer"}
        read = converter.structure(older, Breaker)
        assert (read.trouble, read.detail, read.since) == (PanelTrouble.TIMED_OUT, "no answer", START)

    def test_of_two_who_see_the_same_breaker_one_takes_the_probe(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        other = Catalogue()
        assert catalogue.save_breaker("nl", None, tripped(None, START, PanelTrouble.TIMED_OUT))
        seen = catalogue.breaker("nl")
        assert seen is not None
        assert other.breaker("nl") == seen
        assert other.save_breaker("nl", seen, seen.probed(START))
        assert not catalogue.save_breaker("nl", seen, seen.probed(START))
        assert catalogue.breaker("nl") == seen.probed(START), "whoever was too late knows better now"
        assert catalogue.save_breaker("nl", seen.probed(START), None)
        assert Catalogue().breaker("nl") is None

    def test_a_round_is_recorded_by_whoever_holds_it(self, catalogue: Catalogue) -> None:
        put(catalogue, "nl")
        seen = catalogue.reconciliation_run("nl")
        assert seen is not None
        further = seen.continued(2, "v_abc", START + timedelta(minutes=1))
        catalogue.save_run(seen, further)
        assert catalogue.reconciliation_run("nl") == further
        with pytest.raises(ClaimLost):
            catalogue.save_run(seen, further)
        catalogue.hasten_run("nl", START)
        hastened = catalogue.reconciliation_run("nl")
        assert hastened is not None
        assert hastened.due == Due(START)
