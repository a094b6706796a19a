"""Every event about an order in every state, from the table of outcomes, through the real use cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import (
    OFFER,
    ORDERS,
    PRICE,
    UNKNOWN_ORDER,
    alert_keys,
    alerts,
    applies,
    card,
    entry_of,
    paid_report,
    stored,
    without_version,
)
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import OPEN, Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.arrival import Arrival, arrived, paid_cause
from vpnbot.domain.payments.ending import lapsed
from vpnbot.domain.payments.judgement import Rules
from vpnbot.domain.payments.money_events import OrderColumn, OrderEvent
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import ORDER_OUTCOMES, order_column
from vpnbot.domain.payments.settlement import Settlement
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.usecases.payments.begin_payment import begin_payment
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.check_out import AS_PLACED, check_out
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

ANOTHER = 99
GRANTS = {Outcome.HON, Outcome.LATE, Outcome.TWICE, Outcome.ANOTHER, Outcome.RENEW, Outcome.OVER, Outcome.BANK}
KEEPS = {Outcome.SHORT, Outcome.CURR, Outcome.TEST}
RETURNS = {Outcome.BACK: RefundReason.DELETED, Outcome.BACKR: RefundReason.RENEWAL_OFF}


@dataclass(frozen=True)
class Paid:
    """A new payment: how its report differs from the right one, and what has happened to the person before."""

    changes: Mapping[str, object]
    before: Callable[[Shop], object] | None = None
    rules: Rules | None = None


def _deleted(shop: Shop) -> None:
    delete_data(shop.open(), shop.fleet, shop.context, update())


def _paused(shop: Shop) -> None:
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")


ARRIVALS: Mapping[OrderEvent, Paid] = {
    OrderEvent.TEST_PAYMENT: Paid({"test": True}),
    OrderEvent.PERSON_DELETED: Paid({}, _deleted),
    OrderEvent.OTHER_CURRENCY: Paid({"money": Money(PRICE.amount_minor, "USD")}),
    OrderEvent.RENEWAL_AFTER_STOP: Paid({}, rules=Rules(production=True, stopped=True)),
    OrderEvent.PERSON_PAUSED: Paid({}, _paused),
    OrderEvent.TOO_LITTLE: Paid({"money": Money(PRICE.amount_minor - 1, "RUB")}),
    OrderEvent.TOO_MUCH: Paid({"money": Money(PRICE.amount_minor + 1, "RUB")}),
    OrderEvent.RENEWAL_CHARGED: Paid({}, rules=Rules(production=True)),
    OrderEvent.PAID_BY_ANOTHER: Paid({"payer": ANOTHER}),
    OrderEvent.PAID: Paid({}),
}
"""Each event that is a new payment."""
CELLS = list(product(ARRIVALS, ORDERS))


def applied(shop: Shop, report: PaymentReport, case: Paid) -> Settlement:
    """Apply a new payment; that of a renewal with what the charge is judged by."""
    if case.rules is None:
        return applies(shop, report)
    session, rules = shop.open(), case.rules
    assert report.order is not None
    session.recall(report.order)

    def chosen(person: Person) -> Settlement:
        order = person.order(str(report.order))
        assert order is not None
        known = order.payment(report.payment_id)
        if known is not None and known.here:
            return Settlement(Outcome.DONE, person)
        renewal = replace(order, kind=OrderKind.RENEWAL)
        new_key = Key(1, "5eed")
        return arrived(Arrival(person, renewal, report, rules, Source.POLL, new_key, shop.clock()))

    return settle(session, shop.context, chosen)


def arrive(shop: Shop, event: OrderEvent, order_id: str) -> tuple[PaymentReport, Settlement]:
    """Let a new payment of this kind arrive for an order."""
    case = ARRIVALS[event]
    if case.before is not None:
        case.before(shop)
    report = replace(paid_report(shop, order_id), **case.changes)  # type: ignore[arg-type]  # names are the report's
    card(shop).payments[report.payment_id] = report
    return report, applied(shop, report, case)


class TestANewPayment:
    """Money that arrives is granted, kept with an alert, or sent back; it is applied once."""

    @pytest.mark.parametrize(("event", "column"), CELLS, ids=lambda value: value.name)
    def test_it_is_judged_as_the_table_says(self, shop: Shop, event: OrderEvent, column: OrderColumn) -> None:
        shop.arrives()
        order = ORDERS[column](shop)
        assert order_column(stored(shop, order.id)) is column
        known = set(alert_keys(shop))
        seconds = entitlement_seconds(shop.look().subscription, shop.clock())
        report, settlement = arrive(shop, event, order.id)
        outcome, rule = ORDER_OUTCOMES[event][column], RULES[ORDER_OUTCOMES[event][column]]
        assert settlement.outcome is outcome
        self.is_in_the_ledger(shop, report, outcome, order)
        person, after = shop.look(), stored(shop, order.id)
        added = entitlement_seconds(person.subscription, shop.clock())
        if event is not OrderEvent.PERSON_DELETED:
            assert added - seconds == (OFFER.seconds if outcome in GRANTS else 0)
        self.has_the_order(after, report, outcome, column)
        self.is_reported(shop, report, outcome, known)
        owner = shop.people.owner_of(report.provider, report.account, report.payment_id)
        assert owner is not None
        assert (owner.person, owner.order) == (person.id, order.id)
        assert bool(rule.alert) == (len(alert_keys(shop)) > len(known))

    @pytest.mark.parametrize(("event", "column"), CELLS, ids=lambda value: value.name)
    def test_the_second_time_nothing_changes(self, shop: Shop, event: OrderEvent, column: OrderColumn) -> None:
        shop.arrives()
        order = ORDERS[column](shop)
        report, _ = arrive(shop, event, order.id)
        before, keys = shop.look(), alert_keys(shop)
        as_it_was = stored(shop, order.id)
        assert applied(shop, report, ARRIVALS[event]).outcome is Outcome.DONE
        assert applies(shop, report, Source.RECONCILIATION).outcome is Outcome.DONE
        assert without_version(shop.look()) == without_version(before)
        assert (stored(shop, order.id), alert_keys(shop)) == (as_it_was, keys)

    @pytest.mark.parametrize("event", [each for each in ARRIVALS if ARRIVALS[each].rules is None])
    def test_without_an_order_it_is_kept_for_an_operator(self, shop: Shop, event: OrderEvent) -> None:
        shop.arrives()
        for _ in range(2):
            report, settlement = arrive(shop, event, UNKNOWN_ORDER)
            applies(shop, report)
            assert settlement.outcome is ORDER_OUTCOMES[event][OrderColumn.UNKNOWN] is Outcome.ORPH
            kinds = [kind for kind, about in alerts(shop) if about["payment"] == report.payment_id]
            assert kinds == [RULES[Outcome.ORPH].alert]
        assert len(alerts(shop)) == 2, "one for each payment"
        assert shop.look().subscription.lots == ()

    def is_in_the_ledger(self, shop: Shop, report: PaymentReport, outcome: Outcome, order: Order) -> None:
        entry = entry_of(shop, paid_cause(report))
        assert entry is not None
        assert entry["what"] == RULES[outcome].entry
        assert entry["order"] == order.id
        assert entry["money"] == {"minor": report.money.amount_minor, "currency": report.money.currency}
        assert entry["seconds"] == (OFFER.seconds if outcome in GRANTS else 0)
        assert entry["actor"] == "provider"

    def has_the_order(self, after: Order, report: PaymentReport, outcome: Outcome, column: OrderColumn) -> None:
        payment = after.payment(report.payment_id)
        assert payment is not None
        assert payment.money == report.money
        assert payment.paid_at == report.paid_at
        if outcome in GRANTS:
            assert (after.status, payment.state) == (OrderStatus.PAID, PaymentState.CREDITED)
            assert payment.lot is not None
            assert payment.surplus_minor == max(report.money.amount_minor - PRICE.amount_minor, 0)
        else:
            kept = OrderStatus.PAID if column is OrderColumn.PAID else OrderStatus.HELD
            assert (after.status, payment.state) == (kept, PaymentState.HELD)
            assert after.due is not None, "an operator has to decide, or it is sent back"

    def is_reported(self, shop: Shop, report: PaymentReport, outcome: Outcome, known: set[str]) -> None:
        rule, person = RULES[outcome], shop.look()
        said = [message.kind for message in person.outbox if paid_cause(report) in message.id]
        expected = rule.notification if person.user.known else None
        if outcome is Outcome.LATE and said == [NotificationKind.PAID_TWICE]:
            expected = NotificationKind.PAID_TWICE
        assert said == ([expected] if expected else [])
        new = [pair for key, pair in zip(alert_keys(shop), alerts(shop), strict=True) if key not in known]
        assert [kind for kind, _ in new] == ([rule.alert] if rule.alert else [])
        assert all(about["payment"] == report.payment_id for _, about in new)
        refunds = [refund for refund in person.refunds if refund.payment_id == report.payment_id]
        if outcome in RETURNS:
            (refund,) = refunds
            assert (refund.money, refund.why, refund.whole) == (report.money, RETURNS[outcome], True)
            assert refund.due is not None
        else:
            assert refunds == []


@pytest.mark.parametrize("column", OrderColumn)
def test_a_payment_that_the_provider_has_made_is_kept(shop: Shop, column: OrderColumn) -> None:
    shop.arrives()
    order_id = UNKNOWN_ORDER if column is OrderColumn.UNKNOWN else ORDERS[column](shop).id
    report = replace(paid_report(shop, order_id), state=ReportedState.PENDING)
    card(shop).payments[report.payment_id] = report
    outcome = ORDER_OUTCOMES[OrderEvent.BEGUN][column]
    before = None if column is OrderColumn.UNKNOWN else stored(shop, order_id)
    assert applies(shop, report).outcome is outcome
    assert applies(shop, report).outcome is Outcome.DONE
    cause = f"payment:card:shop-1:{report.payment_id}:begun"
    entry = entry_of(shop, cause)
    if before is None:
        assert (outcome, entry) == (Outcome.DONE, None)
        return
    assert entry is not None
    assert (entry["what"], entry["seconds"]) == (RULES[Outcome.BIND].entry, 0)
    after = stored(shop, order_id)
    payment = after.payment(report.payment_id)
    assert payment is not None
    assert payment.state is PaymentState.PENDING
    assert after.due is not None
    assert after.status is (OrderStatus.AWAITING if before.status in OPEN else before.status)


@pytest.mark.parametrize("column", OrderColumn)
def test_a_provider_that_is_down_is_asked_again_for_an_open_order_only(shop: Shop, column: OrderColumn) -> None:
    shop.arrives()
    outcome = ORDER_OUTCOMES[OrderEvent.NOT_BEGUN][column]
    if column is OrderColumn.UNKNOWN:
        assert outcome is Outcome.DONE
        return
    if outcome is Outcome.WAIT:
        shop.faults.at("card.begin.before", ProviderUnavailable("down"), ProviderUnavailable("down"))
        with pytest.raises(ProviderUnavailable):
            ORDERS[column](shop)
        order = shop.look().open_purchase
        assert order is not None
        with pytest.raises(ProviderUnavailable):
            begin_payment(shop.open(), shop.payments, shop.context, order)
        assert stored(shop, order.id) == order, "nothing is decided"
        shop.settles(minutes=5)
        after = stored(shop, order.id)
        assert after.pending is not None
        assert len(card(shop).payments) == 1
        return
    order = ORDERS[column](shop)
    begun = shop.faults.passed.count("card.begin.before")
    shop.settles(minutes=90)
    assert shop.faults.passed.count("card.begin.before") == begun
    assert order_column(stored(shop, order.id)) is column


@pytest.mark.parametrize("column", ORDERS)
def test_an_order_lapses_after_the_last_look_only_if_it_is_open(shop: Shop, column: OrderColumn) -> None:
    shop.arrives()
    order = ORDERS[column](shop)
    outcome = ORDER_OUTCOMES[OrderEvent.TIMED_OUT][column]
    before = stored(shop, order.id)
    if outcome is Outcome.DONE:
        chosen = lapsed(shop.look(), replace(before, payments=()), shop.clock())
        assert (chosen.outcome, chosen.entry) == (Outcome.DONE, None)
        shop.days(6)
        assert order_column(stored(shop, order.id)) is column
        assert stored(shop, order.id).pending is None
        return
    shop.days(6)
    after = stored(shop, order.id)
    assert (after.status, after.due, after.archived) == (OrderStatus.ENDED, None, True)
    entry = entry_of(shop, f"order:{order.id}:lapsed")
    assert entry is not None
    assert entry["what"] == RULES[outcome].entry
    assert shop.sender.kinds() == [RULES[outcome].notification]


@pytest.mark.parametrize("column", OrderColumn)
def test_a_person_cancels_an_order_that_is_open(shop: Shop, column: OrderColumn) -> None:
    shop.arrives()
    order_id = UNKNOWN_ORDER if column is OrderColumn.UNKNOWN else ORDERS[column](shop).id
    outcome, cause = ORDER_OUTCOMES[OrderEvent.CANCELLED_BY_PERSON][column], update()
    for _ in range(2):
        order = cancel_order(shop.open(), shop.payments, shop.context, cause, order_id)
        assert (order is None) is (column is OrderColumn.UNKNOWN)
        if order is not None:
            assert order_column(order) is (OrderColumn.UNPAID if outcome is Outcome.CANC else column)
    entry = entry_of(shop, cause)
    assert (entry or {}).get("what") == RULES[outcome].entry
    if outcome is Outcome.CANC:
        assert stored(shop, order_id).due is not None, "its link can still be paid for an hour"


def _nothing(_: Shop) -> None:
    """Change nothing."""


def _outdated(shop: Shop) -> None:
    shop.clock.advance(AS_PLACED)


CHECKOUTS: Mapping[OrderEvent, tuple[Callable[[Shop], None], int]] = {
    OrderEvent.CHECKED_OUT: (_nothing, 42),
    OrderEvent.CHECKED_OUT_BY_ANOTHER: (_nothing, ANOTHER),
    OrderEvent.CHECKED_OUT_PAUSED: (_paused, 42),
    OrderEvent.CHECKED_OUT_CHANGED: (_outdated, 42),
}


@pytest.mark.parametrize(("event", "column"), list(product(CHECKOUTS, ORDERS)), ids=lambda value: value.name)
def test_telegram_is_told_whether_it_may_charge(shop: Shop, event: OrderEvent, column: OrderColumn) -> None:
    shop.arrives()
    shop.arrives(ANOTHER)
    order = ORDERS[column](shop)
    prepare, payer = CHECKOUTS[event]
    prepare(shop)
    before = without_version(shop.look())
    session = shop.open(payer)
    outcome = check_out(session, shop.payments, shop.context, shop.person_id(), order.id, PRICE)
    assert outcome is ORDER_OUTCOMES[event][column]
    assert without_version(shop.look()) == before, "it costs one read and no write"


def test_telegram_does_not_charge_for_an_order_that_does_not_exist(shop: Shop) -> None:
    shop.arrives()
    outcome = check_out(shop.open(), shop.payments, shop.context, shop.person_id(), UNKNOWN_ORDER, PRICE)
    assert outcome is ORDER_OUTCOMES[OrderEvent.CHECKED_OUT][OrderColumn.UNKNOWN]


ELSEWHERE = {
    OrderEvent.CHECKED_OUT_RENEWING,
    OrderEvent.CHECKED_OUT_RENEWAL,
    OrderEvent.TURNED_OFF_THERE,
    OrderEvent.TURNED_ON_THERE,
    OrderEvent.NOT_RENEWED_THERE,
}
"""What `test_stars_renewals.py` walks."""


def test_every_event_is_walked() -> None:
    walked = {OrderEvent.BEGUN, OrderEvent.NOT_BEGUN, OrderEvent.TIMED_OUT, OrderEvent.CANCELLED_BY_PERSON}
    assert {*ARRIVALS, *CHECKOUTS, *walked, *ELSEWHERE} == set(OrderEvent)
    assert {*GRANTS, *KEEPS, *RETURNS} == {
        ORDER_OUTCOMES[event][column] for event, column in product(ARRIVALS, ORDERS)
    }
