"""People buy while no server can take their key: no paid time runs, and the key is made when one can."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.ordering import asks_back, card, pays, places, stored
from tests.functional.usecases.purchases import MONTH
from tests.functional.usecases.reconciled_servers import add_server, change, drain, reconcile_now, taken, with_servers
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.subscriptions.status import Status
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.servers.remove_server import remove_server

OTHER = USER_ID + 1


def buys(shop: Shop, user_id: int = USER_ID) -> Order:
    """Let a person order and pay."""
    order = places(shop, user_id=user_id)
    pays(shop, order)
    return order


def heard(shop: Shop, kind: Kind) -> int:
    """Return how often the buyer was sent a notification of this kind."""
    return sum((sent.person_id, sent.kind) == (shop.person_id(USER_ID), kind) for sent in shop.sender.said)


def assert_counted(shop: Shop, *user_ids: int) -> None:
    """Check that every server counts exactly the keys that take capacity on it."""
    keys = [access for user_id in user_ids for access in shop.look(user_id).accesses]
    for listing in shop.servers.listings():
        counted = sum(a.server_id == listing.server.id and a.capacity_shard is not None for a in keys)
        assert listing.taken == counted, listing.server.id


def assert_begins_now(shop: Shop, since: timedelta, user_id: int = USER_ID) -> None:
    """Check that the person is served, and that the whole month began not longer ago than `since`."""
    person = shop.look(user_id)
    subscription = person.subscription
    assert person.served
    assert subscription.starts_at is not None
    assert shop.clock() - subscription.starts_at <= since
    assert subscription.left(subscription.starts_at) == MONTH.duration


def _full(shop: Shop) -> Callable[[], None]:
    with_servers(shop, "nl", capacity=1)
    shop.on_trial(OTHER)

    def enlarged() -> None:
        change(shop, "nl", capacity=2)

    return enlarged


def _removed_between(shop: Shop) -> Callable[[], None]:
    with_servers(shop, "nl")
    drain(shop, "nl")
    reconcile_now(shop, "nl")
    remove_server(shop.fleet, shop.context, "nl", update(), "operator")
    return lambda: add_server(shop, "de")


def _down(shop: Shop) -> Callable[[], None]:
    with_servers(shop, "nl")
    shop.panel.fault_mode = FaultMode.DOWN

    def mended() -> None:
        shop.panel.fault_mode = FaultMode.FINE

    return mended


@pytest.mark.parametrize("trouble", [_full, _removed_between, _down])
@pytest.mark.parametrize("hours", [1, 30])
def test_paid_time_begins_with_the_key_which_comes_by_itself(
    shop: Shop, trouble: Callable[[Shop], Callable[[], None]], hours: int
) -> None:
    shop.arrives()
    order = places(shop)
    mend = trouble(shop)
    pays(shop, order)
    shop.days(hours / 24, step=timedelta(minutes=10))
    person = shop.look()
    assert person.subscription.waits_for_key
    assert person.subscription.left(shop.clock()) == MONTH.duration
    assert heard(shop, Kind.PAID) == 1
    assert shop.index.dead_lettered() == []
    mend()
    shop.settles(minutes=75)
    assert_begins_now(shop, timedelta(minutes=75))
    assert heard(shop, Kind.KEY_READY) == 1
    assert heard(shop, Kind.PAID) == 1
    assert_counted(shop, USER_ID, OTHER)


@pytest.mark.parametrize("trouble", [_full, _removed_between, _down])
def test_an_operator_can_send_all_of_the_money_back_while_the_key_waits(
    shop: Shop, trouble: Callable[[Shop], Callable[[], None]]
) -> None:
    shop.arrives()
    order = places(shop)
    mend = trouble(shop)
    pays(shop, order)
    shop.settles(minutes=60)
    paid = stored(shop, order.id)
    asks_back(shop, paid, paid.payments[0])
    shop.settles(minutes=60)
    assert card(shop).left(paid.payments[0].id) == 0
    assert stored(shop, order.id).status is OrderStatus.REFUNDED
    assert shop.look().subscription.status is Status.NONE
    mend()
    shop.days(1)
    person = shop.look()
    assert (person.served, person.living_accesses) == (False, ())
    assert shop.index.dead_lettered() == []
    assert_counted(shop, USER_ID, OTHER)
    assert heard(shop, Kind.KEY_READY) == 0


def test_of_two_buyers_for_the_last_place_one_waits_and_no_capacity_is_lost(shop: Shop) -> None:
    with_servers(shop, "nl", capacity=1)
    for user_id in (USER_ID, OTHER):
        shop.arrives(user_id)
        buys(shop, user_id)
    first, second = shop.open(USER_ID), shop.open(OTHER)  # two workers have read the same
    place_keys(first, shop.fleet, shop.context)
    with pytest.raises(Exception, match="capacity"):
        place_keys(second, shop.fleet, shop.context)
    shop.settles(minutes=30)
    served = [shop.look(user_id).served for user_id in (USER_ID, OTHER)]
    assert served == [True, False]
    assert taken(shop, "nl") == 1
    assert shop.meter.counts[Metric.UNPLACED] >= 1
    add_server(shop, "de", capacity=1)
    shop.settles(minutes=75)
    assert_begins_now(shop, timedelta(minutes=75), OTHER)
    assert_counted(shop, USER_ID, OTHER)


def test_a_plan_of_a_country_without_servers_waits_for_one_there(shop: Shop) -> None:
    with_servers(shop, "nl")
    shop.arrives()
    order = places(shop, replace(MONTH, locations=("JP",)))
    pays(shop, order)
    shop.days(2, step=timedelta(minutes=30))
    assert shop.look().subscription.waits_for_key
    assert shop.index.dead_lettered() == []
    change(shop, "nl", country="JP")
    shop.settles(minutes=75)
    assert_begins_now(shop, timedelta(minutes=75))


def test_a_plan_with_more_keys_than_there_is_capacity_for_runs_with_those_that_work(shop: Shop) -> None:
    with_servers(shop, "nl", "de", capacity=1)
    shop.trial = replace(shop.trial, keys=1)
    shop.on_trial(OTHER)
    shop.arrives()
    order = places(shop, replace(MONTH, keys=3))
    pays(shop, order)
    shop.settles(minutes=10)
    assert shop.look().served
    assert len(shop.look().living_accesses) == 1
    shop.days(2, step=timedelta(minutes=30))
    assert shop.index.dead_lettered() == []
    add_server(shop, "fi", capacity=1)
    shop.settles(minutes=75)
    assert len(shop.look().living_accesses) == 2
    assert_counted(shop, USER_ID, OTHER)
