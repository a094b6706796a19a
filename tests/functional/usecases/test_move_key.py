"""Emptying a server: people are moved to others with their link unchanged, and never left without a key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import USER_ID, Shop
from tests.functional.usecases.reconciled_servers import add_server, change, drain, reconcile_now, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import Misconfigured
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop where everybody has one key; until a second server comes, all have it on the first."""
    empty_shop.trial = replace(TRIAL, keys=1)
    return with_servers(empty_shop, "nl")


def on_panels(shop: Shop, user_id: int = USER_ID) -> list[str]:
    """Return the servers on whose panels the person has a client."""
    person = shop.look(user_id)
    return sorted(server for server, name in shop.panel.held if name in {access.name for access in person.accesses})


def shown(shop: Shop, user_id: int = USER_ID) -> list[str]:
    """Return the servers whose keys the person's link shows."""
    return sorted(access.server_id for access in shop.look(user_id).offered_accesses if access.works)


def taken(shop: Shop, server_id: str) -> int:
    """Return how many keys take room on a server."""
    (listing,) = [listing for listing in shop.servers.listings() if listing.server.id == server_id]
    return listing.taken


class TestDraining:
    """The server still works; nobody notices."""

    def test_the_new_key_is_there_before_the_old_one_goes_and_the_link_stays(self, shop: Shop) -> None:
        before = shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        after = shop.look()
        assert on_panels(shop) == ["de", "nl"]
        assert shown(shop) == ["de"], "apps that look now find the new one"
        assert after.subscription.key == before.subscription.key
        assert after.subscription.ends_at == before.subscription.ends_at
        reconcile_now(shop)
        assert on_panels(shop) == ["de", "nl"], "an app that has not looked yet goes on with the old one"

    def test_an_app_that_has_seen_the_new_key_is_not_all_apps_of_the_person(self, shop: Shop) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        shop.clock.pass_by(11 * MINUTE)
        shop.connects()
        reconcile_now(shop)
        assert on_panels(shop) == ["de", "nl"], "the other device has not looked yet"
        shop.days(1)
        assert on_panels(shop) == shown(shop) == ["de"]
        assert (taken(shop, "nl"), taken(shop, "de")) == (0, 1)
        assert [access.server_id for access in shop.look().accesses] == ["de"]

    def test_after_a_day_it_goes_anyway(self, shop: Shop) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        shop.days(0.9)
        assert on_panels(shop) == ["de", "nl"]
        shop.days(0.2)
        assert on_panels(shop) == ["de"]

    def test_the_old_key_stays_for_as_long_as_the_new_one_cannot_be_made(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        shop.days(1.5)
        assert on_panels(shop) == shown(shop) == ["nl"]
        shop.panel.fault_mode = FaultMode.FINE
        shop.days(0.3)
        assert on_panels(shop) == ["de"]

    def test_with_nowhere_to_go_a_key_stays_and_is_counted(self, shop: Shop) -> None:
        shop.on_trial()
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 1
        assert on_panels(shop) == shown(shop) == ["nl"]
        add_server(shop, "de")
        assert reconcile_now(shop).unmoved == 0
        assert shown(shop) == ["de"]

    def test_only_as_many_move_as_there_is_room_for(self, shop: Shop) -> None:
        for user_id in range(5):
            shop.on_trial(user_id)
        add_server(shop, "de", capacity=3)
        drain(shop, "nl")
        assert reconcile_now(shop).unmoved == 2
        assert taken(shop, "de") == 3

    def test_whoever_has_other_keys_keeps_the_promised_number_where_there_is_room(self, empty_shop: Shop) -> None:
        empty_shop.trial = replace(TRIAL, keys=2)
        shop = with_servers(empty_shop, "de", "nl")
        shop.on_trial()
        drain(shop, "nl")
        ended = reconcile_now(shop)
        assert (ended.unmoved, shown(shop)) == (0, ["de"]), "no third server: the other key covers for this one"
        add_server(shop, "fi")
        shop.days(1.1)
        assert on_panels(shop) == ["de", "fi"], "what is promised comes with the next moment"

    def test_a_third_server_takes_over_where_there_is_one(self, empty_shop: Shop) -> None:
        empty_shop.trial = replace(TRIAL, keys=2)
        shop = with_servers(empty_shop, "de", "nl")
        shop.on_trial()
        add_server(shop, "fi")
        drain(shop, "nl")
        reconcile_now(shop)
        assert shown(shop) == ["de", "fi"]

    def test_nobody_new_is_placed_there(self, shop: Shop) -> None:
        add_server(shop, "de")
        drain(shop, "nl")
        shop.on_trial()
        assert shown(shop) == ["de"]

    def test_traffic_of_the_old_key_is_kept_in_mind(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.use("nl", 5_000_000_000)
        reconcile_now(shop)
        add_server(shop, "de")
        drain(shop, "nl")
        shop.days(1.5)
        assert on_panels(shop) == ["de"]
        assert shop.look().used_bytes == 5_000_000_000

    def test_a_move_that_has_begun_is_finished_even_if_the_server_opens_again(self, shop: Shop) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        reconcile_now(shop)
        change(shop, "nl", state=ServerState.OPEN)
        shop.days(1.5)
        assert on_panels(shop) == shown(shop) == ["de"]

    def test_drained_twice_it_is_emptied_twice(self, shop: Shop) -> None:
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
        assert on_panels(shop) == shown(shop) == ["de"]

    @pytest.mark.parametrize(
        ("asked", "trouble"),
        [
            ("panel.clients.before", Misconfigured("nl", "no token")),
            ("panel.endpoint.before", PanelRejected(PanelTrouble.INBOUND_OFF)),
        ],
        ids=["it cannot be looked at", "its inbound is off"],
    )
    def test_a_panel_in_trouble_does_not_hold_up_the_move(self, shop: Shop, asked: str, trouble: Exception) -> None:
        shop.on_trial()
        add_server(shop, "de")
        drain(shop, "nl")
        shop.faults.at(asked, *[trouble] * 50)
        reconcile_now(shop)
        assert shown(shop) == ["de"]


class TestPeopleWhoseKeysAreOff:
    """They are moved as well, and find everything as it was."""

    def test_one_whose_time_is_over_just_leaves(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(3.1)
        drain(shop, "nl")
        reconcile_now(shop)
        assert on_panels(shop) == []
        assert shop.look().accesses == ()
        assert taken(shop, "nl") == 0

    def test_one_who_is_paused_finds_a_key_when_they_are_let_on(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
        add_server(shop, "de")
        drain(shop, "nl")
        for _ in range(3):
            reconcile_now(shop)
        assert on_panels(shop) == ["de"]
        assert list(shop.panel.enabled()) == []
        resume(shop.open(), shop.fleet, shop.context, "let on", "operator")
        assert shown(shop) == ["de"]
        assert len(list(shop.panel.enabled())) == 1

    def test_one_who_still_waits_for_their_first_key_gets_it_elsewhere(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        add_server(shop, "de")
        shop.panel.fault_mode = FaultMode.FINE
        reconcile_now(shop)
        assert shown(shop) == ["de"]
        assert shop.look().subscription.starts_at is not None


class TestAServerThatIsLostForGood:
    """Its panel will never answer; people are moved at once, and nothing waits for it."""

    def test_people_move_and_the_server_leaves_the_catalogue_with_its_token(self, shop: Shop) -> None:
        shop.tokens.put("nl", "of nl")
        for user_id in range(3):
            shop.on_trial(user_id)
        add_server(shop, "de")
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        asked = {point for point in shop.faults.passed if "remove" in point}
        for _ in range(4):
            if shop.servers.reconciliation_run("nl") is None:
                break
            round_over_gone(shop)
        assert [shown(shop, user_id) for user_id in range(3)] == [["de"]] * 3
        assert shop.servers.ids == ["de"]
        assert shop.tokens.stored == {}
        assert asked == {point for point in shop.faults.passed if "remove" in point}, "a dead panel is asked nothing"
        assert shop.index.dead_lettered() == []

    def test_as_long_as_somebody_has_nowhere_to_go_it_stays_known(self, shop: Shop) -> None:
        shop.on_trial()
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        assert reconcile_now(shop).unmoved == 1
        assert shop.servers.ids == ["nl"]


def round_over_gone(shop: Shop) -> None:
    """Let a round be made over a server that may leave the catalogue with it."""
    shop.servers.hasten_run("nl", shop.clock())
    for _ in range(4):
        shop.minute()
        shop.clock.pass_by(MINUTE)


def test_a_key_that_is_to_go_already_is_left_to_its_own_work(shop: Shop) -> None:
    person = shop.on_trial()
    session = shop.open()
    shop.panel.fault_mode = FaultMode.DOWN
    session.commit(person.with_key_retired(person.accesses[0], shop.clock()))
    drain(shop, "nl")
    assert reconcile_now(shop, settle=False).unmoved == 0
    assert shop.look().accesses[0].wanted is Wanted.ABSENT
