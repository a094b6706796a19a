"""The storage contract for the plans, the settings of the shop, and the people who wait until it opens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import commit, entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.effects import Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import STARS
from vpnbot.domain.payments.revisions import SETTINGS as SUBJECT
from vpnbot.domain.payments.revisions import Revision
from vpnbot.domain.payments.shop_settings import AccountVerdict, PaymentMode, Receipts, ShopSettings
from vpnbot.domain.people.implied_effects import implied_effects
from vpnbot.domain.plans.opening import opening_at
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan
from vpnbot.domain.scheduling import TELL_PLANS_OPEN, kind_of
from vpnbot.errors import AlreadyDecided, Conflict

PRO = SoldPlan(
    "pro",
    titles={"en": "Pro", "ru": "Про"},
    lines={"en": "For all devices", "ru": "Для всех устройств"},
    devices=5,
    traffic_bytes=10**11,
    keys=3,
    countries=("NL", "DE"),
    position=7,
    hidden=False,
    trial=True,
    durations=(SoldDuration("30d", timedelta(days=30), {"RUB": 29_900, STARS: 199}),),
)
SETTINGS = ShopSettings(
    providers=("yookassa", "stars"),
    base_currency="USD",
    base_fixed=True,
    mark="5eed",
    receipts=Receipts.EMAIL_OR_PHONE,
    vat_code=4,
    payment_mode=PaymentMode.FULL_PREPAYMENT,
    fallback_contact="shop@example.com",
    refund_days=3,
    years_ahead=1,
    answer_hours=12,
    retention_years=6,
    returns_a_day=4,
    stars_rule_shown=True,
    verdicts=(AccountVerdict("yookassa", "123", START, test=True, fiscal=False),),
)
FULL = replace(
    SETTINGS,
    support_url="https://t.me/help",
    trial_days=5,
    trial_devices=1,
    trial_gigabytes=0,
    terms_url="https://vpn.example/terms",
    privacy_url="https://vpn.example/privacy",
    broadcast_rate=11,
    compensation_days=0,
    compensation_people=9,
    zone_hours=-3,
    zone_minutes=-30,
    texts={"en#terms": "Be <b>kind</b>.\nWe are, too.", "ru#plans": "Тарифы"},
)
MINUTE = timedelta(minutes=1)


class TestPlanCatalogue:
    """Plans are replaced only by a process that has read the latest, and each cause changes them once."""

    def test_at_first_there_is_no_plan(self, shop: Shop) -> None:
        assert shop.sales.plans.load().plans == ()

    def test_what_was_saved_is_loaded_in_order(self, shop: Shop) -> None:
        plans, settings = shop.sales.plans, shop.sales.settings
        plans.save(None, PRO, entry("update:1:1"), settings.load())
        plans.save(None, replace(PRO, id="basic", position=1, hidden=True), entry("update:1:2"), settings.load())
        first, second = plans.load().plans
        assert (first.id, first.version, second) == ("basic", 1, replace(PRO, version=1))
        plans.save(second, replace(second, devices=9), entry("update:1:3"), settings.load())
        changed = plans.load().plan("pro")
        assert changed == replace(PRO, devices=9, version=2)

    def test_a_plan_that_changed_meanwhile_is_not_replaced(self, shop: Shop) -> None:
        plans, settings = shop.sales.plans, shop.sales.settings
        plans.save(None, PRO, entry("update:1:1"), settings.load())
        known = plans.load().plan("pro")
        assert known
        plans.save(known, replace(known, devices=2), entry("update:1:2"), settings.load())
        with pytest.raises(Conflict):
            plans.save(known, replace(known, devices=3), entry("update:1:3"), settings.load())
        with pytest.raises(Conflict):
            plans.save(None, PRO, entry("update:1:4"), settings.load())
        assert not plans.decided("update:1:3")
        now = plans.load(fresh=True).plan("pro")
        assert now
        assert now.devices == 2

    def test_a_cause_changes_plans_once(self, shop: Shop) -> None:
        plans, settings = shop.sales.plans, shop.sales.settings
        plans.save(None, PRO, entry("update:1:1"), settings.load())
        assert plans.decided("update:1:1")
        with pytest.raises(AlreadyDecided):
            plans.save(None, PRO, entry("update:1:1"), settings.load())

    def test_of_a_shown_plan_and_a_provider_at_once_one_conflicts(self, shop: Shop) -> None:
        plans, settings = shop.sales.plans, shop.sales.settings
        seen = settings.load()
        plans.save(None, PRO, entry("update:1:1"), seen)
        with pytest.raises(Conflict):
            settings.save(seen, replace(seen, providers=("yookassa",)), entry("update:1:2"))
        seen = settings.load()
        settings.save(seen, replace(seen, providers=("yookassa",)), entry("update:1:3"))
        known = plans.load().plan("pro")
        with pytest.raises(Conflict):
            plans.save(known, replace(PRO, devices=1), entry("update:1:4"), seen)
        plans.save(known, replace(PRO, hidden=True), entry("update:1:5"), seen)
        assert settings.load().providers == ("yookassa",)

    def test_an_opening_is_due_until_it_ends(self, shop: Shop) -> None:
        plans = shop.sales.plans
        opening = opening_at(START)
        plans.save(None, PRO, entry("update:1:1"), shop.sales.settings.load(), opening)
        assert plans.opening(opening.id) == opening
        (item,) = shop.index.due(START + MINUTE, 10)
        assert (kind_of(item), item.sort_key) == (TELL_PLANS_OPEN, opening.key)
        assert shop.index.claim(item, START + MINUTE)
        assert not plans.end_opening(opening), "a worker has the claim"
        claimed = plans.opening(opening.id)
        assert claimed
        assert plans.end_opening(claimed)
        assert plans.opening(opening.id) is None
        assert shop.index.next_due() is None


class TestShopSettings:
    """The settings are replaced only by a process that has read the latest."""

    def test_at_first_they_have_their_default_values(self, shop: Shop) -> None:
        assert shop.sales.settings.load() == ShopSettings()

    def test_what_was_saved_is_loaded(self, shop: Shop) -> None:
        settings = shop.sales.settings
        settings.save(settings.load(), FULL, entry("update:1:1"), opening_at(START))
        assert settings.load() == replace(FULL, version=1)
        assert settings.decided("update:1:1")
        assert shop.sales.plans.opening(opening_at(START).id) == opening_at(START)
        with pytest.raises(AlreadyDecided):
            settings.save(settings.load(), ShopSettings(), entry("update:1:1"))
        assert shop.sales.plans.load().base_currency == "USD"

    def test_the_history_is_read_backwards_in_pages(self, shop: Shop) -> None:
        settings = shop.sales.settings
        for days in range(1, 12):
            change = entry(f"update:1:{days}")
            row = Revision(SUBJECT, days, "trial_days", str(days - 1), str(days), "admin:p", START + days * MINUTE)
            other = replace(row, subject=f"{SUBJECT}-other")
            before = settings.load(fresh=True)
            settings.save(before, replace(before, trial_days=days), change, None, row.written(), other.written())
        newest = settings.revisions(SUBJECT, limit=4)
        assert [row.version for row in newest] == [11, 10, 9, 8]
        older = settings.revisions(SUBJECT, before=newest[-1].key, limit=4)
        assert [(row.version, row.before, row.after) for row in older] == [
            (7, "6", "7"),
            (6, "5", "6"),
            (5, "4", "5"),
            (4, "3", "4"),
        ]
        assert settings.revision(SUBJECT, 3, "trial_days") == Revision(
            SUBJECT, 3, "trial_days", "2", "3", "admin:p", START + 3 * MINUTE
        )
        assert settings.revision(SUBJECT, 3, "news") is None

    def test_settings_that_changed_meanwhile_are_not_replaced(self, shop: Shop) -> None:
        settings = shop.sales.settings
        first = settings.load()
        assert settings.observe(first, replace(first, mark="5eed"))
        assert not settings.observe(first, replace(first, mark="other"))
        with pytest.raises(Conflict):
            settings.save(first, replace(first, providers=()), entry("update:1:1"))
        assert not settings.decided("update:1:1")
        assert settings.load(fresh=True) == ShopSettings(mark="5eed", version=1)


class TestPlansWaitlist:
    """A row finds each person who asked when plans can be bought, as long as they wait."""

    def test_the_rows_follow_the_wishes_of_the_people(self, shop: Shop) -> None:
        people = [shop.person_id(user_id) for user_id in range(1, 6)]
        for user_id in range(1, 6):
            met(shop.open(user_id), f"update:1:{user_id}")
            wishes(shop, user_id, wants_plans=True)
        assert sorted(waiting_for_plans(shop)) == sorted(people)
        wishes(shop, 1, wants_plans=False)
        assert sorted(waiting_for_plans(shop)) == sorted(people[1:])

    def test_a_row_of_an_earlier_release_goes_with_the_wish(self, shop: Shop) -> None:
        met(shop.open())
        wishes(shop, 42, wants_plans=True)
        commit(shop.open(), Put("WAITLIST#plans", shop.person_id()))
        wishes(shop, 42, wants_plans=False)
        assert list(shop.waiter_rows.page("WAITLIST#plans")) == []


def wishes(shop: Shop, user_id: int, *, wants_plans: bool) -> None:
    """Commit that a person waits for plans, or no more."""
    session = shop.open(user_id)
    wanted = replace(session.person, user=replace(session.person.user, wants_plans=wants_plans))
    session.commit(wanted, effects=implied_effects(session.person, wanted, START))


def waiting_for_plans(shop: Shop) -> list[PersonId]:
    """Return the people whom the rows find."""
    shards = [shop.waiter_rows.page(f"WAIT#plans#{shard}") for shard in range(16)]
    return [person_id for found in shards for person_id in found]
