"""A new link: the old one is invalid at once, and each panel replaces its key as soon as it answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode, Panel
from tests.fakes.shop import Shop, update
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.limits import TooOften
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.usecases.keys import rotate_key as rotation
from vpnbot.usecases.keys.rotate_key import NothingToRotate, rotate_key
from vpnbot.usecases.keys.serve_link import serve_link
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

GB = 1_000_000_000


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with a person who has keys on three servers."""
    shop = with_servers(empty_shop, "de", "fi", "nl")
    shop.on_trial()
    return shop


def token(shop: Shop) -> str:
    """Return the token of the person's current link."""
    person = shop.look()
    assert person.subscription.key is not None
    return shop.ring.link_token(person.id, person.subscription.key)


def rotate(shop: Shop, cause: str = "", tag: str = "") -> Person:
    """Replace the link of the person, who has asked for it; `tag` names the key to be replaced."""
    key = shop.look().subscription.key
    assert key is not None
    return rotate_key(shop.open(), shop.fleet, shop.context, cause or update(), tag or key.tag)


def client_ids(shop: Shop) -> set[str]:
    """Return the client_ids with which apps connect, on all panels together."""
    return {str(client.credentials.client_id) for client in shop.panel.held.values()}


def test_the_old_link_is_invalid_and_the_new_one_has_the_same_servers(shop: Shop) -> None:
    before, old_ids, old = token(shop), client_ids(shop), shop.look()
    person = rotate(shop)
    assert serve_link(before, shop.people, shop.fleet, shop.context, app=None) is None
    served = serve_link(token(shop), shop.people, shop.fleet, shop.context, app=None)
    assert served is not None
    assert len(served.keys) == 3
    assert not client_ids(shop) & old_ids
    assert len(shop.panel.held) == 3
    assert person.subscription.ends_at == old.subscription.ends_at
    assert {(a.server_id, a.capacity_shard) for a in person.accesses} == {
        (a.server_id, a.capacity_shard) for a in old.accesses
    }
    assert [listing.taken for listing in shop.servers.listings()] == [1, 1, 1]


def test_a_second_tap_does_not_replace_the_link_that_the_first_one_made(shop: Shop) -> None:
    key = shop.look().subscription.key
    assert key is not None
    rotate(shop, tag=key.tag)
    new = token(shop)
    with pytest.raises(NothingToRotate):
        rotate(shop, tag=key.tag)
    assert token(shop) == new


def test_a_redelivered_tap_has_the_same_result(shop: Shop) -> None:
    key = shop.look().subscription.key
    assert key is not None
    first = rotate(shop, "update:1:77", key.tag)
    assert rotate(shop, "update:1:77", key.tag).subscription.key == first.subscription.key


def test_keys_are_replaced_after_an_outage_of_the_panels(shop: Shop) -> None:
    old_ids, before = client_ids(shop), token(shop)
    shop.panel.fault_mode = FaultMode.DOWN
    assert not rotate(shop).served
    assert serve_link(before, shop.people, shop.fleet, shop.context, app=None) is None
    shop.settles(minutes=10)
    shop.panel.fault_mode = FaultMode.FINE
    shop.settles(minutes=10)
    assert not client_ids(shop) & old_ids
    assert len(shop.panel.held) == 3
    assert shop.look().served
    assert shop.sender.kinds() == [NotificationKind.LINK_READY]


def test_used_traffic_still_counts_after_a_new_link(empty_shop: Shop) -> None:
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=50_000_000_000)
    shop = with_servers(empty_shop, "nl")
    shop.on_trial()
    shop.panel.use("nl", 45_000_000_000)
    reconcile_now(shop)
    assert rotate(shop).used_bytes == 45_000_000_000
    shop.panel.use("nl", 6_000_000_000)
    reconcile_now(shop)
    assert shop.look().traffic_used_up


def test_traffic_since_the_last_reconciliation_run_counts_too(empty_shop: Shop) -> None:
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=50 * GB)
    shop = with_servers(empty_shop, "nl")
    shop.on_trial()
    shop.panel.use("nl", 10 * GB)
    reconcile_now(shop)
    shop.panel.used_bytes["nl"] = 49 * GB
    assert rotate(shop).used_bytes == 49 * GB
    shop.panel.used_bytes.clear()
    reconcile_now(shop)
    assert shop.look().used_bytes == 49 * GB, "the counter of the new key starts at zero"
    shop.panel.use("nl", 2 * GB)
    reconcile_now(shop)
    assert shop.look().traffic_used_up


@pytest.mark.parametrize(("limit", "asked"), [(None, []), (50 * GB, ["nl"])])
def test_panels_are_asked_for_traffic_only_if_the_plan_limits_it(
    empty_shop: Shop, monkeypatch: pytest.MonkeyPatch, limit: int | None, asked: list[str]
) -> None:
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=limit)
    shop = with_servers(empty_shop, "nl")
    shop.on_trial()
    seen: list[str] = []
    monkeypatch.setattr(Panel, "usage", lambda panel, _: seen.append(panel.server.id))
    rotate(shop)
    assert seen == asked


def test_no_panel_is_asked_for_a_link_that_is_not_replaced(empty_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tap on a button of an earlier link is not counted, so it must not cost a call."""
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=50 * GB)
    shop = with_servers(empty_shop, "nl")
    old = shop.on_trial().subscription.key
    assert old is not None
    rotate(shop)
    seen: list[str] = []
    monkeypatch.setattr(Panel, "usage", lambda panel, _: seen.append(panel.server.id))
    with pytest.raises(NothingToRotate):
        rotate(shop, tag=old.tag)
    assert seen == []


def test_no_panel_is_asked_while_keys_of_earlier_links_wait(
    empty_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=50 * GB)
    shop = with_servers(empty_shop, "nl")
    shop.on_trial()
    monkeypatch.setattr(rotation, "MOST_RETIRING_KEYS", 1)
    shop.panel.fault_mode = FaultMode.DOWN
    rotate(shop)
    seen: list[str] = []
    monkeypatch.setattr(Panel, "usage", lambda panel, _: seen.append(panel.server.id))
    with pytest.raises(TooOften):
        rotate(shop)
    assert seen == []


def test_a_new_link_is_made_though_the_panel_does_not_report_the_traffic(empty_shop: Shop) -> None:
    empty_shop.trial = replace(TRIAL, traffic_limit_bytes=50 * GB)
    shop = with_servers(empty_shop, "nl")
    before = shop.on_trial().subscription.key
    shop.panel.fault_mode = FaultMode.DOWN
    assert rotate(shop).subscription.key != before


def test_a_new_link_after_the_end_has_no_working_keys(shop: Shop) -> None:
    shop.days(3.1)
    before = token(shop)
    person = rotate(shop)
    assert serve_link(before, shop.people, shop.fleet, shop.context, app=None) is None
    assert {access.wanted for access in person.living_accesses} == {Wanted.LIMITED}
    assert list(shop.panel.enabled()) == []


def test_a_paused_or_waiting_person_has_no_link_to_replace(shop: Shop) -> None:
    suspend(shop.open(), shop.fleet, shop.context, "pause", "operator")
    with pytest.raises(NothingToRotate):
        rotate(shop)
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial(7)
    waiting = shop.look(7).subscription.key
    assert waiting is not None
    with pytest.raises(NothingToRotate):
        rotate_key(shop.open(7), shop.fleet, shop.context, update(), waiting.tag)


def test_of_many_links_in_a_row_only_the_last_is_valid(shop: Shop) -> None:
    tokens = [token(shop)]
    for _ in range(5):
        rotate(shop)
        tokens.append(token(shop))
    assert len(set(tokens)) == 6
    assert len(shop.panel.held) == 3
    assert all(serve_link(old, shop.people, shop.fleet, shop.context, app=None) is None for old in tokens[:-1])


def test_after_a_crash_at_any_step_each_server_has_the_new_key_only(empty_shop: Shop) -> None:
    with_servers(empty_shop, "de", "nl")
    for step in range(24):
        user_id = 1000 + step
        empty_shop.on_trial(user_id)
        before = empty_shop.look(user_id)
        key = before.subscription.key
        assert key is not None
        old = {access.credentials(empty_shop.ring, before.id).client_id for access in before.accesses}
        cause = update()
        empty_shop.faults.crash_at_step(step)
        try:
            rotate_key(empty_shop.open(user_id), empty_shop.fleet, empty_shop.context, cause, key.tag)
        except Crash:
            rotate_key(empty_shop.open(user_id), empty_shop.fleet, empty_shop.context, cause, key.tag)
        empty_shop.faults.clear()
        empty_shop.settles(minutes=5)
        person = empty_shop.look(user_id)
        names = {access.name for access in person.accesses}
        own = {place: client for place, client in empty_shop.panel.held.items() if place[1] in names}
        assert sorted(server_id for server_id, _ in own) == ["de", "nl"]
        assert not old & {client.credentials.client_id for client in empty_shop.panel.held.values()}
        assert person.subscription.key is not None
        assert person.subscription.key.generation == 2
        empty_shop.clock.advance(timedelta(minutes=1))
