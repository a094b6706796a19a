"""Draining a server: people are moved to other servers with an unchanged link, and always have a working key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import (
    add_server,
    change,
    drain,
    in_link,
    on_panels,
    reconcile_now,
    taken,
    with_servers,
)
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import Misconfigured
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server, where each person gets one key."""
    empty_shop.trial = replace(TRIAL, keys=1)
    return with_servers(empty_shop, "nl")


def offer_telegram_only(shop: Shop, server_id: str) -> None:
    """Set up an inbound of a server where only Telegram can be reached."""
    endpoint = shop.servers.get(server_id).endpoint
    assert endpoint is not None
    limited = replace(endpoint, limited=True)
    shop.panel.endpoints[server_id, 2] = limited
    change(shop, server_id, limited_inbound_id=2, limited_endpoint=limited)


def telegram_in_link(shop: Shop) -> list[str]:
    """Return the servers whose keys for Telegram only the person's link contains."""
    return sorted(access.server_id for access in shop.look().offered_accesses if access.telegram_only)


class TestDraining:
    """The server still works, and people stay connected while they are moved."""

    def test_the_new_key_is_made_before_the_old_one_is_removed_and_the_link_stays(self, shop: Shop) -> None:
        before = shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        after = shop.look()
        assert on_panels(shop) == ["de", "nl"]
        assert in_link(shop) == ["de"], "apps that load the link now get the new key"
        assert after.subscription.key == before.subscription.key
        assert after.subscription.ends_at == before.subscription.ends_at
        reconcile_now(shop)
        assert on_panels(shop) == ["de", "nl"], "an app that has not loaded the link again uses the old key"

    def test_the_old_key_stays_for_a_day_though_one_app_has_loaded_the_new_one(self, shop: Shop) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        shop.clock.advance(11 * MINUTE)
        shop.connects()
        reconcile_now(shop)
        assert on_panels(shop) == ["de", "nl"], "another device may not have loaded the link yet"
        shop.days(1)
        shop.settles(minutes=10)
        assert on_panels(shop) == in_link(shop) == ["de"]
        assert (taken(shop, "nl"), taken(shop, "de")) == (0, 1)
        assert [access.server_id for access in shop.look().accesses] == ["de"]

    def test_the_old_key_is_removed_after_a_day_without_a_fetch(self, shop: Shop) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        shop.days(0.9)
        assert on_panels(shop) == ["de", "nl"]
        shop.days(0.2)
        assert on_panels(shop) == ["de"]

    def test_the_old_key_stays_while_the_new_one_cannot_be_made(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        shop.days(1.5)
        assert on_panels(shop) == in_link(shop) == ["nl"]
        shop.panel.fault_mode = FaultMode.FINE
        shop.days(0.3)
        assert on_panels(shop) == ["de"]

    def test_a_key_stays_and_is_counted_while_no_other_server_exists(self, shop: Shop) -> None:
        shop.on_trial()
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 1
        assert on_panels(shop) == in_link(shop) == ["nl"]
        add_server(shop, "de")
        assert reconcile_now(shop).unmoved == 0
        assert in_link(shop) == ["de"]

    def test_no_more_keys_are_moved_than_there_is_capacity(self, shop: Shop) -> None:
        for user_id in range(5):
            shop.on_trial(user_id)
        add_server(shop, "de", capacity=3)
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 2
        assert taken(shop, "de") == 3

    def test_a_person_with_two_keys_gets_the_second_again_when_a_server_is_added(self, empty_shop: Shop) -> None:
        empty_shop.trial = replace(TRIAL, keys=2)
        shop = with_servers(empty_shop, "de", "nl")
        shop.on_trial()
        drain(shop, "nl")
        ended = reconcile_now(shop)
        assert (ended.unmoved, in_link(shop)) == (0, ["de"]), "without a third server the other key serves the person"
        add_server(shop, "fi")
        shop.days(1.1)
        assert on_panels(shop) == ["de", "fi"], "the missing key is placed with the next scheduled event"

    def test_a_key_is_moved_to_a_third_server_if_there_is_one(self, empty_shop: Shop) -> None:
        empty_shop.trial = replace(TRIAL, keys=2)
        shop = with_servers(empty_shop, "de", "nl")
        shop.on_trial()
        add_server(shop, "fi")
        drain(shop, "nl")
        reconcile_now(shop)
        assert in_link(shop) == ["de", "fi"]

    def test_new_keys_are_not_placed_on_a_draining_server(self, shop: Shop) -> None:
        add_server(shop, "de")
        drain(shop, "nl")
        shop.on_trial()
        assert in_link(shop) == ["de"]

    def test_traffic_of_the_old_key_is_still_counted(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.use("nl", 5_000_000_000)
        reconcile_now(shop)
        add_server(shop, "de")
        drain(shop, "nl")
        shop.days(1.5)
        assert on_panels(shop) == ["de"]
        assert shop.look().used_bytes == 5_000_000_000

    def test_a_move_that_has_begun_is_finished_when_the_server_is_reopened(self, shop: Shop) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        change(shop, "nl", state=ServerState.OPEN)
        shop.days(1.5)
        assert on_panels(shop) == in_link(shop) == ["de"]

    def test_a_server_that_is_drained_again_is_emptied_again(self, shop: Shop) -> None:
        shop.trial = replace(shop.trial, duration=timedelta(days=30))
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        shop.days(1.5)
        change(shop, "nl", state=ServerState.OPEN)
        drain(shop, "de")
        shop.days(1.5)
        assert on_panels(shop) == ["nl"]
        change(shop, "de", state=ServerState.OPEN)
        drain(shop, "nl")
        shop.days(1.5)
        assert on_panels(shop) == in_link(shop) == ["de"]

    @pytest.mark.parametrize(
        ("point", "trouble"),
        [
            ("panel.clients.before", Misconfigured("nl", "no token")),
            ("panel.endpoint.before", PanelRejected(PanelTrouble.INBOUND_OFF)),
        ],
        ids=["its clients cannot be listed", "its inbound is off"],
    )
    def test_a_failing_panel_does_not_prevent_the_move(self, shop: Shop, point: str, trouble: Exception) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        shop.faults.at(point, *[trouble] * 50)
        reconcile_now(shop)
        assert in_link(shop) == ["de"]


class TestPeopleWhoseKeysAreOff:
    """Expired, paused and waiting people are moved too."""

    def test_the_key_of_an_expired_person_is_removed_without_a_new_one(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(3.1)
        drain(shop, "nl")
        reconcile_now(shop)
        assert on_panels(shop) == []
        assert shop.look().accesses == ()
        assert taken(shop, "nl") == 0

    @pytest.mark.parametrize("used_up", [False, True])
    def test_a_key_for_telegram_only_gets_a_successor_and_works_all_the_time(self, shop: Shop, used_up: bool) -> None:
        offer_telegram_only(shop, "nl")
        shop.trial = replace(shop.trial, traffic_limit_bytes=10**9)
        shop.on_trial()
        if used_up:
            shop.panel.use("nl", 2 * 10**9)
            reconcile_now(shop)
        else:
            shop.days(3.1)
        add_server(shop, "fi")
        add_server(shop, "de", capacity=0)
        offer_telegram_only(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        assert on_panels(shop) == ["de", "nl"], "the new key takes no capacity, and the apps have a day to load it"
        assert telegram_in_link(shop) == ["de"]
        assert [client.inbound_id for client in shop.panel.enabled()] == [2, 2]
        shop.days(1.2)
        assert on_panels(shop) == telegram_in_link(shop) == ["de"]
        assert reconcile_now(shop).unmoved == 0
        assert (taken(shop, "nl"), taken(shop, "de")) == (0, 0)

    def test_a_key_for_telegram_only_is_removed_if_no_other_server_offers_that(self, shop: Shop) -> None:
        offer_telegram_only(shop, "nl")
        shop.on_trial()
        shop.days(3.1)
        add_server(shop, "de")
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 0
        assert (on_panels(shop), shop.look().accesses) == ([], ())

    def test_a_key_of_an_expired_person_who_is_paused_is_moved_and_reaches_telegram_after_the_resume(
        self, shop: Shop
    ) -> None:
        offer_telegram_only(shop, "nl")
        shop.on_trial()
        shop.days(3.1)
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        add_server(shop, "de", capacity=0)
        offer_telegram_only(shop, "de")
        drain(shop, "nl")
        for _ in range(3):
            reconcile_now(shop)
        assert on_panels(shop) == ["de"]
        assert list(shop.panel.enabled()) == []
        resume(shop.open(), shop.fleet, shop.context, "resume", "operator")
        assert telegram_in_link(shop) == ["de"]

    def test_keys_for_telegram_only_are_moved_off_a_lost_panel_at_once(self, shop: Shop) -> None:
        offer_telegram_only(shop, "nl")
        shop.on_trial()
        shop.days(3.1)
        add_server(shop, "de")
        offer_telegram_only(shop, "de")
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        for _ in range(3):
            reconcile_until_removed(shop)
        assert shop.servers.ids == telegram_in_link(shop) == ["de"]

    def test_a_paused_person_is_moved_and_has_a_working_key_after_the_resume(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        add_server(shop, "de")
        drain(shop, "nl")
        for _ in range(3):
            reconcile_now(shop)
        assert on_panels(shop) == ["de"]
        assert list(shop.panel.enabled()) == []
        resume(shop.open(), shop.fleet, shop.context, "resume", "operator")
        assert in_link(shop) == ["de"]
        assert len(list(shop.panel.enabled())) == 1

    def test_a_person_who_waits_for_a_first_key_gets_it_on_another_server(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        add_server(shop, "de")
        shop.panel.fault_mode = FaultMode.FINE
        reconcile_now(shop)
        assert in_link(shop) == ["de"]
        assert shop.look().subscription.starts_at is not None


class TestADecommissionedServer:
    """Its panel never answers again: people are moved at once, and the panel is not called."""

    def test_people_are_moved_and_the_server_is_removed_with_its_token(self, shop: Shop) -> None:
        shop.tokens.put("nl", "of nl")
        for user_id in range(3):
            shop.on_trial(user_id)
        add_server(shop, "de")
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        removals = {point for point in shop.faults.passed if "remove" in point}
        for _ in range(4):
            if shop.servers.reconciliation_run("nl") is None:
                break
            reconcile_until_removed(shop)
        assert [in_link(shop, user_id) for user_id in range(3)] == [["de"]] * 3
        assert shop.servers.ids == ["de"]
        assert shop.tokens.stored == {}
        assert removals == {point for point in shop.faults.passed if "remove" in point}, (
            "the lost panel is not called"
        )
        assert shop.index.dead_lettered() == []

    def test_a_server_stays_in_the_catalogue_while_a_key_cannot_be_moved(self, shop: Shop) -> None:
        shop.on_trial()
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        assert reconcile_now(shop).unmoved == 1
        assert shop.servers.ids == ["nl"]


def reconcile_until_removed(shop: Shop) -> None:
    """Make a reconciliation run that may remove the server from the catalogue."""
    shop.servers.make_run_due("nl", shop.clock())
    for _ in range(4):
        shop.minute()
        shop.clock.advance(MINUTE)


def test_a_key_that_is_being_removed_is_not_moved(shop: Shop) -> None:
    person = shop.on_trial()
    session = shop.open()
    shop.panel.fault_mode = FaultMode.DOWN
    session.commit(person.with_key_retired(person.accesses[0], shop.clock()))
    drain(shop, "nl")
    assert reconcile_now(shop, settle=False).unmoved == 0
    assert shop.look().accesses[0].wanted is Wanted.ABSENT
