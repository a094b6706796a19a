"""Due work on a refund: send it, ask what became of it, and try again what may pass later."""

from dataclasses import replace

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import parent_id
from vpnbot.domain.orders.provider_errors import ProviderRejected, UnknownPayment
from vpnbot.domain.orders.refund import Refund, RefundState
from vpnbot.domain.orders.reports import RefundReport, ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.looks import GIVE_UP_KEY
from vpnbot.domain.payments.money_notifications import encoded
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.provider_renewals import first_payment
from vpnbot.domain.payments.refund_attempts import may_be, next_attempt, next_refund_look
from vpnbot.domain.payments.renewals import turned_off
from vpnbot.domain.payments.returning import left_to_operator, refund_refused, refunded_cause
from vpnbot.domain.payments.settlement import HELD_REMINDER, Fact, Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.errors import ClaimLost, PaymentNotApplied
from vpnbot.usecases.payments.accounts import refunds_of, require_account
from vpnbot.usecases.payments.refunds_elsewhere import apply_refund_in
from vpnbot.usecases.payments.remind_operators import remind_operators
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, DueIndex, Metric, PaymentPorts, Session
from vpnbot.usecases.ports.payments import PaymentProvider, Refunds
from vpnbot.usecases.read_gifts import gift_of


def send_refund(
    refund: Refund, item: DueItem, session: Session, ports: PaymentPorts, context: Context, index: DueIndex
) -> None:
    """Send a refund, ask the provider for one that it has accepted, or remind the operators of one by hand.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again with the same key.
        Conflict, StorageUnavailable: due work tries again.
    """
    order = session.recall(refund.order_id).order(refund.order_id)
    payment = None if order is None else order.payment(refund.payment_id)
    if order is None or payment is None:
        raise PaymentNotApplied("the order of a refund is not stored")
    if refund.state is RefundState.BY_HAND:
        _remind(refund, session, ports, context)
        index.postpone(item, context.clock() + HELD_REMINDER, attempts=0)
        return
    if refunds_of(ports.providers, refund.provider) is Refunds.NONE:
        _left_to_operator(session, context, refund)
        return
    provider = ports.providers.get(refund.provider)
    require_account(provider, refund.account)
    try:
        report = _sent(provider, refund, order, session, context)
    except ProviderRejected as rejection:
        _refused(session, ports, context, refund, rejection.reason)
        return
    match report.state:
        case ReportedState.SUCCEEDED:
            apply_refund_in(session, report, refund.order_id, ports, context)
        case ReportedState.CANCELED:
            _refused(session, ports, context, refund, report.reason)
        case ReportedState.PENDING:
            _accepted(session, context, refund, report, item, index)


def _remind(refund: Refund, session: Session, ports: PaymentPorts, context: Context) -> None:
    about = {"order": refund.order_id, "person": session.person.id, "provider": refund.provider}
    about |= {"payment": refund.payment_id, "amount": encoded(refund.money)}
    waits = f"refund:{refund.provider}:{refund.account}:{refund.idempotence_key}:by_hand"
    remind_operators(AlertKind.STILL_TO_SEND, waits, ports, context, **about)


def _left_to_operator(session: Session, context: Context, refund: Refund) -> None:
    """Commit that an operator has to send a refund, because its provider has no call for it."""

    def chosen(person: Person) -> Settlement:
        order, current = person.order(refund.order_id), person.refund_of(refund.payment_id)
        if order is None or current is None or current.state is not RefundState.ASKED:
            return unchanged(Outcome.DONE, person)
        cause = f"refund:{current.provider}:{current.account}:{current.idempotence_key}:by_hand"
        return left_to_operator(person, current, Fact(cause, context.clock(), order, "clock"))

    settle(session, context, chosen)


def _sent(
    provider: PaymentProvider, refund: Refund, order: Order, session: Session, context: Context
) -> RefundReport:
    """Return the refund as the provider has it, and make it there if it has none.

    The time of the first request is committed before it, so that a key that the provider may have forgotten is never
    repeated: then the list of refunds says what became of it.
    """
    now, current = context.clock(), refund
    if refund.refund_id is not None:
        try:
            return provider.look_refund(refund.refund_id)
        except UnknownPayment:
            pass
    if refund.sent_at is None:
        current = _remembered(session, context, replace(refund, sent_at=now))
    elif now - refund.sent_at >= GIVE_UP_KEY:
        made = [each for each in provider.find_refunds(refund.payment_id) if _may_be(refund, each, session)]
        if made:
            return made[-1]
        current = _remembered(session, context, replace(refund, sent_at=now, attempt=refund.attempt + 1))
    _stop_charges(provider, refund, order, session, context)
    payment = order.payment(refund.payment_id)
    if payment is None:
        raise PaymentNotApplied("the payment of a refund is not stored")
    return provider.refund(current, order, payment)


def _stop_charges(
    provider: PaymentProvider, refund: Refund, order: Order, session: Session, context: Context
) -> None:
    """Stop a subscription at its provider before one of its payments is sent back; the renewal here is off, too.

    Raises:
        ProviderUnavailable: the refund waits until the subscription is stopped.
    """
    root = parent_id(order.id)
    subscription = session.recall(root).order(root)
    first = None if subscription is None else first_payment(subscription)
    if first is None or first.payer is None:
        return

    def chosen(person: Person) -> Settlement:
        renewal = person.subscription.renewal
        same = renewal is not None and renewal.first_payment_id == first.id
        return unchanged(Outcome.DONE, turned_off(person, context.clock()) if same else person)

    settle(session, context, chosen)
    try:
        provider.stop_renewal(first.payer, first.id)
    except ProviderRejected as rejection:
        context.metrics.deferred("REFUND", rejection)  # the provider has no such subscription any more


def _may_be(refund: Refund, made: RefundReport, session: Session) -> bool:
    """Tell whether a refund in the provider's list may be this one: not refused, and not applied before."""
    return may_be(made, refund) and not session.decided(refunded_cause(made))


def _remembered(session: Session, context: Context, after: Refund) -> Refund:
    """Commit a changed refund, and return it.

    Raises:
        ClaimLost: it has ended meanwhile, so that nothing may be sent.
    """

    def chosen(person: Person) -> Settlement:
        current = person.refund_of(after.payment_id)
        if current is None or current.number != after.number:
            raise ClaimLost(f"the refund {after.idempotence_key} has ended")
        return unchanged(Outcome.DONE, person.with_refund(after))

    settle(session, context, chosen)
    return after


def _accepted(
    session: Session, context: Context, refund: Refund, report: RefundReport, item: DueItem, index: DueIndex
) -> None:
    """Keep the provider's id of a refund that it has accepted, and look at it later."""
    now = context.clock()
    look = next_refund_look(refund.sent_at or now, now)
    current = session.person.refund_of(refund.payment_id)
    if current is not None and current.refund_id != report.refund_id:
        _remembered(session, context, replace(current, refund_id=report.refund_id, due=Due(look)))
    else:
        index.postpone(item, look, attempts=0)


def _refused(session: Session, ports: PaymentPorts, context: Context, refund: Refund, reason: str) -> None:
    """Try again what may pass later, with another key; otherwise the money is here again."""
    current = session.person.refund_of(refund.payment_id)
    later = None if current is None else next_attempt(current, reason, context.clock())
    if later is not None:
        _remembered(session, context, later)
        return

    def chosen(person: Person) -> Settlement:
        order = person.order(refund.order_id)
        current = person.refund_of(refund.payment_id)
        if order is None or current is None:
            return unchanged(Outcome.DONE, person)
        gift = gift_of(ports.gifts, order, current.payment_id)
        return refund_refused(person, order, current, reason, context.clock(), gift)

    settle(session, context, chosen)
    context.metrics.count(Metric.REFUNDS_REFUSED)
