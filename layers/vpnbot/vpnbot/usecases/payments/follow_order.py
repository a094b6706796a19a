"""Due work on an order: ask its provider again, until it is known what became of every payment."""

from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderRejected
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.ending import lapsed
from vpnbot.domain.payments.looks import next_look
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import HELD_REMINDER, Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.usecases.payments.begin_payment import begin_payment
from vpnbot.usecases.payments.charge_renewal import charge_renewal
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.confirm_payments import confirm_payments
from vpnbot.usecases.payments.remind_operators import remind_operators
from vpnbot.usecases.payments.resume_order import find_payment
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, DueIndex, Metric, PaymentPorts, Session

WITHOUT_LOOKS_UNTIL = timedelta(days=1)
"""An order of a provider that cannot be asked for one payment lapses after this time."""


def follow_order(
    order: Order, item: DueItem, session: Session, ports: PaymentPorts, context: Context, index: DueIndex
) -> None:
    """Do what is due for an order, and set its next time.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again.
        Conflict, StorageUnavailable: due work tries again.
    """
    provider, now = ports.providers.get(order.provider), context.clock()
    if not order.open and order.pending is None:
        confirm_payments(order, session, ports, context)
        _remind(order, session, ports, context)
        if not _closed(order, session, context):
            index.postpone(item, now + HELD_REMINDER, attempts=0)
        return
    if not provider.abilities.looks:
        _wait_for_reconciliation(order, item, session, ports, context, index)
        return
    if order.open and order.pending is None and order.kind is OrderKind.RENEWAL:
        charge_renewal(session, ports, context, order)
    elif order.open and order.pending is None:
        try:
            _begin(order, session, ports, context)
        except ProviderRejected:
            return  # the order has ended with the reason
    else:
        check_order(session, ports, context, order.id, Source.POLL)
    current = session.person.order(order.id)
    if current is None or current.archived or current.due is None or current.due.at != item.due_at:
        return
    look = next_look(order.placed_at, now)
    if look is not None:
        index.postpone(item, look, attempts=0)
        return
    context.metrics.count(Metric.STUCK_ORDERS)
    _lapse(current, session, context, still_pending=True)


def _begin(order: Order, session: Session, ports: PaymentPorts, context: Context) -> None:
    """Ask for the payment again; from a provider without keys, which would make another, only what it has made."""
    provider = ports.providers.get(order.provider)
    if provider.abilities.idempotent:
        begin_payment(session, ports, context, order, announce=True)
        return
    find_payment(session, ports, context, order)


def _closed(order: Order, session: Session, context: Context) -> bool:
    """Close an order for which nothing is left to do; False while an operator has to decide about its money."""
    current = session.person.order(order.id)
    if current is None or current.due is None or current.archived:
        return True
    if any(payment.state is PaymentState.HELD for payment in order.payments):
        return False
    _lapse(order, session, context, still_pending=False)
    return True


def _wait_for_reconciliation(
    order: Order, item: DueItem, session: Session, ports: PaymentPorts, context: Context, index: DueIndex
) -> None:
    """Let the reconciliation look for a payment, which Telegram may have failed to deliver, and end an old order."""
    now = context.clock()
    ports.reconciliations.make_due(order.provider, now)
    ends_at = order.placed_at + WITHOUT_LOOKS_UNTIL
    if now < ends_at:
        index.postpone(item, ends_at, attempts=0)
    else:
        _lapse(order, session, context, still_pending=False)


def _lapse(order: Order, session: Session, context: Context, *, still_pending: bool) -> None:
    def chosen(person: Person) -> Settlement:
        current, now = person.order(order.id), context.clock()
        if current is None:
            return unchanged(Outcome.DONE, person)
        ended = lapsed(person, current, now)
        if not still_pending or ended.entry is None:
            return ended
        about = {"order": order.id, "person": person.id, "provider": order.provider}
        alert = alerted(AlertKind.PENDING_LONG, ended.entry.cause, now, **about)
        return replace(ended, effects=(*ended.effects, alert))

    if settle(session, context, chosen).outcome is Outcome.NEXT:
        context.metrics.count(Metric.RENEWALS_DECLINED)


def _remind(order: Order, session: Session, ports: PaymentPorts, context: Context) -> None:
    """Remind the operators of money that they have to decide about; a refund by hand has reminders of its own."""
    held = [payment for payment in order.payments if payment.state is PaymentState.HELD]
    refunds = [session.person.refund_of(payment.id) for payment in held]
    if all(refund is not None and refund.due is not None for refund in refunds):
        return  # it is being sent back
    about = {"order": order.id, "person": session.person.id, "provider": order.provider}
    remind_operators(AlertKind.STILL_HELD, f"order:{order.id}:held", ports, context, **about)
