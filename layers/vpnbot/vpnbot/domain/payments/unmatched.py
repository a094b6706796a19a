"""A genuine payment that belongs to no order that we have: it is kept until an operator has sent it back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from vpnbot.domain.effects import Effect
from vpnbot.domain.money import Money
from vpnbot.domain.needs import NeedKind, dealt_with, wanted
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import PaymentReport, RefundReport
from vpnbot.domain.payments.alerts import alerted
from vpnbot.domain.payments.money_events import UnmatchedColumn, UnmatchedEvent
from vpnbot.domain.payments.money_notifications import encoded
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import UNMATCHED_OUTCOMES
from vpnbot.domain.payments.registry import paid_cause
from vpnbot.domain.payments.settlement import HELD_REMINDER
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import FOLLOW_UNMATCHED, Due
from vpnbot.domain.subscriptions.plan import Plan

_MARK_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class UnmatchedPayment:
    """The payment, and what becomes of it. `version` 0: it is not stored yet.

    `payer` is the Telegram id of who paid, where a refund needs it. `renews`: the provider charges again without us.
    `order` is what the payment names as its order. `refunds` counts those that were asked for; `refund` is the one
    that is being sent. It is due while an operator has to decide, to remind, and while a refund is on its way. When
    the money is back, it is kept without its payer, until `kept_until`.
    """

    provider: str
    account: str
    payment_id: str
    money: Money
    noticed_at: datetime
    payer: int | None = None
    renews: bool = False
    order: str = ""
    refunds: int = 0
    refund: Refund | None = None
    returned_at: datetime | None = None
    kept_until: datetime | None = None
    due: Due | None = None
    version: int = 0

    @property
    def mark(self) -> str:
        """A short name for it: ids of providers may be too long for a key and for callback data."""
        return unmatched_mark(self.provider, self.account, self.payment_id)

    @property
    def column(self) -> UnmatchedColumn:
        """Its state, as the table of outcomes names it."""
        if self.returned_at is not None:
            return UnmatchedColumn.RETURNED
        return UnmatchedColumn.HELD if self.refund is None else UnmatchedColumn.SENDING

    def about(self) -> dict[str, str]:
        """Return the arguments of an alert about it."""
        return {
            "provider": self.provider,
            "payment": self.payment_id,
            "paid": encoded(self.money),
            "left": encoded(self.money),
            "amount": encoded(self.money),
            "unmatched": self.mark,
        }


@dataclass(frozen=True, slots=True)
class UnmatchedSettlement:
    """What an event leads to; `entry` None: nothing is decided."""

    outcome: Outcome
    after: UnmatchedPayment
    entry: Entry | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class UnmatchedDecision:
    """What an operator decides; `cause` and `actor` are those of the ledger.

    `retention` is how long the record is kept when the money is back.
    """

    cause: str
    actor: str
    now: datetime
    retention: timedelta


def unmatched_mark(provider: str, account: str, payment_id: str) -> str:
    """Return the mark of a payment."""
    return sha256(f"{provider}:{account}:{payment_id}".encode()).hexdigest()[:_MARK_CHARACTERS]


def unmatched_key(mark: str) -> str:
    """Return the sort key of a payment with this mark."""
    return f"{FOLLOW_UNMATCHED.prefix}#{mark}"


def kept(report: PaymentReport, now: datetime) -> UnmatchedSettlement:
    """Return what it leads to that a payment belongs to no order."""
    after = UnmatchedPayment(
        report.provider,
        report.account,
        report.payment_id,
        report.money,
        now,
        report.payer,
        renews=report.first_of_renewals or report.renews_until is not None,
        order=report.order or "",
        due=Due(now + HELD_REMINDER),
    )
    rule, cause = RULES[Outcome.ORPH], paid_cause(report.provider, report.account, report.payment_id)
    entry = Entry(cause, rule.entry or "", now, "provider", report.order, report.money, 0)
    alerts = () if rule.alert is None else (alerted(rule.alert, cause, now, **after.about()),)
    waits = wanted(NeedKind.UNMATCHED, "", after.mark, now)
    return UnmatchedSettlement(Outcome.ORPH, after, entry, (*alerts, waits))


def return_asked(payment: UnmatchedPayment, decision: UnmatchedDecision) -> UnmatchedSettlement:
    """Return what it leads to that an operator asks to send the payment back: a refund is due at once."""
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.REFUND_ASKED][payment.column]
    if outcome is not Outcome.SEND:
        return UnmatchedSettlement(outcome, payment)
    number = payment.refunds + 1
    refund = Refund(
        named_order(payment).id,
        number,
        payment.provider,
        payment.account,
        payment.payment_id,
        payment.money,
        RefundReason.HELD,
        decision.now,
        payer=payment.payer,
    )
    after = replace(payment, refunds=number, refund=refund, due=Due(decision.now))
    entry = Entry(decision.cause, RULES[outcome].entry or "", decision.now, decision.actor, payment.order or None)
    return UnmatchedSettlement(outcome, after, entry, (dealt_with(NeedKind.UNMATCHED, "", payment.mark),))


def sent_by_hand(payment: UnmatchedPayment, decision: UnmatchedDecision) -> UnmatchedSettlement:
    """Return what it leads to that an operator has sent the payment back without the provider's call for it."""
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.SENT_BY_HAND][payment.column]
    if outcome is not Outcome.RETD:
        return UnmatchedSettlement(outcome, payment)
    return _returned(payment, decision)


def returned(
    payment: UnmatchedPayment, report: RefundReport, cause: str, now: datetime, retention: timedelta
) -> UnmatchedSettlement:
    """Return what it leads to that money was sent back, by us or without us; a part changes nothing."""
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.REFUNDED][payment.column]
    if outcome is not Outcome.RETD or report.money != payment.money:
        return UnmatchedSettlement(Outcome.DONE, payment)
    return _returned(payment, UnmatchedDecision(cause, "provider", now, retention))


def refund_refused(payment: UnmatchedPayment, reason: str, now: datetime) -> UnmatchedSettlement:
    """Return what it leads to that the refund was refused for good: an operator decides again."""
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.REFUND_REFUSED][payment.column]
    refund = payment.refund
    if outcome is not Outcome.RFAIL or refund is None:
        return UnmatchedSettlement(outcome, payment)
    cause = f"refund:{payment.provider}:{payment.account}:{refund.idempotence_key}:refused"
    rule = RULES[outcome]
    entry = Entry(cause, rule.entry or "", now, "provider", payment.order or None)
    alerts = () if rule.alert is None else (alerted(rule.alert, cause, now, reason=reason, **payment.about()),)
    after = replace(payment, refund=None, due=Due(now + HELD_REMINDER))
    waits = wanted(NeedKind.UNMATCHED, "", payment.mark, now)
    return UnmatchedSettlement(outcome, after, entry, (*alerts, waits))


def named_order(payment: UnmatchedPayment) -> Order:
    """Return an order that only names the payment: its id, and so the key of a refund, follow from the payment."""
    seed = sha256(f"{payment.provider}:{payment.account}:{payment.payment_id}".encode()).hexdigest()
    price = ListPrice(payment.money.amount_minor, 1)
    offer = Offer("none", Plan("none", timedelta(), 0, 0), timedelta(), payment.money, price, price)
    order_id = new_order_id(datetime.fromtimestamp(0, UTC), seed)
    return Order(order_id, OrderKind.PURCHASE, offer, payment.provider, "", payment.noticed_at)


def as_payment(payment: UnmatchedPayment) -> Payment:
    """Return it as a payment of an order, for the call of its provider."""
    return Payment(payment.payment_id, payment.account, payment.money, PaymentState.HELD, payer=payment.payer)


def _returned(payment: UnmatchedPayment, decision: UnmatchedDecision) -> UnmatchedSettlement:
    """Return it with the money back: from now on it is kept without its payer, for the time of the settings."""
    back = Money(-payment.money.amount_minor, payment.money.currency)
    what = RULES[Outcome.RETD].entry or ""
    entry = Entry(decision.cause, what, decision.now, decision.actor, payment.order or None, back)
    kept_until = decision.now + decision.retention
    after = replace(payment, refund=None, returned_at=decision.now, kept_until=kept_until, payer=None, due=None)
    return UnmatchedSettlement(Outcome.RETD, after, entry, (dealt_with(NeedKind.UNMATCHED, "", payment.mark),))
