"""Look in the provider's list for payments of which only an update has told: the webhook's secret may leak."""

from dataclasses import replace

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import parent_id
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.registry import paid_cause
from vpnbot.domain.payments.settlement import CONFIRM_AFTER, Settlement, replaced, scheduled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.keep_contradiction import keep_contradiction
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def confirm_payments(order: Order, session: Session, ports: PaymentPorts, context: Context) -> None:
    """Check a day after an update that the provider has its payment; operators read of one that it does not have.

    Nothing is taken away: operators decide, because the list may lag.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again.
        Conflict, StorageUnavailable: due work tries again.
    """
    now = context.clock()
    unconfirmed = [
        payment
        for payment in order.payments
        if payment.here and not payment.confirmed and (payment.paid_at or now) + CONFIRM_AFTER <= now
    ]
    if not unconfirmed:
        return
    listed = _listed(order, unconfirmed, ports)
    for payment in unconfirmed:
        if _charge(payment) not in listed:
            keep_contradiction(
                paid_cause(order.provider, payment.account, payment.id),
                ports,
                context,
                order=order.id,
                person=session.person.id,
                provider=order.provider,
                payment=payment.id,
            )

    def chosen(person: Person) -> Settlement:
        current = person.order(order.id)
        if current is None:
            return unchanged(Outcome.DONE, person)
        for checked in unconfirmed:
            known = current.payment(checked.id)
            if known is not None:
                current = replaced(current, known, confirmed=True)
        return unchanged(Outcome.DONE, person.with_order(scheduled(current, now)))

    settle(session, context, chosen)


def _listed(order: Order, payments: list[Payment], ports: PaymentPorts) -> set[str]:
    """Return the ids of the payments that the provider lists for an order; those of a renewal name its parent."""
    provider = ports.providers.get(order.provider)
    for payment in payments:
        require_account(provider, payment.account)
    earliest = min(payment.paid_at or order.placed_at for payment in payments)
    named = replace(order, id=parent_id(order.id), placed_at=min(order.placed_at, earliest))
    return {report.payment_id for report in provider.find(named)}


def _charge(payment: Payment) -> str:
    """Return the provider's id of a payment; a renewal with the id of the first charge has its date behind it."""
    return payment.id.partition("@")[0]
