"""A new payment that was paid: what it does to the order and the person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.gifts.gift import Gift, new_gift
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import OPEN, Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import PaymentReport, Source
from vpnbot.domain.payments import registry
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.gift_payments import bought_notification, gift_changed
from vpnbot.domain.payments.granting import with_use_final, worth_of_payment
from vpnbot.domain.payments.judgement import Rules, judged
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import order_outcome
from vpnbot.domain.payments.pending_receipts import receipt_of
from vpnbot.domain.payments.purchase import with_purchase
from vpnbot.domain.payments.registry import PaymentOwner, registered
from vpnbot.domain.payments.renewals import with_renewal_of_payment, with_stop_of
from vpnbot.domain.payments.second_payment import paid_meanwhile
from vpnbot.domain.payments.settlement import Fact, Settlement, lot_name, scheduled, settled
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due

VERY_LATE = timedelta(days=1)
"""After this time operators read of a late payment."""


RETURNED = frozenset({Outcome.BACK, Outcome.BACKR})
"""The outcomes that send money back without an operator."""
_IN_TIME = frozenset({Outcome.HON, Outcome.OVER})
RETURN_HELD = "held, too many returns today"
"""The ledger's text for money that would be sent back, and is kept."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new payment for an order, and what is known about it. `new_key` is the key of a person who has none.

    `returns_left` False: as many payments as the settings of the shop allow were sent back today without an operator.
    """

    person: Person
    order: Order
    report: PaymentReport
    rules: Rules
    source: Source
    new_key: Key
    now: datetime
    returns_left: bool = True

    @property
    def cause(self) -> str:
        """The cause in the ledger, the same for every source of the report."""
        return paid_cause(self.report)

    @property
    def offer(self) -> Offer:
        """What the price of the order buys now: its offer, or less if the use of its discount is gone."""
        return worth_of_payment(self.person, self.order, self.order.price, self.order.offer.undiscounted.price)

    @property
    def surplus_minor(self) -> int:
        """What was paid beyond the price, in minor units."""
        return max(self.report.money.amount_minor - self.order.price.amount_minor, 0)

    def payment(self, state: PaymentState, **known: object) -> Payment:
        """Return the payment as the order keeps it from now on."""
        report = self.report
        payment = Payment(
            id=report.payment_id,
            account=report.account,
            money=report.money,
            state=state,
            paid_at=report.paid_at or self.now,
            payer=report.payer,
            method=report.method_title,
            received=report.received,
            renews_until=report.renews_until,
            test=report.test,
            noticed_by=str(self.source),  # a plain text, as the storage writes it
            confirmed=self.source is not Source.UPDATE,
        )
        return replace(payment, **known)  # type: ignore[arg-type]  # names are Payment's own


def paid_cause(report: PaymentReport) -> str:
    """Return the cause of a payment in the ledger."""
    return registry.paid_cause(report.provider, report.account, report.payment_id)


def arrived(arrival: Arrival) -> Settlement:
    """Return what a new payment leads to."""
    event = judged(arrival.report, arrival.order, arrival.person, arrival.rules)
    outcome = order_outcome(event, arrival.order)
    return EFFECTS[outcome](arrival, outcome)


def _granted(arrival: Arrival, outcome: Outcome, alert: AlertKind | None = None) -> Settlement:
    """Grant the time of the order, whatever the state of the person."""
    order, now = arrival.order, arrival.now
    lot = lot_name(order)
    payment = arrival.payment(PaymentState.CREDITED, lot=lot, surplus_minor=arrival.surplus_minor)
    paid = replace(order.with_payment(payment), status=OrderStatus.PAID, reason="", closed_at=now)
    if order.kind is OrderKind.GIFT:
        gift = new_gift(lot, arrival.person.id, order.offer, order.price, now)
        return _settlement(arrival, outcome, arrival.person, paid, gift=gift, alert=alert)
    renews = arrival.report.first_of_renewals
    offer = arrival.offer
    granted = with_purchase(
        with_use_final(arrival.person, offer),
        lot,
        offer,
        order.price,
        arrival.new_key,
        now,
        sets_plan=order.status in OPEN,
        renews_itself=renews,
    )
    by = outcome if arrival.rules.payer_is_owner else Outcome.ANOTHER  # whatever else it is, it turns on no renewal
    granted = with_renewal_of_payment(granted, order, payment, arrival.report, by, now)
    return _settlement(arrival, outcome, granted, paid, alert=alert)


def _late(arrival: Arrival, outcome: Outcome) -> Settlement:
    """Grant a payment for an order that has ended; operators read of one that is very late."""
    ended = arrival.order.closed_at
    paid_at = arrival.report.paid_at or arrival.now
    very_late = ended is not None and paid_at - ended >= VERY_LATE
    return _granted(arrival, outcome, alert=AlertKind.PAID_LATE if very_late else None)


def _held(arrival: Arrival, outcome: Outcome) -> Settlement:
    """Keep the money until an operator decides; a paid order stays paid."""
    stopped = with_stop_of(arrival.person, arrival.report, arrival.now)
    return _settlement(arrival, outcome, stopped, _with_held(arrival))


def _sent_back(arrival: Arrival, outcome: Outcome) -> Settlement:
    """Send all of the money back; the refund is due at once."""
    if not arrival.returns_left:
        return _return_held(arrival, outcome)
    why = RefundReason.DELETED if outcome is Outcome.BACK else RefundReason.RENEWAL_OFF
    order, report = _with_held(arrival), arrival.report
    refund = Refund(
        order.id,
        order.refunds + 1,
        order.provider,
        report.account,
        report.payment_id,
        report.money,
        why,
        arrival.now,
        payer=report.payer,
        due=Due(arrival.now),
    )
    held = order.payment(report.payment_id)
    if held is not None:
        order = order.with_payment(replace(held, refunded_minor=report.money.amount_minor))
    order = replace(order, refunds=order.refunds + 1)
    stopped = with_stop_of(arrival.person, arrival.report, arrival.now)
    return _settlement(arrival, outcome, stopped.with_refund(refund), order)


def _return_held(arrival: Arrival, outcome: Outcome) -> Settlement:
    """Keep money that would be sent back until an operator has looked at it, because so much was sent back today."""
    stopped = with_stop_of(arrival.person, arrival.report, arrival.now)
    kept = _settlement(arrival, outcome, stopped, _with_held(arrival), alert=AlertKind.RETURNS_HELD)
    return kept if kept.entry is None else replace(kept, entry=replace(kept.entry, what=RETURN_HELD))


def _with_held(arrival: Arrival) -> Order:
    order = arrival.order.with_payment(arrival.payment(PaymentState.HELD))
    return order if order.status is OrderStatus.PAID else replace(order, status=OrderStatus.HELD)


def _settlement(
    arrival: Arrival,
    outcome: Outcome,
    after: Person,
    order: Order | None = None,
    *,
    alert: AlertKind | None = None,
    gift: Gift | None = None,
) -> Settlement:
    """Return the settlement with the order, the registration of the payment, and the person's notification.

    `gift` is what the payment has bought for another person.
    """
    report, now = arrival.report, arrival.now
    if order is not None:
        after = after.with_order(scheduled(order, now))
        after = _notified(arrival, outcome, after, gift)
        if report.receipt:
            after = after.with_receipt(receipt_of(order, report, now))
    owner = PaymentOwner(arrival.person.id, arrival.order.id)
    return settled(
        outcome,
        Fact(arrival.cause, now, arrival.order, money=report.money),
        arrival.person,
        after,
        effects=[registered(report.provider, report.account, report.payment_id, owner), *gift_changed(None, gift)],
        alert=alert,
        payment=report.payment_id,
        paid=f"{report.money.amount_minor} {report.money.currency}",
        price=f"{arrival.order.price.amount_minor} {arrival.order.price.currency}",
        surplus=f"{arrival.surplus_minor} {report.money.currency}",
    )


def _notified(arrival: Arrival, outcome: Outcome, after: Person, gift: Gift | None) -> Person:
    if gift is not None:
        return after.with_notifications(bought_notification(gift, after, arrival.cause, arrival.now))
    kind = RULES[outcome].notification
    if kind is None or not after.user.known:
        return after
    if outcome in RETURNED and not arrival.returns_left:
        kind = NotificationKind.HELD
    second = outcome is Outcome.LATE or (outcome in _IN_TIME and arrival.offer != arrival.order.offer)
    if second and paid_meanwhile(arrival.person, arrival.order):
        kind = NotificationKind.PAID_TWICE
    message = money_notification(
        kind,
        arrival.cause,
        arrival.now,
        about_order(arrival.order),
        paid=arrival.report.money,
        payment=arrival.report.payment_id,
    )
    return after.with_notifications(message)


EFFECTS: Mapping[Outcome, Callable[[Arrival, Outcome], Settlement]] = {
    Outcome.HON: _granted,
    Outcome.LATE: _late,
    Outcome.TWICE: _granted,
    Outcome.ANOTHER: _granted,
    Outcome.RENEW: _granted,
    Outcome.OVER: _granted,
    Outcome.BANK: _granted,
    Outcome.SHORT: _held,
    Outcome.CURR: _held,
    Outcome.TEST: _held,
    Outcome.BACK: _sent_back,
    Outcome.BACKR: _sent_back,
}
"""What each outcome of a new payment does; a test compares it with the rows of the table that are about payments."""

GRANTED = frozenset(outcome for outcome, effect in EFFECTS.items() if effect in {_granted, _late})
"""The outcomes that grant time for a new payment."""
