"""Everybody keeps as many keys as their plan promises, as far as there are servers that go on serving."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import add_server, drain, reconcile_now, with_servers
from tests.functional.usecases.test_move_key import on_panels, shown, taken
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import ClaimLost
from vpnbot.usecases.keys.move_key import move_key
from vpnbot.usecases.keys.record_traffic import record_traffic


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A month for everybody, with two keys."""
    empty_shop.trial = replace(TRIAL, keys=2, duration=timedelta(days=30))
    return empty_shop


class TestWhatStays:
    """A key that is about to go takes over from none."""

    @pytest.mark.parametrize("other", [ServerState.DECOMMISSIONED, ServerState.DRAINING])
    def test_a_key_on_a_server_that_everybody_leaves_covers_for_no_other(
        self, shop: Shop, other: ServerState
    ) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        drain(shop, "nl", other)
        drain(shop, "de")
        assert reconcile_now(shop, "de").unmoved == 1
        shop.days(1.2)
        assert "de" in shown(shop), "it may be the only one that works"

    def test_with_a_place_for_one_only_somebody_keeps_one_that_works(self, shop: Shop) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        add_server(shop, "fi")
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        drain(shop, "de")
        shop.days(1.2)
        assert shown(shop) == ["fi"]

    def test_a_key_waits_for_a_server_that_would_do_and_is_full(self, shop: Shop) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        add_server(shop, "fi", capacity=0)
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 1
        shop.days(1.2)
        assert on_panels(shop) == shown(shop) == ["de", "nl"]
        add_server(shop, "se")
        shop.days(1.2)
        assert on_panels(shop) == shown(shop) == ["de", "se"]

    def test_where_no_server_would_do_the_others_cover_and_the_server_gets_empty(self, shop: Shop) -> None:
        with_servers(shop, "de", "nl")
        shop.on_trial()
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 0
        shop.days(1.2)
        assert on_panels(shop) == shown(shop) == ["de"]
        assert taken(shop, "nl") == 0


class TestWhatIsMissed:
    """Fewer keys than promised, because there was no room."""

    @pytest.fixture
    def short(self, shop: Shop) -> Shop:
        """Somebody has one key of two, and there is room for the other since."""
        with_servers(shop, "nl")
        shop.on_trial()
        shop.connects()
        add_server(shop, "de")
        return shop

    def test_it_comes_with_the_next_moment_and_without_a_word(self, short: Shop) -> None:
        before = short.look().subscription
        short.days(28.5)
        assert shown(short) == ["de", "nl"]
        after = short.look().subscription
        assert (after.key, after.starts_at, after.ends_at) == (before.key, before.starts_at, before.ends_at)
        assert not {NotificationKind.KEY_READY, NotificationKind.LINK_READY} & set(short.sender.kinds())

    def test_a_panel_that_is_down_just_then_is_waited_for(self, short: Shop) -> None:
        short.days(27.9)
        short.panel.fault_mode = FaultMode.DOWN
        short.days(0.5)
        short.panel.fault_mode = FaultMode.FINE
        short.settles()
        assert shown(short) == ["de", "nl"]
        assert not {NotificationKind.KEY_READY, NotificationKind.LINK_READY} & set(short.sender.kinds())


def tapped(shop: Shop, key: Key) -> Callable[[], None]:
    """Let somebody's tap load them and ask their panel, and return how it writes down what it has heard."""
    session = shop.open()
    return lambda: record_traffic(session, shop.context, "nl", key.tag, 12_345)


def test_whatever_was_seen_before_a_move_began_does_not_undo_it(empty_shop: Shop) -> None:
    empty_shop.trial = replace(TRIAL, keys=1)
    shop = with_servers(empty_shop, "nl")
    key = shop.on_trial().subscription.key
    assert key is not None
    add_server(shop, "de")
    server = drain(shop, "nl")
    writes_down = tapped(shop, key)
    assert move_key(shop.people, shop.fleet, shop.context, server, shop.servers.expected("nl")[0])
    with pytest.raises(ClaimLost):
        writes_down()
    leaving = shop.look().access("nl", key.tag)
    assert leaving is not None
    assert leaving.leaving_at is not None
    shop.days(1.2)
    assert on_panels(shop) == shown(shop) == ["de"]
