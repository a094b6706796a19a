"""The charges of a renewal: announced, made as orders of their own, declined."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.declines import Remedy, known_reason, remedy_of
from vpnbot.domain.payments.money_events import PaymentEvent
from vpnbot.domain.payments.money_notifications import about_offer, about_order, money_notification
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.outcomes import payment_outcome
from vpnbot.domain.payments.renewals import turned_off, without_method
from vpnbot.domain.payments.settlement import Fact, Settlement, replaced, scheduled, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.renewal import CHARGED_UNTIL, RenewalState
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent

METHOD_GONE = frozenset({"permission_revoked"})
"""The reasons after which a saved method is forgotten: it can never be charged again."""

NO_ANSWER = "internal_timeout"
"""The reason of a charge of which the provider has said nothing until the last time to look."""


@dataclass(frozen=True, slots=True)
class RenewalTerms:
    """What the events of a renewal need besides the person.

    `order_id` is the id of the order that a charge makes, `origin` its correlation id. `still_sold`: the plan is sold
    for this time; the agreed price holds until it is not.
    """

    order_id: str
    origin: str = ""
    still_sold: bool = True


def with_renewal_events(
    person: Person, events: Iterable[ScheduledEvent], terms: RenewalTerms, now: datetime
) -> Person:
    """Return the person, with these events applied to the subscription, after what they lead to.

    A notice is stored in the outbox. A charge becomes an order that is due at once, unless something speaks against
    it: then there is no charge in this course.
    """
    for event in events:
        if event.kind is EventKind.RENEWAL_NOTICE:
            person = _announced(person, event, terms, now)
        elif event.kind is EventKind.RENEWAL_CHARGE:
            person = _charged(person, terms, now)
    return person


def _announced(person: Person, event: ScheduledEvent, terms: RenewalTerms, now: datetime) -> Person:
    renewal, ends_at = person.subscription.renewal, person.subscription.ends_at
    if renewal is None or ends_at is None or now >= ends_at or not person.user.known:
        return person
    if not terms.still_sold:
        retired = money_notification(NotificationKind.RENEWAL_RETIRED, event.cause, now)
        return turned_off(person, now).with_notifications(retired)
    about = about_offer(renewal.offer, renewal.provider, renewal.method)
    ahead = money_notification(
        NotificationKind.RENEWAL_AHEAD,
        event.cause,
        now,
        {**about, "course": str(person.subscription.course)},
        valid_until=renewal.renews_until if renewal.by_provider else ends_at,
        date=renewal.announced_date(ends_at, now) or ends_at,
    )
    return person.with_notifications(ahead)


def _charged(person: Person, terms: RenewalTerms, now: datetime) -> Person:
    """Return the person with the order of a charge, for which the provider is asked at once."""
    subscription, user = person.subscription, person.user
    renewal, ends_at = subscription.renewal, subscription.ends_at
    if renewal is None or ends_at is None or now > ends_at + CHARGED_UNTIL:
        return person
    method = person.method(renewal.provider)
    if not user.known or not user.reachable or person.paused or method is None or person.open_renewal is not None:
        return person
    order = Order(
        terms.order_id,
        OrderKind.RENEWAL,
        renewal.offer,
        renewal.provider,
        person.id,
        now,
        account=method.account,
        language=user.language or "",
        contact=user.receipt_contact or None,
        course=subscription.course,
        origin=terms.origin,
        due=Due(now),
    )
    return person.with_order(order)


def charge_declined(
    person: Person, order: Order, reason: str, now: datetime, report: PaymentReport | None
) -> Settlement:
    """Return what it leads to that the charge of a renewal was declined; `report` None: no payment was made for it.

    A decline that may pass is followed by the next try of this course. After any other one the person has to do
    something, and a method that can never be charged again is forgotten.
    """
    payment = None if report is None else order.payment(report.payment_id) or _pending(order, report)
    column = payment or Payment("", order.account, order.price)
    outcome = payment_outcome(PaymentEvent.RENEWAL_DECLINED, column)
    cause = f"order:{order.id}:ended" if report is None else _canceled_cause(report)
    if outcome is not Outcome.NEXT:
        known = settled(outcome, Fact(cause, now, order), person, person)
        return known if outcome is Outcome.ODD else unchanged(outcome, person)
    if not order.open:
        return _ended_before(person, order, payment, now)
    reason = known_reason(reason)
    ended = replace(order, status=OrderStatus.ENDED, reason=reason, closed_at=now)
    if payment is not None:
        ended = replaced(ended.with_payment(payment), payment, state=PaymentState.CANCELED, link=None)
    after = person.with_order(scheduled(ended, now))
    after, kind, more = _after_decline(after, order, reason, now)
    alert = AlertKind.RENEWALS_FAIL if kind is NotificationKind.RENEWAL_FAILED else None
    if kind is not None and after.user.known:
        about = {**about_order(order), "method": _method(person, order)}
        after = after.with_notifications(money_notification(kind, cause, now, about, reason=reason, **more))
    return settled(outcome, Fact(cause, now, order), person, after, alert=alert, reason=reason)


def _ended_before(person: Person, order: Order, payment: Payment | None, now: datetime) -> Settlement:
    """Return what it leads to that a payment of a charge is canceled that had ended before: it is final now."""
    if payment is None or order.payment(payment.id) is None:
        return unchanged(Outcome.DONE, person)
    closed = replaced(order, payment, state=PaymentState.CANCELED, link=None)
    return Settlement(Outcome.DONE, person.with_order(scheduled(closed, now)))


def charge_given_up(person: Person, order: Order, now: datetime) -> Settlement:
    """Return what it leads to that a charge is not made: it is unwanted, or too late, and nothing was charged."""
    if not order.open or order.pending is not None:
        return unchanged(Outcome.DONE, person)
    ended = replace(order, status=OrderStatus.CANCELLED, closed_at=now)
    fact = Fact(f"order:{order.id}:ended", now, order, "clock")
    return settled(Outcome.CANC, fact, person, person.with_order(scheduled(ended, now)))


def _after_decline(
    person: Person, order: Order, reason: str, now: datetime
) -> tuple[Person, NotificationKind | None, dict[str, datetime]]:
    """Return the person, what they read, and the date of the next try."""
    renewal, ends_at = person.subscription.present_renewal, person.subscription.ends_at
    if renewal is None or not renewal.on or ends_at is None or order.course != person.subscription.course:
        return person, None, {}
    if reason in METHOD_GONE:
        return without_method(person, order.provider, now), NotificationKind.RENEWAL_FAILED, {}
    again = renewal.retry_after(ends_at, now) if remedy_of(reason) is Remedy.AGAIN else None
    if again is None:
        failing = replace(renewal, state=RenewalState.FAILING, retry_at=None)
        return person.with_renewal(failing), NotificationKind.RENEWAL_FAILED, {}
    retried = person.with_renewal(replace(renewal, retry_at=again))
    return retried, NotificationKind.RENEWAL_RETRY, {"date": again}


def _method(person: Person, order: Order) -> str:
    method = person.method(order.provider)
    return "" if method is None else method.title


def _pending(order: Order, report: PaymentReport) -> Payment:
    return Payment(report.payment_id, report.account, order.price, method=report.method_title)


def _canceled_cause(report: PaymentReport) -> str:
    return f"payment:{report.provider}:{report.account}:{report.payment_id}:canceled"
