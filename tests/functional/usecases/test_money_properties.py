"""Random lives of people who pay: money is never lost, and no time is granted without money.

People place orders and pay them in every way that a provider allows: the right amount, another one, in another
currency, by another person, twice, late. What a provider reports arrives in any order, twice or never; money is sent
back by us, elsewhere or not; people are paused, delete their data and return; processes end, and providers and panels
do not answer. In the end everything works again, and a week passes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.ordering import alerts_ever, card, paid_report, places
from tests.functional.usecases.purchases import MONTH
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.errors import VpnbotError
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.receive_notification import receive_notification
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund, return_second
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports.payments import NotificationRequest
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

PEOPLE = (42, 43)
PLANS = (MONTH, replace(MONTH, id="family", devices=9, duration=timedelta(days=90)))
PROVIDER_POINTS = ("begin.before", "begin.after", "look", "find", "refund.before", "refund.after", "look_refund")

people = st.sampled_from(PEOPLE)
which = st.integers(0, 20)
amounts = st.sampled_from(("right", "short", "over", "currency", "test", "another"))


class Lives(RuleBasedStateMachine):
    """Two people, a provider and an operator; `paid` is the model: what each payment at the provider is."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: Shop = shop_in_memory()
        self.deleted: set[int] = set()
        for person in PEOPLE:
            self.shop.arrives(person)

    def does(self, do: Callable[[], object]) -> None:
        """Do something that may end the process, or meet an error that its caller knows."""
        try:
            do()
        except VpnbotError:
            pass
        except Crash:
            self.shop.queue.claims.clear()

    def of(self, person: int) -> list[PaymentReport]:
        """Return the payments of a person at the provider."""
        mark = self.shop.person_id(person)
        return [report for report in card(self.shop).payments.values() if report.person == mark]

    def reports(self, *states: ReportedState) -> list[PaymentReport]:
        """Return the payments at the provider in these states."""
        return [report for report in card(self.shop).payments.values() if report.state in states]

    @rule(person=people, plan=st.sampled_from(PLANS))
    def places(self, person: int, plan: Plan) -> None:
        self.does(lambda: self.shop.arrives(person))
        self.does(lambda: places(self.shop, plan, user_id=person))

    @precondition(lambda self: self.reports(ReportedState.PENDING))
    @rule(number=which, amount=amounts)
    def pays(self, number: int, amount: str) -> None:
        pending = self.reports(ReportedState.PENDING)
        self._paid(pending[number % len(pending)], amount)

    @precondition(lambda self: self.reports(ReportedState.SUCCEEDED, ReportedState.CANCELED))
    @rule(number=which, amount=amounts)
    def pays_once_more(self, number: int, amount: str) -> None:
        ended = self.reports(ReportedState.SUCCEEDED, ReportedState.CANCELED)
        known = ended[number % len(ended)]
        assert known.order is not None
        assert known.person is not None
        person = next(each for each in PEOPLE if self.shop.person_id(each) == known.person)
        self._paid(paid_report(self.shop, known.order, money=known.money, user_id=person), amount)

    def _paid(self, report: PaymentReport, amount: str) -> None:
        minor, currency = report.money.amount_minor, report.money.currency
        money = {
            "short": Money(max(minor - 700, 1), currency),
            "over": Money(minor + 900, currency),
            "currency": Money(minor, "USD"),
        }.get(amount, report.money)
        payer = 77 if amount == "another" else None
        card(self.shop).pays(report.payment_id, money=money)
        paid = card(self.shop).payments[report.payment_id]
        card(self.shop).payments[report.payment_id] = replace(paid, test=amount == "test", payer=payer)

    @precondition(lambda self: self.reports(ReportedState.PENDING))
    @rule(number=which, reason=st.sampled_from(("card_expired", "expired_on_confirmation")))
    def declines(self, number: int, reason: str) -> None:
        pending = self.reports(ReportedState.PENDING)
        card(self.shop).declines(pending[number % len(pending)].payment_id, reason)

    @precondition(lambda self: bool(card(self.shop).payments))
    @rule(number=which, times=st.integers(1, 2))
    def notifies(self, number: int, times: int) -> None:
        ids = list(card(self.shop).payments)
        request = NotificationRequest(ids[number % len(ids)].encode())
        for _ in range(times):
            self.does(lambda: receive_notification(card(self.shop), request, self.shop.payments, self.shop.context))

    @rule()
    def reconciles(self) -> None:
        self.does(lambda: self.shop.reconciliations.make_due("card", self.shop.clock()))
        self.does(self.shop.minute)

    @rule(person=people, number=which)
    def asks_whether_it_is_paid(self, person: int, number: int) -> None:
        own = self.of(person)
        if own:
            order_id = own[number % len(own)].order or ""
            self.does(lambda: check_order(self.shop.open(person), self.shop.payments, self.shop.context, order_id))

    @rule(person=people)
    def cancels(self, person: int) -> None:
        order = self.shop.look(person).open_purchase
        if order is not None:
            order_id, cause = order.id, update()
            self.does(
                lambda: cancel_order(self.shop.open(person), self.shop.payments, self.shop.context, cause, order_id)
            )

    @rule(person=people, number=which, part=st.booleans(), second=st.booleans())
    def sends_back(self, person: int, number: int, part: bool, second: bool) -> None:
        own = [report for report in self.of(person) if report.state is ReportedState.SUCCEEDED]
        if not own:
            return
        report, cause = own[number % len(own)], update()
        assert report.order is not None
        order_id, money = report.order, Money(report.money.amount_minor // 3, report.money.currency)
        wanted = WantedRefund(order_id, report.payment_id, RefundReason.OPERATOR, "operator", money if part else None)
        ports, context = self.shop.payments, self.shop.context
        if second:
            payment_id = report.payment_id
            self.does(lambda: return_second(self.shop.open(person), ports, context, cause, order_id, payment_id))
        else:
            self.does(lambda: request_refund(self.shop.open(person), ports, context, cause, wanted))

    @precondition(lambda self: self.reports(ReportedState.SUCCEEDED))
    @rule(number=which, part=st.booleans())
    def is_sent_back_elsewhere(self, number: int, part: bool) -> None:
        paid = self.reports(ReportedState.SUCCEEDED)
        report = paid[number % len(paid)]
        left = card(self.shop).left(report.payment_id)
        amount = left // 2 if part else left
        if amount > 0:
            card(self.shop).sends_back(report.payment_id, Money(amount, report.money.currency))

    @rule(reason=st.sampled_from(("general_decline", "insufficient_funds", "rejected_by_timeout")))
    def refuses_the_next_refund(self, reason: str) -> None:
        card(self.shop).decline_refunds.append(reason)

    @rule(pending=st.booleans())
    def lets_refunds_wait(self, pending: bool) -> None:
        if pending:
            card(self.shop).refunds_stay_pending = True
        else:
            card(self.shop).refunds_succeed()

    @rule(person=people)
    def pauses(self, person: int) -> None:
        self.does(lambda: suspend(self.shop.open(person), self.shop.fleet, self.shop.context, update(), "operator"))

    @rule(person=people)
    def resumes(self, person: int) -> None:
        self.does(lambda: resume(self.shop.open(person), self.shop.fleet, self.shop.context, update(), "operator"))

    @rule(person=people)
    def deletes(self, person: int) -> None:
        self.deleted.add(person)
        self.does(lambda: delete_data(self.shop.open(person), self.shop.fleet, self.shop.context, update()))

    @rule(person=people)
    def returns(self, person: int) -> None:
        self.does(lambda: self.shop.arrives(person))

    @rule(duration=st.sampled_from((1, 12, 70, 60 * 26, 60 * 24 * 5)))
    def time_passes(self, duration: int) -> None:
        end = self.shop.clock.now + timedelta(minutes=duration)
        while self.shop.clock.now < end:
            self.does(lambda: self.shop.until(end, step=timedelta(minutes=duration / 10)))

    @rule(point=st.sampled_from(PROVIDER_POINTS), times=st.integers(1, 3))
    def the_provider_does_not_answer(self, point: str, times: int) -> None:
        self.shop.faults.at(f"card.{point}", *(ProviderUnavailable("no answer") for _ in range(times)))

    @rule(step=st.integers(0, 25))
    def a_process_will_end(self, step: int) -> None:
        self.shop.faults.crash_at_step(step)

    @rule(mode=st.sampled_from((FaultMode.DOWN, FaultMode.FINE)))
    def the_panel(self, mode: FaultMode) -> None:
        self.shop.panel.fault_mode = mode

    def teardown(self) -> None:
        """Let everything work again, and a week pass; then nothing may be missing."""
        shop, provider = self.shop, card(self.shop)
        shop.faults.clear()
        shop.panel.fault_mode = FaultMode.FINE
        provider.decline_refunds.clear()
        provider.refunds_succeed()
        shop.queue.claims.clear()
        shop.reconciliations.make_due("card", shop.clock())
        shop.until(shop.clock.now + timedelta(days=8), step=timedelta(hours=6))
        for report in self.reports(ReportedState.SUCCEEDED):
            self._is_accounted_for(report)
        for person in PEOPLE:
            self._adds_up(person)
        assert shop.index.dead_lettered() == []

    def _is_accounted_for(self, report: PaymentReport) -> None:
        shop = self.shop
        assert report.order is not None
        owner = shop.people.owner_of(report.provider, report.account, report.payment_id)
        assert owner is not None, "every payment is in the register"
        assert (owner.person, owner.order) == (report.person, report.order)
        order = shop.people.open(owner.person).recall(report.order).order(report.order)
        assert order is not None
        payment = order.payment(report.payment_id)
        assert payment is not None
        back = sum(
            refund.money.amount_minor
            for refund in card(shop).refunds.values()
            if refund.payment_id == report.payment_id and refund.state is ReportedState.SUCCEEDED
        )
        assert payment.refunded_minor == back <= payment.money.amount_minor
        whole = back == payment.money.amount_minor
        assert payment.state in {PaymentState.CREDITED, PaymentState.HELD, PaymentState.RETURNED}
        assert (payment.state is PaymentState.RETURNED) is whole
        told = {about.get("payment") for _, about in alerts_ever(shop)}
        if payment.state is PaymentState.HELD:
            assert order.due is not None, "an operator is reminded"
            assert report.payment_id in told
        assert order.status in {OrderStatus.PAID, OrderStatus.HELD, OrderStatus.REFUNDED}

    def _adds_up(self, person: int) -> None:
        shop = self.shop
        now = shop.look(person)
        assert now.refunds == ()
        for order in now.orders:
            assert any(payment.state is PaymentState.HELD for payment in order.payments), "nothing else stays due"
        mark = shop.person_id(person)
        orders = {report.order for report in card(shop).payments.values() if report.person == mark and report.order}
        kept = [shop.open(person).recall(order_id).order(order_id) for order_id in orders]
        paid_lots = {
            payment.lot
            for order in kept
            if order is not None
            for payment in order.payments
            if payment.state is PaymentState.CREDITED
        }
        lots = now.subscription.lots_left(shop.clock())
        assert {lot.id for lot in lots if lot.source is Source.BOUGHT} <= paid_lots, "no time without money"
        if person in self.deleted:
            return
        rows = list(shop.people.history(mark))
        seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
        assert seconds == entitlement_seconds(now.subscription, shop.clock())
        for currency in ("RUB", "USD"):
            ledger = sum(row["money"]["minor"] for row in rows if row.get("money", {}).get("currency") == currency)
            assert ledger == sum(
                card(shop).left(report.payment_id)
                for report in self.of(person)
                if report.state is ReportedState.SUCCEEDED and report.money.currency == currency
            )


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
