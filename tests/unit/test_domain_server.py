"""A server's capacity is dealt out evenly, and what a link says of it is the operator's."""

from dataclasses import replace

import pytest

from tests.fakes.servers import server
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import CAPACITY_SHARDS, CapacityShard, Health, Listing, PanelKind


@pytest.mark.parametrize("capacity", [0, 1, 7, 8, 9, 100, 503])
def test_the_rooms_hold_exactly_the_capacity_and_differ_by_one_at_most(capacity: int) -> None:
    limits = server("nl", capacity=capacity).shard_limits()
    assert (sum(limits), len(limits)) == (capacity, CAPACITY_SHARDS)
    assert max(limits) - min(limits) <= 1


def test_how_full_a_server_is_stands_in_its_rooms() -> None:
    half = Listing(server("nl"), (CapacityShard(0, 3, 5), CapacityShard(1, 2, 5)))
    assert (half.taken, half.load, half.has_capacity) == (5, 0.5, True)
    assert not Listing(server("nl"), (CapacityShard(0, 5, 5), CapacityShard(1, 6, 5))).has_capacity
    assert Listing(server("demo")).has_capacity, "one without rooms takes everybody"
    assert CapacityShard(0, 6, 5).free == 0


def test_a_link_names_the_server_as_the_operator_does() -> None:
    nl = server("nl", title="Fast one", country="NL")
    assert nl.endpoint is not None
    shown = nl.presented(nl.endpoint)
    assert (shown.title, shown.country, shown.carries_traffic) == ("Fast one", "NL", True)
    assert not server("demo", kind=PanelKind.DEMO).presented(nl.endpoint).carries_traffic


@pytest.mark.parametrize(
    ("health", "well"),
    [
        (Health(True, True), True),
        (Health(True, True, accepts_every_app=False), True),
        (Health(False, True), False),
        (Health(True, False), False),
        (Health(True, True, trouble=PanelTrouble.NO_INBOUND), False),
    ],
)
def test_a_server_is_well_when_keys_can_be_made_and_used(health: Health, well: bool) -> None:
    assert health.healthy is well


MANY = server("nl", address="https://nl.example", inbound_id=1, limited_inbound_id=2)


@pytest.mark.parametrize(
    ("changes", "former"),
    [
        ([{"title": "Fast one"}], ()),
        ([{"inbound_id": 4}], (1,)),
        ([{"inbound_id": 4}, {"inbound_id": 5}], (1, 4)),
        ([{"inbound_id": 4}, {"inbound_id": 1}], (4,)),
        ([{"limited_inbound_id": None}], (2,)),
        ([{"inbound_id": 2, "limited_inbound_id": 1}], ()),
        ([{"inbound_id": 4}, {"address": "https://other.example"}], ()),
    ],
)
def test_inbounds_that_served_before_are_kept_in_mind_as_long_as_it_is_the_same_panel(
    changes: list[dict[str, object]], former: tuple[int, ...]
) -> None:
    now = MANY
    for change in changes:
        now = replace(now, **change).after(now)  # type: ignore[arg-type]  # fields of Server
    assert now.former_inbound_ids == former
