"""Time that a person buys, in every state: it is granted once, and begins when a key works."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.purchases import GB, LIMITED, buys, enabled, refunds
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.scheduling import MAX_ATTEMPTS, Due
from vpnbot.domain.servers.server import Server
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

TRIAL_END = START + timedelta(days=3)


def with_telegram_inbound(server: Server) -> Server:
    """Return the server with an inbound through which only Telegram can be reached."""
    assert server.endpoint is not None
    return replace(server, limited_inbound_id=2, limited_endpoint=replace(server.endpoint, limited=True))


def test_a_new_person_who_pays_gets_a_key_and_time_starts_with_it(shop: Shop) -> None:
    shop.arrives()
    shop.panel.fault_mode = FaultMode.DOWN
    buys(shop)
    shop.settles(minutes=60)
    assert shop.look().subscription.waits_for_key
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=20)
    person = shop.look()
    assert person.served
    assert person.subscription.starts_at is not None
    assert person.subscription.starts_at >= START + timedelta(minutes=60)
    assert person.subscription.left(person.subscription.starts_at) == timedelta(days=30)
    assert shop.sender.kinds() == [NotificationKind.KEY_READY]


def test_a_payment_during_the_trial_adds_time_and_changes_the_limits_of_the_same_key(shop: Shop) -> None:
    before = shop.on_trial()
    assert enabled(shop) == [2]
    after = buys(shop)
    assert after.subscription.ends_at == TRIAL_END + timedelta(days=30)
    shop.settles(minutes=5)
    assert enabled(shop) == [5]
    assert shop.look().subscription.key == before.subscription.key
    assert shop.sender.kinds() == [], "the person has the link already"


@pytest.mark.parametrize("panel_is_down", [False, True])
def test_a_payment_after_the_end_makes_the_same_link_work_and_time_starts_then(
    shop: Shop, panel_is_down: bool
) -> None:
    key = shop.on_trial().subscription.key
    shop.connects()
    shop.days(10)
    assert shop.look().subscription.status is Status.EXPIRED
    assert enabled(shop) == []
    shop.sender.said.clear()
    shop.panel.fault_mode = FaultMode.DOWN if panel_is_down else FaultMode.FINE
    buys(shop)
    shop.settles(minutes=120 if panel_is_down else 5)
    assert shop.look().subscription.waits_for_key is panel_is_down
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=20)
    person = shop.look()
    assert (person.subscription.key, person.served, enabled(shop)) == (key, True, [5])
    assert person.subscription.starts_at is not None
    assert person.subscription.ends_at == person.subscription.starts_at + timedelta(days=30)
    assert shop.sender.kinds() == [NotificationKind.KEY_READY]


def test_a_payment_after_the_end_of_the_link_makes_a_new_key(shop: Shop) -> None:
    key = shop.on_trial().subscription.key
    shop.days(40)
    assert (shop.look().subscription.key, shop.panel.held) == (None, {})
    buys(shop)
    shop.settles(minutes=5)
    person = shop.look()
    assert person.subscription.key not in {None, key}
    assert person.subscription.entitled(shop.clock())
    assert len(enabled(shop)) == 1


def test_the_end_of_paid_time_has_its_own_reminders(shop: Shop) -> None:
    shop.on_trial()
    shop.connects()
    shop.days(5)
    buys(shop)
    shop.settles(minutes=5)
    shop.sender.said.clear()
    shop.days(40)
    assert shop.look().subscription.status is Status.EXPIRED
    assert enabled(shop) == []
    assert shop.sender.kinds() == [
        NotificationKind.REMINDER_DAY,
        NotificationKind.REMINDER_HOURS,
        NotificationKind.EXPIRY,
        NotificationKind.AFTERCARE,
    ]


def test_a_refund_restores_the_earlier_end_and_its_expiry_happens(shop: Shop) -> None:
    """The end moves away and back to a time for which the reminders are in the ledger already."""
    shop.on_trial()
    shop.until(TRIAL_END - timedelta(hours=2))
    buys(shop)
    refunds(shop)
    assert shop.look().subscription.ends_at == TRIAL_END
    shop.days(1)
    assert shop.look().subscription.status is Status.EXPIRED
    assert enabled(shop) == []
    assert shop.sender.kinds().count(NotificationKind.EXPIRY) == 1
    assert shop.index.dead_lettered() == []


def test_the_same_payment_counts_once_even_after_a_deletion(shop: Shop) -> None:
    shop.arrives()
    buys(shop)
    shop.settles(minutes=5)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.days(1)
    assert shop.history() == []
    with pytest.raises(AlreadyDecided):
        buys(shop)
    assert shop.look().subscription.status is Status.DELETED


def test_a_person_who_returns_after_a_deletion_and_pays_gets_a_key(shop: Shop) -> None:
    shop.on_trial()
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.days(1)
    shop.arrives()
    buys(shop)
    shop.settles(minutes=5)
    assert shop.look().served
    assert shop.look().subscription.status is Status.ACTIVE


def test_a_paused_person_keeps_the_paid_time(shop: Shop) -> None:
    shop.on_trial()
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
    buys(shop)
    shop.days(10)
    assert enabled(shop) == []
    resume(shop.open(), shop.fleet, shop.context, "ops:2", "operator")
    shop.settles(minutes=5)
    person = shop.look()
    assert person.subscription.left(shop.clock()) > timedelta(days=32)
    assert enabled(shop) == [5]


def test_a_person_paused_before_the_first_key_who_pays_gets_a_key_after_the_resume(shop: Shop) -> None:
    shop.arrives()
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
    buys(shop)
    shop.days(2)
    assert shop.panel.held == {}
    assert shop.look().paused
    resume(shop.open(), shop.fleet, shop.context, "ops:2", "operator")
    shop.settles(minutes=10)
    person = shop.look()
    assert person.served
    assert person.subscription.left(shop.clock()) > timedelta(days=29, hours=23)


def test_a_second_payment_adds_its_traffic_to_the_limit(shop: Shop) -> None:
    shop.arrives()
    buys(shop, LIMITED)
    shop.settles(minutes=5)
    shop.panel.use("nl", 50 * GB)
    shop.panel.used_bytes["nl"] = 50 * GB
    access = shop.look().accesses[0]
    session = shop.open()
    session.observe(session.person.accesses[0], access.with_counter(50 * GB))
    assert shop.look().traffic_used_up
    buys(shop, LIMITED, payment="2")
    person = shop.look()
    assert (person.traffic_limit_bytes, person.traffic_used_up) == (100 * GB, False)
    shop.settles(minutes=5)
    (client,) = shop.panel.held.values()
    assert (client.enabled, client.traffic_limit_bytes) == (True, 100 * GB)
    assert wanted_state(shop.look(), shop.clock()) is Wanted.ENABLED


def test_bought_traffic_is_not_announced_as_a_new_link(shop: Shop) -> None:
    with_servers(shop, "fi")
    shop.servers.put(with_telegram_inbound(shop.servers.get("fi")))
    shop.arrives()
    buys(shop, LIMITED)
    shop.settles(minutes=5)
    record_traffic(shop.open(), shop.context, "fi", shop.look().accesses[0].key.tag, 50 * GB)
    shop.settles(minutes=5)
    assert shop.look().telegram_only
    shop.sender.said.clear()
    buys(shop, LIMITED, payment="2")
    shop.settles(minutes=5)
    assert shop.look().served
    assert shop.sender.kinds() == []


def test_the_end_comes_although_a_bug_ended_the_placement(shop: Shop) -> None:
    with_servers(shop, "fi")
    shop.on_trial()
    shop.days(10)
    shop.panel.fault_mode = FaultMode.DOWN
    buys(shop)
    session = shop.open()
    given_up = Due(shop.clock(), MAX_ATTEMPTS, dead_lettered=True)
    session.commit(replace(session.person, subscription=replace(session.person.subscription, due=given_up)))
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=30)
    assert shop.look().subscription.entitled(shop.clock())
    shop.days(45)
    assert (shop.look().subscription.status, enabled(shop)) == (Status.EXPIRED, [])


def use_traffic(shop: Shop, gigabytes: int) -> None:
    """Let the customer use so much in all, and the panel report it."""
    record_traffic(shop.open(), shop.context, "fi", shop.look().living_accesses[0].key.tag, gigabytes * GB)
    shop.settles(minutes=5)


def test_a_second_purchase_of_traffic_that_is_used_up_ends_with_a_second_notification(shop: Shop) -> None:
    with_servers(shop, "fi")
    shop.arrives()
    buys(shop, LIMITED)
    shop.settles(minutes=5)
    use_traffic(shop, 50)
    buys(shop, LIMITED, payment="2")
    shop.settles(minutes=5)
    assert enabled(shop) == [5]
    use_traffic(shop, 100)
    assert enabled(shop) == []
    assert shop.sender.kinds().count(NotificationKind.TRAFFIC_USED_UP) == 2


def test_traffic_used_before_the_end_does_not_count_against_a_renewal(shop: Shop) -> None:
    with_servers(shop, "fi")
    shop.arrives()
    buys(shop, LIMITED)
    shop.settles(minutes=5)
    use_traffic(shop, 50)
    shop.days(32)
    buys(shop, LIMITED, payment="2")
    shop.settles(minutes=5)
    assert enabled(shop) == [5]


def test_a_refund_of_all_time_ends_access_at_once(shop: Shop) -> None:
    shop.arrives()
    buys(shop)
    shop.settles(minutes=5)
    refunds(shop)
    shop.settles(minutes=5)
    assert (shop.look().subscription.status, enabled(shop)) == (Status.EXPIRED, [])


def test_a_trial_after_a_deletion_keeps_the_course_that_keeps_causes_apart(shop: Shop) -> None:
    shop.arrives()
    buys(shop)
    shop.settles(minutes=5)
    course = shop.look().subscription.course
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.days(1)
    assert course > 0
    assert shop.on_trial().subscription.course == course


def test_a_key_that_becomes_ready_after_its_refund_is_removed(shop: Shop) -> None:
    shop.arrives()
    shop.panel.fault_mode = FaultMode.DOWN
    buys(shop)
    shop.settles(minutes=3)
    assert shop.look().subscription.waits_for_key
    refunds(shop)
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=60)
    person = shop.look()
    assert (person.subscription.status, person.subscription.key, person.accesses) == (Status.NONE, None, ())
    assert (shop.panel.held, shop.sender.kinds()) == ({}, [])
    assert shop.on_trial().subscription.status is Status.TRIAL, "the trial was never used"


def test_a_key_that_a_panel_makes_while_the_refund_is_decided_is_removed(shop: Shop) -> None:
    shop.arrives()
    buys(shop)
    shop.panel.during = lambda: refunds(shop)
    shop.settles(minutes=60)
    assert (shop.look().subscription.status, shop.panel.held) == (Status.NONE, {})


def test_the_seconds_of_the_ledger_add_up_to_the_time_that_was_used_and_is_left(shop: Shop) -> None:
    def ledger() -> int:
        return sum(int(str(row.get("seconds", 0))) for row in shop.people.history(shop.person_id()))

    shop.on_trial()
    assert ledger() == 3 * 86_400
    shop.days(1)
    buys(shop)
    buys(shop, replace(LIMITED, id="other"), payment="2")
    refunds(shop, Fraction(1, 2), refund="1")
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
    shop.days(10)
    resume(shop.open(), shop.fleet, shop.context, "ops:2", "operator")
    assert ledger() == entitlement_seconds(shop.look().subscription, shop.clock()) == (3 + 30 + 15) * 86_400
    shop.days(60)
    assert shop.look().subscription.status is Status.EXPIRED
    assert ledger() == (3 + 30 + 15) * 86_400
    buys(shop, payment="3")
    assert ledger() == entitlement_seconds(shop.look().subscription, shop.clock()) == (3 + 30 + 15 + 30) * 86_400


def test_a_refund_of_the_purchase_during_a_trial_restores_the_trial_and_its_keys(shop: Shop) -> None:
    shop.on_trial()
    shop.days(1)
    buys(shop)
    shop.settles(minutes=5)
    assert enabled(shop) == [5]
    refunds(shop)
    shop.settles(minutes=5)
    subscription = shop.look().subscription
    assert (subscription.status, subscription.ends_at, enabled(shop)) == (Status.TRIAL, TRIAL_END, [2])
    shop.days(3)
    assert shop.look().subscription.status is Status.EXPIRED
