"""Apply the scheduled events of a subscription: reminders, charges, its end, the message after it, the link's end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from vpnbot.correlation import current_id
from vpnbot.domain.notifications import notification_of
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.payments.renewal_charges import RenewalTerms, with_renewal_events
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.winning_back import with_winback_waiting
from vpnbot.domain.subscriptions.timeline import OFFERS_OF_HELP, EventKind, ScheduledEvent
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, Metric, Session


def advance_subscription(
    session: Session, context: Context, still_sold: Callable[[Offer], bool] = lambda _: True
) -> Person:
    """Commit every scheduled event that has passed, with the notifications that are still valid.

    Each event is decided once. `still_sold` tells whether the offer of a renewal may be charged again; the event of a
    charge makes its order. Return the person.

    Raises:
        Conflict: three attempts failed because of concurrent changes; due work tries again.
    """
    expires, order_id = False, new_order_id(context.clock(), context.new_seed())

    def advanced(person: Person) -> Decision | None:
        nonlocal expires
        now = context.clock()
        passed = person.subscription.passed_events(now)
        if not passed:
            return None
        after = _advanced(person, now)
        after = with_renewal_events(after, passed, _terms(person, passed, order_id, still_sold), now)
        expires = after.subscription.status is not person.subscription.status
        winback_after = context.winback_after() if expires else None
        if winback_after is not None:
            after = with_winback_waiting(after, winback_after, now)
        entries = tuple(_entry(event, after, order_id, now) for event in passed)
        return Decision(after, entries)

    try:
        person = apply_fact(session, context, advanced)
    except AlreadyDecided:
        return session.person
    if expires:
        context.metrics.count(Metric.EXPIRED)
    return person


def _entry(event: ScheduledEvent, after: Person, order_id: str, now: datetime) -> Entry:
    charges = event.kind is EventKind.RENEWAL_CHARGE and after.order(order_id) is not None
    return Entry(event.cause, str(event.kind), now, actor="clock", order=order_id if charges else None)


def _terms(
    person: Person, passed: tuple[ScheduledEvent, ...], order_id: str, still_sold: Callable[[Offer], bool]
) -> RenewalTerms:
    renewal = person.subscription.renewal
    announces = any(event.kind is EventKind.RENEWAL_NOTICE for event in passed)
    return RenewalTerms(
        order_id, current_id(), still_sold=renewal is None or not announces or still_sold(renewal.offer)
    )


def _advanced(person: Person, now: datetime) -> Person:
    subscription, valid = person.subscription.settled(now)
    settled = replace(person, subscription=subscription)
    if settled.paused:
        return settled  # the end of the pause tells the person how they stand then
    to_notify = (event for event in valid if not (event.kind in OFFERS_OF_HELP and settled.connected))
    return settled.with_notifications(*(notification_of(event, now) for event in to_notify))
