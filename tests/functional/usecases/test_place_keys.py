"""Each person keeps the number of keys that the plan promises, as long as there are enough open servers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import (
    add_server,
    drain,
    in_link,
    on_panels,
    reconcile_now,
    taken,
    with_servers,
)
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import ClaimLost
from vpnbot.usecases.keys.move_key import move_key
from vpnbot.usecases.keys.record_traffic import record_traffic


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop whose plan has two keys for a month."""
    empty_shop.trial = replace(TRIAL, keys=2, duration=timedelta(days=30))
    return empty_shop


class TestKeysThatStay:
    """A key on a server that is being emptied does not replace another key."""

    @pytest.mark.parametrize("other", [ServerState.DECOMMISSIONED, ServerState.DRAINING])
    def test_two_keys_on_servers_that_are_emptied_do_not_replace_each_other(
        self, shop: Shop, other: ServerState
    ) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        drain(shop, "nl", other)
        drain(shop, "de")
        assert reconcile_now(shop, "de").unmoved == 1
        shop.days(1.2)
        assert "de" in in_link(shop), "it may be the only key that works"

    def test_a_person_keeps_one_working_key_when_there_is_capacity_for_one_only(self, shop: Shop) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        add_server(shop, "fi")
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        drain(shop, "de")
        shop.days(1.2)
        assert in_link(shop) == ["fi"]

    def test_a_key_stays_until_a_suitable_server_that_is_full_has_capacity(self, shop: Shop) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        add_server(shop, "fi", capacity=0)
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 1
        shop.days(1.2)
        assert on_panels(shop) == in_link(shop) == ["de", "nl"]
        add_server(shop, "se")
        shop.days(1.2)
        assert on_panels(shop) == in_link(shop) == ["de", "se"]

    def test_a_key_is_removed_when_no_other_server_is_suitable_and_another_key_works(self, shop: Shop) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 0
        shop.days(1.2)
        assert on_panels(shop) == in_link(shop) == ["de"]
        assert taken(shop, "nl") == 0


class TestMissingKeys:
    """A person has fewer keys than the plan promises, because there was no capacity."""

    @pytest.fixture
    def short(self, shop: Shop) -> Shop:
        """A person has one key of two, and a server for the other one was added afterwards."""
        with_servers(shop, "nl")
        shop.on_trial()
        shop.connects()
        add_server(shop, "de")
        return shop

    def test_the_missing_key_is_placed_with_the_next_event_without_a_notification(self, short: Shop) -> None:
        before = short.look().subscription
        short.days(28.5)
        assert in_link(short) == ["de", "nl"]
        after = short.look().subscription
        assert (after.key, after.starts_at, after.ends_at) == (before.key, before.starts_at, before.ends_at)
        assert not {NotificationKind.KEY_READY, NotificationKind.LINK_READY} & set(short.sender.kinds())

    def test_the_missing_key_is_made_after_an_outage_of_the_panel(self, short: Shop) -> None:
        short.days(27.9)
        short.panel.fault_mode = FaultMode.DOWN
        short.days(0.5)
        short.panel.fault_mode = FaultMode.FINE
        short.settles()
        assert in_link(short) == ["de", "nl"]
        assert not {NotificationKind.KEY_READY, NotificationKind.LINK_READY} & set(short.sender.kinds())


def loaded_by_a_tap(shop: Shop, key: Key) -> Callable[[], None]:
    """Load the person as a tap does, and return the function that then records the traffic."""
    session = shop.open()
    return lambda: record_traffic(session, shop.context, "nl", key.tag, 12_345)


def test_traffic_that_is_recorded_on_stale_state_does_not_undo_a_move(empty_shop: Shop) -> None:
    empty_shop.trial = replace(TRIAL, keys=1)
    shop = with_servers(empty_shop, "nl")
    key = shop.on_trial().subscription.key
    assert key is not None
    add_server(shop, "de")
    server = drain(shop, "nl")
    record = loaded_by_a_tap(shop, key)
    assert move_key(shop.people, shop.fleet, shop.context, server, shop.servers.expected("nl")[0])
    with pytest.raises(ClaimLost):
        record()
    leaving = shop.look().access("nl", key.tag)
    assert leaving is not None
    assert leaving.leaving_at is not None
    shop.days(1.2)
    assert on_panels(shop) == in_link(shop) == ["de"]
