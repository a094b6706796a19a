"""The process ends at any step of a win-back: at most one message, one offer, one use, and nothing is left to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from tests.functional.usecases.discounting import SECONDS, bought_seconds, offered
from tests.functional.usecases.ordering import CONTACT, paid_report
from tests.functional.usecases.winning import (
    AFTER,
    CHEAPER,
    DAY,
    HOUR,
    MONTH,
    buys,
    is_won_back,
    told,
    winback_of,
    wins_back,
)
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.winback import WinbackState
from vpnbot.usecases.payments.apply_payment import apply_payment
from vpnbot.usecases.payments.place_order import OrderRequest, place_order

STEPS = 60
"""More than any way has."""
MINUTE = timedelta(minutes=1)


def goes_on(shop: Shop, duration: timedelta, step: timedelta = MINUTE) -> None:
    """Let due work go on; another worker takes over from one that ends."""
    end = shop.clock.now + duration
    while shop.clock.now < end:
        try:
            shop.until(end, step=step)
        except Crash:
            shop.queue.claims.clear()


def delivered_again(shop: Shop, do: Callable[[], object]) -> None:
    """Do something that its sender delivers again after a crash."""
    try:
        do()
    except Crash:
        shop.queue.claims.clear()
        do()


def nothing_is_left(shop: Shop) -> None:
    """Check that no work is stuck or due again and again."""
    person = shop.look()
    assert (person.outbox, shop.index.dead_lettered()) == ((), [])
    following = shop.index.next_due()
    assert following is None or following.due_at > shop.clock()


def the_end_of_paid_time(shop: Shop, step: int) -> int:
    """The end is applied, with the offer that waits."""
    wins_back(shop)
    shop.arrives()
    buys(shop)
    ends_at = shop.look().subscription.ends_at
    assert ends_at is not None
    shop.until(ends_at - HOUR, step=6 * HOUR)
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    goes_on(shop, 2 * HOUR)
    length = len(shop.faults.passed) - begin
    shop.faults.clear()
    assert winback_of(shop).state is WinbackState.WAITING
    goes_on(shop, AFTER + HOUR, HOUR)
    assert (len(told(shop)), len(shop.look().discounts)) == (1, 1)
    nothing_is_left(shop)
    return length


def the_day(shop: Shop, step: int) -> int:
    """The message is sent at most once; it is not sent only if the process has ended just before the call."""
    wins_back(shop)
    shop.arrives()
    buys(shop)
    shop.until(shop.clock.now + MONTH, step=6 * HOUR)
    shop.until(winback_of(shop).ended_at + AFTER - 5 * MINUTE)
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    goes_on(shop, HOUR)
    passed = shop.faults.passed[begin:]
    winback, person = winback_of(shop), shop.look()
    crashed_at = passed[step] if step < len(passed) else ""
    unsure = crashed_at == "say.before" or (crashed_at == "commit.after" and "say.before" not in passed)
    assert len(told(shop)) == (0 if unsure else 1)
    assert (winback.state, len(person.discounts)) == (WinbackState.OFFERED, 1)
    assert shop.history().count(winback.cause) == 1
    for message in told(shop):
        assert message.arguments["until"] == f"{person.discounts[0].until:%Y-%m-%dT%H:%M:%S+00:00}", "it is true"
    nothing_is_left(shop)
    goes_on(shop, 10 * DAY, DAY)
    assert len(told(shop)) <= 1
    return len(passed)


def a_purchase(shop: Shop, step: int) -> int:
    """The order takes the use, and its payment makes it final, once."""
    is_won_back(shop)
    request = OrderRequest(offered(shop), "card", "en", contact=CONTACT)
    cause = update()
    begin = len(shop.faults.passed)
    shop.faults.crash_at_step(step)
    delivered_again(shop, lambda: place_order(shop.open(), shop.payments, shop.context, cause, request))
    (order,) = shop.look().orders
    assert [use.source for use in shop.look().user.reserved] == [request.offer.discount]
    report = paid_report(shop, order.id, money=CHEAPER)
    delivered_again(shop, lambda: apply_payment(report, Source.NOTIFICATION, shop.payments, shop.context))
    length = len(shop.faults.passed) - begin
    assert bought_seconds(shop) == SECONDS
    person = shop.look()
    assert (person.user.reserved, person.discounts, person.winback) == ((), (), None)
    goes_on(shop, 2 * DAY, HOUR)
    nothing_is_left(shop)
    return length


WAYS = (the_end_of_paid_time, the_day, a_purchase)
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


@ways
def test_the_crash_tests_cover_every_step(shop: Shop, way: Callable[[Shop, int], int]) -> None:
    assert 4 <= way(shop, 10_000) <= STEPS


@ways
@pytest.mark.parametrize("step", range(STEPS))
def test_a_crash_at_any_step_repeats_and_loses_nothing(
    shop: Shop, way: Callable[[Shop, int], int], step: int
) -> None:
    way(shop, step)
