"""The times of limited acts survive the storage, and two processes at once stay within a limit."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.shop import Shop, update
from vpnbot.domain.people.limits import LIMITS, LimitedAct, TooOften
from vpnbot.errors import Conflict
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.support.relay_question import relay_question

MOST = LIMITS[LimitedAct.QUESTION].times


def asks(shop: Shop) -> bool:
    """Ask a question; False if it is refused."""
    try:
        relay_question(shop.open(), shop.context, update(), 7)
    except (TooOften, Conflict):
        return False
    return True


def test_a_limit_is_reached_across_processes_and_a_return_does_not_begin_it_again(shop: Shop) -> None:
    shop.arrives()
    assert [asks(shop) for _ in range(MOST + 1)] == [*[True] * MOST, False]
    stored = shop.look().user.acts
    assert set(stored) == {"question"}
    assert stored[LimitedAct.QUESTION] == (shop.clock.now,) * MOST
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.arrives()
    with pytest.raises(TooOften):
        relay_question(shop.open(), shop.context, update(), 7)


def test_forty_questions_at_the_same_time_are_at_most_ten(shop: Shop) -> None:
    shop.arrives()
    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(lambda _: asks(shop), range(40)))
    person = shop.look()
    assert sum(passed) == len(person.questions) == len(person.user.acts[LimitedAct.QUESTION]) <= MOST
