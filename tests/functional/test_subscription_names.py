"""What apps call a server: whatever the operator does, each has a name that is nobody else's."""

import pytest

from tests.fakes.world import World, world_in_memory
from tests.functional.subscription_door import Door, remarks, speaks
from tests.functional.test_subscription_forms import CLASH, SING_BOX, clash, outbounds, sing_box
from tests.functional.usecases.rounds import change, round_over, with_servers


@pytest.fixture
def world() -> World:
    """A shop with three servers."""
    return with_servers(world_in_memory(), "de", "fi", "nl")


def titled(world: World, *titles: str) -> None:
    """Let the operator give the servers these titles, and everybody's link follow."""
    for server_id, title in zip(("de", "fi", "nl"), titles, strict=True):
        change(world, server_id, title=title)
        round_over(world, server_id)


def test_a_title_that_would_break_yaml_does_not(world: World) -> None:
    world.on_trial()
    titled(world, "A", "B", "'quoted': {x: [1, # \"y\"")
    assert clash(Door(world).app(CLASH))["proxies"][2]["name"] == "'quoted': {x: [1, # \"y\""


def test_two_servers_in_one_country_are_told_apart(world: World) -> None:
    change(world, "fi", country="NL")
    world.on_trial()
    titled(world, "", "", "")
    names = ["🇩🇪 Germany", "🇳🇱 Netherlands 1", "🇳🇱 Netherlands 2"]
    assert remarks(Door(world).app()) == names
    assert [found["tag"] for found in outbounds(Door(world).app(SING_BOX))] == names


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "titles",
    [
        ("VPN", "direct", "⚡ Fastest"),
        ("VPN", "VPN", "VPN 1"),
        ("DIRECT", "REJECT", "PASS"),
        ("⚡ Самый быстрый", "VPN", "VPN"),
        ("A", "A", "A 1"),
    ],
)
def test_no_title_is_taken_for_a_group_a_rule_or_another_server(
    world: World, language: str, titles: tuple[str, ...]
) -> None:
    speaks(world, language)
    titled(world, *titles)
    door = Door(world)
    tags = [found["tag"] for found in sing_box(door.app(SING_BOX))["outbounds"]]
    assert len(set(tags)) == len(tags) == 6
    configuration = clash(door.app(CLASH))
    names = [found["name"] for kind in ("proxies", "proxy-groups") for found in configuration[kind]]
    assert len({*names, "DIRECT", "REJECT", "PASS"}) == len(names) + 3 == 8
    assert len(set(remarks(door.app()))) == 3
