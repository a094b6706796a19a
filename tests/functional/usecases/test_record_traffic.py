"""Traffic is stored when enough of it is new; at 80 and 100 percent of the limit a person is notified once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.ports import Session

GB = 1_000_000_000
LIMIT = 50 * GB


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with two servers and a limit of 50 GB for each person."""
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=LIMIT)
    return with_servers(empty_shop, "de", "nl")


def used(shop: Shop, *, nl: int = 0, de: int = 0) -> None:
    """Set the counters of all clients on both panels, and reconcile both servers."""
    shop.panel.use("nl", nl)
    shop.panel.use("de", de)
    reconcile_now(shop, "nl")
    reconcile_now(shop, "de")


def notified(shop: Shop) -> list[NotificationKind]:
    """Return the notifications about traffic that were sent."""
    return [
        kind
        for kind in shop.sender.kinds()
        if kind in {NotificationKind.TRAFFIC_NEARLY, NotificationKind.TRAFFIC_USED_UP}
    ]


def test_traffic_of_all_servers_is_added(shop: Shop) -> None:
    shop.on_trial()
    used(shop, nl=3 * GB, de=2 * GB)
    person = shop.look()
    assert person.used_bytes == 5 * GB
    assert person.connected


def test_a_small_increase_is_not_written(shop: Shop) -> None:
    shop.on_trial()
    used(shop, nl=3 * GB)
    shop.faults.passed.clear()
    used(shop, nl=3 * GB + 50_000_000)
    assert "query" not in shop.faults.passed
    assert shop.look().used_bytes == 3 * GB


def test_a_counter_that_restarts_at_zero_loses_no_traffic(shop: Shop) -> None:
    shop.on_trial()
    used(shop, nl=3 * GB)
    shop.panel.held.clear()
    used(shop)
    used(shop, nl=1 * GB)
    assert shop.look().used_bytes == 4 * GB


@pytest.mark.parametrize(
    ("then", "total"),
    [
        ([-5 * GB], 30 * GB),
        ([-5 * GB, 31 * GB], 31 * GB),
        ([29 * GB], 30 * GB),
        ([29 * GB, 30 * GB], 31 * GB),
        ([2 * GB], 32 * GB),
        ([0, 1 * GB], 31 * GB),
    ],
    ids=[
        "negative",
        "negative, then as before",
        "the latest values were lost",
        "the latest values were lost, then more is used",
        "a restart at 0",
        "a restart at 0, seen at once",
    ],
)
def test_a_counter_that_goes_back_lowers_nothing_and_counts_nothing_twice(
    shop: Shop, then: list[int], total: int
) -> None:
    shop.on_trial()
    used(shop, nl=30 * GB)
    for counter_bytes in then:
        used(shop, nl=counter_bytes)
    assert shop.look().used_bytes == total


def test_a_person_whose_first_counter_is_negative_has_used_nothing(shop: Shop) -> None:
    shop.on_trial()
    used(shop, nl=-7)
    assert shop.look().used_bytes == 0
    session = shop.open()
    access = session.person.living_accesses[0]
    session.observe(access, replace(access, used_bytes=-7, counter_bytes=-7))  # as an earlier version stored it
    assert shop.look().used_bytes == 0
    used(shop, nl=2 * GB, de=2 * GB)
    assert shop.look().used_bytes == 4 * GB


def test_at_eighty_percent_there_is_one_notification_and_the_keys_work(shop: Shop) -> None:
    shop.on_trial()
    used(shop, nl=39 * GB)
    assert notified(shop) == []
    used(shop, nl=39 * GB, de=1 * GB)
    assert notified(shop) == [NotificationKind.TRAFFIC_NEARLY]
    used(shop, nl=45 * GB, de=1 * GB)
    assert notified(shop) == [NotificationKind.TRAFFIC_NEARLY]
    assert all(access.works for access in shop.look().living_accesses)


def test_at_the_limit_every_key_is_disabled_and_the_link_is_kept(shop: Shop) -> None:
    person = shop.on_trial()
    used(shop, nl=40 * GB)
    used(shop, nl=40 * GB, de=10 * GB)
    after = shop.look()
    assert notified(shop) == [NotificationKind.TRAFFIC_NEARLY, NotificationKind.TRAFFIC_USED_UP]
    assert after.traffic_used_up
    assert after.subscription.key == person.subscription.key
    assert {access.wanted for access in after.living_accesses} == {Wanted.LIMITED}
    assert list(shop.panel.enabled()) == []
    used(shop, nl=41 * GB, de=10 * GB)
    assert len(notified(shop)) == 2


def test_a_client_that_its_panel_disabled_at_the_limit_is_no_drift(shop: Shop) -> None:
    change(shop, "nl", limited_inbound_id=2)
    shop.on_trial()
    used(shop, nl=LIMIT)
    assert shop.look().telegram_only
    assert [reconcile_now(shop, "nl").different for _ in range(3)] == [0, 0, 0]
    assert [client.inbound_id for client in shop.panel.enabled()] == [2]


def test_a_counter_older_than_the_stored_one_is_no_restarted_counter(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = shop.on_trial().living_accesses[0].key.tag
    used(shop, nl=30 * GB)
    opened = shop.people.open

    def open_after_a_tap(person_id: PersonId) -> Session:
        monkeypatch.setattr(shop.people, "open", opened)
        record_traffic(shop.open(), shop.context, "nl", tag, 31 * GB + 200_000_000)
        return opened(person_id)

    monkeypatch.setattr(shop.people, "open", open_after_a_tap)
    used(shop, nl=31 * GB)
    assert shop.look().used_bytes == 31 * GB + 200_000_000
    used(shop, nl=32 * GB + 500_000_000)
    assert shop.look().used_bytes == 32 * GB + 500_000_000


def test_reaching_both_thresholds_at_once_is_one_notification(shop: Shop) -> None:
    shop.on_trial()
    used(shop, nl=60 * GB)
    assert notified(shop) == [NotificationKind.TRAFFIC_USED_UP]


def test_without_a_limit_traffic_is_only_counted(empty_shop: Shop) -> None:
    shop = with_servers(empty_shop, "nl")
    shop.on_trial()
    shop.panel.use("nl", 5000 * GB)
    reconcile_now(shop)
    assert shop.look().used_bytes == 5000 * GB
    assert notified(shop) == []


def test_after_the_end_there_is_no_notification_about_traffic(shop: Shop) -> None:
    shop.on_trial()
    shop.days(3.1)
    used(shop, nl=60 * GB)
    assert shop.look().used_bytes == 60 * GB
    assert notified(shop) == []


def test_a_notification_is_not_sent_after_the_subscription_has_ended(shop: Shop) -> None:
    """The threshold is reached 30 seconds before the end, and due work runs after it."""
    person = shop.on_trial()
    ends_at = person.subscription.ends_at
    assert ends_at is not None
    shop.until(ends_at - timedelta(seconds=30))
    shop.panel.use("nl", 45 * GB)
    reconcile_now(shop, "nl")
    assert notified(shop) == []


def test_the_first_notification_is_not_sent_once_the_limit_is_reached(shop: Shop) -> None:
    shop.on_trial()
    shop.panel.use("nl", 41 * GB)
    shop.panel.use("de", 41 * GB)
    for server_id in ("nl", "de"):
        shop.servers.make_run_due(server_id, shop.clock())
    for _ in range(3):
        shop.minute()
        shop.clock.advance(timedelta(minutes=1))
    assert notified(shop) == [NotificationKind.TRAFFIC_USED_UP]


def test_traffic_used_up_before_the_time_has_started_turns_the_keys_off(shop: Shop) -> None:
    """The panels have the keys, but the confirmation that starts the time was lost."""
    shop.on_trial()
    session = shop.open()
    waiting = replace(session.person.subscription, starts_at=None, ends_at=None, settled_until=None, due=None)
    session.commit(replace(session.person, subscription=waiting))
    used(shop, nl=60 * GB)
    assert {access.wanted for access in shop.look().living_accesses} == {Wanted.LIMITED}
    assert notified(shop) == [NotificationKind.TRAFFIC_USED_UP]
