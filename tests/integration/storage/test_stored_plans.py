"""Plans and settings of the shop on DynamoDB: the cache, the ledger, and items of another version."""

import json
from collections.abc import Collection
from dataclasses import replace

import pytest
from pynamodb.expressions.operand import Path

from local.aws import LocalAws
from tests.fakes.clock import START
from tests.fakes.contract import entry
from tests.fakes.plans_contract import PRO, SETTINGS
from tests.integration.storage.stored import Items, recorded
from vpnbot.domain.payments.shop_settings import ShopSettings, selling
from vpnbot.domain.plans.opening import opening_at
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.errors import StorageUnavailable, UnreadableItem
from vpnbot.storage import cached
from vpnbot.storage.plans.catalogue import StoredPlans
from vpnbot.storage.plans.sales import stored_sales
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.subscriptions.trial_places import StoredTrialPlaces
from vpnbot.storage.table import Record
from vpnbot.usecases.ports import Sales

FIRST = (replace(PRO, id="standard", position=1), replace(PRO, id="family", position=2))


def process(first: Collection[SoldPlan] = (), seconds: list[float] | None = None) -> Sales:
    """Return the ports of a process of its own, whose monotonic clock shows `seconds`."""
    time = seconds or [0.0]
    return stored_sales(None, lambda: first, lambda: time[0])


@pytest.fixture(autouse=True)
def _table(table_name: str) -> None:
    assert table_name


def test_a_process_reads_plans_and_settings_once_in_thirty_seconds() -> None:
    seconds = [0.0]
    sales, other = process(seconds=seconds), process()
    assert sales.plans.load().plans == ()
    other.plans.save(None, PRO, entry("update:1:1"), other.settings.load())
    other.settings.observe(other.settings.load(), ShopSettings(providers=()))
    seconds[0] = cached.CACHE_SECONDS - 1
    assert sales.plans.load().plans == ()
    assert sales.settings.load().providers == ("stars",)
    assert sales.plans.load(fresh=True).plans == (replace(PRO, version=1),)
    seconds[0] = 2 * cached.CACHE_SECONDS
    assert sales.settings.load().providers == ()


def test_older_data_are_used_while_dynamodb_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    sales = process(FIRST, seconds)
    assert sales.selling
    seconds[0] = 100.0

    def silent(*_: object) -> None:
        raise StorageUnavailable("no answer")

    monkeypatch.setattr("vpnbot.storage.plans.catalogue.read_partition", silent)
    monkeypatch.setattr("vpnbot.storage.plans.shop_settings.read_item", silent)
    assert sales.selling
    with pytest.raises(StorageUnavailable):
        sales.plans.load(fresh=True)
    with pytest.raises(StorageUnavailable):
        assert process(FIRST).selling


def test_first_plans_are_proposed_until_each_is_saved() -> None:
    sales = process(FIRST)
    assert sales.plans.load().plans == FIRST
    sales.plans.save(FIRST[0], replace(FIRST[0], hidden=True), entry("update:1:1"), sales.settings.load())
    assert process(FIRST).plans.load().plans == (replace(FIRST[0], hidden=True, version=1), FIRST[1])


def test_the_ledger_has_a_plan_before_and_after_the_change_and_who_made_it() -> None:
    sales = process()
    sales.plans.save(None, PRO, replace(entry("update:1:1", "plan added"), actor="admin:ann"), sales.settings.load())
    known = sales.plans.load().plan("pro")
    sales.plans.save(known, replace(PRO, devices=9), entry("update:1:2", "plan changed"), sales.settings.load())
    first, second = (Record.get("PLANS#LOG", f"LOG#update:1:{number}").plain() for number in (1, 2))
    assert (first["what"], first["actor"], first["before"]) == ("plan added", "admin:ann", "")
    assert json.loads(first["after"])["durations"]["30d"] == {"days": 30, "prices": {"RUB": "299.00", "XTR": "199"}}
    assert (json.loads(second["before"])["devices"], json.loads(second["after"])["devices"]) == (5, 9)


def test_the_ledger_has_the_settings_before_and_after_the_change() -> None:
    sales = process()
    sales.settings.save(ShopSettings(), ShopSettings(refund_days=3), entry("update:1:1", "shop settings changed"))
    body = Record.get("SHOP#LOG", "LOG#update:1:1").plain()
    assert (json.loads(body["before"]), json.loads(body["after"])) == ({}, {"refund_days": 3, "version": 1})


def test_a_plan_that_this_version_cannot_read_is_set_aside_and_stays() -> None:
    sales, found = process(FIRST), list[UnreadableItem]()
    sales.plans.save(None, PRO, entry("update:1:1"), sales.settings.load())
    Record("PLANS", "PLAN#standard", body={"id": "standard", "devices": "many"}, version=3).save()
    settings = StoredShopSettings()
    plans = StoredPlans(settings, lambda: FIRST, set_aside=found.append)
    assert [plan.id for plan in plans.load().plans] == ["family", "pro"], "not even its proposal is sold"
    assert [str(error) for error in found] == ["PLAN#standard: ClassValidationError"]
    with pytest.raises(UnreadableItem):
        plans.save(replace(FIRST[0], version=3), FIRST[0], entry("update:1:2"), settings.load())
    assert Record.get("PLANS", "PLAN#standard").plain() == {"id": "standard", "devices": "many"}


def test_settings_that_this_version_cannot_read_close_the_shop_and_stay() -> None:
    Record("SHOP", "SETTINGS", body={"receipts": "by pigeon"}, version=3).save()
    found: list[UnreadableItem] = []
    settings = StoredShopSettings(set_aside=found.append)
    sales = Sales(StoredPlans(settings, lambda: FIRST), settings, StoredTrialPlaces)
    assert not sales.selling
    assert [str(error) for error in found] == ["SETTINGS: ClassValidationError"]
    with pytest.raises(UnreadableItem):
        settings.observe(ShopSettings(version=3), ShopSettings())
    assert Record.get("SHOP", "SETTINGS").plain() == {"receipts": "by pigeon"}


def test_fields_that_a_later_version_added_are_kept() -> None:
    sales = process()
    sales.plans.save(None, PRO, entry("update:1:1"), sales.settings.load())
    for partition, key in (("PLANS", "PLAN#pro"), ("SHOP", "SETTINGS")):
        record = Record.get(partition, key)
        record.update(actions=[Path(["body", "colour"]).set("red"), Record.at.set("2026")])
    known = sales.plans.load(fresh=True).plan("pro")
    sales.plans.save(known, replace(PRO, devices=9), entry("update:1:2"), sales.settings.load(fresh=True))
    for partition, key in (("PLANS", "PLAN#pro"), ("SHOP", "SETTINGS")):
        record = Record.get(partition, key)
        assert (record.plain()["colour"], record.at) == ("red", "2026")
    assert Record.get("PLANS", "PLAN#pro").plain()["devices"] == 9


def test_settings_of_a_stage_stay_when_a_visible_plan_is_saved() -> None:
    settings = StoredShopSettings(ShopSettings(providers=("stars", "demo")))
    plans = StoredPlans(settings)
    plans.save(None, PRO, entry("update:1:1"), settings.load())
    assert StoredShopSettings().load() == ShopSettings(providers=("stars", "demo"), version=1)
    assert selling(settings.load(), plans.load())


def test_recorded_plans_settings_and_openings_are_read_completely(table_name: str, local_aws: LocalAws) -> None:
    Items(local_aws, table_name).put(recorded("shop/2026-11-28-plans"))
    sales = process()
    assert sales.plans.load().plans == (replace(PRO, version=1),)
    assert sales.settings.load() == replace(SETTINGS, version=2)
    assert sales.plans.opening(opening_at(START).id) == opening_at(START)
