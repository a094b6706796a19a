"""What operators measure: how long a paid key takes, and how many trials end with a purchase."""

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.operating import pays
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.money import Money
from vpnbot.usecases.ports import Metric


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


def test_the_seconds_from_payment_to_a_working_key_are_measured(user: ChatUser) -> None:
    shop, card = user.harness.shop, open_shop(user.harness)
    shop.panel.fault_mode = FaultMode.DOWN
    pays(user, card)
    user.harness.passes(hours=1)
    assert shop.meter.counts[Metric.PAID_TO_KEY] == 0
    shop.panel.fault_mode = FaultMode.FINE
    user.harness.passes(hours=2)
    assert user.person.served
    assert 3600 <= shop.meter.counts[Metric.PAID_TO_KEY] <= 3 * 3600


def test_the_key_of_a_trial_is_not_measured(harness: ChatHarness) -> None:
    harness.shop.panel.fault_mode = FaultMode.DOWN
    harness.shop.on_trial()
    harness.passes(minutes=5)
    harness.shop.panel.fault_mode = FaultMode.FINE
    harness.passes(hours=2)
    assert harness.shop.look().served
    assert Metric.PAID_TO_KEY not in harness.shop.meter.counts


def test_a_trial_that_ends_with_a_purchase_is_counted_once(user: ChatUser) -> None:
    card, meter = open_shop(user.harness), user.harness.shop.meter
    pays(user, card)
    pays(user, card)
    assert (meter.counts[Metric.CONVERSIONS], meter.counts[Metric.PAYMENTS]) == (1, 2)
    assert meter.revenues == {"RUB": 2 * 29_900}


def test_money_that_is_held_is_no_conversion(user: ChatUser) -> None:
    card, meter = open_shop(user.harness), user.harness.shop.meter
    pays(user, card, Money(100, "RUB"))
    assert (meter.counts[Metric.CONVERSIONS], meter.counts[Metric.HELD_PAYMENTS]) == (0, 1)
    assert meter.revenues == {}
