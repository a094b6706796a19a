"""Random lives of customers: purchases, discounts, gifts, late payments, conversions, use, pauses and refunds.

The model counts what happens in the customer's own terms, without lots: which plan works for how long, and what was
paid and sent back. The lowest price of each plan, with the discounts of this life, is the value of its time.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.catalogue_of_plans import KEY, NEW_KEY, NEW_PERSON, NOW, PRICES, A, B, C, offer, with_key_ready
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.payments.purchase import RENEWAL_MARGIN, preview_of, with_purchase
from vpnbot.domain.payments.refunded_time import refundable, with_refund
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import RUNNING, Status
from vpnbot.domain.subscriptions.time_credit import total_seconds

GB = 10**9
PLANS = {"a": A, "b": replace(B, traffic_limit_bytes=90 * GB), "c": replace(C, traffic_limit_bytes=30 * GB)}
CHEAPEST = {
    plan: min(Fraction(amount, days * 86_400) for (name, days), amount in PRICES.items() if name == plan)
    for plan in PLANS
}
DEAREST = max(Fraction(amount, days * 86_400) for (_, days), amount in PRICES.items())
SOLD = sorted(PRICES)
STARS_OF = {sold: max(amount * 2 // 3, 1) for sold, amount in PRICES.items()}

sold = st.sampled_from(SOLD)
seconds = st.one_of(st.integers(0, 90), st.integers(86_400, 25 * 86_400), st.just(30 * 86_400))
acts = st.one_of(
    st.tuples(st.just("buy"), sold, st.sampled_from([Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 7)])),
    st.tuples(st.just("stars"), sold, st.booleans()),
    st.tuples(st.just("late"), sold, st.none()),
    st.tuples(st.just("gift"), sold, st.none()),
    st.tuples(st.just("wait"), seconds, st.none()),
    st.tuples(st.just("wait"), seconds, st.none()),
    st.tuples(st.just("ready"), st.none(), st.none()),
    st.tuples(st.just("traffic"), st.integers(0, 40), st.none()),
    st.tuples(st.just("refund"), st.integers(0, 9), st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 9)])),
    st.tuples(st.sampled_from(["pause", "resume", "settle"]), st.none(), st.none()),
)


@dataclass
class Life:
    """One customer, and what the model knows of them."""

    person: Person = NEW_PERSON
    now: datetime = NOW
    ledger_seconds: int = 0
    used_seconds: int = 0
    used: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PLANS, 0))
    cheapest: dict[str, Fraction] = field(default_factory=lambda: dict(CHEAPEST))
    paid_value: Fraction = Fraction()
    free_seconds: int = 0
    conversions: int = 0
    paid: dict[str, tuple[Money, Money, Fraction]] = field(default_factory=dict)
    """By lot: what was paid, what is left of it, and the value of all of it in the base currency."""

    def trial(self) -> None:
        """Start the trial, which is worth its days in plan A."""
        started = self.person.subscription.trial_started(TRIAL, KEY, ListPrice(300, 30 * 86_400))
        self._decided(replace(self.person, subscription=started))
        self.free_seconds += int(TRIAL.duration.total_seconds())

    def does(self, act: str, argument: object, detail: object) -> None:
        """Let one thing happen."""
        match act, argument, detail:
            case "buy", (str(plan), int(days)), Fraction() as part:
                listed = PRICES[plan, days]
                amount = max(int(listed * part), 1)
                full = Money(listed, "RUB")
                self.cheapest[plan] = min(self.cheapest[plan], Fraction(amount, days * 86_400))
                self.buys(self._offer(plan, days, Money(amount, "RUB"), full), Fraction(amount))
            case "stars", (str(plan), int(days)), bool(renews):
                price = Money(STARS_OF[plan, days], STARS)
                self.buys(self._offer(plan, days, price, None), Fraction(PRICES[plan, days]), renews=renews)
            case "late", (str(plan), int(days)), _:
                value = Fraction(PRICES[plan, days])
                self.buys(self._offer(plan, days, Money(PRICES[plan, days], "RUB"), None), value, sets_plan=False)
            case "gift", (str(plan), int(days)), _:
                self.free_seconds += days * 86_400
                gift = self._offer(plan, days, Money(0, "RUB"), Money(PRICES[plan, days], "RUB"))
                self._decided(with_purchase(self.person, "gift", gift, None, NEW_KEY, self.now))
            case "refund", int(number), Fraction() as part:
                self.refunds(number, part)
            case "wait", int(passed), _:
                self.waits(passed)
            case "traffic", int(gigabytes), _:
                spent = self.person.subscription.spent_bytes + gigabytes * GB
                self.person = replace(self.person, subscription=replace(self.person.subscription, spent_bytes=spent))
            case _:
                self._changes_state(act)

    def _changes_state(self, act: str) -> None:
        person = self.person
        match act:
            case "pause":
                self._decided(person.as_of(self.now).paused_at(self.now))
            case "resume":
                self._decided(person.resumed_at(self.now))
            case "settle":
                self._decided(person.as_of(self.now))
            case _:
                self._decided(with_key_ready(person, self.now))

    def _offer(self, plan: str, days: int, price: Money, full: Money | None) -> Offer:
        listed = offer(PLANS[plan], days)
        return replace(listed, price=price, full_price=full)

    def buys(self, chosen: Offer, value: Fraction, *, sets_plan: bool = True, renews: bool = False) -> None:
        """Pay the price of an offer; before, the confirmation says what it will do."""
        lot_id = f"order{len(self.paid)}"
        preview = preview_of(self.person, chosen, self.now, renews_itself=renews)
        left = total_seconds(self.person.subscription.lots_left(self.now))
        after = with_purchase(
            self.person, lot_id, chosen, chosen.price, NEW_KEY, self.now, sets_plan=sets_plan, renews_itself=renews
        )
        if sets_plan:
            subscription = after.subscription
            assert preview.ends_at == (None if subscription.status is Status.SUSPENDED else subscription.ends_at)
            assert preview.left == timedelta(seconds=left)
            assert timedelta(seconds=total_seconds(subscription.lots)) == preview.converted + preview.added
            assert subscription.plan == chosen.plan
        self.paid[lot_id] = (chosen.price, chosen.price, value)
        self.paid_value += value
        self.free_seconds += int(RENEWAL_MARGIN.total_seconds()) if renews else 0
        self._decided(after)
        if len(self.paid) % 4:
            self._decided(with_key_ready(self.person, self.now))

    def refunds(self, number: int, part: Fraction) -> None:
        """Send back what is offered for a purchase, or a part of it."""
        if not self.paid:
            return
        lot_id = list(self.paid)[number % len(self.paid)]
        all_paid, left, value = self.paid[lot_id]
        offered = refundable(self.person, {lot_id}, left, self.now)
        assert 0 <= offered.amount_minor <= left.amount_minor
        back = Money(int(offered.amount_minor * part), offered.currency)
        after, taken = with_refund(self.person, lot_id, left, back, self.now)
        assert taken >= 0
        self.paid[lot_id] = (all_paid, left.minus(back), value)
        self.paid_value -= value * back.amount_minor / all_paid.amount_minor
        self._decided(after)
        assert refundable(self.person, {lot_id}, left.minus(back), self.now).amount_minor >= 0

    def waits(self, passed: int) -> None:
        """Let time pass, in which the customer uses the plan as long as it works."""
        subscription = self.person.subscription
        if subscription.status in RUNNING and subscription.ends_at is not None and subscription.plan is not None:
            used = min(timedelta(seconds=passed), max(subscription.ends_at - self.now, timedelta()))
            self.used_seconds += int(used.total_seconds())
            if not subscription.is_trial:
                self.used[subscription.plan.id] += int(used.total_seconds())
        self.now += timedelta(seconds=passed)

    @property
    def used_value(self) -> Fraction:
        """The value of all time that was used, each second at the lowest price at which its plan was sold."""
        return sum((self.cheapest[plan] * used for plan, used in self.used.items()), Fraction())

    def _decided(self, after: Person) -> None:
        """Take over a decision, with the seconds that its ledger entry has."""
        before = self.person.subscription
        if after.subscription.plan != before.plan:
            self.conversions += len(before.lots)
        granted = entitlement_seconds(after.subscription, self.now) - entitlement_seconds(before, self.now)
        self.ledger_seconds += granted
        self.person = after
        subscription = after.subscription
        left = subscription.left(self.now) if subscription.status is not Status.NONE else timedelta()
        assert left >= timedelta()
        assert subscription.ends_at is None or subscription.status is Status.EXPIRED or subscription.lots
        if subscription.status is not Status.EXPIRED:
            assert timedelta(seconds=total_seconds(subscription.lots_left(self.now))) == left
        assert self.ledger_seconds == entitlement_seconds(subscription, self.now)
        assert self.ledger_seconds == self.used_seconds + int(left.total_seconds()), "used and left, and nothing else"


@settings(max_examples=400, deadline=None)
@given(st.booleans(), st.lists(acts, min_size=3, max_size=20))
def test_in_no_life_more_is_used_than_was_paid_and_kept(trial: bool, lived: list[tuple[str, object, object]]) -> None:
    life = Life()
    if trial:
        life.trial()
        life.does("ready", None, None)
    for act, argument, detail in lived:
        life.does(act, argument, detail)
    for act in ("resume", "ready"):
        life.does(act, None, None)
    life.does("wait", 20 * 365 * 86_400, None)
    rounding = (life.conversions + len(lived)) * DEAREST
    assert life.used_value <= life.paid_value + life.free_seconds * DEAREST + rounding
    for all_paid, left, _ in life.paid.values():
        assert 0 <= left.amount_minor <= all_paid.amount_minor
