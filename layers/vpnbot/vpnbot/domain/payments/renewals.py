"""Automatic renewal of a person: turned on by a payment, turned off, and what makes a charge unwanted."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.orders.followups import RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.renewal import Renewal, RenewalState

_TURN_ON = frozenset({Outcome.HON, Outcome.OVER})
"""The outcomes of a purchase that turn on the renewal to which the buyer agreed with it."""


def with_renewal_of_payment(
    granted: Person, order: Order, payment: Payment, report: PaymentReport, outcome: Outcome, now: datetime
) -> Person:
    """Return the person whose payment was granted with the renewal as it is from now on.

    A payment by another person never saves a method and never turns renewal on. A payment that comes late or twice
    does not either: what a provider would charge automatically is stopped then, unless nothing else renews.
    """
    if order.kind is OrderKind.RENEWAL:
        return _renewed(granted, report)
    renewal = _agreed_with(order, payment, report)
    if renewal is None:
        return _after_other_purchase(granted, order, outcome, now)
    alone_late = outcome is Outcome.LATE and renewal.by_provider and not granted.subscription.renews
    if outcome in _TURN_ON or alone_late:
        return _turned_on(granted, renewal, order, report, now)
    return with_stop_of(granted, report, now)


def with_stop_of(person: Person, report: PaymentReport, now: datetime) -> Person:
    """Return the person with the charges to be stopped that a payment has started at its provider, if it has."""
    if not report.first_of_renewals or report.payer is None:
        return person
    return person.with_stop(
        RenewalStop(report.provider, report.account, report.payer, report.payment_id, now, Due(now))
    )


def turned_off(person: Person, now: datetime, state: RenewalState = RenewalState.OFF) -> Person:
    """Return the person with the renewal off; automatic charges of the provider are to be stopped there."""
    renewal = person.subscription.renewal
    if renewal is None or renewal.state is state:
        return person
    off = person.with_renewal(replace(renewal, state=state))
    if renewal.first_payment_id is None or renewal.payer is None or state is not RenewalState.OFF:
        return off
    return off.with_stop(
        RenewalStop(renewal.provider, renewal.account, renewal.payer, renewal.first_payment_id, now, Due(now))
    )


def without_charges_there(person: Person, now: datetime) -> Person:
    """Return the person with the automatic charges of the provider to be stopped, which we cannot leave out."""
    renewal = person.subscription.renewal
    return person if renewal is None or not renewal.by_provider else turned_off(person, now)


def without_method(person: Person, provider: str, now: datetime) -> Person:
    """Return the person without a saved method, and with its renewal off: nothing is ever charged to it again."""
    renewal = person.subscription.renewal
    forgotten = person.without_method(provider)
    if renewal is None or renewal.provider != provider or renewal.by_provider:
        return forgotten
    return turned_off(forgotten, now)


def charge_unwanted(person: Person, order: Order, first_payment_id: str | None = None) -> bool:
    """Tell whether a charge is not what the person agreed to: it was turned off, or the time was changed meanwhile.

    For an automatic charge of the provider, `first_payment_id` names the subscription there; it is unwanted
    if we have stopped it, not if the person has: they may have turned it on again there.
    """
    renewal = person.subscription.renewal
    if order.course is None:
        return not _runs_there(renewal, first_payment_id)
    method = person.method(order.provider)
    if renewal is None or not renewal.on or renewal.provider != order.provider:
        return True
    if method is None or method.account != order.account:
        return True
    return order.course != person.subscription.course


def _runs_there(renewal: Renewal | None, first_payment_id: str | None) -> bool:
    if first_payment_id is None:
        return renewal is None  # the renewal has come before the first payment
    same = renewal is not None and renewal.first_payment_id == first_payment_id
    return same and renewal is not None and renewal.state is not RenewalState.OFF


def _agreed_with(order: Order, payment: Payment, report: PaymentReport) -> Renewal | None:
    """Return the renewal that a purchase starts, at the price without a discount; None: it starts none."""
    if report.first_of_renewals:
        state = RenewalState.ON if order.renewal_agreed else RenewalState.OFF_ELSEWHERE
        return Renewal(
            order.offer.undiscounted,
            order.provider,
            report.account,
            "",
            order.placed_at,
            order.id,
            state,
            payer=report.payer,
            first_payment_id=payment.id,
            renews_until=report.renews_until,
        )
    if not order.renewal_agreed or report.method is None:
        return None
    offer, title = order.offer.undiscounted, report.method.title
    return Renewal(offer, order.provider, report.account, title, order.placed_at, order.id)


def _turned_on(person: Person, renewal: Renewal, order: Order, report: PaymentReport, now: datetime) -> Person:
    """Return the person with the new renewal instead of the earlier one, and with the method that it charges."""
    started = turned_off(person, now).with_renewal(renewal)
    if report.method is None or renewal.by_provider:
        return started
    method = report.method
    saved = PaymentMethod(order.provider, report.account, method.id, method.title, order.placed_at, order.id)
    return started.with_method(saved)


def _renewed(person: Person, report: PaymentReport) -> Person:
    """Return the person after a charge as agreed: the renewal is on, and its next notice follows from the new end."""
    renewal = person.subscription.renewal
    if renewal is None or renewal.state is RenewalState.OFF:
        return person
    until = report.renews_until if renewal.by_provider else None
    return person.with_renewal(replace(renewal, state=RenewalState.ON, renews_until=until or renewal.renews_until))


def _after_other_purchase(granted: Person, order: Order, outcome: Outcome, now: datetime) -> Person:
    """Return the person after a purchase without renewal: a change of plan turns the renewal off.

    So does a purchase after a charge that failed, for which the confirmation has offered renewal again.
    """
    renewal = granted.subscription.renewal
    if renewal is None or not renewal.on or outcome not in _TURN_ON:
        return granted
    failed = renewal.state is RenewalState.FAILING and not renewal.by_provider
    return turned_off(granted, now) if failed or renewal.offer.plan.id != order.offer.plan.id else granted
