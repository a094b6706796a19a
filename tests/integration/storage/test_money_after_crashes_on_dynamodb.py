"""A purchase and a refund whose process ends at any write, on an emulated DynamoDB."""

from collections.abc import Callable

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.test_money_after_crashes import Way, a_purchase, a_refund

STEPS = 28


@pytest.mark.parametrize("way", [a_purchase, a_refund])
@pytest.mark.parametrize("step", range(STEPS))
def test_a_crash_at_any_write_loses_nothing(shop: Shop, way: Callable[[Shop, int], Way], step: int) -> None:
    way(shop, step)


def test_the_crash_tests_cover_every_write(shop: Shop) -> None:
    assert 8 <= a_purchase(shop, 10 * STEPS).length <= STEPS
