"""Refunds: asked for, done, refused, made without us."""

from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.effects import Effect, PutIfAbsent
from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason, RefundState
from vpnbot.domain.orders.reports import RefundReport
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.gift_payments import asked_back, gift_changed, may_be_asked_back, without_outdated
from vpnbot.domain.payments.money_events import PaymentEvent
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import payment_outcome
from vpnbot.domain.payments.pending_receipts import receipt_of
from vpnbot.domain.payments.refunded_time import with_refund
from vpnbot.domain.payments.renewals import turned_off
from vpnbot.domain.payments.settlement import HELD_REMINDER, Fact, Settlement, replaced, scheduled, settled, unchanged
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.winning_back import without_waiting_winback
from vpnbot.domain.scheduling import Due

BY_HAND = "hand:"
"""The first characters of the id of a refund that an operator has sent."""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to be sent back. `by_hand`: the provider cannot send it, so that an operator is asked to."""

    payment_id: str
    money: Money
    why: RefundReason
    by_hand: bool = False


def refund_asked(person: Person, request: RefundRequest, fact: Fact, gift: Gift | None = None) -> Settlement:
    """Return what it leads to that money of a payment is to be sent back; access stays until that is done.

    There is at most one refund of a payment at a time, and never more than what is here of it. `gift` is what the
    payment has bought for another person: it goes back as a whole, and cannot be opened meanwhile.
    """
    payment_id, money, order, now = request.payment_id, request.money, fact.order, fact.now
    payment = order.payment(payment_id)
    outcome = payment_outcome(PaymentEvent.REFUND_ASKED, payment)
    if outcome is not Outcome.SEND or payment is None or person.refund_of(payment_id) is not None:
        return unchanged(Outcome.NONE, person)
    if money.currency != payment.money.currency or not 0 < money.amount_minor <= payment.left.amount_minor:
        return unchanged(Outcome.NONE, person)
    if not may_be_asked_back(gift, payment, money):
        return unchanged(Outcome.NONE, person)
    number = order.refunds + 1
    refund = Refund(
        order.id,
        number,
        order.provider,
        payment.account,
        payment.id,
        money,
        request.why,
        now,
        whole=money == payment.left and not payment.refunded_minor,
        payer=payment.payer,
        state=RefundState.BY_HAND if request.by_hand else RefundState.ASKED,
        due=Due(now + HELD_REMINDER) if request.by_hand else Due(now),
    )
    taken = replaced(order, payment, refunded_minor=payment.refunded_minor + money.amount_minor)
    after = person.with_refund(refund).with_order(replace(taken, refunds=number))
    if request.why is RefundReason.SECOND_PAYMENT:
        after = replace(after, user=replace(after.user, second_returned_at=now))
    effects: tuple[Effect, ...] = (_wanted_by_hand(refund, fact),) if request.by_hand else ()
    held = asked_back(gift, payment, money)
    if gift is not None and held:
        after = without_outdated(after, gift)
    return settled(outcome, fact, person, after, effects=(*effects, *held))


def left_to_operator(person: Person, refund: Refund, fact: Fact) -> Settlement:
    """Return what it leads to that a refund was asked for without an operator, and its provider cannot send it."""
    by_hand = replace(refund, state=RefundState.BY_HAND, due=Due(fact.now + HELD_REMINDER))
    entry = Entry(fact.cause, "refund by hand", fact.now, fact.actor, fact.order.id)
    return Settlement(Outcome.SEND, person.with_refund(by_hand), entry, (_wanted_by_hand(refund, fact),))


def _wanted_by_hand(refund: Refund, fact: Fact) -> PutIfAbsent:
    """Return the alert that asks an operator to send a refund."""
    amount = f"{refund.money.amount_minor} {refund.money.currency}"
    about = {"order": fact.order.id, "person": fact.order.person, "provider": refund.provider}
    return alerted(AlertKind.REFUND_BY_HAND, fact.cause, fact.now, **about, payment=refund.payment_id, amount=amount)


def refund_done(
    person: Person,
    order: Order,
    report: RefundReport,
    now: datetime,
    *,
    actor: str = "provider",
    gift: Gift | None = None,
) -> Settlement:
    """Return what it leads to that a refund was made, ours or one that was made without us.

    `gift` is what the payment has bought for another person. LOOK: its payment is not applied yet; the caller asks
    the provider for the payment first.
    """
    payment, ours = order.payment(report.payment_id), _ours(person, report)
    outcome = payment_outcome(_event(ours, payment), payment)
    if payment is None or outcome in {Outcome.LOOK, Outcome.DONE}:
        return unchanged(outcome, person)
    cause = refunded_cause(report)
    after = _without_time_of(person, payment, report, now)
    changed, ended = _sent_back(person, payment, report, ours)
    if ended is not None:
        after = after.without_refund(ended)
    after = _without_reward(after, order, changed, now)
    for_time = _for_time(person, payment, report)
    if for_time and order.kind is not OrderKind.GIFT:
        after = without_waiting_winback(after)
    after = after.with_order(scheduled(_with_status(order.with_payment(changed)), now))
    if report.receipt:
        after = after.with_receipt(receipt_of(order, report, now))
    after = _notified(after, order, outcome, cause, now, report)
    money = Money(-report.money.amount_minor, report.money.currency)
    amount = f"{report.money.amount_minor} {report.money.currency}"
    effects = () if gift is None else gift_changed(gift, gift.sent_back(for_time, now))
    if gift is not None and effects:
        after = without_outdated(after, gift)
    fact = Fact(cause, now, order, actor, money)
    return settled(outcome, fact, person, after, effects, payment=payment.id, amount=amount)


def _without_reward(person: Person, order: Order, payment: Payment, now: datetime) -> Person:
    """Return the person without the reward that the payment has earned, if too little of it is left."""
    if person.reward is None:
        return person
    from vpnbot.domain.payments.rewards import after_refund

    return after_refund(person, order.id, payment, now)


def refunded_cause(report: RefundReport) -> str:
    """Return the cause of a refund in the ledger."""
    return f"refund:{report.provider}:{report.account}:{report.refund_id}:succeeded"


def _without_time_of(person: Person, payment: Payment, report: RefundReport, now: datetime) -> Person:
    """Return the person without the time that leaves with the money; a surplus goes back first, and takes none."""
    for_time = _for_time(person, payment, report)
    if for_time <= 0 or payment.lot is None:
        return person
    left = Money(_still_here(person, payment) - payment.surplus_minor, payment.money.currency)
    whole = for_time >= left.amount_minor
    runs = any(lot.id == payment.lot for lot in person.subscription.lots_left(now))
    kept = turned_off(person, now) if whole and runs else person
    after, _ = with_refund(kept, payment.lot, left, Money(for_time, payment.money.currency), now)
    return after


def _for_time(person: Person, payment: Payment, report: RefundReport) -> int:
    """Return how much of a refund is for what the payment has bought, in minor units; a surplus goes back first."""
    if payment.state is not PaymentState.CREDITED:
        return 0
    return max(min(report.money.amount_minor, _still_here(person, payment)) - payment.surplus_minor, 0)


def _still_here(person: Person, payment: Payment) -> int:
    waiting = person.refund_of(payment.id)
    return payment.left.amount_minor + (waiting.money.amount_minor if waiting else 0)


def _sent_back(
    person: Person, payment: Payment, report: RefundReport, ours: Refund | None
) -> tuple[Payment, Refund | None]:
    """Return the payment after a refund was made, and the refund of ours that has ended with it.

    A refund of ours counts as sent back since it was asked for. If a refund without us leaves nothing to send, ours
    has ended as well.
    """
    sent, waiting = report.money.amount_minor, person.refund_of(payment.id)
    refunded = payment.refunded_minor + (0 if ours else sent)
    on_its_way = waiting.money.amount_minor if waiting is not None and ours is None else 0
    whole = refunded - on_its_way >= payment.money.amount_minor
    changed = replace(
        payment,
        state=PaymentState.RETURNED if whole else payment.state,
        refunded_minor=payment.money.amount_minor if whole else refunded,
        surplus_minor=max(payment.surplus_minor - sent, 0),
        payer=payment.payer if not whole or payment.renews_until else None,  # no further call needs it
    )
    return changed, waiting if whole else ours


def refund_refused(
    person: Person, order: Order, refund: Refund, reason: str, now: datetime, gift: Gift | None = None
) -> Settlement:
    """Return what it leads to that a refund was refused for good: the money is here, and a gift open, again."""
    payment = order.payment(refund.payment_id)
    outcome = payment_outcome(PaymentEvent.REFUND_REFUSED, payment)
    if outcome is not Outcome.RFAIL or payment is None:
        return unchanged(outcome, person.without_refund(refund))
    cause = f"refund:{refund.provider}:{refund.account}:{refund.idempotence_key}:refused"
    refunded = payment.refunded_minor - refund.money.amount_minor
    here = replaced(order, payment, refunded_minor=refunded)
    after = person.without_refund(refund).with_order(scheduled(here, now))
    if refund.why is RefundReason.SECOND_PAYMENT:
        after = replace(after, user=replace(after.user, second_returned_at=None))
    kind = RULES[outcome].notification
    if kind is not None and person.user.known:
        after = after.with_notifications(
            money_notification(kind, cause, now, about_order(order), amount=refund.money)
        )
    amount = f"{refund.money.amount_minor} {refund.money.currency}"
    fact, reopened = Fact(cause, now, order), () if gift is None else gift_changed(gift, gift.reopened())
    return settled(outcome, fact, person, after, reopened, payment=payment.id, reason=reason, amount=amount)


def _ours(person: Person, report: RefundReport) -> Refund | None:
    """Return our refund that this report is about: of the same payment and amount, and no longer only planned."""
    refund = person.refund_of(report.payment_id)
    if refund is None or refund.account != report.account:
        return None
    if refund.sent_at is None and refund.state is RefundState.ASKED:
        return None
    same = refund.refund_id in {None, report.refund_id} and refund.money == report.money
    return refund if same else None


def _event(ours: Refund | None, payment: Payment | None) -> PaymentEvent:
    if ours is None:
        return PaymentEvent.REFUNDED_ELSEWHERE
    whole = payment is not None and payment.refunded_minor >= payment.money.amount_minor
    return PaymentEvent.REFUNDED if whole else PaymentEvent.REFUNDED_PART


def _with_status(order: Order) -> Order:
    """Return an order as REFUNDED if none of its money is here any more, and as PAID if what is here was granted."""
    here = list(order.paid_money())
    if not here:
        return replace(order, status=OrderStatus.REFUNDED)
    credited = any(payment.state is PaymentState.CREDITED for payment in here)
    return replace(order, status=OrderStatus.PAID if credited else OrderStatus.HELD)


def _notified(
    person: Person, order: Order, outcome: Outcome, cause: str, now: datetime, report: RefundReport
) -> Person:
    kind = RULES[outcome].notification
    if kind is None or not person.user.known:
        return person
    by_hand = "yes" if report.refund_id.startswith(BY_HAND) else ""
    return person.with_notifications(
        money_notification(kind, cause, now, about_order(order), amount=report.money, by_hand=by_hand)
    )
