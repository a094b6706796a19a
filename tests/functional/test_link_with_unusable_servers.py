"""A server whose stored address no app can use leaves the other keys of a link standing."""

from dataclasses import replace

import pytest

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.link_client import CLASH, SING_BOX, LinkClient, clash, is_placeholder, lines, outbounds, remarks
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.usecases.ports import Metric

BROKEN = ["", "no address", "https://de.example", f"{'a' * 64}.example", "..", "de.example:port"]


@pytest.fixture
def shop() -> Shop:
    """A shop with two servers, and a person on the trial."""
    shop = with_servers(shop_in_memory(), "de", "nl")
    shop.on_trial()
    return shop


def store_host(shop: Shop, host: str, *server_ids: str) -> None:
    """Store this host with the person's keys on servers, as a version without checks could do."""
    session = shop.open()
    for access in session.person.living_accesses:
        if access.server_id in server_ids:
            assert access.endpoint is not None
            session.observe(access, replace(access, endpoint=replace(access.endpoint, host=host)))


@pytest.mark.parametrize("host", BROKEN)
def test_the_other_keys_are_served_in_every_format(shop: Shop, host: str) -> None:
    store_host(shop, host, "de")
    client = LinkClient(shop)
    assert [line.partition("@")[2].partition("?")[0] for line in lines(client.app())] == ["nl.example:443"]
    assert [found["server"] for found in outbounds(client.app(SING_BOX))] == ["nl.example"]
    assert [proxy["server"] for proxy in clash(client.app(CLASH))["proxies"]] == ["nl.example"]
    assert client.browser().status == 200
    assert shop.meter.counts[Metric.UNUSABLE_ENDPOINTS] == 4


@pytest.mark.parametrize("host", BROKEN)
def test_without_any_usable_server_an_entry_says_so(shop: Shop, host: str) -> None:
    store_host(shop, host, "de", "nl")
    response = LinkClient(shop).app()
    assert is_placeholder(response)
    assert remarks(response) == ["🛠 No server right now · see the bot"]


def test_an_address_in_brackets_is_served_in_the_form_of_each_format(shop: Shop) -> None:
    store_host(shop, "[2001:db8::5]", "de", "nl")
    client = LinkClient(shop)
    assert all("@[2001:db8::5]:443?" in line for line in lines(client.app()))
    assert {found["server"] for found in outbounds(client.app(SING_BOX))} == {"2001:db8::5"}
    assert {proxy["server"] for proxy in clash(client.app(CLASH))["proxies"]} == {"2001:db8::5"}
