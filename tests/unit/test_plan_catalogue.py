"""The catalogue: which offers there are, at which prices, and how they compare."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.plans import CATALOGUE, HIDDEN, MONTH, PRO, QUARTER, days
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.provider_names import CRYPTO_PAY, YOOKASSA
from vpnbot.domain.payments.shop_settings import ShopSettings, selling
from vpnbot.domain.plans.catalogue import Catalogue, in_order, saving_percent
from vpnbot.domain.plans.first_plans import first_plans
from vpnbot.domain.plans.plan_checks import check_plan
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.subscriptions.plan import Plan


def test_an_offer_has_everything_that_an_order_keeps() -> None:
    plan = replace(PRO, traffic_bytes=10**11, countries=("NL",), version=4)
    offer = Catalogue((plan,)).offer("pro", "90d", "XTR")
    assert offer == Offer(
        "90d",
        Plan("pro", timedelta(), 2, 10**11, 3, ("NL",), {"en": "Pro", "ru": "Про"}),
        timedelta(days=90),
        Money(529, "XTR"),
        ListPrice(799_00, 90 * 86_400),
        ListPrice(299_00, 30 * 86_400),
        4,
    )


@pytest.mark.parametrize(
    "wanted", [("old", "30d", "RUB"), ("gone", "30d", "RUB"), ("pro", "7d", "RUB"), ("pro", "30d", "EUR")]
)
def test_what_is_hidden_unknown_or_without_a_price_is_no_offer(wanted: tuple[str, str, str]) -> None:
    assert CATALOGUE.offer(*wanted) is None


def test_a_plan_is_visible_only_with_something_to_buy() -> None:
    without_base = replace(PRO, id="stars", durations=(days(30, XTR=199),))
    short_only = replace(PRO, id="short", durations=(days(7, RUB=99_00),))
    empty = replace(PRO, id="empty", durations=())
    assert Catalogue((PRO, HIDDEN, without_base, short_only, empty)).visible() == (PRO,)


def test_offers_are_in_order_of_time_and_none_of_a_hidden_plan() -> None:
    shuffled = replace(PRO, durations=(QUARTER, days(7, RUB=99_00), MONTH))
    assert [offer.id for offer in CATALOGUE.offers(shuffled, "RUB")] == ["7d", "30d", "90d"]
    assert [offer.id for offer in CATALOGUE.offers(shuffled, "XTR")] == ["30d", "90d"]
    assert CATALOGUE.offers(HIDDEN, "RUB") == ()


def test_the_shortest_duration_of_a_month_sets_the_price_of_conversion() -> None:
    plan = replace(PRO, durations=(days(7, RUB=99_00), days(31, RUB=310_00), QUARTER))
    offer = Catalogue((plan,)).offer("pro", "7d", "RUB")
    assert offer
    assert offer.shortest == ListPrice(310_00, 31 * 86_400)


def test_the_cheapest_price_is_that_of_a_visible_plan() -> None:
    cheap = replace(HIDDEN, durations=(days(30, RUB=1_00),))
    catalogue = Catalogue((PRO, cheap))
    assert catalogue.cheapest("RUB") == Money(299_00, "RUB")
    assert catalogue.cheapest("XTR", PRO) == Money(199, "XTR")
    assert catalogue.cheapest("EUR") is None


def test_a_longer_duration_saves_in_percent_of_the_shortest() -> None:
    assert saving_percent(PRO, QUARTER, "RUB") == 11
    assert saving_percent(PRO, MONTH, "RUB") == 0
    assert saving_percent(PRO, QUARTER, "EUR") == 0
    assert saving_percent(replace(PRO, durations=(MONTH, days(90, RUB=999_00))), days(90, RUB=999_00), "RUB") == 0


def test_time_of_the_trial_has_the_price_of_the_marked_plan() -> None:
    marked = replace(HIDDEN, trial=True, durations=(days(30, RUB=500_00),))
    assert Catalogue((PRO, marked)).trial_price == ListPrice(500_00, 30 * 86_400)
    assert CATALOGUE.trial_price == ListPrice(299_00, 30 * 86_400)
    assert Catalogue().trial_price is None


def test_a_shop_sells_if_a_provider_in_use_takes_a_currency_of_a_visible_plan() -> None:
    stars_only = ShopSettings()
    assert selling(stars_only, CATALOGUE)
    assert not selling(stars_only, Catalogue((HIDDEN,)))
    assert not selling(replace(stars_only, providers=()), CATALOGUE)
    roubles = Catalogue((replace(PRO, durations=(days(30, RUB=299_00),)),))
    assert not selling(stars_only, roubles)
    assert replace(stars_only, providers=("stars", YOOKASSA)).offered_currency(roubles) == "RUB"
    assert replace(stars_only, providers=("unknown", CRYPTO_PAY)).offered_currency(roubles) == "RUB"


@pytest.mark.parametrize("sold", [True, False])
def test_the_first_plans_can_be_sold_as_they_are(sold: bool) -> None:
    plans = first_plans(lambda message: {"en": message, "ru": message}, sold=sold)
    assert [plan.hidden for plan in plans] == [not sold] * 2
    for plan in plans:
        visible = replace(plan, hidden=False)
        assert check_plan(Catalogue(plans), visible, ("en", "ru")) == ()
        for currency in ("RUB", "XTR", "USD"):
            offers = Catalogue((visible,)).offers(visible, currency)
            assert [offer.duration.days for offer in offers] == [30, 90, 365]
    assert [(plan.id, plan.devices, plan.keys) for plan in plans] == [("standard", 2, 3), ("family", 5, 3)]


def test_a_title_of_another_language_is_shown_if_there_is_none() -> None:
    assert PRO.title("ru") == "Про"
    assert PRO.title("de") == "Pro"
    assert SoldPlan("pro", titles={"ru": "Про"}).title("de") == "Про"
    assert SoldPlan("pro").title("de") == "pro"
    assert SoldPlan("pro").line("de") == ""


def test_durations_are_added_replaced_and_removed() -> None:
    plan = PRO.with_duration(days(60, RUB=1_00))
    assert [duration.id for duration in plan.durations] == ["30d", "60d", "90d"]
    assert plan.with_duration(days(60, RUB=2_00)).duration("60d") == days(60, RUB=2_00)
    assert plan.without_duration("60d") == PRO


def test_plans_are_listed_by_position() -> None:
    plans = (replace(PRO, position=2), replace(PRO, id="b", position=1), replace(PRO, id="a", position=1))
    assert [plan.id for plan in in_order(plans)] == ["a", "b", "pro"]
