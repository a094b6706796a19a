"""Placement of keys on servers: by location, panel, country and load, and one key at most on each server."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.fakes.servers import server
from vpnbot.domain.servers.circuit_breaker import tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.placement import place
from vpnbot.domain.servers.server import CAPACITY_SHARDS, CapacityShard, Listing, ServerState
from vpnbot.domain.subscriptions.plan import Plan

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def listing(server_id: str, taken: int = 0, capacity: int = 80, *, down: bool = False, **more: object) -> Listing:
    """Return a server with `taken` keys, spread evenly over its capacity shards."""
    shards = tuple(
        CapacityShard(n, taken // CAPACITY_SHARDS + (n < taken % CAPACITY_SHARDS), limit)
        for n, limit in enumerate(server(server_id, capacity=capacity).shard_limits())
    )
    return Listing(server(server_id, **more), shards, tripped(None, NOW, PanelTrouble.TIMED_OUT) if down else None)


def plan(keys: int = 1, *locations: str) -> Plan:
    """Return a plan with this number of keys, at these locations or at any."""
    return Plan("p", timedelta(days=30), 3, keys=keys, locations=locations)


def ids(listings: list[Listing], wanted: Plan, has: tuple[str, ...] = (), seed: str = "5eed") -> list[str]:
    """Return the ids of the chosen servers, in order."""
    return [chosen.server.id for chosen in place(wanted, listings, has, seed)]


def test_the_least_loaded_server_is_the_one_with_the_smallest_share_of_taken_capacity() -> None:
    assert ids([listing("nl1", 30, 40), listing("nl2", 50, 100)], plan()) == ["nl2"]


def test_each_key_is_placed_on_another_server_and_if_possible_in_another_country() -> None:
    listings = [listing("nl1", 0), listing("nl2", 1), listing("de1", 70)]
    assert ids(listings, plan(2)) == ["nl1", "de1"]
    assert ids(listings, plan(3)) == ["nl1", "de1", "nl2"]
    assert ids(listings, plan(9)) == ["nl1", "de1", "nl2"], "a person never has two keys on one server"


def test_only_missing_keys_are_placed() -> None:
    listings = [listing("nl1"), listing("de1"), listing("fi1")]
    assert ids(listings, plan(3), ("de1",)) == ["fi1", "nl1"]
    assert ids(listings, plan(1), ("de1",)) == []


def test_a_plan_with_locations_gets_servers_only_there_and_in_the_order_of_the_plan() -> None:
    listings = [listing("nl1", 70), listing("de1"), listing("fi1", 10)]
    assert ids(listings, plan(2, "NL", "FI")) == ["nl1", "fi1"]


def test_a_server_whose_panel_does_not_answer_is_chosen_last() -> None:
    listings = [listing("nl1", down=True), listing("de1", 79)]
    assert ids(listings, plan(1)) == ["de1"]
    assert ids(listings, plan(2)) == ["de1", "nl1"]


def test_full_draining_and_decommissioned_servers_are_not_chosen() -> None:
    listings = [
        listing("nl1", 80),
        listing("de1", state=ServerState.DRAINING),
        listing("fi1", state=ServerState.DECOMMISSIONED),
        listing("se1", 79),
    ]
    assert ids(listings, plan(4)) == ["se1"]


def test_a_server_with_more_keys_than_its_lowered_capacity_is_full() -> None:
    over = Listing(server("nl1"), (CapacityShard(0, 5, 3), CapacityShard(1, 3, 3)))
    assert ids([over], plan()) == []
    assert over.load > 1


def test_a_server_without_capacity_shards_is_never_full() -> None:
    (chosen,) = place(plan(), [Listing(server("demo"))], (), "5eed")
    assert chosen.shard is None


def test_keys_are_spread_over_free_shards_and_a_seed_always_gets_the_same_shard() -> None:
    crowded = Listing(server("nl1"), tuple(CapacityShard(n, 10 if n < 3 else 0, 10) for n in range(CAPACITY_SHARDS)))
    shards = Counter(place(plan(), [crowded], (), f"seed {n}")[0].shard for n in range(1000))
    assert set(shards) == {3, 4, 5, 6, 7}
    assert max(shards.values()) < 2 * min(shards.values())
    assert place(plan(), [crowded], (), "5eed") == place(plan(), [crowded], (), "5eed")
