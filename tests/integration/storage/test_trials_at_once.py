"""The trials of a day on DynamoDB: people who come at the same time get as many as there are."""

from concurrent.futures import ThreadPoolExecutor

from tests.fakes.shop import Shop, update
from tests.functional.usecases.trying import limits, taken
from vpnbot.errors import Conflict
from vpnbot.usecases.subscriptions.start_trial import TrialsTaken


def got(shop: Shop, user_id: int) -> bool:
    """Let a person try, whose update is delivered again after a conflict."""
    cause = update()
    while True:
        try:
            shop.tries(cause, user_id)
        except Conflict:
            continue
        except TrialsTaken:
            return False
        return True


def at_once(shop: Shop, people: range) -> list[bool]:
    """Let people try at the same time."""
    for user_id in people:
        shop.arrives(user_id)
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(lambda user_id: got(shop, user_id), people))


def test_of_forty_people_on_the_last_place_one_gets_it(shop: Shop) -> None:
    limits(shop, 5)
    assert at_once(shop, range(100, 104)).count(True) == 4
    assert at_once(shop, range(200, 240)).count(True) == 1
    assert taken(shop) == 5


def test_two_hundred_people_at_once_get_as_many_as_there_are(shop: Shop) -> None:
    limits(shop, 30)
    people = range(100, 300)
    found = at_once(shop, people)
    assert found.count(True) == taken(shop) == 30
    started = [shop.look(user_id).user.trial_used for user_id in people]
    assert started == found
