"""Orders with a discount on DynamoDB: uses are taken, kept, given back and counted as in memory, also at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.fakes.shop import Shop, update
from tests.functional.usecases.discounting import HALF, offered, orders_until_decided
from tests.functional.usecases.redeeming import enters, offers, used
from tests.functional.usecases.test_discounted_orders import TestOneUse
from tests.functional.usecases.test_discounts_afterwards import TestMoneyBack

__all__ = ["TestMoneyBack", "TestOneUse"]

MANY = 16


def test_people_on_the_last_uses_are_as_many_as_are_left(shop: Shop) -> None:
    offers(shop, replace(HALF, total=3))
    people, seen = range(100, 100 + MANY), {}
    for user_id in people:
        shop.arrives(user_id)
        assert enters(shop, HALF.id, user_id) is None
        seen[user_id] = offered(shop, user_id)
    with ThreadPoolExecutor(8) as threads:
        placed = list(threads.map(lambda user: orders_until_decided(shop, user, seen[user], update()), people))
    assert sum(placed) == used(shop, HALF) == 3
    assert sum(bool(shop.look(user_id).orders) for user_id in people) == 3
