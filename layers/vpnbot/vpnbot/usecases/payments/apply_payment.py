"""Apply what a provider reports about a payment, whichever way the report has come."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from vpnbot.correlation import follow
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.arrival import GRANTED, RETURN_HELD, RETURNED, Arrival, arrived, paid_cause
from vpnbot.domain.payments.ending import begun, canceled
from vpnbot.domain.payments.judgement import Rules
from vpnbot.domain.payments.looks import next_look
from vpnbot.domain.payments.money_events import PaymentEvent
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.outcomes import payment_outcome
from vpnbot.domain.payments.provider_renewals import completed, first_payment, with_renewal_order
from vpnbot.domain.payments.renewals import charge_unwanted
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.people.items import order_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.errors import ItemExists, PaymentNotApplied, UnreadableItem
from vpnbot.usecases.payments.keep_contradiction import keep_contradiction
from vpnbot.usecases.payments.keep_unmatched import keep_unmatched
from vpnbot.usecases.payments.refunds_elsewhere import catch_up_refunds
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.payments.watch_notifications import payment_noticed
from vpnbot.usecases.ports import Context, Metric, PaymentPorts, Session


def is_ours(report: PaymentReport, ports: PaymentPorts) -> bool:
    """Tell whether a report has the mark of this shop; others use the same account at the provider, such as a site.

    A provider that returns no marks has only our payments in its account.
    """
    return report.shop is None or report.shop == ports.sales.settings.load().mark


def apply_payment(report: PaymentReport, source: Source, ports: PaymentPorts, context: Context) -> Settlement | None:
    """Apply a report to the order that it names; None if the payment is not of this shop.

    Raises:
        PaymentNotApplied: the payment belongs to another order of ours.
        Conflict, StorageUnavailable: try again later.
    """
    if not is_ours(report, ports) or report.person is None or report.order is None:
        context.metrics.count(Metric.FOREIGN_PAYMENTS)
        return None
    session = ports.people.open(PersonId(report.person))
    session.recall(report.order)
    return apply_in(session, report, report.order, source, ports, context)


def apply_in(
    session: Session, report: PaymentReport, order_id: str, source: Source, ports: PaymentPorts, context: Context
) -> Settlement:
    """Apply a report to an order of a person who is loaded, with this order recalled.

    Raises:
        PaymentNotApplied: the payment belongs to another order of ours.
        UnreadableItem: only a newer version can read the order; nothing was applied.
        Conflict, StorageUnavailable: try again later.
    """
    _follow_order(session.person, order_id)
    new_key = Key(ports.ring().current, context.new_seed())
    returns_left = cache(lambda: _take_return(ports, context))

    was_on_trial = session.person.subscription.plan is not None and session.person.subscription.is_trial

    def chosen(person: Person) -> Settlement:
        order, now = person.order(order_id), context.clock()
        match report.state:
            case ReportedState.PENDING:
                return _bound(person, order, report, ports, context)
            case ReportedState.CANCELED:
                return unchanged(Outcome.DONE, person) if order is None else canceled(person, order, report, now)
        if order is None:
            return unchanged(Outcome.ORPH, person)
        paid = completed(report, order)
        outcome = payment_outcome(PaymentEvent.SEEN_PAID, order.payment(paid.payment_id))
        if outcome is not Outcome.JUDGE:
            return unchanged(outcome, person)
        arrival = _arrival(person, order, paid, source, ports, new_key, now)
        settlement = arrived(arrival)
        if settlement.outcome in RETURNED and not returns_left():
            return arrived(replace(arrival, returns_left=False))
        return _rewarded(settlement, arrival, ports)

    try:
        settlement = settle(session, context, chosen)
    except ItemExists as error:
        about = {"order": order_id, "person": session.person.id, "payment": report.payment_id}
        keep_contradiction(paid_cause(report), ports, context, provider=report.provider, **about)
        raise PaymentNotApplied(f"{paid_cause(report)} is registered for another order") from error
    if settlement.outcome is Outcome.ORPH:
        keep_unmatched(report, ports, context)
    _observe(settlement, report, source, ports, context, was_on_trial=was_on_trial)
    catch_up_refunds(session, report, order_id, ports, context)
    return settlement


def _follow_order(person: Person, order_id: str) -> None:
    """Go on under the correlation id of the tap with which the order was placed.

    Raises:
        UnreadableItem: only a newer version can read the order.
    """
    if order_key(order_id) in person.unreadable:
        raise UnreadableItem(f"{order_key(order_id)} of a payment was set aside")
    order = person.order(order_id)
    if order is not None:
        follow(order.origin)


def _arrival(
    person: Person,
    order: Order,
    paid: PaymentReport,
    source: Source,
    ports: PaymentPorts,
    new_key: Key,
    now: datetime,
) -> Arrival:
    """Return a new payment with what it is judged by; a charge by the provider itself makes its own order."""
    first = first_payment(order)
    if paid.renewal:
        person, order = with_renewal_order(person, order, now)
    unwanted = charge_unwanted(person, order, first.id if first else None)
    stopped = order.kind is OrderKind.RENEWAL and unwanted
    rules = Rules(ports.production, stopped=stopped, payer_is_owner=_payer_is_owner(paid, person, ports))
    return Arrival(person, order, paid, rules, source, new_key, now)


def _rewarded(settlement: Settlement, arrival: Arrival, ports: PaymentPorts) -> Settlement:
    """Return the settlement of a payment, with the reward that it earns if the person has come by an invitation."""
    if arrival.person.user.invited_by is None or settlement.outcome not in GRANTED:
        return settlement
    from vpnbot.domain.payments.rewards import RewardTerms, with_reward

    terms, person = RewardTerms.of(ports.sales.settings.load()), settlement.after
    order = person.order(arrival.order.id)
    payment = None if order is None else order.payment(arrival.report.payment_id)
    if terms is None or payment is None or not arrival.rules.payer_is_owner:
        return settlement
    code = ports.ring().invite_code(person.id)
    return replace(settlement, after=with_reward(person, arrival.order.id, payment, terms, code, arrival.now))


def _take_return(ports: PaymentPorts, context: Context) -> bool:
    """Tell whether one more payment may be sent back today without an operator, and count it."""
    return ports.ledger.take_return(f"{context.clock():%Y-%m-%d}", ports.sales.settings.load().returns_a_day)


def _payer_is_owner(report: PaymentReport, person: Person, ports: PaymentPorts) -> bool:
    """Tell whether the person of the order has paid; a provider that does not tell who paid is believed."""
    return report.payer is None or ports.ring().person_id(report.payer) == person.id


def _bound(
    person: Person, order: Order | None, report: PaymentReport, ports: PaymentPorts, context: Context
) -> Settlement:
    """Keep a pending payment that the order does not have, because the answer with its id was lost."""
    now = context.clock()
    if order is None or not ports.providers.get(order.provider).abilities.looks:
        return unchanged(Outcome.DONE, person)
    look = Due(next_look(order.placed_at, now) or now)
    payment = Payment(report.payment_id, report.account, report.money)
    return begun(person, order, payment, now, look)


def _observe(
    settlement: Settlement,
    report: PaymentReport,
    source: Source,
    ports: PaymentPorts,
    context: Context,
    *,
    was_on_trial: bool,
) -> None:
    """Count what was committed, and by which way a payment has become known."""
    if settlement.outcome is Outcome.NEXT:
        context.metrics.count(Metric.RENEWALS_DECLINED)
    if settlement.entry is None or report.state is not ReportedState.SUCCEEDED:
        return
    payment_noticed(report.provider, source, ports, context)
    context.metrics.count(Metric.PAYMENTS)
    if settlement.outcome in GRANTED:
        context.metrics.revenue(report.money)
        order = settlement.after.order(settlement.entry.order or "")
        if order is not None and order.kind is OrderKind.RENEWAL:
            context.metrics.count(Metric.RENEWALS)
    if was_on_trial and not settlement.after.subscription.is_trial:
        context.metrics.count(Metric.CONVERSIONS)
    kept = settlement.outcome in {Outcome.SHORT, Outcome.CURR, Outcome.TEST}
    if kept or settlement.entry.what == RETURN_HELD:
        context.metrics.count(Metric.HELD_PAYMENTS)
