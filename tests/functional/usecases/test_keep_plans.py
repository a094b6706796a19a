"""Saving plans and settings: checks, confirmation, two operators at once, repeated causes, and the opening."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import entry
from tests.fakes.plans import Plans, ShopSettingsInMemory
from tests.fakes.shop import Shop, update
from tests.unit.plans import HIDDEN, LANGUAGES, PRO, days
from vpnbot.domain.payments.shop_settings import AccountVerdict, Receipts, ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Problem
from vpnbot.domain.plans.opening import Opening, opening_at
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.shop import SHOP
from vpnbot.errors import Conflict
from vpnbot.usecases.plans.keep_plans import Edit, Kept, PlanExists, UnknownPlan, add_plan, change_plan
from vpnbot.usecases.plans.keep_settings import SettingsKept, change_settings, record_verdict, settings_for_orders


def edit(cause: str | None = None, *, confirmed: bool = False) -> Edit:
    """Return an edit with a cause of its own, or this one."""
    return Edit(entry(cause or update(), "plan changed"), LANGUAGES, confirmed)


def changes(shop: Shop, plan_id: str = "pro", *, with_edit: Edit | None = None, **fields: object) -> Kept:
    """Change fields of a plan."""

    def change(plan: SoldPlan) -> SoldPlan:
        return replace(plan, **fields)  # type: ignore[arg-type]  # fields of SoldPlan

    return change_plan(shop.sales, shop.context, plan_id, change, with_edit or edit())


def sets(shop: Shop, cause: str | None = None, **fields: object) -> SettingsKept:
    """Change fields of the settings."""

    def change(settings: ShopSettings) -> ShopSettings:
        return replace(settings, **fields)  # type: ignore[arg-type]  # fields of ShopSettings

    return change_settings(shop.sales, shop.context, change, entry(cause or update(), "shop settings changed"))


def openings(shop: Shop) -> list[Opening]:
    """Return the openings that are stored."""
    settings = shop.sales.settings
    assert isinstance(settings, ShopSettingsInMemory)
    return [item for item in settings.table.items.get(SHOP, {}).values() if isinstance(item, Opening)]


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with a plan that is hidden."""
    assert add_plan(empty_shop.sales, empty_shop.context, replace(PRO, hidden=True), edit()).saved
    return empty_shop


class TestPlans:
    """What must not be sold is not saved, and each save counts up the version."""

    def test_a_change_is_saved_with_the_next_version(self, shop: Shop) -> None:
        assert changes(shop, devices=7).plan == replace(PRO, hidden=True, devices=7, version=2)
        assert shop.sales.plans.load().plan("pro") == replace(PRO, hidden=True, devices=7, version=2)

    def test_an_error_is_reported_and_nothing_is_saved(self, shop: Shop) -> None:
        kept = changes(shop, devices=0)
        assert (kept.saved, [found.problem for found in kept.findings]) == (False, [Problem.DEVICES])
        assert shop.sales.plans.load().plans == (replace(PRO, hidden=True, version=1),)

    def test_a_price_that_falls_by_half_is_saved_when_it_was_confirmed(self, shop: Shop) -> None:
        cheap = PRO.with_duration(days(30, RUB=99_00, XTR=199)).durations
        kept = changes(shop, durations=cheap)
        assert (kept.saved, kept.findings[-1].problem) == (False, Problem.HALVED)
        assert changes(shop, durations=cheap, with_edit=edit(confirmed=True)).saved
        assert shop.sales.plans.load().plans[0].durations == cheap

    def test_the_same_cause_again_is_a_success_and_changes_nothing(self, shop: Shop) -> None:
        assert changes(shop, devices=7, with_edit=edit("update:1:5000")).saved
        again = changes(shop, devices=0, with_edit=edit("update:1:5000"))
        assert (again.saved, again.plan.devices, again.plan.version) == (True, 7, 2)

    def test_a_lost_answer_of_the_storage_is_a_success_when_it_is_tried_again(self, shop: Shop) -> None:
        shop.faults.at("plans.after", Conflict("the answer was lost"))
        with pytest.raises(Conflict):
            changes(shop, hidden=False, with_edit=edit("update:1:5000"))
        assert changes(shop, hidden=False, with_edit=edit("update:1:5000")).saved
        assert len(openings(shop)) == 1

    def test_of_two_operators_at_once_one_hears_that_it_has_changed_meanwhile(self, shop: Shop) -> None:
        def while_another_saves(plan: SoldPlan) -> SoldPlan:
            assert changes(shop, devices=7).saved
            return replace(plan, devices=8)

        with pytest.raises(Conflict):
            change_plan(shop.sales, shop.context, "pro", while_another_saves, edit())
        assert shop.sales.plans.load().plans[0].devices == 7

    def test_an_unknown_plan_is_not_changed_and_a_known_one_not_added(self, shop: Shop) -> None:
        with pytest.raises(UnknownPlan):
            changes(shop, "gone", devices=2)
        with pytest.raises(PlanExists):
            add_plan(shop.sales, shop.context, PRO, edit())
        added = edit("update:1:5000")
        assert add_plan(shop.sales, shop.context, HIDDEN, added).saved
        assert add_plan(shop.sales, shop.context, HIDDEN, added).plan.version == 1

    def test_a_proposal_is_stored_when_an_operator_saves_it_unchanged(self, empty_shop: Shop) -> None:
        plans = empty_shop.sales.plans
        assert isinstance(plans, Plans)
        plans.first = (PRO,)
        assert changes(empty_shop, devices=PRO.devices).plan.version == 1
        assert plans.stored == {"pro": replace(PRO, version=1)}

    def test_a_change_that_changes_nothing_is_not_saved_again(self, shop: Shop) -> None:
        assert changes(shop, devices=PRO.devices).plan.version == 1


class TestOpening:
    """The shop opens with the save that makes the first offer that can be paid."""

    def test_the_first_visible_plan_opens_the_shop(self, shop: Shop) -> None:
        assert openings(shop) == []
        assert changes(shop, hidden=False).opened
        assert openings(shop) == [opening_at(START)]
        assert shop.sales.selling

    def test_a_second_visible_plan_does_not(self, shop: Shop) -> None:
        changes(shop, hidden=False)
        assert add_plan(shop.sales, shop.context, replace(PRO, id="two"), edit()).saved
        assert len(openings(shop)) == 1

    def test_the_first_provider_opens_a_shop_with_a_visible_plan(self, shop: Shop) -> None:
        assert not sets(shop, providers=()).opened
        assert not changes(shop, hidden=False).opened
        assert openings(shop) == []
        assert sets(shop, providers=("yookassa",)).opened
        assert len(openings(shop)) == 1

    def test_a_shop_that_was_closed_opens_again_with_an_opening_of_its_own(self, shop: Shop) -> None:
        changes(shop, hidden=False)
        changes(shop, hidden=True)
        shop.clock.advance(timedelta(days=1))
        assert changes(shop, hidden=False).opened
        assert len(openings(shop)) == 2

    def test_a_plan_without_a_price_that_can_be_paid_does_not_open_it(self, shop: Shop) -> None:
        assert not changes(shop, hidden=False, durations=(days(30, RUB=299_00),)).opened
        assert not shop.sales.selling
        assert changes(shop, durations=(days(30, RUB=299_00, XTR=199),)).opened


class TestSettings:
    """Settings are checked before they are saved; facts about the shop are stored without an operator."""

    def test_a_change_is_saved_and_an_error_is_not(self, shop: Shop) -> None:
        assert sets(shop, receipts=Receipts.EMAIL, vat_code=4).saved
        wrong = sets(shop, vat_code=40)
        assert (wrong.saved, [found.problem for found in wrong.findings]) == (False, [Problem.VAT_CODE])
        assert shop.sales.settings.load() == ShopSettings(receipts=Receipts.EMAIL, vat_code=4, version=1)

    def test_the_same_cause_again_changes_nothing(self, shop: Shop) -> None:
        assert sets(shop, "update:1:5000", refund_days=3).settings.refund_days == 3
        assert sets(shop, "update:1:5000", refund_days=9).settings.refund_days == 3

    def test_of_two_operators_at_once_one_hears_that_it_has_changed_meanwhile(self, shop: Shop) -> None:
        def while_another_saves(settings: ShopSettings) -> ShopSettings:
            assert sets(shop, refund_days=3).saved
            return replace(settings, refund_days=9)

        with pytest.raises(Conflict):
            change_settings(shop.sales, shop.context, while_another_saves, entry(update()))
        assert shop.sales.settings.load().refund_days == 3

    def test_the_base_currency_can_change_until_the_first_order(self, shop: Shop) -> None:
        assert sets(shop, base_currency="XTR").saved
        assert shop.sales.plans.load() == Catalogue((replace(PRO, hidden=True, version=1),), "XTR")
        settings_for_orders(shop.sales.settings, shop.context)
        kept = sets(shop, base_currency="RUB")
        assert [found.problem for found in kept.findings] == [Problem.BASE_FIXED]

    def test_the_mark_of_the_shop_stays_what_it_was_with_the_first_order(self, shop: Shop) -> None:
        first = settings_for_orders(shop.sales.settings, shop.context)
        assert len(first.mark) == 32
        assert settings_for_orders(shop.sales.settings, shop.context).mark == first.mark
        assert shop.sales.settings.load().base_fixed

    def test_a_verdict_replaces_that_of_the_same_provider(self, shop: Shop) -> None:
        verdict = AccountVerdict("yookassa", "123", START, test=True)
        record_verdict(shop.sales.settings, verdict)
        record_verdict(shop.sales.settings, replace(verdict, test=False))
        settings = shop.sales.settings.load()
        assert settings.verdict("yookassa") == replace(verdict, test=False)
        assert settings.verdict("stars") is None
        assert settings.version == 2, "each is a change that another operator would notice"
