"""Promo codes on DynamoDB: people who come at the same time use a code as often as it is allowed."""

from concurrent.futures import ThreadPoolExecutor

from tests.fakes.shop import Shop, update
from tests.functional.usecases.redeeming import days_left, enters, limited, offers, used
from vpnbot.domain.promo.code import Refusal
from vpnbot.errors import Conflict

MANY = 16


def until_decided(shop: Shop, user_id: int) -> Refusal | None:
    """Let a person enter the code, whose update is delivered again after a conflict."""
    cause = update()
    while True:
        try:
            return enters(shop, user_id=user_id, cause=cause)
        except Conflict:
            continue


def test_people_on_the_last_uses_are_as_many_as_are_left(shop: Shop) -> None:
    offers(shop, limited(3))
    people = range(100, 100 + MANY)
    for user_id in people:
        shop.arrives(user_id)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda user_id: until_decided(shop, user_id), people))
    assert results.count(None) == used(shop) == 3
    assert results.count(Refusal.USED_UP) == MANY - 3
    assert sum(days_left(shop, user_id) for user_id in people) == 3 * 7


def test_the_same_person_many_times_at_once_is_one(shop: Shop) -> None:
    offers(shop)
    shop.arrives()
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: until_decided(shop, 42), range(MANY)))
    assert results.count(None) == used(shop) == 1
    assert days_left(shop) == 7
