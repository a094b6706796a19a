"""Random lives of gifts: bought, sent, opened, asked back, refused, sent back by us or elsewhere, forgotten.

At each moment each paid gift is in exactly one state, its time is nowhere twice, and its money is with the shop or
with the buyer. Time that the friends have bought themselves stays, also when a gift is taken back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.gifting import (
    BUYER,
    gets_new_link,
    gift_now,
    keeps,
    link,
    opens,
    orders_gift,
    wants_back,
)
from tests.functional.usecases.ordering import (
    PRICE,
    applies,
    card,
    paid_report,
    pays,
    places,
    sent_back_elsewhere,
    stored,
)
from vpnbot.domain.gifts.gift import Gift, GiftState
from vpnbot.domain.money import Money
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.errors import VpnbotError
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.staff.answer_refund import answer_refund

FRIENDS = (101, 102)
MONTH = timedelta(days=30)
people = st.sampled_from((BUYER, *FRIENDS))
friends = st.sampled_from(FRIENDS)
which = st.integers(0, 9)


class Gifts(RuleBasedStateMachine):
    """A buyer, two friends with bought time, a provider and the staff."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: Shop = shop_in_memory()
        self.gifts: list[str] = []
        self.own: dict[int, tuple[str, datetime]] = {}

    @initialize()
    def begins(self) -> None:
        """Let the people come; the friends buy a month each."""
        self.shop.arrives(BUYER)
        for friend in FRIENDS:
            self.shop.arrives(friend)
            order = places(self.shop, user_id=friend)
            pays(self.shop, order)
            self.shop.settles()
            end = self.shop.look(friend).subscription.ends_at
            assert end is not None
            self.own[friend] = (order.id, end)

    def does(self, do: Callable[[], object]) -> None:
        """Do something that may be refused, or end the process at any step; due work goes on."""
        try:
            do()
        except (Crash, VpnbotError):
            self.shop.queue.claims.clear()

    def some(self, number: int) -> Gift | None:
        """Return one of the gifts."""
        return gift_now(self.shop, self.gifts[number % len(self.gifts)]) if self.gifts else None

    def payment(self, gift: Gift) -> Payment:
        """Return the payment that has bought a gift."""
        return next(each for each in stored(self.shop, _order(gift)).payments if each.lot == gift.id)

    @rule(crash=st.none() | st.integers(0, 30))
    def the_process_ends(self, crash: int | None) -> None:
        """Let the process end at a later step, or at none."""
        self.shop.faults.clear()
        if crash is not None:
            self.shop.faults.crash_at_step(crash)

    @rule(twice=st.booleans())
    def buys(self, twice: bool) -> None:
        """Let the buyer pay for a gift, perhaps twice."""
        self.shop.faults.clear()
        if not self.shop.look(BUYER).user.known:
            self.shop.arrives(BUYER)
        self.shop.clock.advance(timedelta(minutes=7))
        order = orders_gift(self.shop)
        pays(self.shop, order)
        if twice:
            applies(self.shop, paid_report(self.shop, order.id))
        self.gifts += [payment.lot for payment in stored(self.shop, order.id).payments if payment.lot]

    @rule(number=which)
    def makes_a_new_link(self, number: int) -> None:
        """Let the buyer make another link."""
        if (gift := self.some(number)) is not None:
            self.does(lambda: gets_new_link(self.shop, gift))

    @rule(number=which, person=people, old=st.booleans())
    def opens(self, number: int, person: int, old: bool) -> None:
        """Let a person open a gift, with the last link or the first."""
        if (gift := self.some(number)) is not None:
            token = link(self.shop, gift, 1 if old else None)
            self.does(lambda: opens(self.shop, token, person))

    @rule(number=which)
    def asks_for_the_money(self, number: int) -> None:
        """Let the buyer ask."""
        if (gift := self.some(number)) is not None:
            self.does(lambda: wants_back(self.shop, gift))

    @rule(number=which)
    def keeps_a_gift(self, number: int) -> None:
        """Let the buyer take a request back."""
        if (gift := self.some(number)) is not None:
            self.does(lambda: keeps(self.shop, gift))

    @rule(number=which)
    def the_staff_say_no(self, number: int) -> None:
        """Let the staff answer without money."""
        if (gift := self.some(number)) is not None:
            shop, cause, order_id = self.shop, update(), _order(gift)
            self.does(lambda: answer_refund(shop.open(), shop.gifts, shop.context, cause, "operator", order_id))

    @rule(number=which, minor=st.none() | st.integers(1, PRICE.amount_minor), refused=st.booleans())
    def the_staff_send_back(self, number: int, minor: int | None, refused: bool) -> None:
        """Let the staff send all or a part; the provider may refuse it for good."""
        if (gift := self.some(number)) is None:
            return
        if refused:
            card(self.shop).decline_refunds.append("rejected_by_payee")
        money = None if minor is None else Money(minor, PRICE.currency)
        wanted = WantedRefund(_order(gift), self.payment(gift).id, RefundReason.OPERATOR, "operator", money)
        self.does(lambda: request_refund(self.shop.open(), self.shop.payments, self.shop.context, update(), wanted))

    @rule(number=which, minor=st.integers(1, PRICE.amount_minor))
    def money_goes_back_elsewhere(self, number: int, minor: int) -> None:
        """Let money go back in the cabinet of the provider."""
        if (gift := self.some(number)) is None:
            return
        payment = self.payment(gift)
        left = card(self.shop).left(payment.id)
        if left > 0:
            self.shop.faults.clear()
            sent_back_elsewhere(self.shop, payment.id, Money(min(minor, left), PRICE.currency))

    @rule(person=people)
    def deletes_and_returns(self, person: int) -> None:
        """Let a person delete their data, and come back the next day."""
        self.shop.faults.clear()
        self.does(lambda: delete_data(self.shop.open(person), self.shop.fleet, self.shop.context, update()))
        if not self.shop.look(person).user.known:
            self.own.pop(person, None)
            self.shop.days(1)
            self.shop.arrives(person)

    @rule(days=st.sampled_from((0.1, 1, 8, 20, 200)))
    def time_passes(self, days: float) -> None:
        """Let due work go on; another worker takes over from one that ends."""
        end = self.shop.clock.now + timedelta(days=days)
        while self.shop.clock.now < end:
            try:
                self.shop.until(end, step=timedelta(hours=4))
            except Crash:
                self.shop.queue.claims.clear()

    @invariant()
    def each_gift_is_in_one_place(self) -> None:
        """Check where the time and the money of each gift are."""
        for gift_id in self.gifts:
            gift = gift_now(self.shop, gift_id)
            lots = {
                person: [lot for lot in self.shop.look(person).subscription.lots if lot.id == gift.lot]
                for person in (BUYER, *FRIENDS)
            }
            holders = [person for person, found in lots.items() if found]
            assert len(holders) <= 1
            assert all(len(found) <= 1 for found in lots.values())
            if not gift.redeemer or gift.state is GiftState.VOID:
                assert holders == [], f"{gift.state} and yet there is time of it"
            elif holders:
                assert self.shop.person_id(holders[0]) == gift.redeemer
            payment = self.payment(gift)
            sending = self.shop.look().refund_of(payment.id)
            here = payment.left.amount_minor + (sending.money.amount_minor if sending else 0)
            assert gift.state is GiftState.VOID or gift.money.amount_minor - gift.back_minor == here
            if gift.state is GiftState.VOID and not gift.redeemer:
                assert here == 0, "a gift that was not opened is void only without its money"
            if gift.state is GiftState.HELD:
                assert gift.awaits_answer is (sending is None), "an answer is awaited until the money is being sent"

    @invariant()
    def bought_time_is_not_touched(self) -> None:
        """Check that what the friends have bought ends when it would have."""
        now = self.shop.clock.now
        for friend, (order_id, end) in self.own.items():
            lots = self.shop.look(friend).subscription.lots_left(now)
            left = sum(lot.seconds for lot in lots if lot.id == order_id)
            assert abs(left - max((end - now).total_seconds(), 0)) <= 1

    def teardown(self) -> None:
        """Let everything work again, and a few hours pass: no work is left that fails."""
        self.shop.faults.clear()
        self.shop.settles(minutes=180)
        for gift_id in self.gifts:
            gift = gift_now(self.shop, gift_id)
            assert gift.state is not GiftState.REVOKING
            assert gift.due is None or gift.due.at > self.shop.clock.now
        assert self.shop.index.dead_lettered() == []


def _order(gift: Gift) -> str:
    return gift.id.partition("+")[0]


TestGifts = Gifts.TestCase
TestGifts.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
