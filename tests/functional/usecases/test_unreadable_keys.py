"""Keys that this version cannot read become what the subscription grants once a version can read them again."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop
from tests.fakes.table import Table
from tests.functional.usecases.purchases import buys, enabled
from tests.functional.usecases.reconciled_servers import taken, with_servers
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.people.person import Person
from vpnbot.usecases.people.export_data import export_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@dataclass
class Release:
    """The release that runs: while it is the old one, it cannot read the keys that `newer` selects."""

    old: bool = False
    newer: Callable[[Access], bool] = lambda access: True


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Release:
    running, read = Release(), Table.person

    def person(table: Table, person_id: PersonId) -> Person:
        found = read(table, person_id)
        hidden = [access for access in found.accesses if running.old and running.newer(access)]
        shown = tuple(access for access in found.accesses if access not in hidden)
        return replace(found, accesses=shown, unreadable=frozenset(map(sort_key, hidden)))

    monkeypatch.setattr(Table, "person", person)
    return running


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one server."""
    return with_servers(empty_shop, "fi")


def test_a_renewal_makes_the_kept_key_work_after_the_update(shop: Shop, release: Release) -> None:
    shop.on_trial()
    shop.days(10)
    release.old = True
    buys(shop)
    shop.days(1)
    assert enabled(shop) == []
    release.old = False
    shop.settles(minutes=30)
    assert shop.look().served
    assert (enabled(shop), taken(shop, "fi")) == ([5], 1)
    assert shop.look().subscription.left(shop.clock()) > timedelta(days=29, hours=23), "no time is lost meanwhile"


def test_a_bigger_plan_reaches_the_key_after_the_update(shop: Shop, release: Release) -> None:
    shop.on_trial()
    release.old = True
    buys(shop)
    shop.settles(minutes=30)
    assert enabled(shop) == [2]
    release.old = False
    shop.settles(minutes=30)
    assert enabled(shop) == [5]


def test_a_pause_disables_the_key_after_the_update(shop: Shop, release: Release) -> None:
    shop.on_trial()
    release.old = True
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
    shop.days(1)
    release.old = False
    shop.settles(minutes=30)
    assert enabled(shop) == []


@pytest.mark.parametrize("days", [4, 40], ids=["after the end", "after the end of the link"])
def test_an_end_disables_the_key_after_the_update(shop: Shop, release: Release, days: int) -> None:
    shop.on_trial()
    release.old = True
    shop.days(days)
    release.old = False
    shop.settles(minutes=30)
    assert enabled(shop) == []
    assert taken(shop, "fi") == 0


@pytest.mark.parametrize("bought_before_the_rollback", [False, True])
def test_a_new_key_is_placed_after_the_update_while_an_old_one_waits_to_be_removed(
    shop: Shop, release: Release, bought_before_the_rollback: bool
) -> None:
    release.newer = lambda access: access.wanted is Wanted.ABSENT
    shop.on_trial()
    shop.days(32)
    shop.panel.fault_mode = FaultMode.DOWN
    shop.days(3)
    assert [access.wanted for access in shop.look().accesses] == [Wanted.ABSENT]
    release.old = not bought_before_the_rollback
    buys(shop)
    release.old = True
    shop.panel.fault_mode = FaultMode.FINE
    shop.days(1)
    assert shop.index.dead_lettered() == []
    release.old = False
    shop.settles(minutes=30)
    assert shop.look().served


def test_an_export_names_what_this_version_cannot_read(shop: Shop, release: Release) -> None:
    (access,) = shop.on_trial().accesses
    release.old = True
    document = json.loads(export_data(shop.open(), shop.people, shop.context))
    assert (document["keys"], document["unreadable_now"]) == ([], [sort_key(access)])
