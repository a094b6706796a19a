"""One key for each server: whoever has the clients of one panel can use no other server."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.purchases import MONTH, buys
from tests.functional.usecases.reconciled_servers import add_server, drain, on_panels, reconcile_now, with_servers
from tests.functional.usecases.test_serve_link import served, token_of
from vpnbot.domain.keys.key_ring import Credentials, Derivation
from vpnbot.usecases.keys.move_key import APPS_RELOAD_WITHIN
from vpnbot.usecases.keys.rotate_key import rotate_key


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with three servers, on each of which a trial has a key."""
    return with_servers(empty_shop, "de", "fi", "nl")


def held(shop: Shop) -> Mapping[str, Credentials]:
    """Return the credentials of the only client on each panel, by server."""
    return {server_id: client.credentials for (server_id, _), client in shop.panel.held.items()}


def in_link(shop: Shop, token: str) -> Mapping[str, object]:
    """Return the user id that the link shows for each server."""
    link = served(shop, token)
    assert link is not None
    return {key.endpoint.host.partition(".")[0]: key.client_id for key in link.keys}


def ids_on(shop: Shop) -> Mapping[str, object]:
    """Return the user id of the client on each panel."""
    return {server_id: credentials.client_id for server_id, credentials in held(shop).items()}


def from_earlier_release(shop: Shop) -> None:
    """Start a trial whose keys are shared by all servers, as an earlier release made them."""
    shop.on_trial()
    session = shop.open()
    person = session.commit(
        session.person.with_accesses(lambda access: replace(access, derivation=Derivation.SHARED))
    )
    for access in person.accesses:
        place = (access.server_id, access.name)
        shop.panel.held[place] = replace(shop.panel.held[place], credentials=access.credentials(shop.ring, person.id))


def rotate(shop: Shop) -> None:
    """Replace the person's key by the next one."""
    key = shop.look().subscription.key
    assert key is not None
    rotate_key(shop.open(), shop.fleet, shop.context, update(), key.tag)
    shop.settles()


class TestNewKeys:
    """Keys that this release makes."""

    def test_no_value_that_opens_one_server_opens_another(self, shop: Shop) -> None:
        shop.on_trial()
        clients = held(shop).values()
        assert len(clients) == 3
        assert len({client.client_id for client in clients}) == 3
        assert len({client.sub_id for client in clients}) == 3

    def test_the_link_shows_for_each_server_the_key_that_its_panel_has(self, shop: Shop) -> None:
        shop.on_trial()
        assert in_link(shop, token_of(shop)) == ids_on(shop)

    def test_a_rotated_key_opens_no_server_that_the_old_one_opened(self, shop: Shop) -> None:
        shop.on_trial()
        old = set(ids_on(shop).values())
        rotate(shop)
        assert len({*old, *ids_on(shop).values()}) == 6
        assert in_link(shop, token_of(shop)) == ids_on(shop)


class TestKeysOfAnEarlierRelease:
    """Keys that are the same on every server work until they are rotated or moved."""

    def test_they_stay_as_they_are_in_the_link_and_on_the_panels(self, shop: Shop) -> None:
        from_earlier_release(shop)
        token = token_of(shop)
        before = held(shop)
        assert len(set(ids_on(shop).values())) == 1
        buys(shop, replace(MONTH, keys=3))
        shop.settles()
        for server_id in held(shop):
            assert reconcile_now(shop, server_id).different == 0
        assert held(shop) == before
        assert in_link(shop, token) == ids_on(shop)

    def test_a_panel_that_has_lost_them_gets_the_same_ones_again(self, shop: Shop) -> None:
        from_earlier_release(shop)
        before = held(shop)
        shop.panel.held.clear()
        for server_id in before:
            reconcile_now(shop, server_id)
        assert held(shop) == before

    def test_a_rotation_gives_one_key_for_each_server(self, shop: Shop) -> None:
        from_earlier_release(shop)
        old = set(ids_on(shop).values())
        rotate(shop)
        assert len({*old, *ids_on(shop).values()}) == 4
        assert {access.derivation for access in shop.look().accesses} == {Derivation.PER_SERVER}
        assert in_link(shop, token_of(shop)) == ids_on(shop)

    def test_a_key_that_moves_gets_its_own_and_the_link_stays_valid(self, empty_shop: Shop) -> None:
        shop = with_servers(empty_shop, "de")
        from_earlier_release(shop)
        token, old = token_of(shop), ids_on(shop)["de"]
        add_server(shop, "nl")
        buys(shop)
        drain(shop, "de")
        reconcile_now(shop, "de")
        assert in_link(shop, token) == {"nl": ids_on(shop)["nl"]}
        assert (ids_on(shop)["de"], ids_on(shop)["nl"] != old) == (old, True), "apps may still use the old one"
        shop.clock.advance(APPS_RELOAD_WITHIN)
        reconcile_now(shop, "de")
        assert on_panels(shop) == ["nl"]
        assert in_link(shop, token) == ids_on(shop)
