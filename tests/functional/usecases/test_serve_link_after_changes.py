"""Each reconciliation run reads a server's endpoint from its panel, and all links show the change."""

from dataclasses import replace

import pytest

from tests.fakes.panel import Client
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.keys.share_link import Endpoint

OLD = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
NEW = Endpoint("nl.example", 8443, "n" * 43, "www.other.example", "cd34")
PEOPLE = 3


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    return with_servers(empty_shop, "nl")


def only_client(shop: Shop) -> Client:
    """Return the one client on the panel."""
    (client,) = shop.panel.held.values()
    return client


def test_a_changed_endpoint_reaches_every_link_without_a_call_for_each_client(shop: Shop) -> None:
    for user_id in range(PEOPLE):
        shop.on_trial(user_id)
    shop.panel.endpoints["nl", 1] = NEW
    shop.faults.passed.clear()
    reconcile_now(shop)
    expected = shop.servers.get("nl").presented(NEW)
    assert shop.servers.get("nl").endpoint == expected
    assert [shop.look(user_id).living_accesses[0].endpoint for user_id in range(PEOPLE)] == [expected] * PEOPLE
    assert "panel.apply.before" not in shop.faults.passed


@pytest.mark.parametrize(("before", "after"), [("xtls-rprx-vision", ""), ("", "xtls-rprx-vision")])
def test_a_changed_flow_is_applied_to_every_client_on_the_panel_once(shop: Shop, before: str, after: str) -> None:
    shop.panel.endpoints["nl", 1] = replace(OLD, flow=before)
    reconcile_now(shop)
    for user_id in range(PEOPLE):
        shop.on_trial(user_id)
    shop.panel.endpoints["nl", 1] = replace(OLD, flow=after)
    shop.faults.passed.clear()
    for _ in range(3):
        reconcile_now(shop)
    assert shop.faults.passed.count("panel.apply.before") == PEOPLE
    accesses = [shop.look(user_id).living_accesses[0] for user_id in range(PEOPLE)]
    assert {(access.in_sync, access.endpoint and access.endpoint.flow) for access in accesses} == {(True, after)}


def test_a_title_that_the_operator_changes_reaches_every_link(shop: Shop) -> None:
    shop.on_trial()
    change(shop, "nl", title="Fast one")
    reconcile_now(shop)
    endpoint = shop.look().living_accesses[0].endpoint
    assert endpoint is not None
    assert endpoint.title == "Fast one"


def test_the_limited_endpoint_is_for_people_whose_trial_has_ended(shop: Shop) -> None:
    shop.panel.endpoints["nl", 2] = replace(NEW, port=9443)
    change(shop, "nl", limited_inbound_id=2)
    shop.on_trial()
    reconcile_now(shop)
    assert shop.look().living_accesses[0].works
    shop.days(4)
    (access,) = shop.look().living_accesses
    assert access.telegram_only
    assert access.endpoint is not None
    assert access.endpoint.port == 9443
    assert only_client(shop).inbound_id == 2
    change(shop, "nl", limited_inbound_id=None, limited_endpoint=None)
    reconcile_now(shop)
    assert not shop.look().living_accesses[0].telegram_only
    assert not only_client(shop).enabled
