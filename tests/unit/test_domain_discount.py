"""Discounts: what a price becomes, which of several counts, and what an offer with one leads to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.catalogue_of_plans import NOW, A, B, offer
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.orders.discount import Discount, Pricing, discounted_offer, smallest_payment
from vpnbot.domain.orders.stars import can_renew

PRICING = Pricing("RUB", NOW)
MONTH = offer(A, 30)
IN_STARS = replace(MONTH, price=Money(199, STARS))
QUARTER = Discount("promo:SPRING", percent=25, until=NOW + timedelta(days=1))
HUNDRED = Discount("promo:HUNDRED", amount=Money(100, "RUB"))


@pytest.mark.parametrize(
    ("discount", "price", "becomes"),
    [
        (QUARTER, Money(300, "RUB"), 225),
        (QUARTER, Money(299, "RUB"), 225),  # 224.25, rounded up
        (QUARTER, Money(199, STARS), 150),  # 149.25, rounded up
        (replace(QUARTER, percent=100), Money(300, "RUB"), 10),
        (replace(QUARTER, percent=0), Money(300, "RUB"), 300),
        (HUNDRED, Money(300, "RUB"), 200),
        (HUNDRED, Money(199, STARS), 133),  # a third of the list price in roubles
        (replace(HUNDRED, amount=Money(1000, "RUB")), Money(300, "RUB"), 10),
        (replace(HUNDRED, amount=Money(100, "USD")), Money(300, "RUB"), 300),
        (replace(HUNDRED, amount=Money(5, "USD")), Money(20, "USD"), 15),
        (replace(QUARTER, percent=99), Money(7, STARS), 7),  # it costs less than the smallest payment as it is
    ],
)
def test_a_price_is_reduced_to_the_smallest_unit_and_never_below_the_smallest_payment(
    discount: Discount, price: Money, becomes: int
) -> None:
    listed = Money(300, "RUB")
    assert discount.discounted(price, listed, smallest=10) == Money(becomes, price.currency)


@given(
    price=st.integers(1, 10**7),
    listed=st.integers(1, 10**7),
    percent=st.integers(-5, 200),
    amount=st.none() | st.integers(-5, 10**8),
    smallest=st.integers(0, 10**4),
)
def test_a_discount_never_raises_a_price_and_never_sells_for_nothing(
    price: int, listed: int, percent: int, amount: int | None, smallest: int
) -> None:
    money = None if amount is None else Money(amount, "RUB")
    for currency in ("RUB", STARS):
        full = Money(price, currency)
        became = Discount("x", percent, money).discounted(full, Money(listed, "RUB"), smallest).amount_minor
        assert min(price, max(smallest, 1)) <= became <= price


def test_an_offer_keeps_its_full_price_and_names_its_discount() -> None:
    reduced = discounted_offer(MONTH, [QUARTER], PRICING)
    assert (reduced.price, reduced.full_price) == (Money(225, "RUB"), Money(300, "RUB"))
    assert reduced.discount == QUARTER.source
    assert reduced.list_price == MONTH.list_price
    assert reduced.undiscounted == MONTH
    assert MONTH.undiscounted == MONTH


def test_only_the_better_discount_counts_and_the_first_of_two_alike() -> None:
    better = discounted_offer(MONTH, [QUARTER, HUNDRED], PRICING)
    assert (better.price.amount_minor, better.discount) == (200, HUNDRED.source)
    alike = replace(QUARTER, source="offer:winback")
    assert discounted_offer(MONTH, [alike, QUARTER], PRICING).discount == alike.source
    again = discounted_offer(better, [QUARTER], PRICING)
    assert again.price.amount_minor == 225, "a second discount was taken off a reduced price"


@pytest.mark.parametrize(
    "unfit",
    [
        replace(QUARTER, until=NOW),
        replace(QUARTER, plans=(B.id,)),
        replace(QUARTER, minimum=Money(301, "RUB")),
        replace(QUARTER, minimum=Money(1, "USD")),
        replace(QUARTER, percent=0),
    ],
    ids=["over", "another plan", "below the minimum", "minimum in another currency", "nothing"],
)
def test_a_discount_that_does_not_fit_changes_nothing(unfit: Discount) -> None:
    assert discounted_offer(MONTH, [unfit], PRICING) == MONTH


def test_a_discount_fits_its_plans_and_sums_from_the_minimum() -> None:
    fit = replace(QUARTER, plans=(A.id,), minimum=Money(300, "RUB"))
    assert discounted_offer(IN_STARS, [fit], PRICING).price == Money(150, STARS)


def test_the_smallest_payment_is_the_limit_of_the_provider_or_one_whole_unit() -> None:
    limits = {"RUB": (500, 35_000_000)}
    assert [smallest_payment(each, limits) for each in ("RUB", "USD", STARS)] == [500, 100, 1]


def test_an_offer_at_the_smallest_payment_has_no_discount() -> None:
    assert discounted_offer(MONTH, [QUARTER], replace(PRICING, smallest=300)) == MONTH


def test_telegram_renews_no_offer_with_a_discount() -> None:
    assert can_renew(IN_STARS)
    assert not can_renew(discounted_offer(IN_STARS, [QUARTER], PRICING))
