"""What updates report about payments in Telegram Stars, read from the JSON values that Telegram delivers.

The fields are those of SuccessfulPayment, RefundedPayment, PreCheckoutQuery and BotSubscriptionUpdated (Bot API
10.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from vpnbot.domain.money import Money
from vpnbot.domain.orders.payload import OrderPayload, parse_order_payload
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.orders.reports import PaymentReport, RefundReport, ReportedState
from vpnbot.errors import PaymentNotApplied
from vpnbot.telegram.bot_api.incoming_update import is_id, is_time


class SubscriptionState(StrEnum):
    """The new state of a subscription.

    CANCELED: the user has turned it off. ACTIVE: the user has turned it on again. FAILED: a payment for it failed.
    UNKNOWN: a state that this version does not know.
    """

    CANCELED = "canceled"
    ACTIVE = "active"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A pre-checkout query: `payer` is about to pay `money`. `names` is None if the payload is not one of ours."""

    query_id: str
    payer: int
    money: Money
    names: OrderPayload | None


@dataclass(frozen=True, slots=True)
class SubscriptionChange:
    """A change of a user's subscription. `names` is None if the payload is not one of ours."""

    payer: int
    names: OrderPayload | None
    state: SubscriptionState


def payment_report(message: Mapping[str, object], account: str) -> PaymentReport:
    """Read the message about a payment. `account` is the id of the bot.

    Raises:
        PaymentNotApplied: there is no payment in it, or a field is missing or malformed.
    """
    payment = _fields(message, "successful_payment")
    names, paid_at = parse_order_payload(payment.get("invoice_payload")), _time(message.get("date"))
    first = payment.get("is_first_recurring") is True
    return PaymentReport(
        provider=STARS,
        account=account,
        payment_id=_charge(payment),
        state=ReportedState.SUCCEEDED,
        money=_money(payment),
        order=names.order if names else None,
        person=names.person if names else None,
        payer=_user(message, "from"),
        renewal=payment.get("is_recurring") is True and not first,
        first_of_renewals=first,
        renews_until=_time(payment.get("subscription_expiration_date")),
        made_at=paid_at,
        paid_at=paid_at,
    )


def refund_report(message: Mapping[str, object], account: str) -> RefundReport:
    """Read the message about a refund, which the bot itself sends. `account` is the id of the bot.

    Raises:
        PaymentNotApplied: there is no refund in it, or a field is missing or malformed.
    """
    refund = _fields(message, "refunded_payment")
    charge = _charge(refund)
    return RefundReport(
        provider=STARS,
        account=account,
        refund_id=charge,
        payment_id=charge,
        state=ReportedState.SUCCEEDED,
        money=_money(refund),
        made_at=_time(message.get("date")),
    )


def refunded_payload(message: Mapping[str, object]) -> OrderPayload | None:
    """Return what the payload of a refunded payment names; None if it is not one of ours."""
    refund = message.get("refunded_payment")
    return parse_order_payload(refund.get("invoice_payload")) if isinstance(refund, Mapping) else None


def checkout(query: Mapping[str, object]) -> Checkout | None:
    """Read a pre-checkout query; None if a field is missing or malformed, so that it can only be rejected."""
    query_id = query.get("id")
    try:
        payer, money = _user(query, "from"), _money(query)
    except PaymentNotApplied:
        return None
    if not isinstance(query_id, str) or not query_id:
        return None
    return Checkout(query_id, payer, money, parse_order_payload(query.get("invoice_payload")))


def subscription_change(update: Mapping[str, object]) -> SubscriptionChange:
    """Read an update of the kind `subscription`.

    Raises:
        PaymentNotApplied: it names no user.
    """
    state = update.get("state")
    known = next((known for known in SubscriptionState if known == state), SubscriptionState.UNKNOWN)
    return SubscriptionChange(_user(update, "user"), parse_order_payload(update.get("invoice_payload")), known)


def _fields(message: Mapping[str, object], name: str) -> Mapping[str, object]:
    fields = message.get(name)
    if not isinstance(fields, Mapping):
        raise PaymentNotApplied(f"no {name}")
    return fields


def _charge(fields: Mapping[str, object]) -> str:
    charge = fields.get("telegram_payment_charge_id")
    if not isinstance(charge, str) or not charge:
        raise PaymentNotApplied("no charge")
    return charge


def _money(fields: Mapping[str, object]) -> Money:
    amount, currency = fields.get("total_amount"), fields.get("currency")
    if not is_id(amount) or amount < 0 or not isinstance(currency, str) or not currency:
        raise PaymentNotApplied("no amount of money")
    return Money(amount, currency)


def _user(fields: Mapping[str, object], name: str) -> int:
    user = fields.get(name)
    user_id = user.get("id") if isinstance(user, Mapping) else None
    if not is_id(user_id):
        raise PaymentNotApplied("no user")
    return user_id


def _time(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if is_time(seconds) else None
