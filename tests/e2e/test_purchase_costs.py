"""The cost of each step of a purchase, with each provider, through the running functions."""

import pytest

from benchmarks.purchase import ORDER, TAPS, measure_purchase
from local.journey.buying import CARD, CRYPTO, DEMO, STARS, WAYS
from local.telegram.person import Person
from tests.e2e.running_demo import Ask, RunningDemo, play


@pytest.mark.parametrize("way", WAYS)
def test_a_tap_of_a_purchase_costs_one_read_and_one_call_to_telegram(demo: RunningDemo, way: str) -> None:
    async def scenario(_: Ask, __: Person) -> None:
        purchase = await measure_purchase(demo.system, way)
        steps = {step.name: step for step in purchase.steps}
        for name in TAPS:
            cost, calls = steps[name].cost, steps[name].calls
            assert (cost.reads, cost.writes, cost.telegram_calls) == (1, 0, 1), (name, calls)
            assert steps[name].provider_calls == 0
        ordered = steps[ORDER]
        seen = (ordered.cost.reads, ordered.cost.writes, ordered.cost.telegram_calls, ordered.provider_calls)
        assert seen == ORDERED[way], ordered.calls
        assert purchase.provider_calls == PROVIDER_CALLS[way]

    play(demo, scenario)


ORDERED = {STARS: (1, 1, 2, 0), CARD: (1, 2, 1, 1), CRYPTO: (1, 2, 1, 1), DEMO: (2, 3, 1, 0)}
"""Reads, writes, calls to Telegram and to the provider of *Pay*; the demo provider reads and writes on its own."""
PROVIDER_CALLS = {STARS: 0, CARD: 2, CRYPTO: 2, DEMO: 0}


def test_before_stars_are_taken_the_order_is_read_once_and_nothing_is_written(demo: RunningDemo) -> None:
    async def scenario(_: Ask, __: Person) -> None:
        steps = {step.name: step.cost for step in (await measure_purchase(demo.system, STARS)).steps}
        checkout = steps["pre-checkout"]
        assert (checkout.reads, checkout.writes, checkout.telegram_calls) == (1, 0, 0)
        assert (steps["payment message"].reads, steps["payment message"].telegram_calls) == (1, 1)

    play(demo, scenario)
