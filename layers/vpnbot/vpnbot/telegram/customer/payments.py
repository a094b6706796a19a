"""Updates about payments in Stars. Registered before all other features and without an FSM state, so none is lost."""

from collections.abc import Mapping
from contextlib import suppress

from aiogram.types import BotSubscriptionUpdated, Message, PreCheckoutQuery

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.errors import VpnbotError
from vpnbot.telegram.bot_api.payment_reports import (
    SubscriptionState,
    checkout,
    payment_report,
    refund_report,
    subscription_change,
)
from vpnbot.telegram.customer.orders_screens import gift_thanks, held
from vpnbot.telegram.messages.reply import AnswerCheckout, Reply, Show, Silence
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.check_out import check_out
from vpnbot.usecases.payments.follow_subscription import follow_subscription
from vpnbot.usecases.payments.keep_unmatched import keep_unmatched
from vpnbot.usecases.ports import Metric, Session

_SUBSCRIPTION_EVENTS: Mapping[SubscriptionState, OrderEvent] = {
    SubscriptionState.CANCELED: OrderEvent.TURNED_OFF_THERE,
    SubscriptionState.ACTIVE: OrderEvent.TURNED_ON_THERE,
    SubscriptionState.FAILED: OrderEvent.NOT_RENEWED_THERE,
}

_GRANTED = frozenset({Outcome.ANOTHER, Outcome.LATE, Outcome.TWICE, Outcome.OVER, Outcome.DONE})
"""Outcomes of a payment by another person after which the owner of the order has the time."""

_HELD = frozenset({Outcome.SHORT, Outcome.CURR, Outcome.TEST})
"""Outcomes of a payment by another person after which its money is kept until an operator decides."""


async def answer_checkout(_: PreCheckoutQuery, context: UpdateContext) -> Reply:
    """Tell Telegram whether it may charge."""
    asked = checkout(context.content)
    if asked is None or asked.names is None:
        return _rejected(Outcome.NO2)
    names = asked.names
    outcome = check_out(context.session, context.payments, context, names.person, names.order, asked.money)
    return AnswerCheckout() if outcome is Outcome.GO else _rejected(outcome)


async def paid(_: Message, context: UpdateContext) -> Reply:
    """Apply a payment to its order, then try to make the keys at once; the notification is the answer.

    Who has paid for another person, or for an order that is not stored, has the answer as a message: the notification
    goes to the owner of the order.

    Raises:
        PaymentNotApplied: the message cannot be read, or the payment belongs to another order.
    """
    report = payment_report(context.content, _account(context))
    if report.person is None or report.order is None:
        keep_unmatched(report, context.payments, context)
        return Show(held(context.view(), report.money, None))
    session = context.session if report.person == context.session.person.id else context.open(PersonId(report.person))
    session.recall(report.order)
    settlement = apply_in(session, report, report.order, Source.UPDATE, context.payments, context)
    with suppress(VpnbotError):  # due work makes the keys that fail
        place_keys(session, context.fleet, context)
        provision_pending(session, context.fleet, context)
    return _words_for_payer(context, session, settlement.outcome, report.money)


def _words_for_payer(context: UpdateContext, session: Session, outcome: Outcome, money: Money) -> Reply:
    """Return what the payer reads at once; the owner of an order gets a notification."""
    if outcome is Outcome.ORPH:
        return Show(held(context.view(), money, None))
    if session is context.session:
        return Silence()
    if outcome in _GRANTED:
        return Show(gift_thanks(context.view(), money))
    return Show(held(context.view(), money, None)) if outcome in _HELD else Silence()


async def refunded(_: Message, context: UpdateContext) -> Reply:
    """Apply a refund, also one that was made without us.

    A refund of a payment that we have not seen is found by the reconciliation, after its payment.

    Raises:
        PaymentNotApplied: the message cannot be read.
    """
    report = refund_report(context.content, _account(context))
    session = apply_refund(report, context.payments, context)
    if session is None:
        context.payments.reconciliations.make_due(STARS, context.now)
        return Silence()
    with suppress(VpnbotError):  # due work turns off the keys that fail
        provision_pending(session, context.fleet, context)
    context.others.append(session)
    return Silence()


async def subscription_changed(_: BotSubscriptionUpdated, context: UpdateContext) -> Reply:
    """Apply a change of a subscription in Stars; one that is not ours, or unknown to this version, is counted.

    Raises:
        PaymentNotApplied: the update cannot be read.
    """
    change = subscription_change(context.content)
    event = _SUBSCRIPTION_EVENTS.get(change.state)
    if change.names is None or event is None:
        context.metrics.count(Metric.UNKNOWN_UPDATES)
        return Silence()
    names = change.names
    session = context.session if names.person == context.session.person.id else context.open(PersonId(names.person))
    follow_subscription(session, context, context.cause, names.order, event, change.payer)
    return Silence()


def _account(context: UpdateContext) -> str:
    return context.payments.providers.get(STARS).account


def _rejected(outcome: Outcome) -> Reply:
    return AnswerCheckout(phrase(RULES[outcome].reply or "checkout-failed"))
