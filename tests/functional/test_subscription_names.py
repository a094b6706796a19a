"""Names of servers in apps: each is unique, whatever titles the operator chooses."""

import pytest

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.link_client import CLASH, SING_BOX, LinkClient, clash, on_trial_in, outbounds, remarks, sing_box
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers


@pytest.fixture
def shop() -> Shop:
    """A shop with three servers."""
    return with_servers(shop_in_memory(), "de", "fi", "nl")


def titled(shop: Shop, *titles: str) -> None:
    """Give the servers these titles, and reconcile so that all links show them."""
    for server_id, title in zip(("de", "fi", "nl"), titles, strict=True):
        change(shop, server_id, title=title)
        reconcile_now(shop, server_id)


def test_a_title_with_special_characters_of_yaml_is_quoted(shop: Shop) -> None:
    shop.on_trial()
    titled(shop, "A", "B", "'quoted': {x: [1, # \"y\"")
    assert clash(LinkClient(shop).app(CLASH))["proxies"][2]["name"] == "'quoted': {x: [1, # \"y\""


def test_two_servers_in_one_country_are_numbered(shop: Shop) -> None:
    change(shop, "fi", country="NL")
    shop.on_trial()
    titled(shop, "", "", "")
    names = ["🇩🇪 Germany", "🇳🇱 Netherlands 1", "🇳🇱 Netherlands 2"]
    assert remarks(LinkClient(shop).app()) == names
    assert [found["tag"] for found in outbounds(LinkClient(shop).app(SING_BOX))] == names


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
def test_no_title_equals_the_name_of_a_group_a_rule_or_another_server(
    shop: Shop, language: str, titles: tuple[str, ...]
) -> None:
    on_trial_in(shop, language)
    titled(shop, *titles)
    client = LinkClient(shop)
    tags = [found["tag"] for found in sing_box(client.app(SING_BOX))["outbounds"]]
    assert len(set(tags)) == len(tags) == 6
    configuration = clash(client.app(CLASH))
    names = [found["name"] for kind in ("proxies", "proxy-groups") for found in configuration[kind]]
    assert len({*names, "DIRECT", "REJECT", "PASS"}) == len(names) + 3 == 8
    assert len(set(remarks(client.app()))) == 3
