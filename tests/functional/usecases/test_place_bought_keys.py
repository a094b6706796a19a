"""Keys after a purchase: they are placed, and counted against the capacity of their servers."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.purchases import GB, LIMITED, MONTH, buys, enabled, refunds
from tests.functional.usecases.reconciled_servers import change, drain, reconcile_now, taken, with_servers
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.server import ServerState
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend


def test_a_payment_is_accepted_while_there_is_no_server(shop: Shop) -> None:
    shop.servers.ids = []
    shop.arrives()
    buys(shop)
    shop.settles(minutes=30)
    assert shop.look().subscription.waits_for_key
    assert shop.index.dead_lettered() == []
    shop.servers.ids = ["nl"]
    shop.settles(minutes=15)
    assert shop.look().served


def test_a_plan_with_more_keys_than_servers_causes_no_dead_letters(shop: Shop) -> None:
    """The plan has more keys than there are servers, and the panel of the only server is down."""
    shop.on_trial()
    shop.days(10)
    shop.panel.fault_mode = FaultMode.DOWN
    buys(shop, replace(MONTH, keys=3))
    shop.settles(minutes=180)
    assert shop.look().subscription.waits_for_key
    assert [item.sort_key for item in shop.index.dead_lettered()] == []
    assert shop.look().subscription.due is None, "no key is left to place: only the existing key is due"
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=20)
    assert enabled(shop) == [5]
    assert shop.look().subscription.entitled(shop.clock())


def test_a_first_key_that_was_removed_before_it_worked_is_placed_again(shop: Shop) -> None:
    """The placement must not count as decided already: the person would wait until the end of time."""
    shop.arrives()
    shop.panel.fault_mode = FaultMode.DOWN
    buys(shop)
    shop.settles(minutes=3)
    session = shop.open()
    (access,) = session.person.accesses
    retired = session.person.with_key_retired(access, shop.clock())
    session.commit(retired.with_placement_due(Due(shop.clock())))
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=30)
    assert shop.look().served
    assert enabled(shop) == [5]


def test_time_that_is_bought_while_every_server_is_full_begins_when_one_has_capacity(shop: Shop) -> None:
    shop.arrives()
    shop.servers.ids = []
    buys(shop)
    buys(shop, payment="2")
    shop.settles(minutes=60)
    assert shop.look().subscription.waits_for_key
    shop.servers.ids = ["nl"]
    shop.settles(minutes=20)
    person = shop.look()
    assert person.served
    assert person.subscription.starts_at is not None
    assert person.subscription.left(person.subscription.starts_at) == timedelta(days=60)


@pytest.mark.parametrize("called_at_once", [False, True], ids=["by due work", "in the tap"])
def test_a_key_that_works_again_is_counted_again(shop: Shop, called_at_once: bool) -> None:
    with_servers(shop, "fi", capacity=2)
    shop.on_trial()
    shop.days(10)
    assert (taken(shop, "fi"), enabled(shop)) == (0, [])
    buys(shop)
    assert taken(shop, "fi") == 0, "a payment takes no capacity"
    if called_at_once:
        provision_pending(shop.open(), shop.fleet, shop.context)
    shop.settles(minutes=5)
    assert (taken(shop, "fi"), enabled(shop)) == (1, [5])
    assert Metric.OVER_CAPACITY not in shop.meter.counts
    shop.days(40)
    assert taken(shop, "fi") == 0


def test_a_key_that_works_again_is_counted_over_the_limit_when_others_have_the_capacity(shop: Shop) -> None:
    with_servers(shop, "fi", capacity=1)
    shop.on_trial()
    shop.days(10)
    shop.on_trial(user_id=43)
    buys(shop)
    shop.settles(minutes=5)
    assert (taken(shop, "fi"), sorted(enabled(shop))) == (2, [2, 5])
    assert shop.meter.counts[Metric.OVER_CAPACITY] == 1
    assert shop.index.dead_lettered() == []
    shop.tries(update(), user_id=44)
    assert not shop.look(44).served, "a new key is not placed over the limit"
    assert taken(shop, "fi") == 2


def test_a_key_that_works_again_after_buying_traffic_and_a_resume_is_counted(shop: Shop) -> None:
    with_servers(shop, "fi", capacity=1)
    shop.arrives()
    buys(shop, LIMITED)
    shop.settles(minutes=5)
    shop.panel.use("fi", 50 * GB)
    shop.panel.used_bytes["fi"] = 50 * GB
    record_traffic(shop.open(), shop.context, "fi", shop.look().accesses[0].key.tag, 50 * GB)
    shop.settles(minutes=5)
    assert (taken(shop, "fi"), enabled(shop)) == (0, [])
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
    buys(shop, LIMITED, payment="2")
    shop.settles(minutes=5)
    assert taken(shop, "fi") == 0, "a paused key that had no capacity takes none"
    resume(shop.open(), shop.fleet, shop.context, "ops:2", "operator")
    shop.settles(minutes=5)
    assert (taken(shop, "fi"), enabled(shop)) == (1, [5])


def test_the_additional_key_of_a_larger_plan_is_placed_after_the_payment(shop: Shop) -> None:
    shop.servers.ids = ["nl", "de"]
    shop.trial = replace(shop.trial, keys=1)
    shop.on_trial()
    assert enabled(shop) == [2]
    buys(shop, replace(MONTH, keys=2))
    shop.settles(minutes=5)
    assert enabled(shop) == [5, 5]


def test_a_refund_of_a_part_does_not_keep_a_key_from_being_counted_again(shop: Shop) -> None:
    with_servers(shop, "fi", capacity=2)
    shop.on_trial()
    shop.days(10)
    buys(shop)
    provision_pending(shop.open(), shop.fleet, shop.context)
    refunds(shop, Fraction(1, 30))
    shop.settles(minutes=5)
    assert (taken(shop, "fi"), enabled(shop)) == (1, [5])


def test_keys_for_which_servers_were_full_are_placed_within_an_hour_of_free_capacity(shop: Shop) -> None:
    with_servers(shop, "fi", "nl", capacity=1)
    shop.servers.put(replace(shop.servers.get("fi"), capacity=80))
    shop.trial = replace(shop.trial, keys=2)
    shop.on_trial(user_id=50)
    change(shop, "fi", capacity=81)
    shop.arrives()
    buys(shop, replace(MONTH, keys=2))
    shop.days(1)
    assert sorted(enabled(shop)) == [2, 2, 5]
    change(shop, "nl", capacity=80)
    shop.settles(minutes=70)
    assert sorted(enabled(shop)) == [2, 2, 5, 5]


def test_a_kept_key_that_was_moved_away_is_placed_again_with_every_renewal(shop: Shop) -> None:
    with_servers(shop, "fi", "nl")
    shop.arrives()
    for number in range(3):
        buys(shop, replace(MONTH, duration=timedelta(days=2)), payment=str(number))
        shop.settles(minutes=20)
        assert enabled(shop) == [5]
        shop.days(4)
        (server_id,) = [access.server_id for access in shop.look().living_accesses]
        drain(shop, server_id)
        reconcile_now(shop, server_id)
        assert shop.look().living_accesses == ()
        change(shop, server_id, state=ServerState.OPEN)
