"""Random lives with plans with and without a limit of traffic: no person uses more than they paid for and kept.

What is used has a price: the bytes of a plan with a limit that of its traffic, the seconds of a plan without a limit
that of its time. Time that passes unused under a limit is not counted here; it only makes the sums smaller.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from tests.fakes.catalogue_of_plans import DAY, NEW_PERSON, NOW, PRICES, A, B, C, buys, offer, with_key_ready
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.payments.refunded_time import refundable, with_refund
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.status import RUNNING, Status

GB = 10**9
SMALL = replace(offer(A, 30), plan=replace(A, traffic_limit_bytes=50 * GB))
LARGE = replace(offer(B, 30), plan=replace(B, traffic_limit_bytes=300 * GB))
UNLIMITED = offer(C, 30)
_STEP_SECONDS = 30 * 86_400


@dataclass
class Life:
    """One person who buys, uses, waits, is paused, and gets money back."""

    random: Random
    person: Person = NEW_PERSON
    now: datetime = NOW
    paid: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    used: Fraction = Fraction()
    steps: int = 0

    def step(self) -> None:
        """Do one thing at random."""
        self.steps += 1
        self.random.choice([self._buys, self._uses, self._uses, self._waits, self._pauses, self._gets_back])()

    def _buys(self) -> None:
        sold: Offer = self.random.choice([SMALL, LARGE, UNLIMITED])
        name = str(self.steps)
        self.person = buys(self.person, sold, self.now, name, sets_plan=self.random.random() < 0.8)
        self.paid[name] = sold.price.amount_minor

    def _uses(self) -> None:
        subscription = self.person.subscription
        limit, plan = subscription.traffic_limit_bytes, subscription.plan
        if limit is None or plan is None or not subscription.entitled(self.now):
            return
        left = max(limit - self.person.used_bytes, 0)
        taken = left if self.random.random() < 0.4 else self.random.randint(0, left)
        spent = replace(subscription, spent_bytes=subscription.spent_bytes + taken)
        self.person = replace(self.person, subscription=spent)
        self.used += Fraction(taken * PRICES[plan.id, 30], plan.traffic_limit_bytes or 1)

    def _waits(self) -> None:
        before, plan = self.person.subscription, self.person.subscription.plan
        passed = timedelta(days=self.random.choice([1, 5, 20, 40]))
        if plan is not None and plan.traffic_limit_bytes is None and before.status in RUNNING:
            worked = min(before.left(self.now), passed)
            self.used += Fraction(int(worked.total_seconds()) * PRICES[plan.id, 30], _STEP_SECONDS)
        self.now += passed
        self.person = replace(self.person, subscription=before.settled(self.now)[0])

    def _pauses(self) -> None:
        if self.person.subscription.status is Status.SUSPENDED:
            self.person = with_key_ready(self.person.resumed_at(self.now), self.now)
        elif self.person.subscription.status in RUNNING:
            self.person = self.person.paused_at(self.now)

    def _gets_back(self) -> None:
        if not self.paid:
            return
        name = self.random.choice(list(self.paid))
        left = Money(self.paid[name] - self.back.get(name, 0), "RUB")
        if left.amount_minor <= 0:
            return
        offered = refundable(self.person, {name}, left, self.now)
        wanted = offered if self.random.random() < 0.7 else Money(offered.amount_minor // 2, "RUB")
        if wanted.amount_minor > 0:
            self.person, _ = with_refund(self.person, name, left, wanted, self.now)
            self.back[name] = self.back.get(name, 0) + wanted.amount_minor


@pytest.mark.parametrize("seed", range(100))
def test_what_is_used_was_paid_and_not_sent_back(seed: int) -> None:
    life = Life(Random(seed))
    for _ in range(40):
        life.step()
        kept = sum(life.paid.values()) - sum(life.back.values())
        assert all(life.back.get(name, 0) <= paid for name, paid in life.paid.items())
        assert life.used <= kept + Fraction(1), "more was used than was paid and kept"
        assert life.person.subscription.left(life.now) < 800 * DAY
