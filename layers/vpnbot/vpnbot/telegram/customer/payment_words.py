"""The words for plans, times, prices, payment providers and declines, which all screens about money share."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_names import CRYPTO_PAY, DEMO, STARS, YOOKASSA
from vpnbot.domain.payments.declines import known_reason
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.localization.periods import counted
from vpnbot.telegram.messages.screen import Day, Phrase, phrase

_MEANS: Mapping[str, str] = {STARS: "stars", YOOKASSA: "bank", CRYPTO_PAY: "crypto", DEMO: "bank"}
"""What people pay with at each provider; no sentence speaks of a bank or a card where there is none.

The demo provider imitates payments by card.
"""
_NAMED = frozenset(_MEANS)
_REFUND_REASONS = frozenset(
    {
        "insufficient_funds",
        "rejected_by_payee",
        "rejected_by_timeout",
        "yoo_money_account_closed",
        "payment_expired",
        "general_decline",
    }
)
"""The reasons of refunds that were not made (YooKassa's documentation, `cancellation_details` of a refund)."""
_CLOCK_WITHIN = timedelta(days=300)
_NO_BREAK_SPACE = "\u00a0"


def plan_title(plan: Plan, language: str) -> Phrase | str:
    """Return the title of a plan in a language; in English, or any other language, if there is none."""
    if plan.is_trial:
        return phrase("plan-trial")
    return plan.titles.get(language) or plan.titles.get("en") or next(iter(plan.titles.values()), plan.id)


def period(duration: timedelta) -> Phrase:
    """Return a time that is sold as "3 months" or "10 days"; a month has 30 days."""
    unit, count = counted(duration)
    return phrase(f"period-{unit}", count=count)


def every(duration: timedelta) -> Phrase:
    """Return how often a renewal is charged, as "every month"."""
    unit, count = counted(duration)
    return phrase(f"every-{unit}", count=count)


def traffic(plan: Plan) -> Phrase:
    """Return the traffic of a plan that is sold."""
    if plan.traffic_limit_bytes is None:
        return phrase("plan-unlimited")
    return phrase("plan-traffic", gigabytes=gigabytes(plan.traffic_limit_bytes))


def end_argument(end: datetime, now: datetime) -> datetime | Day:
    """Return an end as an argument: with its clock time, or with its year if it is most of a year ahead."""
    return end if end - now < _CLOCK_WITHIN else Day(end)


def provider_name(provider: str) -> Phrase:
    """Return the name of a payment provider; a general one for a provider that this version does not know."""
    return phrase(f"provider-{provider}" if provider in _NAMED else "provider-other")


def service_name(provider: str) -> Phrase:
    """Return how operators call a payment provider: the name of the service, not of the ways to pay there."""
    return phrase(f"service-{provider}" if provider in _NAMED else "service-other")


def refund_reason(reason: str) -> Phrase | str:
    """Return why a provider did not send money back, for operators; a reason without words is shown as it is."""
    return phrase(f"refund-reason-{reason}") if reason in _REFUND_REASONS else reason


def means_of(provider: str) -> str:
    """Return what is paid with at a provider, which chooses words: `bank`, `stars`, `crypto` or `other`."""
    return _MEANS.get(provider, "other")


def pay_label(provider: str, price: Money) -> Phrase:
    """Return the label of the button that pays a price at a provider."""
    return phrase("button-pay-stars" if provider == STARS else "button-pay", price=price)


def method_title(title: str) -> str:
    """Return the title of a method of payment, such as "Visa •• 4477", without places for a line break."""
    return title.replace(" ", _NO_BREAK_SPACE)


def method_name(title: str, provider: str) -> Phrase | str:
    """Return the title of a method of payment; the provider's name if there is none."""
    return method_title(title) or provider_name(provider)


def method_of(order: Order) -> Phrase | str:
    """Return how an order was paid, as "Visa •• 4477"; the provider's name if the provider does not say."""
    titles = (payment.method for payment in reversed(order.payments) if payment.method)
    return method_name(next(titles, ""), order.provider)


def decline_words(reason: str, provider: str) -> Phrase:
    """Return why a payment was declined; a general reason for one that this version does not know."""
    return phrase(f"decline-{known_reason(reason)}", means=means_of(provider))
