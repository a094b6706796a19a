"""A server: its capacity shards, how links present it, its health, and the inbounds that it used before."""

from dataclasses import replace

import pytest

from tests.fakes.servers import server
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import CAPACITY_SHARDS, CapacityShard, Health, Listing, PanelKind


@pytest.mark.parametrize("capacity", [0, 1, 7, 8, 9, 100, 503])
def test_shard_limits_add_up_to_the_capacity_and_differ_by_one_at_most(capacity: int) -> None:
    limits = server("nl", capacity=capacity).shard_limits()
    assert (sum(limits), len(limits)) == (capacity, CAPACITY_SHARDS)
    assert max(limits) - min(limits) <= 1


def test_the_load_of_a_server_is_computed_from_its_shards() -> None:
    half = Listing(server("nl"), (CapacityShard(0, 3, 5), CapacityShard(1, 2, 5)))
    assert (half.taken, half.load, half.has_capacity) == (5, 0.5, True)
    assert not Listing(server("nl"), (CapacityShard(0, 5, 5), CapacityShard(1, 6, 5))).has_capacity
    assert Listing(server("demo")).has_capacity, "a server without shards has no limit"
    assert CapacityShard(0, 6, 5).free == 0


def test_a_link_presents_the_title_and_country_that_the_operator_set() -> None:
    nl = server("nl", title="Fast one", country="NL")
    assert nl.endpoint is not None
    shown = nl.presented(nl.endpoint)
    assert (shown.title, shown.country, shown.carries_traffic) == ("Fast one", "NL", True)
    assert not server("demo", kind=PanelKind.DEMO).presented(nl.endpoint).carries_traffic


@pytest.mark.parametrize(
    ("health", "healthy"),
    [
        (Health(True, True), True),
        (Health(True, True, accepts_every_app=False), True),
        (Health(False, True), False),
        (Health(True, False), False),
        (Health(True, True, trouble=PanelTrouble.NO_INBOUND), False),
    ],
)
def test_a_server_is_healthy_when_keys_can_be_created_and_used(health: Health, healthy: bool) -> None:
    assert health.healthy is healthy


WITH_INBOUNDS = server("nl", address="https://nl.example", inbound_id=1, limited_inbound_id=2)


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
def test_former_inbounds_are_remembered_until_the_address_of_the_panel_changes(
    changes: list[dict[str, object]], former: tuple[int, ...]
) -> None:
    changed = WITH_INBOUNDS
    for change in changes:
        changed = replace(changed, **change).after(changed)  # type: ignore[arg-type]  # fields of Server
    assert changed.former_inbound_ids == former
