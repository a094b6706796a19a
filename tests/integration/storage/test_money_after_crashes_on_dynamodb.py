"""A purchase and a refund whose process ends at any write, on an emulated DynamoDB."""

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop
from tests.functional.usecases.test_money_after_crashes import a_purchase, a_refund

STEPS = 28


@pytest.mark.parametrize("step", range(STEPS))
def test_a_crash_at_any_write_loses_nothing(shop: Shop, step: int) -> None:
    a_purchase(shop, step)


@pytest.mark.parametrize("point", ["card.refund.before", "card.refund.after"])
def test_a_refund_survives_a_crash_beside_its_request(shop: Shop, point: str) -> None:
    shop.faults.at(point, Crash())
    a_refund(shop, 10 * STEPS)


def test_the_crash_tests_cover_every_write(shop: Shop) -> None:
    assert 8 <= a_purchase(shop, 10 * STEPS).length <= STEPS
