"""Charge a saved method for a renewal, at most once, and only if the person wants it at the time of the request."""

from dataclasses import replace

from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_errors import ProviderRejected
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.looks import GIVE_UP_KEY
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.renewal_charges import NO_ANSWER, charge_declined, charge_given_up
from vpnbot.domain.payments.renewals import charge_unwanted
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.payments.shop_settings import Receipts
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.renewal import CHARGED_UNTIL
from vpnbot.errors import UnreadableItem
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, Metric, PaymentPorts, Session

OTHER_ACCOUNT = "canceled_by_merchant"
"""The reason of a charge for which our account at the provider has changed: it is not the buyer's fault."""


def is_still_sold(offer: Offer, ports: PaymentPorts) -> bool:
    """Tell whether the plan of an offer is sold for its time, at whatever price: then the agreed terms hold.

    While this version cannot read what is sold, they hold, too.
    """
    try:
        catalogue = ports.sales.plans.load()
    except UnreadableItem:
        return True
    return catalogue.offer(offer.plan.id, offer.id, offer.price.currency) is not None


def charge_renewal(session: Session, ports: PaymentPorts, context: Context, order: Order) -> None:
    """Charge the saved method for an open order without a payment, and apply what the provider answers.

    The time of the first request is committed before it, with the conditions of the charge: that the renewal is on,
    with the same method and the same course. After an unknown outcome the same request is sent again; once it is
    unwanted, or its key may be forgotten, the provider is only asked what the earlier requests have made.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again with the same key.
        Conflict, StorageUnavailable: due work tries again.
    """
    order = _first_sent(session, ports, context, order)
    if not order.open or order.sent_at is None:
        return
    provider, method = ports.providers.get(order.provider), session.person.method(order.provider)
    key_is_old = context.clock() - order.sent_at >= GIVE_UP_KEY
    if method is None or key_is_old or _unwanted(session.person, order, context):
        _looked_up(session, ports, context, order)
        return
    try:
        report = provider.charge(order, method.id)
    except ProviderRejected as rejection:
        _declined(session, context, order, rejection.reason)
        return
    apply_in(session, report, order.id, Source.ANSWER, ports, context)


def _first_sent(session: Session, ports: PaymentPorts, context: Context, order: Order) -> Order:
    """Return the order with the time of its first request committed; an unwanted charge ends without a request."""
    if order.sent_at is not None:
        return order
    contact = order.contact or _fallback_contact(ports, order)
    account = ports.providers.get(order.provider).account

    def chosen(person: Person) -> Settlement:
        current, now = person.order(order.id), context.clock()
        if current is None or not current.open or current.sent_at is not None:
            return unchanged(Outcome.DONE, person)
        if _unwanted(person, current, context):
            return charge_given_up(person, current, now)
        if current.account != account:  # the operator has changed it, and the method belongs to the other one
            return charge_declined(person, current, OTHER_ACCOUNT, now, None)
        return Settlement(Outcome.DONE, person.with_order(replace(current, sent_at=now, contact=contact)))

    settle(session, context, chosen)
    return session.person.order(order.id) or replace(order, sent_at=None)


def _fallback_contact(ports: PaymentPorts, order: Order) -> str | None:
    """Return the address of the shop for receipts of people who gave none; None if no receipt is made."""
    settings = ports.sales.settings.load()
    able = ports.providers.get(order.provider).abilities.receipts
    return (settings.fallback_contact or None) if able and settings.receipts is not Receipts.OFF else None


def _unwanted(person: Person, order: Order, context: Context) -> bool:
    """Tell whether the charge must not be made now."""
    ends_at = person.subscription.ends_at
    too_late = ends_at is None or context.clock() > ends_at + CHARGED_UNTIL
    gone = person.paused or not person.user.known or not person.user.reachable
    return too_late or gone or charge_unwanted(person, order)


def _looked_up(session: Session, ports: PaymentPorts, context: Context, order: Order) -> None:
    """Apply what earlier requests have made; if that is nothing, and will be nothing any more, the order ends."""
    for report in ports.providers.get(order.provider).find(order):
        apply_in(session, report, order.id, Source.POLL, ports, context)
    current = session.person.order(order.id)
    if current is None or not current.open or current.payments or current.sent_at is None:
        return
    if context.clock() - current.sent_at < GIVE_UP_KEY:
        return  # the request may still be under way
    if _unwanted(session.person, current, context):
        settle(session, context, lambda person: _given_up(person, order.id, context))
    else:
        _declined(session, context, current, NO_ANSWER)


def _given_up(person: Person, order_id: str, context: Context) -> Settlement:
    order = person.order(order_id)
    return unchanged(Outcome.DONE, person) if order is None else charge_given_up(person, order, context.clock())


def _declined(session: Session, context: Context, order: Order, reason: str) -> None:
    """Commit that the provider makes no payment for this charge."""

    def chosen(person: Person) -> Settlement:
        current = person.order(order.id)
        if current is None:
            return unchanged(Outcome.DONE, person)
        return charge_declined(person, current, reason, context.clock(), None)

    if settle(session, context, chosen).outcome is Outcome.NEXT:
        context.metrics.count(Metric.RENEWALS_DECLINED)
