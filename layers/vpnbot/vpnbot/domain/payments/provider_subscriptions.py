"""What a provider says about a subscription that it charges automatically: turned off there, on again, not paid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.payments.money_notifications import money_notification
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import order_outcome
from vpnbot.domain.payments.settlement import Fact, Settlement, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.renewal import Renewal, RenewalState

_FROM: Mapping[Outcome, frozenset[RenewalState]] = {
    Outcome.SOFF: frozenset({RenewalState.ON, RenewalState.FAILING}),
    Outcome.SON: frozenset({RenewalState.OFF_ELSEWHERE, RenewalState.FAILING}),
    Outcome.SFAIL: frozenset({RenewalState.ON}),
}
"""The states that each outcome changes. What was turned off here stays off: it is stopped at the provider."""

_TO: Mapping[Outcome, RenewalState] = {
    Outcome.SOFF: RenewalState.OFF_ELSEWHERE,
    Outcome.SON: RenewalState.ON,
    Outcome.SFAIL: RenewalState.FAILING,
}


def changed_there(
    person: Person, order: Order | None, event: OrderEvent, payer: int, cause: str, now: datetime
) -> Settlement:
    """Return what it leads to that the subscription of `payer`, which an order has started, changed at its provider.

    One that is turned off before its first payment is known starts turned off.
    """
    outcome = order_outcome(event, order)
    if order is None or outcome not in _TO:
        return unchanged(outcome, person)
    change = _open_changed if order.open else _renewal_changed
    after = change(person, order, outcome, payer)
    if after is None:
        return unchanged(Outcome.DONE, person)
    kind = RULES[outcome].notification
    if kind is not None and after.user.known and not order.open:
        after = after.with_notifications(money_notification(kind, cause, now))
    return settled(outcome, Fact(cause, now, order), person, after)


def subscribed_with(person: Person, order: Order) -> Renewal | None:
    """Return the renewal that a payment of an order has started at its provider; None if it is another one's."""
    renewal = person.subscription.renewal
    if renewal is None or renewal.first_payment_id is None or order.payment(renewal.first_payment_id) is None:
        return None
    return renewal


def _renewal_changed(person: Person, order: Order, outcome: Outcome, payer: int) -> Person | None:
    renewal = subscribed_with(person, order)
    if renewal is None or renewal.payer != payer or renewal.state not in _FROM[outcome]:
        return None
    return person.with_renewal(replace(renewal, state=_TO[outcome]))


def _open_changed(person: Person, order: Order, outcome: Outcome, _: int) -> Person | None:
    if outcome is not Outcome.SOFF or not order.renewal_agreed:
        return None
    return person.with_order(replace(order, renewal_agreed=False))
